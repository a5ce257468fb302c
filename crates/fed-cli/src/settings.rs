//! From what was typed and configured to what the libraries take. One function a
//! need: a command asks only for what it uses, so that nothing else has to be there.

mod authorization;
mod aws;
mod bundle;
mod client;
mod client_authentication;
mod given;
mod http;
mod proxies;
mod role;
mod sign_in;
mod store;
mod verification;

use std::path::{Path, PathBuf};

pub(crate) use aws::{AwsSettings, Service};
pub(crate) use given::{Asking, Choice, Given};
pub(crate) use proxies::proxies;
pub(crate) use role::{RoleSettings, role_names};
pub(crate) use sign_in::Source;

use crate::advice::NamedProfile;
use crate::config::{ConfigError, Profile, profiles, select};
use crate::environment::{
    AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, AWS_WEB_IDENTITY_TOKEN_FILE, BROWSER, DISPLAY,
    Environment, FED_NO_BROWSER, FED_PROFILE, SSH_CONNECTION,
};
use crate::host::Host;

/// A profile with environment and options laid over it: option before environment
/// before profile before default.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The profile's name.
    pub name: String,
    /// The settings, still as text.
    pub profile: Profile,
    /// The profile's own role, whatever role is laid over it.
    pub own_role_arn: Option<String>,
    /// The configuration file, where it was named for this run.
    config: Option<PathBuf>,
    /// The configuration file, where it holds no profile at all.
    nowhere: Option<PathBuf>,
    /// The AWS options, whose endpoint outranks the environment's.
    endpoint_option: Option<String>,
    /// How a person is asked to sign in.
    pub asking: Asking,
}

impl Settings {
    /// Chooses the profile and lays environment and options over it.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration file cannot be used.
    pub(crate) fn resolve(
        host: &Host,
        choice: &Choice<'_>,
        given: Given,
    ) -> Result<Self, ConfigError> {
        let named = choice.profile.or(host.environment.text(FED_PROFILE));
        let selected = select(&host.files, choice.config, named)?;
        let elsewhere = sits_elsewhere(host, given.asking);
        let mut settings = Self::laid_over(host, selected.name, selected.profile, given);
        settings.nowhere = selected.nowhere;
        settings.config = choice.config.map(|path| host.files.whole_path(path));
        if settings.profile.source.is_none() && elsewhere {
            settings.profile.source = Some("paste".to_owned());
        }
        Ok(settings)
    }

    /// Every profile with the environment laid over it, by name.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration file cannot be used.
    pub(crate) fn every(host: &Host, config: Option<&Path>) -> Result<Vec<Self>, ConfigError> {
        let named = config.map(|path| host.files.whole_path(path));
        let laid = |(name, it)| Self {
            config: named.clone(),
            ..Self::laid_over(host, name, it, Given::default())
        };
        Ok(profiles(&host.files, config)?.into_iter().map(laid).collect())
    }

    /// Environment and options alone, for a profile that is not there yet.
    pub(crate) fn of_options(host: &Host, name: &str, given: Given) -> Self {
        Self::laid_over(host, name.to_owned(), Profile::default(), given)
    }

    /// The same with this profile, and nothing laid over it.
    pub(crate) fn with(self, profile: Profile) -> Self {
        Self { own_role_arn: profile.role_arn.clone(), profile, ..self }
    }

    /// The file's profile, the environment over it, the options over both.
    fn laid_over(host: &Host, name: String, mut profile: Profile, given: Given) -> Self {
        let asking = given.asking.unwrap_or_default();
        let mut own = profile.clone();
        beside_token_file(&mut own, &host.environment);
        let endpoint_option = given.profile.endpoint_url.clone();
        // The environment's endpoints are one a service: `aws` lays them in between.
        let without_endpoint = Profile { endpoint_url: None, ..given.profile };
        profile.lay(Profile::of_environment(&host.environment));
        profile.lay(without_endpoint);
        beside_token_file(&mut profile, &host.environment);
        Self {
            name,
            profile,
            own_role_arn: own.role_arn,
            config: None,
            nowhere: None,
            endpoint_option,
            asking: Asking {
                no_browser: asking.no_browser || host.environment.text(FED_NO_BROWSER).is_some(),
                ..asking
            },
        }
    }

    /// The profile, as a command that is told to somebody names it.
    pub(crate) fn named(&self) -> NamedProfile<'_> {
        NamedProfile { name: &self.name, config: self.config.as_deref() }
    }

    /// A setting that must be there.
    pub(crate) fn required<'a, T>(
        &self,
        setting: Option<&'a T>,
        what: &'static str,
        key: &'static str,
        option: &'static str,
    ) -> Result<&'a T, ConfigError> {
        setting.ok_or_else(|| {
            let profile = self.name.clone();
            ConfigError::Missing { what, key, option, profile, nowhere: self.nowhere.clone() }
        })
    }
}

/// Where the token is in the file that Kubernetes and others name, they name role and session, too
/// (AWS SDKs and Tools reference, "Assume role credential provider").
fn beside_token_file(profile: &mut Profile, environment: &Environment) {
    let text = |name| environment.text(name).map(str::to_owned);
    if profile.source.as_deref() == Some("file")
        && profile.token_file.is_none()
        && profile.role_arn.is_none()
        && environment.text(AWS_WEB_IDENTITY_TOKEN_FILE).is_some()
    {
        profile.role_arn = text(AWS_ROLE_ARN);
        if profile.role_session_name.is_none() {
            profile.role_session_name = text(AWS_ROLE_SESSION_NAME);
        }
    }
}

/// Whether the person sits in front of another machine, so that no browser of this one would
/// help: over SSH, without a display. Whoever says how to open a browser, or that they will do
/// it themselves, is believed.
fn sits_elsewhere(host: &Host, asking: Option<Asking>) -> bool {
    let is_set = |name| host.environment.text(name).is_some();
    asking.is_some_and(|asking| !asking.no_browser)
        && host.terminal.is_interactive()
        && is_set(SSH_CONNECTION)
        && !is_set(BROWSER)
        && !is_set(DISPLAY)
}

/// A file named in the settings cannot be read.
pub(crate) fn unreadable(key: &'static str, path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::Invalid {
        key,
        why: format!("cannot read `{}`: {error}", path.display()),
        hint: None,
    }
}
