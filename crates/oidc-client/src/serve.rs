//! The tutorial's page: open it in a browser, sign in, see the tokens as JSON.

use std::collections::VecDeque;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use fed_types::Secret;
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

use crate::authorize::{AuthorizationOptions, AuthorizationRequest};
use crate::clock::Clock;
use crate::loopback::page::{answer, plain};
use crate::loopback::{LoopbackError, Server, host_and_port, is_host, loopback_address};
use crate::redirect;
use crate::relying_party::RelyingParty;
use crate::report::{Reveal, report};
use crate::sign_in::{SignIn, SignInError};

/// How many sign-ins may be under way at once; the oldest gives way.
const UNDER_WAY: usize = 16;

/// What happens on the page, for whoever runs it.
pub trait ServeObserver: Send + Sync {
    /// Somebody signed in.
    fn signed_in(&self, sign_in: &SignIn);
    /// A sign-in failed.
    fn failed(&self, error: &SignInError);
}

/// The page, bound to the redirect URI's host and port.
#[derive(Debug)]
pub struct ServedPage {
    listener: TcpListener,
    redirect_uri: Url,
}

impl ServedPage {
    /// Listens at the redirect URI's host and port.
    ///
    /// # Errors
    /// [`LoopbackError::NotLoopback`], also when the URI names no port;
    /// [`LoopbackError::Listen`].
    pub async fn bind(redirect_uri: &Url) -> Result<Self, LoopbackError> {
        let Some((address, Some(port))) = loopback_address(redirect_uri) else {
            return Err(LoopbackError::NotLoopback(redirect_uri.to_string()));
        };
        let address = SocketAddr::new(address, port);
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| LoopbackError::Listen { address, source })?;
        Ok(Self { listener, redirect_uri: redirect_uri.clone() })
    }

    /// The address to open: `http://127.0.0.1:3000/`.
    pub fn address(&self) -> Url {
        let mut address = self.redirect_uri.clone();
        address.set_path("/");
        address
    }

    /// Serves until `stop` completes. Each visit of `/` begins a sign-in; the callback
    /// shows [`report`] as JSON.
    pub async fn serve(
        self,
        relying_party: Arc<RelyingParty>,
        options: AuthorizationOptions,
        reveal: Reveal,
        clock: Arc<dyn Clock>,
        observer: Arc<dyn ServeObserver>,
        stop: impl Future<Output = ()>,
    ) {
        let desk = Desk {
            host: host_and_port(&self.redirect_uri),
            redirect_uri: self.redirect_uri,
            relying_party,
            options,
            reveal,
            clock,
            observer,
            under_way: Mutex::default(),
        };
        let router = Router::new().fallback(receive).with_state(Arc::new(desk));
        let server = Server::start(self.listener, router);
        stop.await;
        server.stop().await;
    }
}

struct Desk {
    host: String,
    redirect_uri: Url,
    relying_party: Arc<RelyingParty>,
    options: AuthorizationOptions,
    reveal: Reveal,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn ServeObserver>,
    under_way: Mutex<VecDeque<AuthorizationRequest>>,
}

async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_host(&request, &desk.host) {
        return plain(StatusCode::FORBIDDEN, "This address is not served here.");
    }
    if request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is served here.");
    }
    let outcome = match request.uri().path() {
        path if path == desk.redirect_uri.path() => {
            desk.finish(request.uri().query().unwrap_or_default()).await
        }
        "/" => desk.begin(),
        _ => return plain(StatusCode::NOT_FOUND, "There is nothing here."),
    };
    outcome.unwrap_or_else(|error| {
        desk.observer.failed(&error);
        let text =
            format!("The sign-in did not work: {error}. Begin again at http://{}/.", desk.host);
        plain(StatusCode::BAD_REQUEST, &text)
    })
}

impl Desk {
    fn begin(&self) -> Result<Response, SignInError> {
        let request =
            self.relying_party.authorization_request(&self.redirect_uri, &self.options)?;
        let mut response = plain(StatusCode::FOUND, "On to the issuer.");
        if let Ok(location) = HeaderValue::from_str(request.url.as_str()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if let Ok(mut under_way) = self.under_way.lock() {
            under_way.push_back(request);
            while under_way.len() > UNDER_WAY {
                under_way.pop_front();
            }
        }
        Ok(response)
    }

    async fn finish(&self, query: &str) -> Result<Response, SignInError> {
        let request = self.take(query).ok_or(redirect::RedirectError::State)?;
        let provider = self.relying_party.provider();
        let names_issuer = provider.names_issuer_in_redirect;
        let code = redirect::read(query, &request.state, &provider.issuer, names_issuer)?;
        let sign_in =
            self.relying_party.exchange_code(&request, &code, self.clock.as_ref()).await?;
        self.observer.signed_in(&sign_in);
        let report = report(&sign_in, self.reveal);
        let text = serde_json::to_string_pretty(&report).unwrap_or_default();
        Ok(answer(StatusCode::OK, "application/json; charset=utf-8", text + "\n"))
    }

    /// The request this redirect answers; it can be answered once.
    fn take(&self, query: &str) -> Option<AuthorizationRequest> {
        let (_, state) =
            form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "state")?;
        let state = Secret::new(state.into_owned());
        let mut under_way = self.under_way.lock().ok()?;
        let position = under_way.iter().position(|request| request.state == state)?;
        under_way.remove(position)
    }
}
