//! Where an ID token comes from: a person, or the machine this runs on.

use fed_types::{Claims, Hint, WebIdentityToken};

use crate::clock::Clock;
use crate::http_client::HttpClient;
use crate::id_token::UnverifiedIdToken;
use crate::interaction::Interaction;
use crate::sign_in::{SignIn, SignInError};

mod browser;
mod command;
mod device;
mod environment;
mod file;
mod gcp_metadata;
mod github_actions;
mod gitlab;
mod paste;
mod patience;
mod presented;

pub use browser::BrowserSource;
pub use command::{CommandError, CommandSource};
pub use device::DeviceSource;
pub use environment::{EnvironmentError, EnvironmentSource};
pub use file::{FileError, FileSource};
pub use gcp_metadata::{GcpMetadataError, GcpMetadataSource};
pub use github_actions::{GithubActionsError, GithubActionsSource};
pub use gitlab::{GitlabError, GitlabSource};
pub use paste::PasteSource;
pub use presented::{Origin, PresentedError};

/// A source of ID tokens. The library looks nothing up in the environment: values that
/// live there are given to it.
#[derive(Debug)]
pub enum TokenSource {
    /// A person, in a browser on this machine.
    Browser(BrowserSource),
    /// A person, with a code on another machine.
    Device(DeviceSource),
    /// A person, who pastes the address the browser ends up at.
    Paste(PasteSource),
    /// A GitHub Actions job.
    GithubActions(GithubActionsSource),
    /// A GitLab CI job.
    Gitlab(GitlabSource),
    /// A machine on Google Cloud.
    GcpMetadata(GcpMetadataSource),
    /// A file, such as a Kubernetes projected token.
    File(FileSource),
    /// An environment variable.
    Environment(EnvironmentSource),
    /// A command's output.
    Command(CommandSource),
}

/// What a source may use.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// For requests.
    pub http: &'a HttpClient,
    /// For times.
    pub clock: &'a dyn Clock,
    /// For a person.
    pub interaction: &'a dyn Interaction,
}

/// What a source gave.
#[derive(Debug)]
pub enum Obtained {
    /// A person signed in; the ID token is verified.
    SignIn(Box<SignIn>),
    /// The machine presents a token, which nobody has verified.
    Presented(UnverifiedIdToken),
}

impl Obtained {
    /// The token.
    pub fn web_identity_token(&self) -> &WebIdentityToken {
        match self {
            Self::SignIn(sign_in) => sign_in.id_token.web_identity_token(),
            Self::Presented(token) => token.web_identity_token(),
        }
    }

    /// What it claims; whether verified, the variant tells.
    pub fn claims(&self) -> &Claims {
        match self {
            Self::SignIn(sign_in) => sign_in.id_token.claims(),
            Self::Presented(token) => token.unverified_claims(),
        }
    }
}

/// Why a source gave no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A person's sign-in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// GitHub Actions gave none.
    #[error(transparent)]
    GithubActions(#[from] GithubActionsError),
    /// GitLab gave none.
    #[error(transparent)]
    Gitlab(#[from] GitlabError),
    /// The metadata server gave none.
    #[error(transparent)]
    GcpMetadata(#[from] GcpMetadataError),
    /// The file gave none.
    #[error(transparent)]
    File(#[from] FileError),
    /// The variable gave none.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The command gave none.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl SourceError {
    /// Why what was presented cannot be meant as an ID token, if that is why.
    pub fn presented(&self) -> Option<&PresentedError> {
        match self {
            Self::File(FileError::Presented(error))
            | Self::Environment(EnvironmentError::Presented(error))
            | Self::Command(CommandError::Presented(error))
            | Self::Gitlab(GitlabError::Presented(error))
            | Self::GithubActions(GithubActionsError::Presented(error))
            | Self::GcpMetadata(GcpMetadataError::Presented(error)) => Some(error),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::SignIn(error) => error.hint(),
            Self::GithubActions(error) => error.hint(),
            Self::Gitlab(error) => error.hint(),
            Self::GcpMetadata(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Environment(error) => error.hint(),
            Self::Command(error) => error.hint(),
        }
    }
}

impl TokenSource {
    /// The name it has in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Browser(_) => "browser",
            Self::Device(_) => "device",
            Self::Paste(_) => "paste",
            Self::GithubActions(_) => "github-actions",
            Self::Gitlab(_) => "gitlab",
            Self::GcpMetadata(_) => "gcp-metadata",
            Self::File(_) => "file",
            Self::Environment(_) => "env",
            Self::Command(_) => "command",
        }
    }

    /// Whether it needs a person.
    pub fn needs_person(&self) -> bool {
        matches!(self, Self::Browser(_) | Self::Device(_) | Self::Paste(_))
    }

    /// The token, where it lies on this machine: read at once, without a runtime. `None` where
    /// somebody has to be asked for it: a person, a platform, a command.
    pub fn at_hand(&self, clock: &dyn Clock) -> Option<Result<UnverifiedIdToken, SourceError>> {
        match self {
            Self::Gitlab(source) => Some(source.read(clock).map_err(SourceError::from)),
            Self::File(source) => Some(source.read_now(clock).map_err(SourceError::from)),
            Self::Environment(source) => Some(source.read(clock).map_err(SourceError::from)),
            _ => None,
        }
    }

    /// Gets an ID token.
    ///
    /// # Errors
    /// [`SourceError`].
    pub async fn obtain(&self, surroundings: Surroundings<'_>) -> Result<Obtained, SourceError> {
        let Surroundings { http, clock, .. } = surroundings;
        let presented = match self {
            Self::Browser(source) => return Ok(signed_in(source.sign_in(surroundings).await?)),
            Self::Device(source) => return Ok(signed_in(source.sign_in(surroundings).await?)),
            Self::Paste(source) => return Ok(signed_in(source.sign_in(surroundings).await?)),
            Self::GithubActions(source) => source.fetch(http, clock).await?,
            Self::Gitlab(source) => source.read(clock)?,
            Self::GcpMetadata(source) => source.fetch(http, clock).await?,
            Self::File(source) => source.read(clock).await?,
            Self::Environment(source) => source.read(clock)?,
            Self::Command(source) => source.run(clock).await?,
        };
        Ok(Obtained::Presented(presented))
    }
}

fn signed_in(sign_in: SignIn) -> Obtained {
    Obtained::SignIn(Box::new(sign_in))
}
