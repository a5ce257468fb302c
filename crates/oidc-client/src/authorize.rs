//! The authorization request: where a person signs in, and what must come back.

use std::time::Duration;

use fed_types::{Hint, Secret};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

use crate::client::Client;
use crate::discovery::ProviderMetadata;
use crate::random::{self, NoRandomness};
use crate::redirect_uri::RedirectUri;

/// How to ask for a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationOptions {
    /// Scopes; `openid` is always among those sent.
    pub scopes: Vec<String>,
    /// The account wanted (`login_hint`): an email address or a subject.
    pub account: Option<String>,
    /// What the issuer is told of the person beforehand (`login_hint`), where that is not the
    /// account: a hint only, which nothing checks.
    pub login_hint: Option<String>,
    /// Authentication context classes wanted (`acr_values`), the best one first; set the same
    /// in [`VerificationRules`](crate::VerificationRules).
    pub acr_values: Vec<String>,
    /// How long ago the person may have shown who they are (`max_age`); set the same in
    /// [`VerificationRules`](crate::VerificationRules).
    pub max_age: Option<Duration>,
    /// What this issuer wants beside: `audience`, `kc_idp_hint`, `domain_hint`, … Nothing that
    /// is set already can be given again.
    pub parameters: Vec<(String, String)>,
    /// The Google Workspace domain wanted (`hd`); set the same in
    /// [`VerificationRules`](crate::VerificationRules), or it proves nothing.
    pub hosted_domain: Option<String>,
    /// What the issuer shall show.
    pub prompt: Prompt,
    /// Whether a refresh token is wanted.
    pub offline: Offline,
}

impl AuthorizationOptions {
    /// `openid email profile`, no account, no domain, nothing prompted, no refresh token.
    pub fn standard() -> Self {
        let scopes = ["openid", "email", "profile"].map(str::to_owned).to_vec();
        Self {
            scopes,
            account: None,
            login_hint: None,
            acr_values: Vec::new(),
            max_age: None,
            parameters: Vec::new(),
            hosted_domain: None,
            prompt: Prompt::AsNeeded,
            offline: Offline::No,
        }
    }
}

/// OpenID Connect Core section 3.1.2.1, `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// What the issuer finds necessary.
    AsNeeded,
    /// Let the person choose the account.
    SelectAccount,
    /// Let the person sign in again.
    Login,
}

/// Whether a refresh token is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offline {
    /// No.
    No,
    /// Yes, if it takes no more than asking: Google gives one at the first consent only.
    Wanted,
    /// Yes, with a new consent, because without it Google gives no second one.
    WithConsent,
}

/// Why nobody can be asked to sign in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The issuer is one for machines.
    #[error("the issuer `{0}` offers no sign-in for people")]
    NoSignIn(String),
    /// An extra parameter that is ours to set, or is there twice.
    #[error("the authorization parameter `{0}` cannot be given: it is set already")]
    SetAlready(String),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl AuthorizationError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NoSignIn(_) => Some(
                "it gives tokens to jobs and not to people: have them come from `github-actions`, `gitlab`, a `file`, the `env` or a `command`".into(),
            ),
            Self::SetAlready(_) | Self::Random(_) => None,
        }
    }
}

/// One request for a sign-in. State, nonce and code verifier belong to the URL and must
/// not be parted from it, so they come together.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Where the person signs in.
    pub url: Url,
    /// Where the issuer sends the browser back to.
    pub redirect_uri: RedirectUri,
    /// Must come back with the redirect (RFC 6749 section 10.12).
    pub state: Secret,
    /// Must come back in the ID token.
    pub nonce: Secret,
    /// Proves at the token endpoint that the code is ours (RFC 7636).
    pub code_verifier: Secret,
}

impl AuthorizationRequest {
    /// Makes a request with fresh state, nonce and code verifier (256 bits each).
    ///
    /// # Errors
    /// [`AuthorizationError`].
    pub fn new(
        provider: &ProviderMetadata,
        client: &Client,
        redirect_uri: &RedirectUri,
        options: &AuthorizationOptions,
    ) -> Result<Self, AuthorizationError> {
        let no_sign_in = || AuthorizationError::NoSignIn(provider.issuer.to_string());
        let mut url = provider.authorization_endpoint.clone().ok_or_else(no_sign_in)?;
        let (state, nonce) = (random::token()?, random::token()?);
        let code_verifier = random::token()?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
            code_verifier.expose().to_owned(),
        ));
        let is_google = provider.issuer.is_google();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &client.client_id)
                .append_pair("redirect_uri", redirect_uri.as_str())
                .append_pair("scope", &scope(provider, options))
                .append_pair("state", state.expose())
                .append_pair("nonce", nonce.expose())
                .append_pair("code_challenge", challenge.as_str())
                .append_pair("code_challenge_method", "S256");
            if let Some(hint) = options.login_hint.as_ref().or(options.account.as_ref()) {
                query.append_pair("login_hint", hint);
            }
            if !options.acr_values.is_empty() {
                query.append_pair("acr_values", &options.acr_values.join(" "));
            }
            if let Some(max_age) = options.max_age {
                query.append_pair("max_age", &max_age.as_secs().to_string());
            }
            if let Some(hosted_domain) = &options.hosted_domain {
                query.append_pair("hd", hosted_domain);
            }
            if is_google && options.offline != Offline::No {
                query.append_pair("access_type", "offline");
            }
            let prompt = prompt(options);
            if !prompt.is_empty() {
                query.append_pair("prompt", &prompt);
            }
        }
        extend(&mut url, &options.parameters)?;
        Ok(Self { url, redirect_uri: redirect_uri.clone(), state, nonce, code_verifier })
    }
}

/// What is set by us where it is needed, and what would change how the answer comes.
const OURS: [&str; 9] = [
    "access_type",
    "acr_values",
    "hd",
    "login_hint",
    "max_age",
    "prompt",
    "request",
    "request_uri",
    "response_mode",
];

/// Appends what the issuer wants beside. A parameter that is there twice would be anybody's
/// guess (RFC 6749 section 3.1).
fn extend(url: &mut Url, parameters: &[(String, String)]) -> Result<(), AuthorizationError> {
    for (name, value) in parameters {
        let is_set = url.query_pairs().any(|(set, _)| set == name.as_str());
        if is_set || name.is_empty() || OURS.contains(&name.as_str()) {
            return Err(AuthorizationError::SetAlready(name.clone()));
        }
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(())
}

/// Google rejects `offline_access`; the others that have refresh tokens want it
/// (OpenID Connect Core section 11).
pub(crate) fn scope(provider: &ProviderMetadata, options: &AuthorizationOptions) -> String {
    let mut scopes: Vec<&str> = vec!["openid"];
    scopes.extend(options.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid"));
    // Who does not say its scopes may have it; what is not understood is ignored (Core section
    // 3.1.2.1).
    let knows_offline =
        provider.scopes.is_empty() || provider.scopes.iter().any(|scope| scope == "offline_access");
    if options.offline != Offline::No
        && !provider.issuer.is_google()
        && knows_offline
        && !scopes.contains(&"offline_access")
    {
        scopes.push("offline_access");
    }
    scopes.join(" ")
}

fn prompt(options: &AuthorizationOptions) -> String {
    let mut prompts = Vec::new();
    match options.prompt {
        Prompt::AsNeeded => {}
        Prompt::SelectAccount => prompts.push("select_account"),
        Prompt::Login => prompts.push("login"),
    }
    if options.offline == Offline::WithConsent {
        prompts.push("consent");
    }
    prompts.join(" ")
}

#[cfg(test)]
mod tests;
