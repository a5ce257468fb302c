//! What a client asked for at the authorization endpoint, once it is known to be in order.

use url::Url;

/// An authorization request that may be answered by a redirect.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(super) client_id: String,
    pub(super) redirect_uri: Url,
    /// As sent: the exchange must repeat it letter by letter.
    pub(super) redirect_uri_text: String,
    pub(super) scopes: Vec<String>,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: Option<String>,
    pub(super) offline: bool,
    pub(super) prompts: Vec<String>,
    pub(super) login_hint: Option<String>,
    pub(super) hosted_domain: Option<String>,
    /// `acr_values`, in the order of preference.
    pub(super) authentication_classes: Vec<String>,
    /// Whether `max_age` was given: then the ID token says when (OIDC Core §2).
    pub(super) says_when: bool,
}
