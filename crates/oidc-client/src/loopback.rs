//! The redirect back to this machine (RFC 8252 section 7.3): a listener on a loopback
//! address that takes one callback and is gone.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use fed_types::{Hint, Step, shell_line};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use url::Url;

use crate::authorize::AuthorizationRequest;
use crate::discovery::ProviderMetadata;
use crate::redirect::{AuthorizationCode, RedirectError};
use crate::redirect_uri::RedirectUri;

mod desk;
mod listen;
pub(crate) mod page;
mod server;

use desk::{Arrival, Desk};
pub(crate) use listen::listen;
pub(crate) use server::Server;

/// Why the sign-in did not come back through the browser.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NotLoopback(_) => Some(
                "register `http://127.0.0.1:3000/auth/google/callback` for the client and configure just that".into(),
            ),
            Self::Listen { address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                let port = address.port();
                let text = format!(
                    "another program, perhaps another sign-in, has port {port}: `{}` shows it",
                    shell_line(["ss", "-ltnp", &format!("sport = :{port}")])
                );
                Some(Hint::from(text).or("sign in without a port", Step::Paste))
            }
            Self::Listen { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("ports below 1024 are reserved: register a higher one".into())
            }
            Self::Listen { .. } | Self::Ended => {
                Some(Hint::to("sign in without a listener", Step::Paste))
            }
            Self::Timeout(_) => Some(
                Hint::to("begin again", Step::SignIn)
                    .or("on a machine without a browser", Step::Paste),
            ),
            Self::Redirect(error) => error.hint(),
        }
    }
}

/// A bound listener. Bind first, then send the person to the issuer, so that the redirect
/// cannot come too early.
#[derive(Debug)]
pub struct LoopbackRedirect {
    listeners: Vec<TcpListener>,
    redirect_uri: RedirectUri,
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
    /// It did not.
    Failed {
        /// Why, in one line.
        reason: String,
    },
}

/// A visit at the callback's address that does not answer our request: an old tab, a page that
/// links there, an issuer that leaves `state` out. It was turned away, and the wait goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stray {
    /// The OAuth error code that it brought, if it is one.
    pub error: Option<String>,
}

impl LoopbackRedirect {
    /// Listens where `redirect_uri` says; with `None`, or where it names no port, on any
    /// free port (Google's "Desktop app" clients). 127.0.0.1 and `[::1]` only; `localhost` is
    /// both, as far as this machine has them.
    ///
    /// # Errors
    /// [`LoopbackError::NotLoopback`], [`LoopbackError::Listen`].
    pub async fn bind(redirect_uri: Option<&RedirectUri>) -> Result<Self, LoopbackError> {
        let (listeners, redirect_uri) = match redirect_uri {
            Some(redirect_uri) => listen(redirect_uri).await?,
            None => match listen(&any_of("http://127.0.0.1/")?).await {
                Ok(bound) => bound,
                // A machine without IPv4.
                Err(_) => listen(&any_of("http://[::1]/")?).await?,
            },
        };
        Ok(Self { listeners, redirect_uri })
    }

    /// The redirect URI to ask for, port included.
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Waits for the callback that answers `request`: the one with its `state`. Everything
    /// else is turned away and does not count: other paths, another `Host` (DNS rebinding),
    /// another `state` or none, of which `strays` is told now and then.
    ///
    /// # Errors
    /// [`LoopbackError::Timeout`] after `login_timeout`; [`LoopbackError::Redirect`] when
    /// the answer to our request brings no code.
    pub async fn wait(
        self,
        request: &AuthorizationRequest,
        provider: &ProviderMetadata,
        login_timeout: Duration,
        strays: &(dyn Fn(&Stray) + Sync),
    ) -> Result<Callback, LoopbackError> {
        let (turn, mut arrivals) = mpsc::channel(desk::TOLD);
        let desk = Desk {
            host: host_and_port(self.redirect_uri.url()),
            path: self.redirect_uri.url().path().to_owned(),
            state: request.state.clone(),
            issuer: provider.issuer.clone(),
            names_issuer: provider.names_issuer_in_redirect,
            turn: Mutex::new(Some(turn)),
        };
        let router = Router::new().fallback(desk::receive).with_state(Arc::new(desk));
        let server = Server::start(self.listeners, &router);
        let answer = async {
            loop {
                match arrivals.recv().await {
                    Some(Arrival::Stray(stray)) => strays(&stray),
                    Some(Arrival::Answer { code, page }) => return Some((code, page)),
                    None => return None,
                }
            }
        };
        let (code, page) = tokio::time::timeout(login_timeout, answer)
            .await
            .map_err(|_| LoopbackError::Timeout(login_timeout))?
            .ok_or(LoopbackError::Ended)?;
        match code {
            Ok(code) => Ok(Callback { code, page, server }),
            Err(error) => {
                // A browser that went away needs no page.
                let _ = page.send(Outcome::Failed { reason: error.to_string() });
                server.stop().await;
                Err(error.into())
            }
        }
    }
}

fn any_of(text: &str) -> Result<RedirectUri, LoopbackError> {
    RedirectUri::parse(text).map_err(|_| LoopbackError::NotLoopback(text.to_owned()))
}

impl Callback {
    /// Gives the browser its page and closes the listener.
    pub async fn finish(self, outcome: Outcome) {
        // A browser that went away needs no page.
        let _ = self.page.send(outcome);
        self.server.stop().await;
    }
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

#[cfg(test)]
mod tests;
