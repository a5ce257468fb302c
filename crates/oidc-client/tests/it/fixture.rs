//! An issuer, a client there, a person who signs in by HTTP, and a settable clock.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_issuer::{Clock as IssuerClock, Issuer as FakeIssuer, IssuerConfig, Redirects};
use fed_types::{Secret, UnixTime};
use oidc_client::{
    AuthorizationOptions, AuthorizationRequest, Client, Clock, HttpClient, HttpLimits, Interaction,
    Issuer, Notice, Offline, RelyingParty, SignIn, SignInError, VerificationRules,
};
use url::Url;

pub(crate) const GOOGLE: &str = "https://accounts.google.com";
pub(crate) const CLIENT: &str = "canary-free-client-id";
pub(crate) const DEVICE_CLIENT: &str = "device-client-id";
pub(crate) const SECRET: &str = "canary-client-secret";
pub(crate) const ADA: &str = "113632458324056836621";
pub(crate) const NOW: i64 = 1_795_428_000;
pub(crate) const TIMEOUT: Duration = Duration::from_secs(120);

/// However busy the machine is, the issuer answers within that.
pub(crate) const UNHURRIED: HttpLimits =
    HttpLimits { timeout: Duration::from_secs(120), ..HttpLimits::STANDARD };

/// Our clock: the issuer's, or the issuer's and something. Waiting moves both on.
#[derive(Clone)]
pub(crate) struct TestClock {
    pub(crate) issuer: IssuerClock,
    pub(crate) ahead_seconds: i64,
}

impl Clock for TestClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_seconds(self.issuer.now() + self.ahead_seconds)
    }

    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.issuer.advance(i64::try_from(duration.as_secs()).unwrap());
        Box::pin(tokio::task::yield_now())
    }
}

pub(crate) struct Fixture {
    pub(crate) issuer: FakeIssuer,
    pub(crate) clock: TestClock,
    pub(crate) http: HttpClient,
    pub(crate) browser: reqwest::Client,
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::with(IssuerConfig::google(IssuerClock::fixed(NOW))).await
    }

    pub(crate) async fn with(mut config: IssuerConfig) -> Self {
        let client = |client_id: &str, redirect_uris| fake_issuer::Client {
            client_id: client_id.into(),
            client_secret: Some(SECRET.into()),
            redirect_uris,
        };
        config.clients = vec![
            client(CLIENT, Redirects::AnyLoopbackPort),
            client(DEVICE_CLIENT, Redirects::DeviceOnly),
        ];
        let clock = TestClock { issuer: config.clock.clone(), ahead_seconds: 0 };
        let issuer = FakeIssuer::start(config).await.unwrap();
        let browser =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { issuer, clock, http: HttpClient::new(UNHURRIED).unwrap(), browser }
    }

    pub(crate) fn rules(&self) -> VerificationRules {
        VerificationRules::standard(&Issuer::parse(self.issuer.issuer()).unwrap())
    }

    pub(crate) async fn party(&self) -> RelyingParty {
        self.party_with(CLIENT, self.rules()).await
    }

    pub(crate) async fn party_with(
        &self,
        client_id: &str,
        rules: VerificationRules,
    ) -> RelyingParty {
        self.discover(client_id, SECRET, rules).await.unwrap()
    }

    pub(crate) async fn discover(
        &self,
        client_id: &str,
        client_secret: &str,
        rules: VerificationRules,
    ) -> Result<RelyingParty, oidc_client::DiscoveryError> {
        let client = Client::new(client_id, Some(Secret::new(client_secret)));
        self.discover_as(client, rules).await
    }

    pub(crate) async fn discover_as(
        &self,
        client: Client,
        rules: VerificationRules,
    ) -> Result<RelyingParty, oidc_client::DiscoveryError> {
        let issuer = Issuer::parse(self.issuer.issuer()).unwrap();
        let discovery_url = Url::parse(&self.issuer.discovery_url()).unwrap();
        RelyingParty::discover(self.http.clone(), &issuer, Some(&discovery_url), client, rules)
            .await
    }

    /// Where the issuer sends the browser after Ada signed in.
    pub(crate) async fn redirected(&self, request: &AuthorizationRequest) -> String {
        let response = self.browser.get(request.url.clone()).send().await.unwrap();
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    /// One whole sign-in of Ada's, without a listener.
    pub(crate) async fn sign_in(&self, party: &RelyingParty) -> Result<SignIn, SignInError> {
        let redirect_uri = "http://127.0.0.1:3000/auth/google/callback".parse().unwrap();
        let request = party.authorization_request(&redirect_uri, &ada())?;
        let code = party.pasted_code(&request, &self.redirected(&request).await)?;
        party.exchange_code(&request, &code, &self.clock).await
    }

    /// The error of a sign-in that must fail.
    pub(crate) async fn refused(&self, party: &RelyingParty) -> SignInError {
        self.sign_in(party).await.unwrap_err()
    }
}

/// The message without the clock named as cause: the issuer's clock stands still here, and
/// the `Date` of its answers does not.
pub(crate) fn without_skew(message: &str) -> &str {
    message.split(": this machine's clock is").next().unwrap()
}

/// Ada signs in at once, and a refresh token is wanted.
pub(crate) fn ada() -> AuthorizationOptions {
    AuthorizationOptions {
        account: Some("ada@example.com".into()),
        offline: Offline::WithConsent,
        ..AuthorizationOptions::standard()
    }
}

/// What a person does when asked to.
type Script = dyn Fn(&Act) -> io::Result<String> + Send + Sync;

/// A person at a terminal: what they are told is kept, and what they do is scripted.
pub(crate) struct Person {
    pub(crate) told: Mutex<Vec<String>>,
    act: Box<Script>,
}

pub(crate) enum Act {
    Open(Url),
    EnterCode(String),
    Paste(Url),
}

impl Person {
    pub(crate) fn new(
        act: impl Fn(&Act) -> io::Result<String> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { told: Mutex::default(), act: Box::new(act) })
    }

    fn address(&self) -> Url {
        Url::parse(self.told.lock().unwrap().last().unwrap()).unwrap()
    }
}

impl Interaction for Person {
    fn open_browser(&self, url: &Url) -> io::Result<()> {
        (self.act)(&Act::Open(url.clone())).map(|_| ())
    }

    fn tell(&self, notice: &Notice<'_>) {
        let told = match notice {
            Notice::BrowserOpened { url } => format!("opened {url}"),
            Notice::BrowserNotOpened { url, reason } => format!("not opened ({reason}) {url}"),
            Notice::EnterCode { user_code, .. } => {
                (self.act)(&Act::EnterCode((*user_code).to_owned())).unwrap();
                (*user_code).to_owned()
            }
            Notice::PasteAddress { url } => url.to_string(),
            Notice::NothingYet { redirect_uri, any_port, client_id } => {
                format!("nothing yet: {redirect_uri} {any_port} {client_id}")
            }
            Notice::TurnedAway { error } => format!("turned away: {error:?}"),
            _ => panic!("an unknown notice"),
        };
        self.told.lock().unwrap().push(told);
    }

    fn read_line(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>> {
        Box::pin(async { (self.act)(&Act::Paste(self.address())) })
    }
}
