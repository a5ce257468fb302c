//! An issuer with an RSA key and a key on each elliptic curve, and tokens signed with them
//! or not.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512,
};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::body::Frame;
use serde_json::{Value, json};

use crate::server::Server;

pub(crate) struct Keys {
    pub(crate) id: String,
    /// On P-256, P-384 and P-521.
    elliptic: [EcdsaKeyPair; 3],
    rsa: RsaKeyPair,
}

/// Names of the curves, and of the keys on them.
const CURVES: [(&str, &str); 3] = [("P-256", "ec"), ("P-384", "ec384"), ("P-521", "ec521")];

impl Keys {
    pub(crate) fn generate(id: &str) -> Self {
        let algorithms = [
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &ECDSA_P384_SHA384_FIXED_SIGNING,
            &ECDSA_P521_SHA512_FIXED_SIGNING,
        ];
        Self {
            id: id.to_owned(),
            elliptic: algorithms.map(|algorithm| EcdsaKeyPair::generate(algorithm).unwrap()),
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        }
    }

    fn public(&self) -> Vec<Value> {
        // An RSAPublicKey of 2048 bits ends in its modulus and, in five bytes, 65537.
        let rsa = self.rsa.public_key().as_ref();
        let modulus = encode(&rsa[rsa.len() - 261..rsa.len() - 5]);
        let mut keys = vec![
            json!({ "kty": "RSA", "kid": format!("{}-rsa", self.id), "alg": "RS256",
                    "n": modulus, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": format!("{}-rsa-any", self.id), "n": modulus,
                    "e": "AQAB" }),
        ];
        for (key, (curve, name)) in self.elliptic.iter().zip(CURVES) {
            let point = &key.public_key().as_ref()[1..];
            let (x, y) = point.split_at(point.len() / 2);
            keys.push(json!({ "kty": "EC", "crv": curve, "kid": format!("{}-{name}", self.id),
                              "use": "sig", "x": encode(x), "y": encode(y) }));
        }
        keys
    }

    /// A token of these claims, signed by RS256.
    pub(crate) fn rs256(&self, claims: &Value) -> String {
        self.signed("RS256", claims)
    }

    /// A token of these claims, signed by ES256.
    pub(crate) fn es256(&self, claims: &Value) -> String {
        self.signed("ES256", claims)
    }

    /// A token of these claims, signed by the algorithm of this name.
    pub(crate) fn signed(&self, algorithm: &str, claims: &Value) -> String {
        let key = match algorithm {
            "RS256" => "rsa",
            "ES256" => CURVES[0].1,
            "ES384" => CURVES[1].1,
            "ES512" => CURVES[2].1,
            _ => "rsa-any",
        };
        let header = json!({ "alg": algorithm, "kid": format!("{}-{key}", self.id), "typ": "JWT" });
        token(&header, claims, |message| self.sign(algorithm, message))
    }

    /// A signature by the algorithm of this name.
    pub(crate) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |padding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(padding, &random, message, &mut signature).unwrap();
            signature
        };
        let elliptic =
            |at: usize| self.elliptic[at].sign(&random, message).unwrap().as_ref().to_vec();
        match algorithm {
            "RS384" => rsa(&RSA_PKCS1_SHA384),
            "RS512" => rsa(&RSA_PKCS1_SHA512),
            "ES256" => elliptic(0),
            "ES384" => elliptic(1),
            "ES512" => elliptic(2),
            _ => rsa(&RSA_PKCS1_SHA256),
        }
    }

    /// A token signed by HS256 with the public RSA key as the secret.
    pub(crate) fn hs256_with_the_public_key(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "kid": format!("{}-rsa", self.id) });
        let der = AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(self.rsa.public_key());
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, der.unwrap().as_ref());
        token(&header, claims, |message| aws_lc_rs::hmac::sign(&key, message).as_ref().to_vec())
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with whatever signature.
pub(crate) fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

#[derive(Default)]
struct Inner {
    url: Mutex<String>,
    iss: Mutex<String>,
    published: Mutex<Value>,
    padding: AtomicUsize,
    padded: Arc<AtomicUsize>,
    silent: AtomicBool,
    /// A path, and the status that sends elsewhere from there.
    redirected: Mutex<Option<(String, u16)>>,
    fetches: AtomicUsize,
}

