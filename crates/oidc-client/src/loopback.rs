//! The redirect back to this machine (RFC 8252 section 7.3): a listener on a loopback
//! address that takes one callback and is gone.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use fed_types::Secret;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use url::{Host, Url};

use crate::authorize::AuthorizationRequest;
use crate::discovery::ProviderMetadata;
use crate::issuer::Issuer;
use crate::redirect::{self, AuthorizationCode, RedirectError};

pub(crate) mod page;

/// Why the sign-in did not come back through the browser.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The redirect URI is not one a program on this machine can serve.
    #[error("expected a redirect URI like `http://127.0.0.1:3000/callback`, found `{0}`")]
    NotLoopback(String),
    /// The port is taken or forbidden.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// Where we wanted to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Nobody came back in time.
    #[error("nobody finished signing in within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The browser came back without a code.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// The listener broke.
    #[error("the listener for the redirect ended early")]
    Ended,
}

impl LoopbackError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotLoopback(_) => Some(
                "register `http://127.0.0.1:3000/auth/google/callback` for the client and configure just that".to_owned(),
            ),
            Self::Listen { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                Some(format!(
                    "another program, perhaps another sign-in, has port {}: `ss -ltnp 'sport = :{}'` shows it; `--source paste` needs no port",
                    address.port(),
                    address.port()
                ))
            }
            Self::Listen { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("ports below 1024 are reserved: register a higher one".to_owned())
            }
            Self::Listen { .. } | Self::Ended => {
                Some("`--source paste` needs no listener".to_owned())
            }
            Self::Timeout(_) => Some(
                "begin again: `fed-cli login`; on a machine without a browser use `--source device` or `--source paste`".to_owned(),
            ),
            Self::Redirect(error) => error.hint(),
        }
    }
}

/// A bound listener. Bind first, then send the person to the issuer, so that the redirect
/// cannot come too early.
#[derive(Debug)]
pub struct LoopbackRedirect {
    listener: TcpListener,
    redirect_uri: Url,
}

/// A callback with the code of our own request. The browser still waits for its page.
#[derive(Debug)]
pub struct Callback {
    /// To be exchanged at the token endpoint.
    pub code: AuthorizationCode,
    page: oneshot::Sender<Outcome>,
    server: Server,
}

/// What the page tells the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It worked; for whom, as the verified token says.
    SignedIn {
        /// Email address or subject.
        account: String,
    },
    /// It did not; the terminal says why.
    Failed,
}

impl LoopbackRedirect {
    /// Listens where `redirect_uri` says; with `None`, or where it names no port, on any
    /// free port (Google's "Desktop app" clients). 127.0.0.1 and `[::1]` only;
    /// `localhost` is taken as 127.0.0.1.
    ///
    /// # Errors
    /// [`LoopbackError::NotLoopback`], [`LoopbackError::Listen`].
    pub async fn bind(redirect_uri: Option<&Url>) -> Result<Self, LoopbackError> {
        let Some(redirect_uri) = redirect_uri else {
            return Self::bind_any().await;
        };
        let (address, port) = loopback_address(redirect_uri)
            .ok_or_else(|| LoopbackError::NotLoopback(redirect_uri.to_string()))?;
        let listener = listen(SocketAddr::new(address, port.unwrap_or(0))).await?;
        let mut redirect_uri = redirect_uri.clone();
        if port.is_none() {
            set_port(&mut redirect_uri, &listener)?;
        }
        Ok(Self { listener, redirect_uri })
    }

    /// Any free port of 127.0.0.1, or of `[::1]` where there is no IPv4.
    async fn bind_any() -> Result<Self, LoopbackError> {
        let (listener, text) = match listen((Ipv4Addr::LOCALHOST, 0).into()).await {
            Ok(listener) => (listener, "http://127.0.0.1/"),
            Err(_) => (listen((Ipv6Addr::LOCALHOST, 0).into()).await?, "http://[::1]/"),
        };
        let mut redirect_uri =
            Url::parse(text).map_err(|_| LoopbackError::NotLoopback(text.to_owned()))?;
        set_port(&mut redirect_uri, &listener)?;
        Ok(Self { listener, redirect_uri })
    }

