//! Tokens that come without a person: from a file, a variable, a command, a platform.

use std::path::Path;
use std::time::Duration;

use fed_types::Secret;
use oidc_client::{
    CommandSource, EnvironmentSource, FileSource, GcpMetadataSource, GithubActionsError,
    GithubActionsSource, GitlabSource, SourceError, TokenSource, UnverifiedIdToken,
};
use url::Url;

use super::clock::HostClock;
use super::{interaction::Talk, source, token::Identity};
use crate::config::ConfigError;
use crate::context::Context;
use crate::environment::{
    ACTIONS_ID_TOKEN_REQUEST_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL, AWS_WEB_IDENTITY_TOKEN_FILE,
    GCE_METADATA_HOST, GITHUB_ACTIONS, GITLAB_CI,
};
use crate::settings::{Settings, Source, unreadable};
use crate::{Exit, Failure};

/// The audience AWS expects where nothing else is agreed on.
const AWS_AUDIENCE: &str = "sts.amazonaws.com";

/// Where GitLab's documentation puts the ID token.
const GITLAB_VARIABLE: &str = "ID_TOKEN";

/// How long `token_command` may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// Gets the token.
pub(super) async fn obtain(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
) -> Result<Identity, Failure> {
    if let Some(identity) = at_hand(context, settings, source) {
        return identity;
    }
    let source = token_source(context, settings, source)?;
    let talk = Talk { host: context.host, no_browser: true };
    let http = settings.http(context.host)?;
    match source::ask(context, &source, &talk, &http).await {
        Ok(obtained) => Ok(Identity::presented(obtained.web_identity_token(), obtained.claims())),
        Err(error) => Err(failed(settings, &error)),
    }
}

/// The token, where it lies on this machine: nothing has to be waited for. `None` where it has
/// to be asked for.
pub(super) fn at_hand(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
) -> Option<Result<Identity, Failure>> {
    if let Source::File(Some(path)) = source
        && path == Path::new("-")
    {
        return Some(from_standard_input(context, path));
    }
    let source = match token_source(context, settings, source) {
        Ok(source) => source,
        Err(error) => return Some(Err(error.into())),
    };
    let presented = source.at_hand(&HostClock(context.host.clock))?;
    Some(match presented {
        Ok(token) => Ok(unverified(&token)),
        Err(error) => Err(failed(settings, &error)),
    })
}

fn unverified(token: &UnverifiedIdToken) -> Identity {
    Identity::presented(token.web_identity_token(), token.unverified_claims())
}

fn from_standard_input(context: Context<'_>, path: &Path) -> Result<Identity, Failure> {
    let text = context
        .host
        .files
        .read_secret(path)
        .map_err(|error| unreadable("token_file", path, &error))?;
    let token = UnverifiedIdToken::parse(text.expose()).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, "standard input holds no ID token")
            .caused_by(&error)
    })?;
    Ok(unverified(&token))
}

fn token_source(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
) -> Result<TokenSource, ConfigError> {
    let environment = &context.host.environment;
    let text = |name: &str| environment.text(name).map(str::to_owned);
    let secret = |name: &str| environment.text(name).map(Secret::new);
    let is_true = |name: &str| environment.text(name) == Some("true");
    let audience = settings.profile.audience.clone();
    Ok(match source {
        Source::GithubActions => TokenSource::GithubActions(GithubActionsSource {
            request_url: text(ACTIONS_ID_TOKEN_REQUEST_URL),
            request_token: secret(ACTIONS_ID_TOKEN_REQUEST_TOKEN),
            in_workflow: is_true(GITHUB_ACTIONS),
            audience: audience.unwrap_or_else(|| AWS_AUDIENCE.to_owned()),
        }),
        Source::Gitlab => {
            let variable = settings.profile.token_env.as_deref().unwrap_or(GITLAB_VARIABLE);
            TokenSource::Gitlab(GitlabSource {
                variable: variable.to_owned(),
                value: secret(variable),
                in_job: is_true(GITLAB_CI),
                audience,
            })
        }
        Source::GcpMetadata => TokenSource::GcpMetadata(GcpMetadataSource {
            base_url: metadata_server(environment.text(GCE_METADATA_HOST))?,
            audience: audience.unwrap_or_else(|| AWS_AUDIENCE.to_owned()),
        }),
        Source::Environment(name) => TokenSource::Environment(EnvironmentSource {
            name: name.clone(),
            value: secret(name),
            audience,
        }),
        Source::Command(command) => TokenSource::Command(CommandSource {
            command: command.clone(),
            timeout: COMMAND_TIMEOUT,
            talks: context.host.terminal.is_interactive(),
            audience,
        }),
        Source::File(path) => {
            let path = path.clone().or_else(|| environment.path(AWS_WEB_IDENTITY_TOKEN_FILE));
            let path = path.ok_or_else(|| ConfigError::Invalid {
                key: "token_file",
                why: format!("it is not given, and `{AWS_WEB_IDENTITY_TOKEN_FILE}` is not set"),
                hint: Some("give `--web-identity-token-file FILE`".to_owned()),
            })?;
            TokenSource::File(FileSource { path: context.host.files.expand(&path), audience })
        }
        Source::Browser | Source::Device | Source::Paste => {
            return Err(ConfigError::Invalid {
                key: "source",
                why: "a person has to sign in there".to_owned(),
                hint: None,
            });
        }
    })
}

fn metadata_server(host: Option<&str>) -> Result<Url, ConfigError> {
    let text = host
        .map_or_else(|| GcpMetadataSource::STANDARD.to_owned(), |host| format!("http://{host}/"));
    Url::parse(&text).map_err(|error| ConfigError::Invalid {
        key: "source",
        why: format!("`{GCE_METADATA_HOST}` names no host: {error}"),
        hint: None,
    })
}

/// A token that is over needs a new one; one that is none is a mistake of configuration.
fn failed(settings: &Settings, error: &SourceError) -> Failure {
    let exit = match error.presented() {
        Some(presented) if presented.is_expired() => Exit::SignInNeeded,
        Some(_) => Exit::InvalidConfiguration,
        None => match error {
            SourceError::File(_)
            | SourceError::Environment(_)
            | SourceError::Gitlab(_)
            | SourceError::GithubActions(
                GithubActionsError::NotInWorkflow | GithubActionsError::NoPermission(_),
            ) => Exit::InvalidConfiguration,
            _ => Exit::Unexpected,
        },
    };
    Failure::from_error(exit, error).advised_for(error.hint(), settings.named())
}