/// Serves a discovery document and a key set.
#[derive(Clone)]
pub(crate) struct Issuer {
    inner: Arc<Inner>,
    server: Server,
}

impl Issuer {
    pub(crate) async fn start(iss: &str) -> Self {
        let inner = Arc::new(Inner { iss: Mutex::new(iss.to_owned()), ..Inner::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .layer(middleware::from_fn_with_state(Arc::clone(&inner), redirect))
            .with_state(Arc::clone(&inner));
        let server = Server::start(router).await;
        *inner.url.lock().unwrap() = server.url();
        Self { inner, server }
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.server.url())
    }

    /// Where it is another issuer, with the same keys.
    pub(crate) fn discovery_url_of(&self, iss: &str) -> String {
        format!("{}?iss={iss}", self.discovery_url())
    }

    pub(crate) fn publish(&self, keys: &[&Keys]) {
        let keys: Vec<_> = keys.iter().flat_map(|keys| keys.public()).collect();
        self.publish_what(json!({ "keys": keys }));
    }

    /// Serves this in place of a key set.
    pub(crate) fn publish_what(&self, what: Value) {
        *self.inner.published.lock().unwrap() = what;
    }

    /// Says in its discovery document that it is another issuer.
    pub(crate) fn claims_to_be(&self, iss: &str) {
        *self.inner.iss.lock().unwrap() = iss.to_owned();
    }

    /// Serves a key set that is so much longer.
    pub(crate) fn pads(&self, bytes: usize) {
        self.inner.padding.store(bytes, Ordering::Relaxed);
    }

    /// How much of the padding went out.
    pub(crate) fn padded(&self) -> usize {
        self.inner.padded.load(Ordering::Relaxed)
    }

    /// Takes connections and answers nothing, or answers again.
    pub(crate) fn is_silent(&self, silent: bool) {
        self.inner.silent.store(silent, Ordering::Relaxed);
    }

    /// Sends whoever asks for a path to where the same is served, or no longer does so.
    pub(crate) fn redirects(&self, from: Option<(&str, u16)>) {
        *self.inner.redirected.lock().unwrap() =
            from.map(|(path, status)| (path.to_owned(), status));
    }

    /// How often the key set was fetched.
    pub(crate) fn fetches(&self) -> usize {
        self.inner.fetches.load(Ordering::Relaxed)
    }
}

async fn redirect(
    State(issuer): State<Arc<Inner>>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let redirected = issuer.redirected.lock().unwrap().clone();
    match redirected {
        Some((from, status)) if path == from && request.uri().query() != Some("moved") => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [("location", format!("{path}?moved"))]).into_response()
        }
        _ => next.run(request).await,
    }
}

async fn discovery(
    State(issuer): State<Arc<Inner>>,
    Query(asked): Query<HashMap<String, String>>,
) -> String {
    if issuer.silent.load(Ordering::Relaxed) {
        return std::future::pending().await;
    }
    let own = issuer.iss.lock().unwrap().clone();
    let iss = asked.get("iss").cloned().unwrap_or(own);
    let url = issuer.url.lock().unwrap().clone();
    json!({ "issuer": iss, "jwks_uri": format!("{url}/keys") }).to_string()
}

async fn keys(State(issuer): State<Arc<Inner>>) -> Body {
    issuer.fetches.fetch_add(1, Ordering::Relaxed);
    let set = issuer.published.lock().unwrap().to_string();
    Body::new(Padded {
        set: Some(set.into()),
        left: issuer.padding.load(Ordering::Relaxed),
        padded: Arc::clone(&issuer.padded),
    })
}

/// A text, and blanks after it.
struct Padded {
    set: Option<Bytes>,
    left: usize,
    padded: Arc<AtomicUsize>,
}

impl hyper::body::Body for Padded {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const BLANKS: &[u8] = &[b' '; 64 * 1024];
        if let Some(set) = self.set.take() {
            return Poll::Ready(Some(Ok(Frame::data(set))));
        }
        let part = &BLANKS[..self.left.min(BLANKS.len())];
        if part.is_empty() {
            return Poll::Ready(None);
        }
        self.left -= part.len();
        self.padded.fetch_add(part.len(), Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(part)))))
    }
}
