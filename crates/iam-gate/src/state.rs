//! What all requests of one gate share.

use std::sync::Arc;

use fed_types::AccountId;
use tokio::sync::watch;

use crate::account::{Accounts, Documents, Reader};
use crate::credential::{CredentialStore, Mint, RandomnessUnavailable, SessionBounds};
use crate::decision::DecisionLog;
use crate::intake::Intake;
use crate::organization::Organization;
use crate::resource::Resources;
use crate::sealed_message::SealedMessages;
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
    pub(crate) uploads: Uploads,
    pub(crate) documents: Arc<Documents>,
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) key_sets: KeySets,
    pub(crate) organization: Organization,
    pub(crate) sealed_messages: SealedMessages,
    pub(crate) decisions: DecisionLog,
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
            uploads: Uploads::new(Arc::clone(&upstream)),
            accounts,
            documents,
            upstream,
            key_sets: KeySets::new(config.issuers.clone(), limits.clone())
                .map_err(GateError::Client)?,
            organization: Organization::default(),
            sealed_messages: SealedMessages::new()?,
            decisions: DecisionLog::new(limits.decisions),
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

    /// Ends what would not end by itself.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Changes when the gate stops.
    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}
