//! What STS remembers of the temporary credentials it gave out.

use fed_types::{TemporaryCredentials, UnixTime};
use iam_policy::NamedPolicy;

use crate::decision::SessionRecord;

/// Temporary credentials, whom they make of their bearer, and what limits them.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) credentials: TemporaryCredentials,
    pub(crate) issued: UnixTime,
    pub(crate) kind: SessionKind,
    /// Who asked for it, also by way of other sessions: a user, the administrator, or the
    /// subject of a token.
    pub(crate) requester: String,
    /// Session policies; `None` when none were given, which differs from an empty list.
    pub(crate) policies: Option<Vec<NamedPolicy>>,
    /// Session tags: key and value.
    pub(crate) tags: Vec<(String, String)>,
    /// Keys of the tags that a further AssumeRole carries on.
    pub(crate) transitive_tag_keys: Vec<String>,
    pub(crate) source_identity: Option<String>,
    /// Keys of the identity provider that stay with the session, such as
    /// `accounts.google.com:sub`.
    pub(crate) federated_keys: Vec<(String, String)>,
    /// `aws:FederatedProvider`: the provider of a web-identity session.
    pub(crate) federated_provider: Option<String>,
}

impl Session {
    /// What the decision log tells of it.
    pub(crate) fn record(&self) -> SessionRecord {
        SessionRecord {
            access_key_id: self.credentials.access_key_id.clone(),
            role_arn: match &self.kind {
                SessionKind::AssumedRole { role_arn, .. } => Some(role_arn.clone()),
                _ => None,
            },
            expiration: self.credentials.expiration,
            federated_provider: self.federated_provider.clone(),
            source_identity: self.source_identity.clone(),
        }
    }
}

/// Whom a session stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// GetSessionToken by the account's administrator.
    Root,
    /// GetSessionToken by a user.
    User { user_id: String, name: String },
    /// One of the AssumeRole operations.
    AssumedRole {
        /// With its path.
        role_arn: String,
        role_name: String,
        /// The emulator's id: a role of the same name made anew is another role.
        role_id: String,
        session_name: String,
    },
    /// GetFederationToken by a user.
    FederatedUser { federated_name: String, user_id: String, name: String },
}
