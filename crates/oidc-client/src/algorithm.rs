//! The signature algorithms an ID token may have.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{self, Algorithm as Digest};
use jsonwebtoken::Algorithm;

/// An asymmetric signature algorithm (RFC 7518 section 3.1). There
/// is no `none` and no HMAC among them: those cannot even be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; what Google and most others use.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
}

/// The name is not that of an algorithm we verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a signing algorithm out of RS256, RS384, RS512, ES256, ES384 and ES512, found `{0}`"
)]
pub struct UnknownAlgorithm(String);

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256, Self::Es384, Self::Es512];

    /// Its name in a JOSE header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }

    /// As `jsonwebtoken` knows it, which has no ES512.
    pub(crate) fn of_jsonwebtoken(self) -> Option<Algorithm> {
        match self {
            Self::Rs256 => Some(Algorithm::RS256),
            Self::Rs384 => Some(Algorithm::RS384),
            Self::Rs512 => Some(Algorithm::RS512),
            Self::Es256 => Some(Algorithm::ES256),
            Self::Es384 => Some(Algorithm::ES384),
            Self::Es512 => None,
        }
    }

    /// The hash of the algorithm, which `at_hash` uses too.
    pub(crate) fn digest(self) -> &'static Digest {
        match self {
            Self::Rs256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Es512 => &digest::SHA512,
        }
    }

    /// The `kty` and `crv` a key must have for it (RFC 7518 section 6).
    pub(crate) fn key_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 => ("RSA", None),
            Self::Es256 => ("EC", Some("P-256")),
            Self::Es384 => ("EC", Some("P-384")),
            Self::Es512 => ("EC", Some("P-521")),
        }
    }
}

impl FromStr for SigningAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| UnknownAlgorithm(name.to_owned()))
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_none_nor_hmac_can_be_configured() {
        for name in ["none", "None", "NONE", "", "HS256", "HS512", "rs256", "PS256", "RS256 "] {
            assert_eq!(
                name.parse::<SigningAlgorithm>().unwrap_err().to_string(),
                format!(
                    "expected a signing algorithm out of RS256, RS384, RS512, ES256, ES384 and ES512, found `{name}`"
                )
            );
        }
        for algorithm in SigningAlgorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        }
    }
}
