//! Fetches and keeps the key sets of issuers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use iam_policy::web_identity::{SignatureFailure, UnverifiedToken};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::key::{JsonWebKey, JsonWebKeySet};
use super::public::{self, PublicAddresses};
use crate::{Limits, TrustedIssuer};

/// A key set is fetched anew when it is older.
const KEPT_FOR: Duration = Duration::from_secs(3600);

/// An unknown key id causes a fetch, but no more of them in a row than this, and one more
/// for every second that passes: nobody hammers an issuer by way of the gate.
const FETCHES_IN_A_ROW: f64 = 20.0;

/// Issuers remembered; past this many all are forgotten.
const ISSUERS: usize = 1024;

/// The keys of all issuers.
pub(crate) struct KeySets {
    /// For issuers that the gate's owner placed himself.
    placed: reqwest::Client,
    /// For all others.
    public: reqwest::Client,
    places: Vec<TrustedIssuer>,
    limits: Limits,
    issuers: std::sync::Mutex<HashMap<String, Arc<KnownIssuer>>>,
}

/// One issuer's keys. Whoever names a key that is there never waits for one who does not.
struct KnownIssuer {
    set: RwLock<Arc<KeySet>>,
    /// How many fetches have failed.
    failures: AtomicU64,
    /// Held while fetching.
    fetching: Mutex<Allowance>,
}

#[derive(Default)]
struct KeySet {
    keys: Vec<JsonWebKey>,
    fetched: Option<Instant>,
}

/// How many fetches may still be made, as of when.
struct Allowance {
    left: f64,
    counted: Instant,
}

/// The members of a discovery document that matter here.
/// Source: OpenID Connect Discovery 1.0 section 3.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl KeySets {
    pub(crate) fn new(places: Vec<TrustedIssuer>, limits: Limits) -> Result<Self, reqwest::Error> {
        let client = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(limits.issuer_time)
                .no_proxy()
        };
        let placed = client().build()?;
        let public = client().dns_resolver(Arc::new(PublicAddresses)).build()?;
        Ok(Self { placed, public, places, limits, issuers: std::sync::Mutex::default() })
    }

    /// Checks the token's signature with a key of the issuer at `url`.
    ///
    /// # Errors
    /// [`SignatureFailure`]: no key to be had, or the signature is not by it.
    pub(crate) async fn verify(
        &self,
        token: &UnverifiedToken,
        url: &str,
    ) -> Result<(), SignatureFailure> {
        let algorithm = token.algorithm.ok_or(SignatureFailure::Invalid)?;
        let issuer = self.issuer(url);
        let mut set = issuer.current();
        if !set.serves(token) {
            set = self.refresh(&issuer, url, &set).await?;
        }
        let mut candidates = set.candidates(token).peekable();
        if candidates.peek().is_none() {
            return Err(SignatureFailure::NoKey);
        }
        match candidates.any(|key| key.verifies(token, algorithm)) {
            true => Ok(()),
            false => Err(SignatureFailure::Invalid),
        }
    }

    /// Fetches the set anew, unless somebody else has done so since `seen` was looked at, or
    /// tried to: those who wait for a silent issuer wait together.
    async fn refresh(
        &self,
        issuer: &KnownIssuer,
        url: &str,
        seen: &Arc<KeySet>,
    ) -> Result<Arc<KeySet>, SignatureFailure> {
        let failures = issuer.failures.load(Ordering::SeqCst);
        let mut allowance = issuer.fetching.lock().await;
        let current = issuer.current();
        if !Arc::ptr_eq(&current, seen) {
            return Ok(current);
        }
        let failed_meanwhile = issuer.failures.load(Ordering::SeqCst) != failures;
        if failed_meanwhile || !allowance.take() {
            return Err(SignatureFailure::NoKey);
        }
        match self.fetch(url).await {
            Ok(keys) => {
                let set = Arc::new(KeySet { keys, fetched: Some(Instant::now()) });
                *issuer.set.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&set);
                Ok(set)
            }
            Err(reason) => {
                issuer.failures.fetch_add(1, Ordering::SeqCst);
                tracing::warn!(issuer = url, reason, "tried to fetch an issuer's keys");
                Err(SignatureFailure::NoKey)
            }
        }
    }

    fn issuer(&self, url: &str) -> Arc<KnownIssuer> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        if issuers.len() > ISSUERS {
            issuers.clear();
        }
        Arc::clone(issuers.entry(url.to_owned()).or_insert_with(|| Arc::new(KnownIssuer::new())))
    }

    async fn fetch(&self, url: &str) -> Result<Vec<JsonWebKey>, String> {
        let place = self.places.iter().find(|place| place.issuer == url);
        let discovery_url = match place {
            Some(place) => place.discovery_url.clone(),
            None => format!("{}/.well-known/openid-configuration", url.trim_end_matches('/')),
        };
        let both = async {
            let discovery: Discovery = self.get(&discovery_url, place.is_some()).await?;
            if discovery.issuer != url {
                return Err(format!("expected issuer `{url}`, found `{}`", discovery.issuer));
            }
            self.get::<JsonWebKeySet>(&discovery.jwks_uri, place.is_some()).await
        };
        // One limit for both documents, as AWS has it.
        let set = tokio::time::timeout(self.limits.issuer_time, both)
            .await
            .map_err(|_| "it took too long".to_owned())??;
        Ok(set.into_keys())
    }

    /// Plain HTTP and this machine are only for issuers that the gate's owner placed himself.
    async fn get<T: DeserializeOwned>(&self, url: &str, placed: bool) -> Result<T, String> {
        if !placed {
            public::check(url)?;
        }
        let client = if placed { &self.placed } else { &self.public };
        let sent = client.get(url).send().await;
        let mut response = sent
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| error.without_url().to_string())?;
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| error.without_url().to_string())?
        {
            body.extend_from_slice(&chunk);
            if body.len() > self.limits.issuer_body {
                return Err(format!("`{url}` is longer than {} bytes", self.limits.issuer_body));
            }
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }
}

