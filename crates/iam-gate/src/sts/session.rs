//! Mints temporary credentials.

use std::time::Duration;

use fed_types::TemporaryCredentials;
use iam_policy::NamedPolicy;

use crate::account::Account;
use crate::credential::{Session, SessionKind};
use crate::error_response::ErrorResponse;
use crate::state::State;

/// Everything about a session but its credentials.
pub(super) struct NewSession {
    pub(super) kind: SessionKind,
    /// Seconds.
    pub(super) duration: u32,
    pub(super) policies: Option<Vec<NamedPolicy>>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) transitive_tag_keys: Vec<String>,
    pub(super) source_identity: Option<String>,
    pub(super) federated_keys: Vec<(String, String)>,
    pub(super) federated_provider: Option<String>,
}

impl NewSession {
    /// A session with nothing but a kind and a duration.
    pub(super) fn plain(kind: SessionKind, duration: u32) -> Self {
        Self {
            kind,
            duration,
            policies: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            federated_keys: Vec::new(),
            federated_provider: None,
        }
    }

    /// Makes the credentials, keeps them as `requester`'s, and gives them out.
    ///
    /// # Errors
    /// [`ErrorResponse::UnknownKey`] in an account that was closed meanwhile.
    pub(super) fn begin(
        self,
        state: &State,
        account: &Account,
        requester: String,
    ) -> Result<TemporaryCredentials, ErrorResponse> {
        let issued = state.config.clock.now();
        let credentials = TemporaryCredentials {
            access_key_id: state.mint.access_key_id("ASIA")?,
            secret_access_key: state.mint.secret_access_key()?,
            session_token: state.mint.session_token()?,
            expiration: issued.plus(Duration::from_secs(u64::from(self.duration))),
        };
        let session = Session {
            credentials: credentials.clone(),
            issued,
            kind: self.kind,
            requester,
            policies: self.policies,
            tags: self.tags,
            transitive_tag_keys: self.transitive_tag_keys,
            source_identity: self.source_identity,
            federated_keys: self.federated_keys,
            federated_provider: self.federated_provider,
        };
        match state.credentials.keep_session(account, session) {
            true => Ok(credentials),
            false => Err(ErrorResponse::UnknownKey),
        }
    }
}
