//! A running issuer, as tests hold it.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::server::{Provider, router};
use crate::{
    Account, ActiveFault, Client, ClientMethod, Clock, Controls, CountedMistake, IssuerConfig,
    IssuerError, TokenRequest,
};

/// An issuer that listens on 127.0.0.1 until it is stopped or dropped.
#[derive(Debug)]
pub struct Issuer {
    provider: Arc<Provider>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

/// Signs tokens in the issuer's name, for as long as somebody holds it.
#[derive(Clone, Debug)]
pub struct Signer(Arc<Provider>);

impl Signer {
    /// As [`Issuer::sign`].
    ///
    /// # Errors
    /// Those of [`Issuer::sign`].
    pub fn sign(&self, request: &TokenRequest) -> Result<String, IssuerError> {
        self.0.sign(request)
    }
}

impl Issuer {
    /// Binds the port and serves. Ready when it returns; keys are made when first needed.
    ///
    /// # Errors
    /// [`IssuerError::Listen`] if the port is taken.
    pub async fn start(config: IssuerConfig) -> Result<Self, IssuerError> {
        let port = config.port.unwrap_or(0);
        let failed = |source| IssuerError::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let provider = Arc::new(Provider::new(config, format!("http://{address}")));
        let (stop, stopped) = oneshot::channel::<()>();
        let app = router(Arc::clone(&provider));
        let server = tokio::spawn(async move {
            let until = async { drop(stopped.await) };
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(until).await {
                tracing::warn!(%error, "the issuer stopped serving");
            }
        });
        Ok(Self { provider, stop: Some(stop), server: Some(server) })
    }

    /// Where it listens, such as `http://127.0.0.1:49152`; no slash at the end.
    pub fn url(&self) -> &str {
        self.provider.url()
    }

    /// Its `iss`, such as `https://accounts.google.com`.
    pub fn issuer(&self) -> &str {
        self.provider.issuer()
    }

    /// Where its discovery document is.
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.url())
    }

    /// What a GitHub Actions runner has as `ACTIONS_ID_TOKEN_REQUEST_URL` and
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    pub fn github_actions_request(&self) -> (String, String) {
        self.provider.github_actions_request()
    }

    /// Adds a client, or replaces the one of the same id.
    pub fn register_client(&self, client: Client) {
        self.provider.register_client(client);
    }

    /// Lets a client prove who it is in this way alone, also where it revokes.
    pub fn restrict_client(&self, client_id: &str, method: ClientMethod) {
        self.provider.state().methods.insert(client_id.to_owned(), method);
    }

    /// Adds an account to the picker, or replaces the one of the same subject.
    pub fn register_account(&self, account: Account) {
        self.provider.register_account(account);
    }

    /// The clock it goes by; moving it moves every expiry.
    pub fn clock(&self) -> &Clock {
        self.provider.clock()
    }

    /// A token as the test wants it.
    ///
    /// # Errors
    /// [`IssuerError::NoAccount`] without accounts, [`IssuerError::Crypto`] if
    /// signing failed.
    pub fn sign(&self, request: &TokenRequest) -> Result<String, IssuerError> {
        self.provider.sign(request)
    }

    /// A hold on it for whoever looks at it, or steers it.
    pub fn controls(&self) -> Controls {
        Controls::new(Arc::clone(&self.provider))
    }

    /// What signs tokens without holding on to the issuer.
    pub fn signer(&self) -> Signer {
        Signer(Arc::clone(&self.provider))
    }

    /// A new key takes over; the one before the last is published no longer.
    /// The new `kid`.
    ///
    /// # Errors
    /// [`IssuerError::Crypto`] if no key could be made.
    pub fn rotate(&self) -> Result<String, IssuerError> {
        self.provider.rotate()
    }

    /// The current signing key's public half, PEM text of its
    /// SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`IssuerError::Crypto`] if it could not be encoded.
    pub fn public_key_pem(&self) -> Result<String, IssuerError> {
        self.provider.public_key_pem()
    }

    /// Switches a fault on.
    pub fn add_fault(&self, fault: impl Into<ActiveFault>) {
        self.provider.state().faults.add(fault.into());
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.provider.state().faults.clear(None);
    }

    /// The mistakes counted so far: `client_id`'s, or everybody's.
    pub fn mistakes(&self, client_id: Option<&str>) -> Vec<CountedMistake> {
        self.provider.state().mistakes.list(client_id)
    }

    /// Stops listening; open answers get two seconds to be finished.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(Duration::from_secs(2), &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
