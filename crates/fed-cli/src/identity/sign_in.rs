//! A person signs in: in a browser here, with a code elsewhere, or by pasting.

use std::time::Duration;

use fed_types::UnixTime;
use oidc_client::{
    AuthorizationOptions, Clock, HttpClient, HttpLimits, LoopbackError, LoopbackRedirect, Offline,
    Outcome, Prompt, RelyingParty, SignIn, SignInError, VerificationRules,
};
use url::Url;

use crate::arguments::SignInArguments;
use crate::commands::Context;
use crate::settings::{Settings, Source};
use crate::{Exit, Failure};

/// The host's clock, as the library wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostClock(pub(crate) fn() -> UnixTime);

impl Clock for HostClock {
    fn now(&self) -> UnixTime {
        (self.0)()
    }
}

/// Whether a refresh token is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// If the issuer gives one without further questions.
    Welcome,
    /// Even at the price of a new consent.
    Wanted,
}

/// The redirect URI of a Web client for `--source paste`, where nothing listens.
const NOBODY_LISTENS: &str = "http://127.0.0.1/";

/// Our client at the issuer, its discovery document read.
pub(crate) async fn relying_party(
    context: Context<'_>,
    settings: &Settings,
) -> Result<RelyingParty, Failure> {
    let issuer = settings.issuer()?;
    let client = settings.client(context.host)?;
    let discovery_url = settings.discovery_url()?;
    let mut rules = VerificationRules::standard(&issuer);
    rules.hosted_domain.clone_from(&settings.profile.hosted_domain);
    let http = HttpClient::new(HttpLimits::STANDARD)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).maybe_hint(error.hint()))?;
    RelyingParty::discover(http, &issuer, discovery_url.as_ref(), client, rules)
        .await
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).maybe_hint(error.hint()))
}

/// Lets a person sign in, and verifies what comes back.
pub(crate) async fn sign_in(
    context: Context<'_>,
    settings: &Settings,
    arguments: &SignInArguments,
    source: &Source,
    renewal: Renewal,
) -> Result<SignIn, Failure> {
    let redirect_uri = settings.redirect_uri()?;
    let party = relying_party(context, settings).await?;
    let options = AuthorizationOptions {
        account: settings.profile.account.clone(),
        hosted_domain: settings.profile.hosted_domain.clone(),
        prompt: Prompt::AsNeeded,
        offline: match renewal {
            Renewal::Welcome => Offline::Wanted,
            Renewal::Wanted => Offline::WithConsent,
        },
        ..AuthorizationOptions::standard()
    };
    let clock = HostClock(context.host.clock);
    let way = Way { context, party: &party, options: &options, clock: &clock };
    let outcome = match source {
        Source::Device => way.device(arguments.login_timeout).await,
        Source::Paste => way.paste(redirect_uri.as_ref()).await,
        _ => {
            way.browser(redirect_uri.as_ref(), arguments.no_browser, arguments.login_timeout).await
        }
    };
    outcome.map_err(|error| failed(&error))
}

struct Way<'a> {
    context: Context<'a>,
    party: &'a RelyingParty,
    options: &'a AuthorizationOptions,
    clock: &'a HostClock,
}

impl Way<'_> {
    async fn browser(
        &self,
        redirect_uri: Option<&Url>,
        no_browser: bool,
        login_timeout: Duration,
    ) -> Result<SignIn, SignInError> {
        let listener = LoopbackRedirect::bind(redirect_uri).await?;
        let request = self.party.authorization_request(listener.redirect_uri(), self.options)?;
        self.show(&request.url, no_browser);
        let callback = listener.wait(&request, self.party.provider(), login_timeout).await?;
        let outcome = self.party.exchange_code(&request, &callback.code, self.clock).await;
        let page = match &outcome {
            Ok(sign_in) => Outcome::SignedIn { account: sign_in.account().to_owned() },
            Err(_) => Outcome::Failed,
        };
        callback.finish(page).await;
        outcome
    }

    fn show(&self, url: &Url, no_browser: bool) {
        let opened = if no_browser { None } else { Some(self.context.host.browser.open(url)) };
        let lead = match opened {
            Some(Ok(())) => {
                "Sign in in the browser that opens. If none does, open this address:".to_owned()
            }
            Some(Err(error)) => {
                format!("No browser could be opened ({error}). To sign in, open this address:")
            }
            None => "To sign in, open this address:".to_owned(),
        };
        self.context.say(&format!("{lead}\n\n  {url}\n"));
    }

    async fn paste(&self, redirect_uri: Option<&Url>) -> Result<SignIn, SignInError> {
        let nobody = Url::parse(NOBODY_LISTENS).map_err(|_| SignInError::NotAUrl)?;
        let redirect_uri = redirect_uri.unwrap_or(&nobody);
        let request = self.party.authorization_request(redirect_uri, self.options)?;
        self.context.say(&format!(
            "Open this address on any machine and sign in:\n\n  {}\n\nThe browser then ends up at \
             an address that begins with {redirect_uri}; that the page does not load is as it \
             should be.",
            request.url
        ));
        let pasted = self
            .context
            .host
            .terminal
            .ask("Paste that address here: ")
            .map_err(SignInError::Paste)?
            .unwrap_or_default();
        let code = self.party.pasted_code(&request, &pasted)?;
        self.party.exchange_code(&request, &code, self.clock).await
    }

    async fn device(&self, login_timeout: Duration) -> Result<SignIn, SignInError> {
        let device = self.party.begin_device_flow(self.options).await?;
        self.context.say(&format!(
            "Open this address on any machine and enter the code {}:\n\n  {}\n",
            device.user_code(),
            device.verification_uri()
        ));
        self.party.finish_device_flow(&device, login_timeout, self.clock).await
    }
}

/// A sign-in that nobody finished, or that the issuer or the person refused, can only be
/// begun again; the rest is not mended by that.
pub(super) fn failed(error: &SignInError) -> Failure {
    let exit = match error {
        SignInError::Loopback(LoopbackError::Timeout(_) | LoopbackError::Redirect(_))
        | SignInError::Redirect(_)
        | SignInError::DeviceCodeExpired
        | SignInError::NotAUrl
        | SignInError::Paste(_) => Exit::SignInNeeded,
        error if error.is_invalid_grant() => Exit::SignInNeeded,
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, error).maybe_hint(error.hint())
}
