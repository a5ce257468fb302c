//! The tutorial's page: open it in a browser, sign in, see the claims and the tokens as JSON.

mod ending;

use std::collections::VecDeque;
use std::future::Future;
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
use crate::loopback::page::plain;
use crate::loopback::{LoopbackError, Server, host_and_port, is_host, listen};
use crate::random;
use crate::redirect;
use crate::redirect_uri::RedirectUri;
use crate::relying_party::RelyingParty;
use crate::report::{Reveal, report};
use crate::sign_in::{SignIn, SignInError};

use ending::{Ending, Form};

/// How many sign-ins may be under way at once, and how many wait to be shown; the oldest gives
/// way.
const UNDER_WAY: usize = 16;

/// Below this, and a ticket that is good once, each sign-in is shown: an address without its
/// code, for the address bar and the history.
const SHOWN: &str = "/shown/";

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
    listeners: Vec<TcpListener>,
    redirect_uri: RedirectUri,
}

impl ServedPage {
    /// Listens at the redirect URI's host and port.
    ///
    /// # Errors
    /// [`LoopbackError::NotLoopback`], also when the URI names no port;
    /// [`LoopbackError::Listen`].
    pub async fn bind(redirect_uri: &RedirectUri) -> Result<Self, LoopbackError> {
        if redirect_uri.port().is_none() {
            return Err(LoopbackError::NotLoopback(redirect_uri.to_string()));
        }
        let (listeners, redirect_uri) = listen(redirect_uri).await?;
        Ok(Self { listeners, redirect_uri })
    }

    /// The address to open: `http://127.0.0.1:3000/`.
    pub fn address(&self) -> Url {
        let mut address = self.redirect_uri.url().clone();
        address.set_path("/");
        address
    }

    /// Serves until `stop` completes. Each visit of `/` begins a sign-in; the callback leads
    /// on to where [`report`] is shown, once: to a browser as a page, to programs as JSON.
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
            host: host_and_port(self.redirect_uri.url()),
            redirect_uri: self.redirect_uri,
            relying_party,
            options,
            reveal,
            clock,
            observer,
            under_way: Mutex::default(),
            to_be_shown: Mutex::default(),
        };
        let router = Router::new().fallback(receive).with_state(Arc::new(desk));
        let server = Server::start(self.listeners, &router);
        stop.await;
        server.stop().await;
    }
}

struct Desk {
    host: String,
    redirect_uri: RedirectUri,
    relying_party: Arc<RelyingParty>,
    options: AuthorizationOptions,
    reveal: Reveal,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn ServeObserver>,
    under_way: Mutex<VecDeque<AuthorizationRequest>>,
    to_be_shown: Mutex<VecDeque<Shown>>,
}

/// How a sign-in ended, for whoever holds the ticket.
struct Shown {
    ticket: Secret,
    ending: Ending,
}

async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_host(&request, &desk.host) {
        return plain(StatusCode::FORBIDDEN, "This address is not served here.");
    }
    if request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is served here.");
    }
    let query = request.uri().query().unwrap_or_default();
    let path = request.uri().path();
    let form = Form::wanted(request.headers());
    let is_callback = path == desk.redirect_uri.url().path();
    if is_callback && let Some(request) = desk.take(query) {
        let ending = desk.finish(&request, query).await.unwrap_or_else(|error| desk.failed(&error));
        return desk.show_elsewhere(ending, form);
    }
    // A redirect URI without a path is where sign-ins begin, too.
    match path {
        "/" if !(is_callback && redirect::is_answer(query)) => {
            desk.begin().unwrap_or_else(|error| desk.failed(&error).page(form))
        }
        _ if is_callback => desk.failed(&redirect::RedirectError::State.into()).page(form),
        _ => {
            let shown = path.strip_prefix(SHOWN).and_then(|ticket| desk.shown(ticket));
            let shown = shown.map(|ending| ending.page(form));
            shown.unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "There is nothing here."))
        }
    }
}

impl Desk {
    fn begin(&self) -> Result<Response, SignInError> {
        let request =
            self.relying_party.authorization_request(&self.redirect_uri, &self.options)?;
        let response = leading(StatusCode::FOUND, request.url.as_str());
        push(&self.under_way, request);
        Ok(response)
    }

    fn failed(&self, error: &SignInError) -> Ending {
        self.observer.failed(error);
        Ending::Failed { reason: error.to_string(), address: format!("http://{}/", self.host) }
    }

    async fn finish(
        &self,
        request: &AuthorizationRequest,
        query: &str,
    ) -> Result<Ending, SignInError> {
        let provider = self.relying_party.provider();
        let names_issuer = provider.names_issuer_in_redirect;
        let code = redirect::read(query, &request.state, &provider.issuer, names_issuer)?;
        let sign_in = self.relying_party.exchange_code(request, &code, self.clock.as_ref()).await?;
        self.observer.signed_in(&sign_in);
        Ok(Ending::SignedIn(Box::new(report(&sign_in, self.reveal))))
    }

    /// Leads the browser on to an address without the code, where the page is shown once.
    fn show_elsewhere(&self, ending: Ending, form: Form) -> Response {
        // Without a ticket the code stays in the address bar, where it is of no more use.
        let Ok(ticket) = random::token() else { return ending.page(form) };
        let location = format!("{SHOWN}{}", ticket.expose());
        push(&self.to_be_shown, Shown { ticket, ending });
        leading(StatusCode::SEE_OTHER, &location)
    }

    fn shown(&self, ticket: &str) -> Option<Ending> {
        let ticket = Secret::new(ticket);
        let mut to_be_shown = self.to_be_shown.lock().ok()?;
        let position = to_be_shown.iter().position(|shown| shown.ticket == ticket)?;
        to_be_shown.remove(position).map(|shown| shown.ending)
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

fn push<T>(queue: &Mutex<VecDeque<T>>, one: T) {
    if let Ok(mut queue) = queue.lock() {
        queue.push_back(one);
        while queue.len() > UNDER_WAY {
            queue.pop_front();
        }
    }
}

fn leading(status: StatusCode, to: &str) -> Response {
    let mut response = plain(status, "On to the next page.");
    if let Ok(location) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
