//! The lab's own certificate authority: made with the lab, gone with it, in no system's store.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
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
    fn certified(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(host) {
            return Some(Arc::clone(known));
        }
        if made.len() >= KEPT {
            made.clear();
        }
        let certified = Arc::new(self.sign(host).ok()?);
        made.insert(host.to_owned(), Arc::clone(&certified));
        Some(certified)
    }

    fn sign(&self, host: &str) -> Result<CertifiedKey, rcgen::Error> {
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        // A common name has 64 characters at most; it is the other name that counts.
        params.distinguished_name = named("fed-lab");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        live(&mut params);
        let certificate = params.signed_by(&self.host_key, &self.issuer)?;
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        Ok(CertifiedKey::new(chain, Arc::clone(&self.signing_key)))
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
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