impl KnownIssuer {
    fn new() -> Self {
        let allowance = Allowance { left: FETCHES_IN_A_ROW, counted: Instant::now() };
        let failures = AtomicU64::new(0);
        Self { set: RwLock::default(), failures, fetching: Mutex::new(allowance) }
    }

    fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KeySet {
    /// Whether it is recent and has a key for the token.
    fn serves(&self, token: &UnverifiedToken) -> bool {
        self.fetched.is_some_and(|fetched| fetched.elapsed() < KEPT_FOR)
            && self.candidates(token).next().is_some()
    }

    /// The keys the token may have been signed with: the one it names, or, if it names
    /// none, every key of its algorithm.
    fn candidates(&self, token: &UnverifiedToken) -> impl Iterator<Item = &JsonWebKey> {
        let algorithm = token.algorithm;
        self.keys.iter().filter(move |key| match &token.key_id {
            Some(id) => key.kid.as_ref() == Some(id),
            None => algorithm.is_some_and(|algorithm| key.fits(algorithm)),
        })
    }
}

impl Allowance {
    fn take(&mut self) -> bool {
        let passed = self.counted.elapsed().as_secs_f64();
        self.counted = Instant::now();
        self.left = (self.left + passed).min(FETCHES_IN_A_ROW);
        let allowed = self.left >= 1.0;
        if allowed {
            self.left -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fault(url: &str) -> String {
        let sets = KeySets::new(Vec::new(), Limits::standard()).unwrap();
        sets.get::<serde_json::Value>(url, false).await.unwrap_err()
    }

    #[tokio::test]
    async fn an_issuer_that_nobody_placed_is_asked_by_https_alone() {
        for url in ["http://accounts.example.com/keys", "http://127.0.0.1:9/", "file:///etc/passwd"]
        {
            assert_eq!(fault(url).await, format!("expected an https address, found `{url}`"));
        }
    }

    #[tokio::test]
    async fn an_issuer_that_nobody_placed_is_not_on_this_machine() {
        for url in [
            "https://127.0.0.1/keys",
            "https://127.1/keys",
            "https://0x7f000001/keys",
            "https://[::1]:29443/keys",
            "https://[::ffff:127.0.0.1]/keys",
            "https://169.254.169.254/keys",
            "https://10.0.0.1/keys",
        ] {
            assert_eq!(fault(url).await, format!("expected a public address, found `{url}`"));
        }
    }

    #[tokio::test]
    async fn a_name_that_means_this_machine_is_not_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("https://localhost:{port}/keys");
        tokio::select! {
            _ = listener.accept() => panic!("it was connected to"),
            fault = fault(&url) => {
                assert!(fault.contains("error sending request"), "{fault}");
            }
        }
    }
}
