//! What the handlers share: who is known, what was given out, what is to go
//! wrong.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use url::Url;

use crate::fault::{Faults, Place};
use crate::grants::{Grant, Grants};
use crate::keys::{SigningKey, SigningKeys};
use crate::mistake::Mistakes;
use crate::token::{Draft, at_hash, eks_claims, github_actions_claims, gitlab_claims};
use crate::{
    Account, Algorithm, Client, ClientMethod, Clock, Fault, IssuerConfig, IssuerError, KeyChoice,
    Mistake, Preset, RefreshRotation, TokenRequest, random,
};

use super::authorization_request::AuthorizationRequest;

/// The issuer behind the HTTP face.
pub(crate) struct Provider {
    preset: Preset,
    issuer: String,
    url: String,
    clock: Clock,
    pub(super) refresh_rotation: RefreshRotation,
    pub(super) device_interval_seconds: u32,
    github_request_token: String,
    /// The path in the issuer's URL, no slash at the end.
    base_path: String,
    algorithm: Algorithm,
    pub(super) client_methods: Vec<String>,
    state: Mutex<State>,
}

/// What changes while it runs.
pub(crate) struct State {
    keys: SigningKeys,
    pub(crate) clients: HashMap<String, Client>,
    /// The one way in which a client may authenticate, where it may not choose.
    pub(crate) methods: HashMap<String, ClientMethod>,
    first_client_id: Option<String>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) grants: Grants,
    /// Requests whose sign-in page is being shown, by the page's own token.
    pub(crate) waiting: HashMap<String, AuthorizationRequest>,
    pub(crate) faults: Faults,
    pub(crate) mistakes: Mistakes,
    /// What the tokens of a workflow run say beside what every run's say, by the run's
    /// request token.
    pub(crate) runs: HashMap<String, Map<String, Value>>,
    /// Values that a client must make anew for each request.
    pub(crate) seen: HashSet<(&'static str, String)>,
}

impl Provider {
    pub(crate) fn new(config: IssuerConfig, url: String) -> Self {
        let path =
            Url::parse(&config.issuer).map(|url| url.path().trim_end_matches('/').to_owned());
        let base_path = path.unwrap_or_default();
        let github_request_token = random::token("actions-");
        let state = State {
            keys: SigningKeys::of(config.algorithm),
            clients: HashMap::new(),
            methods: HashMap::new(),
            first_client_id: None,
            accounts: config.accounts,
            grants: Grants::default(),
            waiting: HashMap::new(),
            faults: Faults::default(),
            mistakes: Mistakes::default(),
            runs: HashMap::from([(github_request_token.clone(), Map::new())]),
            seen: HashSet::new(),
        };
        let provider = Self {
            preset: config.preset,
            issuer: config.issuer,
            url,
            clock: config.clock,
            refresh_rotation: config.refresh_rotation,
            device_interval_seconds: config.device_interval_seconds,
            github_request_token,
            base_path,
            algorithm: config.algorithm,
            client_methods: config.client_methods,
            state: Mutex::new(state),
        };
        for client in config.clients {
            provider.register_client(client);
        }
        provider
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn preset(&self) -> Preset {
        self.preset
    }

    pub(super) fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Whether it is Google itself that is imitated, at its own addresses.
    pub(super) fn is_google(&self) -> bool {
        self.issuer == Preset::Google.issuer()
    }

    pub(crate) fn github_actions_request(&self) -> (String, String) {
        (self.github_request_url(), self.github_request_token.clone())
    }

    pub(super) fn github_request_url(&self) -> String {
        format!("{}{}?api-version=2.0", self.url, super::GITHUB_ID_TOKEN)
    }

    /// A workflow run whose tokens say this; its request token.
    pub(super) fn start_run(&self, claims: Map<String, Value>) -> String {
        let token = random::token("actions-");
        self.state().runs.insert(token.clone(), claims);
        token
    }

    /// The state; a handler that panicked cannot have left it half-changed in
    /// a way that matters to a test double.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn register_client(&self, client: Client) {
        let mut state = self.state();
        state.first_client_id.get_or_insert_with(|| client.client_id.clone());
        state.clients.insert(client.client_id.clone(), client);
    }

