//! What all requests of one gate share.

use crate::credential::{CredentialStore, Mint};
use crate::decision::DecisionLog;
use crate::{GateConfig, GateError};

/// One gate's state: its configuration, the credentials it has seen issued, and its log.
pub(crate) struct State {
    pub(crate) config: GateConfig,
    pub(crate) mint: Mint,
    pub(crate) credentials: CredentialStore,
    pub(crate) decisions: DecisionLog,
}

impl State {
    pub(crate) fn new(config: GateConfig) -> Result<Self, GateError> {
        if config.upstream.scheme() != "http" || config.upstream.host_str().is_none() {
            return Err(GateError::Upstream(config.upstream.to_string()));
        }
        Ok(Self {
            mint: Mint::new(),
            credentials: CredentialStore::new(config.limits.sessions),
            decisions: DecisionLog::new(config.limits.decisions),
            config,
        })
    }
}
