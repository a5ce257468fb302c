//! From what was typed and configured to what the libraries take. One function a
//! need: a command asks only for what it uses, so that nothing else has to be there.

mod aws;
mod client;
mod proxies;
mod role;
mod sign_in;
mod store;
mod verification;

use std::path::Path;

pub(crate) use aws::Service;
pub(crate) use proxies::{proxies, through};
pub(crate) use role::RoleSettings;
pub(crate) use sign_in::Source;

use crate::arguments::{AwsArguments, GlobalArguments, RoleArguments, SignInArguments};
use crate::config::{ConfigError, Profile, select};
use crate::environment::{
    AWS_DEFAULT_REGION, AWS_REGION, BROWSER, DISPLAY, FED_PROFILE, FED_ROLE_ARN, FED_STORE,
    SSH_CONNECTION,
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
    /// The AWS options, whose endpoint outranks the environment's.
    endpoint_option: Option<String>,
}

/// The options that a command takes; those it does not take are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options<'a> {
    /// Who signs in where.
    pub sign_in: Option<&'a SignInArguments>,
    /// Which role.
    pub role: Option<&'a RoleArguments>,
    /// Where in AWS.
    pub aws: Option<&'a AwsArguments>,
}

impl Settings {
    /// Chooses the profile and lays environment and options over it.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration file cannot be used.
    pub(crate) fn resolve(
        host: &Host,
        global: &GlobalArguments,
        options: Options<'_>,
    ) -> Result<Self, ConfigError> {
        let named = global.profile.as_deref().or(host.environment.text(FED_PROFILE));
        let selected = select(&host.files, global.config.as_deref(), named)?;
        let mut settings = Self::laid_over(host, selected.name, selected.profile, options);
        if settings.profile.source.is_none() && sits_elsewhere(host, options.sign_in) {
            settings.profile.source = Some("paste".to_owned());
        }
        Ok(settings)
    }

    /// Environment and options alone, for a profile that is not there yet.
    pub(crate) fn of_options(host: &Host, name: &str, options: Options<'_>) -> Self {
        Self::laid_over(host, name.to_owned(), Profile::default(), options)
    }

    fn laid_over(host: &Host, name: String, mut profile: Profile, options: Options<'_>) -> Self {
        let from_environment = |names: &[&str]| {
            names.iter().find_map(|name| host.environment.text(name)).map(str::to_owned)
        };
        let over = |setting: &mut Option<String>, value: Option<String>| {
            *setting = value.or(setting.take());
        };
        over(&mut profile.region, from_environment(&[AWS_REGION, AWS_DEFAULT_REGION]));
        over(&mut profile.role_arn, from_environment(&[FED_ROLE_ARN]));
        over(&mut profile.store, from_environment(&[FED_STORE]));
        if let Some(options) = options.sign_in {
            options.lay_over(&mut profile);
        }
        if let Some(options) = options.role {
            options.lay_over(&mut profile);
        }
        if let Some(options) = options.aws {
            options.lay_over(&mut profile);
        }
        let endpoint_option = options.aws.and_then(|options| options.endpoint_url.clone());
        Self { name, profile, endpoint_option }
    }

    /// A setting that must be there.
    pub(crate) fn required<'a, T>(
        &self,
        setting: Option<&'a T>,
        what: &'static str,
        key: &'static str,
        option: &'static str,
    ) -> Result<&'a T, ConfigError> {
        setting.ok_or_else(|| ConfigError::Missing {
            what,
            key,
            option,
            profile: self.name.clone(),
        })
    }
}

/// Whether the person sits in front of another machine, so that no browser of this one would
/// help: over SSH, without a display. Whoever says how to open a browser, or that they will do
/// it themselves, is believed.
fn sits_elsewhere(host: &Host, options: Option<&SignInArguments>) -> bool {
    let is_set = |name| host.environment.text(name).is_some();
    options.is_some_and(|options| !options.no_browser)
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
