//! A person signs in: in a browser here, with a code elsewhere, or by pasting.

use std::sync::Arc;

use oidc_client::{
    AuthorizationOptions, BrowserSource, DeviceSource, LoopbackError, Obtained, Offline,
    PasteSource, Prompt, RelyingParty, SignIn, SignInError, SourceError, TokenSource, VerifyError,
};

use super::{interaction::Talk, source};
use crate::context::Context;
use crate::settings::{Settings, Source};
use crate::{Exit, Failure};

/// Whether a refresh token is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// If the issuer gives one without further questions.
    Welcome,
    /// Even at the price of a new consent.
    Wanted,
}

impl Renewal {
    fn offline(self) -> Offline {
        match self {
            Self::Welcome => Offline::Wanted,
            Self::Wanted => Offline::WithConsent,
        }
    }
}

/// Our client at the issuer, its discovery document read.
pub(crate) async fn relying_party(
    context: Context<'_>,
    settings: &Settings,
) -> Result<RelyingParty, Failure> {
    let issuer = settings.issuer()?;
    let client = settings.client(context.host)?;
    let discovery_url = settings.discovery_url()?;
    let rules = settings.verification_rules(&issuer)?;
    let http = settings.http(context.host)?;
    let http = settings.presenting(context.host, http, &client.authentication)?;
    tracing::info!(issuer = issuer.as_str(), client = client.client_id, "asking the issuer");
    RelyingParty::discover(http, &issuer, discovery_url.as_ref(), client, rules).await.map_err(
        |error| {
            Failure::from_error(Exit::Unexpected, &error)
                .advised_for(error.hint(), settings.named())
        },
    )
}

/// Lets a person sign in, and verifies what comes back.
pub(crate) async fn sign_in(
    context: Context<'_>,
    settings: &Settings,
    source: &Source,
    renewal: Renewal,
) -> Result<SignIn, Failure> {
    let redirect_uri = settings.redirect_uri()?;
    // Told before anybody signs in, rather than when it is too late to keep anything.
    settings.vault(context.host)?;
    let offline = renewal.offline();
    let options = settings.authorization_options(Prompt::AsNeeded, offline)?;
    let http = settings.http(context.host)?;
    let party = Arc::new(relying_party(context, settings).await?);
    let talk = Talk { host: context.host, no_browser: settings.asking.no_browser };
    let attempt = async |prompt: Prompt| {
        let options = AuthorizationOptions { prompt, ..options.clone() };
        let relying_party = Arc::clone(&party);
        let redirect_uri = redirect_uri.clone();
        let login_timeout = settings.asking.timeout;
        let source = match source {
            Source::Device => {
                TokenSource::Device(DeviceSource { relying_party, options, login_timeout })
            }
            Source::Paste => TokenSource::Paste(PasteSource {
                relying_party,
                redirect_uri,
                options,
                login_timeout,
            }),
            _ => TokenSource::Browser(BrowserSource {
                relying_party,
                redirect_uri,
                options,
                login_timeout,
            }),
        };
        source::ask(context, &source, &talk, &http).await
    };
    let outcome = if settings.asking.select_account {
        attempt(Prompt::SelectAccount).await
    } else {
        match attempt(Prompt::AsNeeded).await {
            // The issuer took the account it knew; somebody is there to choose the other.
            Err(SourceError::SignIn(error))
                if error.is_wrong_account()
                    && *source != Source::Device
                    && context.host.terminal.is_interactive() =>
            {
                context.say(&format!("{error}: choose another account"));
                attempt(Prompt::SelectAccount).await
            }
            outcome => outcome,
        }
    };
    signed_in(settings, outcome)
}

fn signed_in(
    settings: &Settings,
    outcome: Result<Obtained, SourceError>,
) -> Result<SignIn, Failure> {
    match outcome {
        Ok(Obtained::SignIn(sign_in)) => {
            tracing::info!(account = sign_in.account(), "somebody signed in");
            Ok(*sign_in)
        }
        Ok(Obtained::Presented(_)) => {
            Err(Failure::new(Exit::Unexpected, "the source gave a token nobody signed in for"))
        }
        Err(SourceError::SignIn(error)) => Err(failed(settings, &error)),
        Err(error) => {
            let failure = Failure::from_error(Exit::Unexpected, &error);
            Err(failure.advised_for(error.hint(), settings.named()))
        }
    }
}

/// A sign-in that nobody finished, or that the issuer or the person refused, can only be
/// begun again; a client the issuer does not know as configured, only be configured
/// otherwise; the rest is mended by neither.
pub(super) fn failed(settings: &Settings, error: &SignInError) -> Failure {
    let exit = match error {
        SignInError::Loopback(LoopbackError::Timeout(_) | LoopbackError::Redirect(_))
        | SignInError::Redirect(_)
        | SignInError::DeviceCodeExpired
        | SignInError::NotAUrl
        | SignInError::Paste(_) => Exit::SignInNeeded,
        SignInError::Verify(
            VerifyError::AuthenticationContext { .. } | VerifyError::AuthenticationTooOld { .. },
        ) => Exit::SignInNeeded,
        error if error.is_invalid_grant() => Exit::SignInNeeded,
        error if error.is_misconfiguration() => Exit::InvalidConfiguration,
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, error).advised_for(error.hint(), settings.named())
}
