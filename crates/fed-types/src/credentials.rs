//! What STS gives out.

use crate::{Secret, UnixTime};

/// Short-lived AWS credentials. All three parts are needed to sign a request;
/// after `expiration` AWS refuses them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporaryCredentials {
    /// `ASIA…`; not a secret.
    pub access_key_id: String,
    /// Signs requests.
    pub secret_access_key: Secret,
    /// Sent along with every request.
    pub session_token: Secret,
    /// When AWS stops accepting them.
    pub expiration: UnixTime,
}