    pub(crate) fn register_account(&self, account: Account) {
        let mut state = self.state();
        match state.accounts.iter_mut().find(|known| known.subject == account.subject) {
            Some(known) => *known = account,
            None => state.accounts.push(account),
        }
    }

    pub(crate) fn rotate(&self) -> Result<String, IssuerError> {
        let key = SigningKey::generate(self.algorithm)?;
        let key_id = self.preset.key_id(&key);
        self.state().keys.rotate(key)?;
        Ok(key_id)
    }

    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.state().keys.published().map(|key| self.preset.key_id(key)).collect()
    }

    pub(crate) fn public_key_pem(&self) -> Result<String, IssuerError> {
        self.state().keys.choose(KeyChoice::Current)?.public_pem()
    }

    pub(super) fn jwks(&self, named: bool) -> Result<Value, IssuerError> {
        self.state().keys.jwks(|key| named.then(|| self.preset.key_id(key)))
    }

    /// The keys as Google's older key set has them.
    pub(super) fn certificates(&self) -> Result<Value, IssuerError> {
        self.state().keys.certificates(self.clock.now(), |key| self.preset.key_id(key))
    }

    pub(super) fn take_faults(&self, place: Place, client_id: Option<&str>) -> Vec<Fault> {
        self.state().faults.take(place, client_id)
    }

    pub(super) fn count(&self, mistake: Mistake, client_id: Option<&str>) {
        self.state().mistakes.count(mistake, client_id);
    }

    /// `POST /_control/token`.
    pub(crate) fn sign(&self, request: &TokenRequest) -> Result<String, IssuerError> {
        let now = self.clock.now();
        let mut state = self.state();
        let claims = match self.preset {
            Preset::GithubActions => github_actions_claims(None),
            Preset::Gitlab => gitlab_claims(None),
            Preset::Eks => eks_claims(),
            Preset::Google => {
                let account = state.accounts.first().ok_or(IssuerError::NoAccount)?;
                let scopes = ["openid", "email", "profile"].map(str::to_owned);
                let mut claims = account.claims(&scopes);
                let client_id = state.first_client_id.as_deref().unwrap_or("fake-client");
                claims.insert("aud".to_owned(), client_id.into());
                claims.insert("azp".to_owned(), client_id.into());
                claims
            }
        };
        let mut draft = Draft::new(self.preset, &self.issuer, now, claims);
        if let Some(expires_in) = request.expires_in {
            draft = draft.expiring(now, expires_in);
        }
        draft.apply(request);
        draft.sign(&mut state.keys)
    }

    /// The ID token of a sign-in (OIDC Core §2), faults included.
    pub(super) fn id_token(
        &self,
        grant: &Grant,
        access_token: &str,
        nonce: Option<&str>,
    ) -> Result<String, IssuerError> {
        let mut claims = grant.account.claims(&grant.scopes);
        claims.insert("azp".to_owned(), grant.client_id.as_str().into());
        claims.insert("aud".to_owned(), grant.client_id.as_str().into());
        claims.insert("at_hash".to_owned(), at_hash(self.algorithm, access_token).into());
        claims.extend(grant.authentication.clone());
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        self.sign_claims(claims, Some(&grant.client_id))
    }

    /// A token with these claims, faults included.
    pub(super) fn sign_claims(
        &self,
        claims: Map<String, Value>,
        client_id: Option<&str>,
    ) -> Result<String, IssuerError> {
        let now = self.clock.now();
        let mut state = self.state();
        let faults = state.faults.take(Place::IdToken, client_id);
        let mut draft = Draft::new(self.preset, &self.issuer, now, claims);
        draft.spoil(&faults, now);
        draft.sign(&mut state.keys)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("issuer", &self.issuer)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
