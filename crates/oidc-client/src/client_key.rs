//! The key with which a client proves who it is (RFC 7523 section 2.2, OpenID Connect Core
//! section 9, `private_key_jwt`).

use std::fmt;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fed_types::{Secret, UnixTime};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

use crate::random;

/// How long an assertion is good: it is used at once, and once.
const LIFE: Duration = Duration::from_secs(60);

/// The kinds of key that are taken, by the algorithm they sign with.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384];

/// A private key, RSA or on the curve P-256 or P-384.
#[derive(Clone)]
pub struct ClientKey {
    key: EncodingKey,
    algorithm: Algorithm,
    key_id: Option<String>,
    thumbprint: Option<String>,
}

/// The text is no private key that is taken. Never holds the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidClientKey {
    /// No private key in PEM.
    #[error(
        "expected a private key in PEM (RSA, or PKCS #8 on P-256 or P-384), found something else"
    )]
    Key,
    /// No certificate in PEM.
    #[error("expected a certificate in PEM, found something else")]
    Certificate,
    /// The system gave no random bytes, or the key does not sign.
    #[error("the client's key does not sign")]
    Sign,
}

impl InvalidClientKey {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Key => Some(
                "`openssl pkcs8 -topk8 -nodes -in KEY -out KEY.pem` writes one in that form"
                    .to_owned(),
            ),
            Self::Certificate | Self::Sign => None,
        }
    }
}

impl ClientKey {
    /// Reads a private key.
    ///
    /// # Errors
    /// [`InvalidClientKey::Key`].
    pub fn from_pem(pem: &Secret) -> Result<Self, InvalidClientKey> {
        let bytes = pem.expose().as_bytes();
        let signs = |algorithm: &Algorithm| {
            let key = match algorithm {
                Algorithm::RS256 => EncodingKey::from_rsa_pem(bytes),
                _ => EncodingKey::from_ec_pem(bytes),
            };
            let key = key.ok()?;
            // The curve shows only when it signs.
            encode(&Header::new(*algorithm), &json!({}), &key).ok()?;
            Some(Self { key, algorithm: *algorithm, key_id: None, thumbprint: None })
        };
        ALGORITHMS.iter().find_map(signs).ok_or(InvalidClientKey::Key)
    }

    /// With the name that the issuer knows it by (`kid`).
    #[must_use]
    pub fn named(self, key_id: Option<String>) -> Self {
        Self { key_id, ..self }
    }

    /// With the certificate that the issuer knows it by (`x5t#S256`, RFC 7515 section 4.1.8).
    ///
    /// # Errors
    /// [`InvalidClientKey::Certificate`].
    pub fn certified(self, pem: &str) -> Result<Self, InvalidClientKey> {
        let der = certificate(pem).ok_or(InvalidClientKey::Certificate)?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &der));
        Ok(Self { thumbprint: Some(thumbprint), ..self })
    }

    /// An assertion that this is `client_id`, good once, for a minute, at `audience` alone.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: UnixTime,
    ) -> Result<Secret, InvalidClientKey> {
        let mut header = Header::new(self.algorithm);
        header.kid.clone_from(&self.key_id);
        header.x5t_s256.clone_from(&self.thumbprint);
        let id = random::token().map_err(|_| InvalidClientKey::Sign)?;
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": id.expose(),
            "iat": now.seconds(),
            "exp": now.plus(LIFE).seconds(),
        });
        encode(&header, &claims, &self.key).map(Secret::new).map_err(|_| InvalidClientKey::Sign)
    }
}

/// The first certificate's DER.
fn certificate(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok().filter(|der| !der.is_empty())
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
