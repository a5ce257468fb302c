//! Certificate authorities of one's own, as corporate networks have them.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sts_exchange::{
    CertificateAuthorities, ExchangeError, NoCertificates, RetryPolicy, StsEndpoint, exchange,
};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::sts::{Sts, good, request};

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// A server on this machine, certified by the authority, that passes bytes on to `to`.
async fn in_front_of(to: &str, authority: &CertifiedIssuer<'static, KeyPair>) -> String {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let to = to.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, to) = (acceptor.clone(), to.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut inner = TcpStream::connect(to).await.unwrap();
                // However the two end, they are done.
                drop(copy_bidirectional(&mut stream, &mut inner).await);
            });
        }
    });
    format!("https://{address}")
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_beside_the_systems_if_it_is_named() {
    let sts = Sts::start([good("AssumeRoleWithWebIdentity", "role")]).await;
    let authority = authority();
    let url = in_front_of(sts.endpoint.endpoint_url.as_deref().unwrap(), &authority).await;
    let at = |pem: Option<String>| StsEndpoint {
        endpoint_url: Some(url.clone()),
        certificate_authorities: pem.map(|pem| CertificateAuthorities::from_pem(&pem).unwrap()),
        ..sts.endpoint.clone()
    };

    for others in [None, Some(self::authority().pem())] {
        let refused = exchange(&request(), &at(others), &RetryPolicy::NONE).await.unwrap_err();
        assert!(matches!(refused, ExchangeError::NoAnswer { .. }), "{refused:?}");
        let hint = refused.hint().unwrap().to_string();
        assert!(
            hint.starts_with("its certificate is of no authority that is trusted"),
            "{hint}: {refused:?}"
        );
    }
    assert!(sts.asked().is_empty());

    let bundle = format!("{}\n{}", self::authority().pem(), authority.pem());
    let assumed = exchange(&request(), &at(Some(bundle)), &RetryPolicy::NONE).await.unwrap();
    assert_eq!(assumed.credentials.access_key_id, "ASIArole");
}

#[test]
fn a_bundle_of_which_one_is_none_is_refused_whole() {
    let good = authority().pem();
    let broken = good.replacen('M', "!", 1);
    let other = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
    for bundle in ["", "none", &broken, other, &format!("{good}{other}")] {
        assert_eq!(CertificateAuthorities::from_pem(bundle), Err(NoCertificates), "{bundle}");
    }
    assert_eq!(CertificateAuthorities::from_pem(&good).unwrap().as_pem(), good);
}