    /// The redirect URI to ask for, port included.
    pub fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    /// Waits for the callback that answers `request`. Requests for other paths and with
    /// another `Host` (DNS rebinding) are turned away and do not count; the first request
    /// for the callback's path ends the waiting, whatever it brings.
    ///
    /// # Errors
    /// [`LoopbackError::Timeout`] after `login_timeout`; [`LoopbackError::Redirect`] when
    /// the callback brings no code of ours.
    pub async fn wait(
        self,
        request: &AuthorizationRequest,
        provider: &ProviderMetadata,
        login_timeout: Duration,
    ) -> Result<Callback, LoopbackError> {
        let (turn, mut arrivals) = mpsc::channel(1);
        let desk = Desk {
            host: host_and_port(&self.redirect_uri),
            path: self.redirect_uri.path().to_owned(),
            state: request.state.clone(),
            issuer: provider.issuer.clone(),
            names_issuer: provider.names_issuer_in_redirect,
            turn: Mutex::new(Some(turn)),
        };
        let router = Router::new().fallback(receive).with_state(Arc::new(desk));
        let server = Server::start(self.listener, router);
        let arrival = tokio::time::timeout(login_timeout, arrivals.recv())
            .await
            .map_err(|_| LoopbackError::Timeout(login_timeout))?
            .ok_or(LoopbackError::Ended)?;
        match arrival.code {
            Ok(code) => Ok(Callback { code, page: arrival.page, server }),
            Err(error) => {
                let _ = arrival.page.send(Outcome::Failed);
                server.stop().await;
                Err(error.into())
            }
        }
    }
}

impl Callback {
    /// Gives the browser its page and closes the listener.
    pub async fn finish(self, outcome: Outcome) {
        let _ = self.page.send(outcome);
        self.server.stop().await;
    }
}

/// What the one handler knows.
struct Desk {
    host: String,
    path: String,
    state: Secret,
    issuer: Issuer,
    names_issuer: bool,
    turn: Mutex<Option<mpsc::Sender<Arrival>>>,
}

struct Arrival {
    code: Result<AuthorizationCode, RedirectError>,
    page: oneshot::Sender<Outcome>,
}

async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_host(&request, &desk.host) {
        return page::plain(StatusCode::FORBIDDEN, "This address is not served here.");
    }
    if request.uri().path() != desk.path {
        return page::plain(StatusCode::NOT_FOUND, "There is nothing here.");
    }
    if request.method() != Method::GET {
        return page::plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is served here.");
    }
    let turn = desk.turn.lock().ok().and_then(|mut turn| turn.take());
    let Some(turn) = turn else {
        return page::plain(StatusCode::GONE, "This sign-in has been answered already.");
    };
    let query = request.uri().query().unwrap_or_default();
    let code = redirect::read(query, &desk.state, &desk.issuer, desk.names_issuer);
    let (page, outcome) = oneshot::channel();
    if turn.send(Arrival { code, page }).await.is_err() {
        return page::outcome(&Outcome::Failed);
    }
    page::outcome(&outcome.await.unwrap_or(Outcome::Failed))
}

/// Whether the request is for `host`; a page that lured its own name to this address
/// sends that name.
pub(crate) fn is_host(request: &Request, host: &str) -> bool {
    let mut named = request.headers().get_all("host").iter();
    match (named.next(), named.next()) {
        (Some(one), None) => one.to_str().is_ok_and(|name| name.eq_ignore_ascii_case(host)),
        _ => false,
    }
}

/// The `Host` a browser sends for this URL.
pub(crate) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A server in a task of its own, which ends with its owner.
#[derive(Debug)]
pub(crate) struct Server {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

/// How long the last answer may take to leave.
const FAREWELL: Duration = Duration::from_secs(2);

impl Server {
    pub(crate) fn start(listener: TcpListener, router: Router) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(until(stopped));
        let task = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::debug!(%error, "the listener for the redirect ended");
            }
        });
        Self { task, stop: Some(stop) }
    }

    /// Lets the answers under way leave, then closes.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        let _ = tokio::time::timeout(FAREWELL, &mut self.task).await;
    }
}

async fn until(stopped: oneshot::Receiver<()>) {
    let _ = stopped.await;
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, LoopbackError> {
    TcpListener::bind(address).await.map_err(|source| LoopbackError::Listen { address, source })
}

fn set_port(redirect_uri: &mut Url, listener: &TcpListener) -> Result<(), LoopbackError> {
    let port = listener.local_addr().map_err(|_| LoopbackError::Ended)?.port();
    redirect_uri.set_port(Some(port)).map_err(|()| LoopbackError::Ended)
}

/// The address and port of an `http` redirect URI on this machine.
pub(crate) fn loopback_address(redirect_uri: &Url) -> Option<(IpAddr, Option<u16>)> {
    let address = match redirect_uri.host()? {
        Host::Ipv4(address) if address == Ipv4Addr::LOCALHOST => IpAddr::from(address),
        Host::Ipv6(address) if address == Ipv6Addr::LOCALHOST => IpAddr::from(address),
        Host::Domain("localhost") => IpAddr::from(Ipv4Addr::LOCALHOST),
        _ => return None,
    };
    let plain = redirect_uri.scheme() == "http"
        && redirect_uri.username().is_empty()
        && redirect_uri.password().is_none()
        && redirect_uri.query().is_none()
        && redirect_uri.fragment().is_none();
    plain.then_some((address, redirect_uri.port()))
}

#[cfg(test)]
mod tests;
