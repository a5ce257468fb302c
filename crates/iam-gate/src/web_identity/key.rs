//! Public keys of issuers, and signatures checked with them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use iam_policy::web_identity::{Algorithm, UnverifiedToken};

/// One member of a JWK set (RFC 7517 section 4, RFC 7518 section 6), as far as it is needed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct JsonWebKey {
    kty: String,
    pub(super) kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A JWK set. Members that are no keys are left out rather than spoiling the others.
#[derive(Debug, Deserialize)]
pub(super) struct JsonWebKeySet {
    keys: Vec<serde_json::Value>,
}

impl JsonWebKeySet {
    pub(super) fn into_keys(self) -> Vec<JsonWebKey> {
        self.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect()
    }
}

impl JsonWebKey {
    /// Whether this key is meant for signatures of that algorithm.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        let curve = match algorithm {
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => None,
            Algorithm::Es256 => Some("P-256"),
            Algorithm::Es384 => Some("P-384"),
            Algorithm::Es512 => Some("P-521"),
        };
        let kind = if curve.is_some() { "EC" } else { "RSA" };
        self.kty == kind
            && (curve.is_none() || self.crv.as_deref() == curve)
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == algorithm.name())
    }

    /// Whether the token's signature was made with the private half of this key.
    pub(super) fn verifies(&self, token: &UnverifiedToken, algorithm: Algorithm) -> bool {
        self.fits(algorithm) && self.check(token, algorithm).is_some()
    }

    fn check(&self, token: &UnverifiedToken, algorithm: Algorithm) -> Option<()> {
        let decode = |part: &Option<String>| URL_SAFE_NO_PAD.decode(part.as_ref()?).ok();
        let message = token.signed.as_bytes();
        let rsa = |parameters| {
            let key = RsaPublicKeyComponents { n: decode(&self.n)?, e: decode(&self.e)? };
            key.verify(parameters, message, &token.signature).ok()
        };
        // An uncompressed point, SEC 1 section 2.3.3.
        let ec = |parameters| {
            let point = [&[4], decode(&self.x)?.as_slice(), decode(&self.y)?.as_slice()].concat();
            UnparsedPublicKey::new(parameters, point).verify(message, &token.signature).ok()
        };
        match algorithm {
            Algorithm::Rs256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_2048_8192_SHA512),
            Algorithm::Es256 => ec(&ECDSA_P256_SHA256_FIXED),
            Algorithm::Es384 => ec(&ECDSA_P384_SHA384_FIXED),
            Algorithm::Es512 => ec(&ECDSA_P521_SHA512_FIXED),
        }
    }
}
