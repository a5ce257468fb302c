//! The single checks.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use credential_store::{RefreshToken, Stored};
use fed_types::shell_line;
use oidc_client::{ClientAuthentication, ClockSkew};

use crate::advice::{login, told};
use crate::config::ConfigError;
use crate::context::Context;
use crate::environment::{
    AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_REGION,
    AWS_SHARED_CREDENTIALS_FILE, BROWSER, DISPLAY, FED_PROFILE, FED_ROLE_ARN, FED_STORE,
    SSH_CONNECTION,
};
use crate::identity::{self, Found, SignIns, relying_party};
use crate::settings::Settings;
use crate::store::store as opened;
use crate::{Exit, session};

/// How good it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Good,
    Doubtful,
    Broken,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Doubtful => "doubtful",
            Self::Broken => "broken",
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) state: State,
    pub(super) what: &'static str,
    pub(super) says: String,
    pub(super) hint: Option<String>,
}

impl Finding {
    fn new(state: State, what: &'static str, says: impl Into<String>) -> Self {
        Self { state, what, says: says.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn of<T>(
        what: &'static str,
        checked: Result<T, ConfigError>,
        says: impl Fn(T) -> String,
    ) -> Self {
        match checked {
            Ok(value) => Self::new(State::Good, what, says(value)),
            Err(error) => {
                Self { state: State::Broken, what, says: error.to_string(), hint: error.hint() }
            }
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<8}  {}: {}", self.state.name(), self.what, self.says)?;
        match &self.hint {
            Some(hint) => writeln!(f, "          hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// AWS and issuers forgive this much.
const TOLERATED_SKEW: Duration = Duration::from_secs(60);

pub(super) fn configuration_file(context: Context<'_>) -> Finding {
    let what = "configuration file";
    match context.global.config.as_deref().or(context.host.files.config()) {
        None => Finding::new(State::Doubtful, what, "there is no place for one")
            .hint("set `HOME`, or name a file with `--config`"),
        Some(path) => match context.host.files.read(path) {
            Ok(_) => Finding::new(State::Good, what, format!("`{}`", path.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Finding::new(State::Doubtful, what, format!("there is no `{}`", path.display()))
                    .hint("write one with `fed-cli setup`")
            }
            Err(error) => {
                let says = format!("`{}` cannot be read: {error}", path.display());
                Finding::new(State::Broken, what, says)
            }
        },
    }
}

pub(super) fn settings(context: Context<'_>, settings: &Settings) -> Vec<Finding> {
    let source = settings.source();
    let needs_person = source.as_ref().is_ok_and(|source| source.needs_person());
    let mut found = vec![
        Finding::new(State::Good, "profile", format!("`{}`", settings.name)),
        Finding::of("token source", source, |source| source.name().to_owned()),
        Finding::of("role", settings.role_arn(), |role| format!("`{role}`")),
        Finding::of(
            "AWS",
            settings
                .aws(&context.host.environment)
                .and_then(|aws| settings.region(&aws).map(str::to_owned)),
            |region| format!("region `{region}`"),
        ),
    ];
    if needs_person {
        found.push(Finding::of("issuer", settings.issuer(), |issuer| format!("`{issuer}`")));
        found.push(Finding::of("OAuth client", settings.client(context.host), |client| {
            let proof = match client.authentication {
                ClientAuthentication::None => "without a secret",
                ClientAuthentication::Secret { .. } => "with a secret",
                ClientAuthentication::PrivateKey(_) => "with a key",
                ClientAuthentication::Certificate => "with a certificate",
            };
            format!("`{}`, {proof}", client.client_id)
        }));
        found.push(Finding::of("redirect URI", settings.redirect_uri(), |uri| match uri {
            Some(uri) => format!("`{}`, which must be registered for the client", uri.as_str()),
            None => "any free port of this machine".to_owned(),
        }));
        found.extend(settings.profile.client_secret_file.as_deref().and_then(secret_file));
    }
    found
}

/// A secret that others on this machine can read.
#[cfg(unix)]
fn secret_file(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;

    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let says = format!("others can read `{}` (mode {:03o})", path.display(), mode & 0o777);
        Finding::new(State::Doubtful, "client secret", says).hint(shell_line([
            "chmod",
            "600",
            &path.display().to_string(),
        ]))
    })
}

#[cfg(not(unix))]
fn secret_file(_path: &Path) -> Option<Finding> {
    None
}

/// Discovery, and the clock against the issuer's.
pub(super) async fn issuer(context: Context<'_>, settings: &Settings) -> Vec<Finding> {
    let party = match relying_party(context, settings).await {
        Ok(party) => party,
        Err(failure) => {
            let says = failure.in_one_line();
            return vec![Finding::new(State::Broken, "discovery", says)];
        }
    };
    let provider = party.provider();
    let mut found = vec![Finding::new(
        State::Good,
        "discovery",
        format!("`{}` describes itself as it should", provider.issuer),
    )];
    if let Some(date) = provider.server_date {
        let skew = ClockSkew::measure(date, context.host.now());
        found.push(if skew.exceeds(TOLERATED_SKEW) {
            Finding::new(State::Broken, "clock", format!("this machine's is {skew}"))
                .hint("set it: `timedatectl set-ntp true`, or what your system has for that")
        } else {
            Finding::new(State::Good, "clock", "agrees with the issuer's")
        });
    }
    found
}

/// Whether the sign-in that is kept, or the token, gets the role. Nobody is asked.
pub(super) fn credentials(context: Context<'_>, settings: &Settings) -> Finding {
    let what = "credentials";
    match session::credentials_unattended(context, settings, None) {
        Ok(entry) => {
            let who = entry.assumed_role_arn.as_deref().unwrap_or(&entry.role_arn);
            Finding::new(State::Good, what, format!("AWS gives those of `{who}`"))
        }
        Err(failure) if failure.exit == Exit::SignInNeeded => {
            Finding::new(State::Doubtful, what, failure.in_one_line())
                .hint(format!("run {}", login(settings.named())))
        }
        Err(failure) => Finding::new(State::Broken, what, failure.in_one_line()),
    }
}

/// Keys that AWS tools would use instead of ours.
pub(super) fn aws_files(context: Context<'_>, settings: &Settings) -> Option<Finding> {
    let files = &context.host.files;
    let path = context
        .host
        .environment
        .path(AWS_SHARED_CREDENTIALS_FILE)
        .unwrap_or_else(|| files.expand(Path::new("~/.aws/credentials")));
    let text = files.read(&path).ok()?;
    let section = format!("[{}]", settings.name);
    text.lines().any(|line| line.trim() == section).then(|| {
        let says = format!("`{}` holds keys for `{}`", path.display(), settings.name);
        Finding::new(State::Doubtful, "AWS keys", says)
            .hint("they outrank `credential_process` of a profile of that name")
    })
}

/// What outranks the profile, and what AWS tools take instead of it.
pub(super) fn environment(context: Context<'_>) -> Vec<Finding> {
    let environment = &context.host.environment;
    let set = |name: &&str| environment.text(name).is_some();
    let outranking: Vec<&str> =
        [FED_PROFILE, FED_ROLE_ARN, FED_STORE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL]
            .into_iter()
            .filter(set)
            .collect();
    let mut found = Vec::new();
    if !outranking.is_empty() {
        let verb = if outranking.len() == 1 { "outranks" } else { "outrank" };
        let says = format!("`{}` {verb} the profile", outranking.join("`, `"));
        let other = outranking.iter().any(|name| [FED_ROLE_ARN, AWS_ENDPOINT_URL].contains(name));
        let state = if other { State::Doubtful } else { State::Good };
        found.push(Finding::new(state, "environment", says));
    }
    if set(&AWS_ACCESS_KEY_ID) {
        let says = format!("`{AWS_ACCESS_KEY_ID}` is set");
        found.push(
            Finding::new(State::Doubtful, "environment", says)
                .hint("AWS tools use it before any profile; `fed-cli exec` unsets it"),
        );
    }
    found
}

pub(super) fn store(context: Context<'_>) -> Finding {
    match opened(context) {
        Some(store) => Finding::new(State::Good, "kept in", store.describe()),
        None => Finding::new(State::Doubtful, "kept in", "nothing is kept: there is no place")
            .hint("set `HOME`, or `FED_STATE_DIR`"),
    }
}

/// Where a refresh token would go now.
pub(super) fn keyring(context: Context<'_>, settings: &Settings) -> Finding {
    let what = "refresh token";
    let vault = match settings.vault(context.host) {
        Ok(vault) => vault,
        Err(error) => return Finding::of(what, Err(error), |(): ()| String::new()),
    };
    if let Some(finding) = kept(context, settings) {
        return finding;
    }
    let named = Some(settings.named());
    match vault.prospect() {
        Stored::InKeyring(name) => {
            Finding::new(State::Good, what, format!("would be kept in the {name}"))
        }
        Stored::InFile | Stored::NoToken => {
            Finding::new(State::Good, what, "would be kept in a file")
        }
        Stored::InFileInstead(error) => {
            let says = format!("would be kept in a file, since {error}");
            Finding::new(State::Doubtful, what, says).hint(told(&error.hint(), named))
        }
        Stored::Nowhere(error) => {
            let says = format!("would not be kept: `store` is `keyring`, and {error}");
            Finding::new(State::Broken, what, says).hint(told(&error.hint(), named))
        }
    }
}

/// Who is signed in, and where the refresh token is.
fn kept(context: Context<'_>, settings: &Settings) -> Option<Finding> {
    let sign_ins = SignIns::of(&opened(context)?);
    let Found::One(found) = sign_ins.find(context, settings) else { return None };
    let place = match found.1.refresh_token.as_ref()? {
        RefreshToken::Known(_) => "a file",
        RefreshToken::InKeyring => "the keyring",
    };
    let says = format!("that of `{}` is kept in {place}", identity::account(&found.1));
    Some(Finding::new(State::Good, "refresh token", says))
}

pub(super) fn terminal(context: Context<'_>) -> Finding {
    let environment = &context.host.environment;
    let set = |name: &str| environment.text(name).is_some();
    let person = if context.host.terminal.is_interactive() {
        "somebody can be asked"
    } else {
        "nobody can be asked"
    };
    let browser = match () {
        () if set(BROWSER) => "`BROWSER` opens addresses",
        () if set(SSH_CONNECTION) && !set(DISPLAY) => "over SSH, addresses are pasted",
        () => "the system opens addresses",
    };
    Finding::new(State::Good, "terminal", format!("{person}; {browser}"))
}
