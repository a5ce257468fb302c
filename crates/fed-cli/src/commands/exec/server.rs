//! Fresh credentials for a command that runs for long: the endpoint that AWS SDKs ask in
//! containers, on this machine alone.
//!
//! Source: AWS SDKs and Tools reference, "Container credential provider".

use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use aws_lc_rs::rand;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, routing};
use credential_store::CredentialsEntry;
use fed_types::Secret;
use serde_json::json;
use tokio::net::TcpListener;

use crate::arguments::GlobalArguments;
use crate::context::Context;
use crate::identity::Holder;
use crate::session::{self, Held};
use crate::settings::Settings;
use crate::{Exit, Failure, Host, loopback};

/// The only path there is.
const PATH: &str = "/credentials";

/// How often it is looked whether new credentials are due, so that whoever asks finds them.
const LOOK_AGAIN: Duration = Duration::from_secs(20);

/// How long whoever asks waits for new credentials while those of before are still valid: SDKs
/// give up after a second or two.
const PATIENCE: Duration = Duration::from_millis(500);

/// The endpoint, bound and not yet served.
#[derive(Debug)]
pub(super) struct Server {
    listener: TcpListener,
    given: Arc<Given>,
}

/// What is given, and to whom.
#[derive(Debug)]
struct Given {
    host: Host,
    global: GlobalArguments,
    settings: Settings,
    /// What whoever asks must present.
    token: Secret,
    /// The `Host` of requests that were meant for us.
    authority: String,
    /// Whom the command was begun for: nobody else's credentials are given to it.
    holder: Holder,
    /// What was got last; `None` after AWS said no.
    entry: Mutex<Option<CredentialsEntry>>,
    /// Held by whoever gets new ones.
    renewing: Mutex<()>,
    told: Mutex<String>,
}

impl Server {
    /// Binds a free port of this machine.
    ///
    /// # Errors
    /// Exit status 1 when there is no port, or no random number to be had.
    pub(super) async fn bind(
        context: Context<'_>,
        settings: &Settings,
        held: Held,
    ) -> Result<Self, Failure> {
        let message = "could not serve credentials on this machine";
        let failed =
            |error: std::io::Error| Failure::new(Exit::Unexpected, message).caused_by(&error);
        let listener = loopback::listen().await.map_err(failed)?;
        let authority = listener.local_addr().map_err(failed)?.to_string();
        let mut random = [0_u8; 32];
        rand::fill(&mut random).map_err(|_| Failure::new(Exit::Unexpected, message))?;
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let given = Arc::new(Given {
            host: context.host.clone(),
            global: context.global.clone(),
            settings: settings.clone(),
            token: Secret::new(token),
            authority,
            holder: held.holder,
            entry: Mutex::new(Some(held.entry)),
            renewing: Mutex::default(),
            told: Mutex::default(),
        });
        Ok(Self { listener, given })
    }

    /// Where SDKs have to ask.
    pub(super) fn uri(&self) -> String {
        format!("http://{}{PATH}", self.given.authority)
    }

    /// What they have to present.
    pub(super) fn token(&self) -> &Secret {
        &self.given.token
    }

    /// Serves until the runtime ends. A renewal that runs then is waited for: a refresh token
    /// that came with it must not be lost.
    pub(super) fn start(self) {
        let given = Arc::clone(&self.given);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LOOK_AGAIN);
            loop {
                ticks.tick().await;
                let given = Arc::clone(&given);
                let _ = tokio::task::spawn_blocking(move || given.fresh()).await;
            }
        });
        let router = Router::new().route(PATH, routing::any(answer)).with_state(self.given);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(self.listener, router).await {
                tracing::warn!(%error, "credentials are served no more");
            }
        });
    }
}

