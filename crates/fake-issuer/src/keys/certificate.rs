//! A key as a certificate that it has signed itself: Google's older key set has its keys so, and
//! client libraries still read it.

use std::time::{Duration, UNIX_EPOCH};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose,
    PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm,
};

use super::{Pair, SigningKey};
use crate::IssuerError;

/// Google's own live for sixteen days.
const LIFE: Duration = Duration::from_secs(16 * 86_400);
/// The name in Google's.
const NAME: &str = "federated-signon.system.gserviceaccount.com";

impl SigningKey {
    /// The certificate as PEM; `now` in seconds since 1970.
    ///
    /// # Errors
    /// [`IssuerError::Crypto`], also for a key that is not RSA.
    pub(crate) fn certificate(&self, now: i64) -> Result<String, IssuerError> {
        let failed = |_: rcgen::Error| IssuerError::Crypto { what: "make a certificate" };
        let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, NAME);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let now = UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or_default());
        params.not_before = (now - LIFE / 2).into();
        params.not_after = (now + LIFE / 2).into();
        Ok(params.self_signed(&Signer(self)).map_err(failed)?.pem())
    }
}

/// As certificates are signed with it.
struct Signer<'a>(&'a SigningKey);

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.pair.public_key()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        match self.0.pair {
            Pair::Rsa(_) => self.0.sign(message).map_err(|_| rcgen::Error::RemoteKeyError),
            Pair::Ecdsa(..) => Err(rcgen::Error::RemoteKeyError),
        }
    }
}
