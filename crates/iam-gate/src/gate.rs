//! A running gate and what its owner may do with it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use fed_types::AccountId;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::{
    AccessKey, Clock, DecisionObserver, DecisionRecord, Enforcement, Founding, GateConfig,
    GateError, Membership, PolicyDocument, ServiceControlPolicies, TrustRemedy, UnreadablePolicies,
    documents, server, state::State, sts,
};

/// A gate that listens on 127.0.0.1. Dropping it closes the listener at once;
/// [`Gate::stop`] lets requests under way finish first.
pub struct Gate {
    state: Arc<State>,
    url: String,
    server: JoinHandle<()>,
}

impl Gate {
    /// Listens on 127.0.0.1 and serves until stopped or dropped. The emulator need not be
    /// there yet: as long as it is not, requests are answered with 503.
    ///
    /// # Errors
    /// [`GateError::Listen`] when the port cannot be had, [`GateError::Upstream`] when the
    /// emulator's address is not plain HTTP.
    pub async fn start(config: GateConfig) -> Result<Self, GateError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, config.port.unwrap_or(0)));
        let listen = |source| GateError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let url = format!("http://{address}");
        let config = GateConfig { port: Some(address.port()), ..config };
        let state = Arc::new(State::new(config)?);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&state)));
        Ok(Self { state, url, server })
    }

    /// Where it listens: `http://127.0.0.1:PORT`, no slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key of the account's administrator (the account's root, as AWS calls it). The
    /// account comes into being with the first call; later calls give the same key.
    ///
    /// # Errors
    /// [`GateError::Randomness`] when no key can be made.
    pub fn open_account(&self, account: &AccountId) -> Result<AccessKey, GateError> {
        Ok(self.state.open_account(account)?)
    }

    /// Does the work that takes everything out of an account of the emulator's, and forgets
    /// what was issued there: keys of users and sessions are unknown from then on, the
    /// administrator's key stays. What was read of the account is read anew.
    pub async fn while_emptied<T>(&self, account: &AccountId, work: impl Future<Output = T>) -> T {
        let kept = self.state.accounts.find(account);
        let _account = match &kept {
            Some(account) => Some(account.writing(crate::account::Touched::Whole).await),
            None => None,
        };
        let _resources = self.state.resources.writing(crate::resource::Touched::All);
        self.state.credentials.forget_issued(account);
        let outcome = work.await;
        // Also what was issued beside it.
        self.state.credentials.forget_issued(account);
        outcome
    }

    /// Forgets the account's administrator and all that was issued there: no key of the
    /// account is known from then on, and nobody gets any, also not by a request that is under
    /// way. An account that is opened under the same number is another one.
    pub fn close_account(&self, account: &AccountId) {
        self.state.close_account(account);
    }

    /// Begins to fill an account, which is opened if it is not: until [`Founding::done`] it
    /// answers nobody else, so that nothing can be reached before what denies it is there.
    ///
    /// # Errors
    /// As [`Gate::open_account`].
    pub fn found(&self, account: &AccountId) -> Result<Founding, GateError> {
        Founding::begin(&self.state, account)
    }

    /// Puts all accounts that have none of their own under these service control policies
    /// instead of those before.
    pub fn set_service_control_policies(&self, policies: ServiceControlPolicies) {
        self.state.organization.bind_all(policies);
    }

    /// Gives one account its own place in an organization; `None`: it is under the policies of
    /// all accounts again.
    pub fn join_organization(&self, account: &AccountId, membership: Option<Membership>) {
        self.state.organization.join(account, membership);
    }

    /// The clock that signatures, tokens and sessions are judged by.
    pub fn clock(&self) -> &Clock {
        &self.state.config.clock
    }

    /// What was decided so far, oldest first, as far as it is kept.
    pub fn decisions(&self) -> Vec<Arc<DecisionRecord>> {
        self.state.decisions.kept()
    }

    /// How many decisions went to make room for later ones.
    pub fn dropped_decisions(&self) -> u64 {
        self.state.decisions.dropped()
    }

    /// Forgets what was decided so far.
    pub fn clear_decisions(&self) {
        self.state.decisions.clear();
    }

    /// Tells of every decision from now on, before its answer goes out, also of those that are
    /// not kept. One observer at most; `false` where there is one already.
    pub fn observe(&self, observer: DecisionObserver) -> bool {
        self.state.decisions.observe(observer)
    }

    /// Every decision from now on that is made while somebody holds this; whoever falls behind
    /// misses some, and is told how many.
    pub fn follow(&self) -> broadcast::Receiver<Arc<DecisionRecord>> {
        self.state.decisions.follow().1
    }

    /// The policies of a user or role as they are now, its trust policy among them; none of
    /// whom no policy binds.
    ///
    /// # Errors
    /// What stands against reading them.
    pub async fn documents(&self, arn: &str) -> Result<Vec<PolicyDocument>, UnreadablePolicies> {
        documents::documents(&self.state, arn).await
    }

    /// What would admit the token of a decision, of one that a role's trust policy kept out; else
    /// `None`.
    ///
    /// # Errors
    /// What stands against reading the role.
    pub async fn trust_remedy(
        &self,
        record: &DecisionRecord,
    ) -> Result<Option<TrustRemedy>, UnreadablePolicies> {
        let kept_out = record.token.as_ref().and_then(|token| token.kept_out.as_ref());
        match kept_out {
            Some(kept_out) => Ok(Some(sts::trust_remedy(&self.state, kept_out).await?)),
            None => Ok(None),
        }
    }

    /// Has the values of these condition keys told with each demand. They are set once.
    pub fn record_condition_keys(&self, keys: Vec<String>) {
        self.state.record_keys(keys);
    }

    /// Sets what becomes of denials; [`Enforcement::On`] until then.
    pub fn set_enforcement(&self, enforcement: Enforcement) {
        self.state.enforce(enforcement);
    }

    /// What becomes of denials.
    pub fn enforcement(&self) -> Enforcement {
        self.state.enforcement()
    }

    /// How many requests were denied and let through, under [`Enforcement::Audit`].
    pub fn let_through(&self) -> u64 {
        self.state.decisions.let_through()
    }

    /// Takes no more connections, lets requests under way finish, and returns.
    pub async fn stop(mut self) {
        self.state.stop();
        let _ = (&mut self.server).await;
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}
