//! The lab's own certificate authority: made with the lab, gone with it, in no system's store.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use crate::LabError;

/// Certificates kept; past this many all are made anew.
const KEPT: usize = 1024;
const DAY: Duration = Duration::from_secs(86_400);
/// No lab lives longer, and no client minds so few.
const LIFE: Duration = Duration::from_secs(90 * 86_400);

/// Signs a certificate for whichever host is asked for, with one key for all of them.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    host_key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    made: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Authority {
    /// Makes the keys and the authority's certificate.
    pub(super) fn create() -> Result<Self, LabError> {
        let failed = |error: rcgen::Error| LabError::Authority(error.to_string());
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
        params.distinguished_name = named("fed-lab, for this lab alone");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.serial_number = Some(serial_number()?);
        live(&mut params);
        let made = params.self_signed(&key).map_err(failed)?;
        let (certificate, pem) = (made.der().clone(), made.pem());
        let host_key = KeyPair::generate().map_err(failed)?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(host_key.serialize_der()));
        let signing_key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&der)
            .map_err(|error| LabError::Authority(error.to_string()))?;
        let issuer = Issuer::new(params, key);
        Ok(Self { issuer, certificate, pem, host_key, signing_key, made: Mutex::default() })
    }

    /// The authority's certificate as PEM, for clients to trust.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate of a host.
    pub(super) fn certified(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(host) {
            return Some(Arc::clone(known));
        }
        if made.len() >= KEPT {
            made.clear();
        }
        let certified = self.sign(host).inspect_err(|error| {
            tracing::error!(%error, "no certificate could be made for a host");
        });
        let certified = Arc::new(certified.ok()?);
        made.insert(host.to_owned(), Arc::clone(&certified));
        Some(certified)
    }

    fn sign(&self, host: &str) -> Result<CertifiedKey, LabError> {
        let failed = |error: rcgen::Error| LabError::Authority(error.to_string());
        let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(failed)?;
        // A common name has 64 characters at most; it is the other name that counts.
        params.distinguished_name = named("fed-lab");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial_number()?);
        live(&mut params);
        let certificate = params.signed_by(&self.host_key, &self.issuer).map_err(failed)?;
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        Ok(CertifiedKey::new(chain, Arc::clone(&self.signing_key)))
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// Of 16 random bytes. Without one rcgen takes it from the key, which all hosts have alike, and
/// clients such as Firefox refuse two certificates of one issuer with one number (RFC 5280
/// §4.1.2.2).
fn serial_number() -> Result<SerialNumber, LabError> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| LabError::Randomness)?;
    // Positive, and as long as it says.
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

fn live(params: &mut CertificateParams) {
    let now = SystemTime::now();
    params.not_before = (now - DAY).into();
    params.not_after = (now + LIFE).into();
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.certified(hello.server_name()?)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows the version in a certificate (RFC 5280 §4.1): an INTEGER and its length.
    fn serial_number_of(certificate: &CertificateDer<'_>) -> Vec<u8> {
        const VERSION_3: [u8; 5] = [0xa0, 3, 2, 1, 2];
        let at = certificate.windows(5).position(|window| window == VERSION_3).unwrap() + 5;
        assert_eq!(certificate[at], 2, "no INTEGER");
        certificate[at + 2..][..usize::from(certificate[at + 1])].to_vec()
    }

    #[test]
    fn every_certificate_has_a_serial_number_of_its_own() {
        let authority = Authority::create().unwrap();
        let mut numbers = vec![serial_number_of(&authority.certificate)];
        for host in ["sts.amazonaws.com", "s3.amazonaws.com", "accounts.google.com"] {
            numbers.push(serial_number_of(&authority.certified(host).unwrap().cert[0]));
        }
        // One that is made anew is another certificate.
        authority.made.lock().unwrap().clear();
        numbers.push(serial_number_of(&authority.certified("sts.amazonaws.com").unwrap().cert[0]));
        for number in &numbers {
            assert_eq!(number.len(), 16);
            assert!(number[0] < 0x80, "negative: {number:02x?}");
        }
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 5, "{numbers:02x?}");
    }
}
