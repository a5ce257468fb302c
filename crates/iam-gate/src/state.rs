//! What all requests of one gate share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use fed_types::AccountId;
use iam_policy::Context;
use tokio::sync::{Semaphore, watch};

use crate::account::{Accounts, Documents, Reader};
use crate::bearer::BearersOf;
use crate::credential::{CredentialStore, Mint, RandomnessUnavailable, SessionBounds};
use crate::decision_log::DecisionLog;
use crate::enforcement::Enforcement;
use crate::intake::Intake;
use crate::organization::Organization;
use crate::resource::Resources;
use crate::sealed_message::SealedMessages;
use crate::transfer::Places;
use crate::upload::Uploads;
use crate::upstream::Upstream;
use crate::web_identity::KeySets;
use crate::{AccessKey, GateConfig, GateError};

/// One gate's state: its configuration, the credentials it has seen issued, what it has
/// read of the accounts, and its log.
pub(crate) struct State {
    pub(crate) config: GateConfig,
    pub(crate) intake: Intake,
    pub(crate) mint: Mint,
    pub(crate) credentials: CredentialStore,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) resources: Resources,
    pub(crate) bearers: BearersOf,
    pub(crate) uploads: Uploads,
    pub(crate) places: Places,
    pub(crate) documents: Arc<Documents>,
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) key_sets: KeySets,
    pub(crate) organization: Organization,
    pub(crate) sealed_messages: SealedMessages,
    pub(crate) decisions: DecisionLog,
    pub(crate) decision_readers: Arc<Semaphore>,
    auditing: AtomicBool,
    recorded_keys: OnceLock<Vec<String>>,
    stopping: watch::Sender<bool>,
}

impl State {
    pub(crate) fn new(config: GateConfig) -> Result<Self, GateError> {
        if config.upstream.scheme() != "http" || config.upstream.host_str().is_none() {
            return Err(GateError::Upstream(config.upstream.to_string()));
        }
        let (limits, clock) = (&config.limits, &config.clock);
        let upstream = Arc::new(Upstream::new(&config.upstream, limits.clone(), clock.clone()));
        let documents = Arc::new(Documents::default());
        let reader = Reader::new(Arc::clone(&upstream), Arc::clone(&documents));
        let accounts = Arc::new(Accounts::new(reader));
        let (emulator, texts) = (Arc::clone(&upstream), Arc::clone(&documents));
        Ok(Self {
            intake: Intake::new(limits.clone()),
            mint: Mint::new(),
            credentials: CredentialStore::new(SessionBounds::of(limits)),
            resources: Resources::new(emulator, texts, Arc::clone(&accounts)),
            bearers: BearersOf::default(),
            uploads: Uploads::new(Arc::clone(&upstream)),
            places: Places::new(limits),
            accounts,
            documents,
            upstream,
            key_sets: KeySets::new(config.issuers.clone(), limits.clone())
                .map_err(GateError::Client)?,
            organization: Organization::default(),
            sealed_messages: SealedMessages::new()?,
            decisions: DecisionLog::new(limits),
            decision_readers: Arc::new(Semaphore::new(limits.decision_readers)),
            auditing: AtomicBool::new(false),
            recorded_keys: OnceLock::new(),
            stopping: watch::Sender::new(false),
            config,
        })
    }

    /// Makes an account known and gives its administrator's key.
    pub(crate) fn open_account(
        &self,
        account: &AccountId,
    ) -> Result<AccessKey, RandomnessUnavailable> {
        self.accounts.open(account);
        self.credentials.open_account(account)
    }

    /// Makes an account unknown, and all that was issued there.
    pub(crate) fn close_account(&self, account: &AccountId) {
        // In this order: what is issued from now on is not kept.
        self.accounts.close(account);
        self.credentials.forget_all(account);
    }

    /// What becomes of a denial.
    pub(crate) fn enforcement(&self) -> Enforcement {
        match self.auditing.load(Ordering::SeqCst) {
            true => Enforcement::Audit,
            false => Enforcement::On,
        }
    }

    pub(crate) fn enforce(&self, enforcement: Enforcement) {
        self.auditing.store(enforcement == Enforcement::Audit, Ordering::SeqCst);
    }

    /// Has the values of these condition keys written down with each demand; once for all.
    pub(crate) fn record_keys(&self, keys: Vec<String>) {
        let _ = self.recorded_keys.set(keys);
    }

    /// The condition keys that are to be written down, as far as there are such.
    pub(crate) fn recorded_keys(&self, context: &Context) -> Vec<(String, Vec<String>)> {
        let Some(keys) = self.recorded_keys.get() else { return Vec::new() };
        let found = keys.iter().filter_map(|key| Some((key.clone(), context.get(key)?.to_vec())));
        found.collect()
    }

    /// Ends what would not end by itself.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Changes when the gate stops.
    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}
