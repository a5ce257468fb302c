//! TLS as corporate networks have it: a certificate authority of their own, and clients that
//! present a certificate (RFC 8705).

use std::sync::Arc;

use fed_types::{Hint, Secret, Step};
use oidc_client::{
    Client, ClientAuthentication, DiscoveryError, HttpClient, HttpError, Issuer, RelyingParty,
    discover,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::fixture::{ADA, CLIENT, Fixture, GOOGLE, UNHURRIED};

/// A certificate authority that no system knows.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(parameters, key).unwrap())
    }

    /// A certificate for `name` and its key.
    fn certify(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (parameters.signed_by(&key, &self.0).unwrap(), key)
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server on this machine that passes bytes on to `to`, for clients of ours alone if
    /// `clients` are asked for a certificate.
    async fn in_front_of(&self, to: &str, clients: bool) -> String {
        let (certificate, key) = self.certify("127.0.0.1");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if clients {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from(self.0.der().to_vec())).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
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
}

fn http() -> HttpClient {
    HttpClient::new(UNHURRIED).unwrap()
}

#[tokio::test]
async fn a_certificate_authority_of_ones_own_is_trusted_when_named() {
    let fixture = Fixture::start().await;
    let authority = Authority::new();
    let front = authority.in_front_of(fixture.issuer.url(), false).await;
    let url = Url::parse(&format!("{front}/.well-known/openid-configuration")).unwrap();
    let issuer = Issuer::parse(GOOGLE).unwrap();
    let strangers = Authority::new();
    for (trusted, works) in [
        (vec![], false),
        (vec![strangers.pem()], false),
        (vec![authority.pem()], true),
        (vec![format!("{}{}", strangers.pem(), authority.pem())], true),
        (vec![authority.pem(), strangers.pem()], true),
    ] {
        let mut http = http();
        for bundle in &trusted {
            http = http.trusting(bundle).unwrap();
        }
        let found = discover(&http, &issuer, Some(&url)).await;
        match found {
            Ok(_) => assert!(works, "{} bundles", trusted.len()),
            Err(DiscoveryError::Http(error)) if !works => {
                assert_eq!(error.to_string(), format!("no answer from `{url}`"));
                let text = "its certificate is of no authority that is trusted here; if your \
                            network has one of its own, name it";
                // The strangers' has the same name, so that there it is the signature that is wrong.
                if trusted.is_empty() {
                    assert_eq!(error.hint(), Some(Hint::to(text, Step::TrustAuthority)));
                }
            }
            Err(error) => panic!("{} bundles: {error}", trusted.len()),
        }
    }
}

#[test]
fn a_bundle_without_a_certificate_is_told() {
    for bundle in ["", "canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"]
    {
        let error = http().trusting(bundle).unwrap_err();
        assert_eq!(error.to_string(), "expected certificates in PEM, found none");
    }
    let error = http().presenting("canary", &Secret::new("canary")).unwrap_err();
    assert!(matches!(error, HttpError::NoIdentity));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

/// One fixed document over plain HTTP.
async fn serve(document: Value) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/d", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let body = document.to_string();
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length:";
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let answer = format!("{head} {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn a_client_with_a_certificate_presents_it_where_the_issuer_says() {
    let fixture = Fixture::start().await;
    fixture.issuer.register_client(fake_issuer::Client {
        client_id: CLIENT.into(),
        client_secret: None,
        redirect_uris: fake_issuer::Redirects::AnyLoopbackPort,
    });
    let authority = Authority::new();
    let front = authority.in_front_of(fixture.issuer.url(), true).await;
    let document = fixture.browser.get(fixture.issuer.discovery_url()).send().await.unwrap();
    let mut document: Value = document.json().await.unwrap();
    // Without a certificate nobody is served: the aliases alone work (RFC 8705 section 5).
    for endpoint in ["token_endpoint", "revocation_endpoint"] {
        document[endpoint] = "http://127.0.0.1:1/nothing".into();
    }
    document["mtls_endpoint_aliases"] = serde_json::json!({
        "token_endpoint": format!("{front}/token"),
        "revocation_endpoint": format!("{front}/revoke"),
    });
    let url = serve(document).await;
    let issuer = Issuer::parse(GOOGLE).unwrap();
    let discover = async |http: HttpClient| {
        let authentication = ClientAuthentication::Certificate;
        let client = Client { client_id: CLIENT.to_owned(), authentication };
        let rules = fixture.rules();
        RelyingParty::discover(http, &issuer, Some(&url), client, rules).await
    };
    let (certificate, key) = authority.certify("client");
    let key = Secret::new(key.serialize_pem());
    let trusting = || http().trusting(&authority.pem()).unwrap();
    let party = discover(trusting().presenting(&certificate.pem(), &key).unwrap()).await.unwrap();
    let sign_in = fixture.sign_in(&party).await.unwrap();
    assert_eq!(sign_in.id_token.subject(), ADA);
    assert!(party.revoke(&sign_in.refresh_token.unwrap(), &fixture.clock).await.unwrap());
    // No certificate, and one of another authority.
    let (foreign, foreign_key) = Authority::new().certify("client");
    let foreign_key = Secret::new(foreign_key.serialize_pem());
    for http in [trusting(), trusting().presenting(&foreign.pem(), &foreign_key).unwrap()] {
        let error = fixture.refused(&discover(http).await.unwrap()).await;
        assert_eq!(error.to_string(), format!("no answer from `{front}/token`"));
    }
}

#[tokio::test]
async fn addresses_of_aliases_are_checked_as_all_others() {
    let document = serde_json::json!({
        "issuer": GOOGLE,
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        "mtls_endpoint_aliases": { "token_endpoint": "http://attacker.example/token" },
    });
    let url = serve(document).await;
    let error = discover(&http(), &Issuer::parse(GOOGLE).unwrap(), Some(&url)).await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Address { field: "token_endpoint", .. }), "{error}");
}