impl Given {
    /// What was got last, while AWS takes it.
    fn valid(&self) -> Option<CredentialsEntry> {
        let entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner).clone();
        entry.filter(|entry| entry.is_valid(self.host.now()))
    }

    fn set(&self, entry: Option<CredentialsEntry>) {
        *self.entry.lock().unwrap_or_else(PoisonError::into_inner) = entry;
    }

    /// Credentials that have life left: those of before, or new ones. Nobody is asked. Where
    /// somebody else gets new ones already, those of before are given for as long as AWS takes
    /// them.
    fn fresh(&self) -> Result<CredentialsEntry, Failure> {
        let is_fresh = |entry: &CredentialsEntry| entry.is_fresh(self.host.now());
        let before = self.valid();
        if let Some(entry) = before.clone().filter(is_fresh) {
            return Ok(entry);
        }
        let _renewing = match (self.renewing.try_lock(), before) {
            (Ok(renewing), _) => renewing,
            (Err(TryLockError::WouldBlock), Some(before)) => return Ok(before),
            _ => self.renewing.lock().unwrap_or_else(PoisonError::into_inner),
        };
        if let Some(entry) = self.valid().filter(is_fresh) {
            return Ok(entry);
        }
        let context = Context { host: &self.host, global: &self.global };
        match session::credentials_unattended(context, &self.settings, Some(&self.holder)) {
            Ok(new) => {
                self.set(Some(new.clone()));
                Ok(new)
            }
            Err(failure) => {
                self.tell(&failure);
                if failure.exit == Exit::Denied {
                    self.set(None);
                }
                // Where nothing is kept on this machine, those of before are the only ones.
                self.valid().ok_or(failure)
            }
        }
    }

    /// Once for each trouble: whoever asks will ask again and again.
    fn tell(&self, failure: &Failure) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let message = failure.in_one_line();
        if *told != message
            && let Some(text) = failure.render(false)
        {
            self.host.terminal.say(&text);
            *told = message;
        }
    }

    /// Why the request gets nothing, if so. A page in a browser can send requests here by a name
    /// that leads to this machine, but not with this `Host`; nor does it know the token.
    fn refusal(&self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let header = |name: HeaderName| {
            headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        if header(HOST) != self.authority {
            let why = "the request is for another host";
            return Some(refused(StatusCode::FORBIDDEN, "ForeignHost", why));
        }
        if Secret::new(header(AUTHORIZATION)) != self.token {
            let why = "the authorization token is missing or wrong";
            return Some(refused(StatusCode::FORBIDDEN, "InvalidAuthorization", why));
        }
        if *method != Method::GET {
            let why = "credentials are got with GET";
            return Some(refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", why));
        }
        None
    }
}

async fn answer(State(given): State<Arc<Given>>, request: Request) -> Response {
    if let Some(refusal) = given.refusal(request.method(), request.headers()) {
        return refusal;
    }
    let before = given.valid();
    let got = tokio::task::spawn_blocking(move || given.fresh());
    let outcome = match before {
        // The renewal goes on, and whoever asks next finds what came of it.
        Some(before) => tokio::time::timeout(PATIENCE, got).await.unwrap_or(Ok(Ok(before))),
        None => got.await,
    };
    match outcome {
        Ok(Ok(entry)) => json_answer(StatusCode::OK, &as_container(&entry)),
        Ok(Err(failure)) => {
            let status = match failure.exit {
                Exit::Denied | Exit::SignInNeeded => StatusCode::FORBIDDEN,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            refused(status, "NoCredentials", &failure.in_one_line())
        }
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "NoCredentials", "it went wrong"),
    }
}

/// As the agent of a container answers.
fn as_container(entry: &CredentialsEntry) -> serde_json::Value {
    let credentials = &entry.credentials;
    json!({
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.expose(),
        "Token": credentials.session_token.expose(),
        "Expiration": credentials.expiration.to_string(),
        "RoleArn": entry.role_arn,
    })
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    json_answer(status, &json!({ "code": code, "message": message }))
}

fn json_answer(status: StatusCode, value: &serde_json::Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, value.to_string()).into_response()
}
