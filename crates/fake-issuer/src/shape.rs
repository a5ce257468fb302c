//! What differs from provider to provider in how a token looks: how long it lives, since when
//! it is good, what its header says, where its keys are.

use serde_json::{Map, Value};

use crate::Preset;
use crate::keys::SigningKey;

impl Preset {
    /// From `iat` to `exp`, in seconds. Google: an hour. GitHub: five minutes. GitLab: as long
    /// as the job may run, an hour unless it is set otherwise. EKS: a day (amazon-eks-pod-identity-webhook,
    /// `--token-expiration`).
    pub(crate) fn lifetime_seconds(self) -> i64 {
        match self {
            Self::Google | Self::Gitlab => 3600,
            Self::GithubActions => 300,
            Self::Eks => 86_400,
        }
    }

    /// How many seconds before `iat` a token is good, `nbf`; Google's say nothing of it.
    pub(crate) fn lead_seconds(self) -> Option<i64> {
        match self {
            Self::Google => None,
            Self::GithubActions => Some(600),
            Self::Gitlab => Some(5),
            Self::Eks => Some(0),
        }
    }

    /// Whether each token has a name of its own, `jti`.
    pub(crate) fn numbers_tokens(self) -> bool {
        self != Self::Google
    }

    /// Where the key set is, below the issuer.
    pub(crate) fn jwks_path(self) -> &'static str {
        match self {
            Self::Google => "/oauth2/v3/certs",
            Self::GithubActions => "/.well-known/jwks",
            Self::Gitlab => "/oauth/discovery/keys",
            Self::Eks => "/keys",
        }
    }

    /// The name of a key: of Google and of clusters 40 hexadecimal digits, of GitHub the same
    /// in capitals, of GitLab the key's thumbprint (RFC 7638).
    pub(crate) fn key_id(self, key: &SigningKey) -> String {
        match self {
            Self::Google | Self::Eks => key.digits(),
            Self::GithubActions => key.digits().to_uppercase(),
            Self::Gitlab => key.thumbprint(),
        }
    }

    /// The JOSE header of a token that this key signs.
    pub(crate) fn header(self, key: &SigningKey, algorithm: &str) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), algorithm.into());
        header.insert("kid".to_owned(), self.key_id(key).into());
        if self != Self::Eks {
            header.insert("typ".to_owned(), "JWT".into());
        }
        if self == Self::GithubActions {
            header.insert("x5t".to_owned(), key.certificate_digest().into());
        }
        header
    }
}
