//! The people who can sign in.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One entry of the account picker. The fields are the claims of OIDC Core
/// §5.1 that Google fills; `hosted_domain` becomes Google's `hd`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// `sub`: who this is, for ever.
    pub subject: String,
    /// `email`.
    pub email: String,
    /// `email_verified`.
    pub email_verified: bool,
    /// `name`: the full name as shown.
    pub name: String,
    /// `given_name`.
    pub given_name: String,
    /// `family_name`.
    pub family_name: String,
    /// `picture`: the address of a portrait.
    pub picture: String,
    /// `locale`, such as `en`.
    pub locale: String,
    /// `hd`: the Workspace domain; `None` for a consumer account.
    pub hosted_domain: Option<String>,
    /// What its tokens say beside these, whatever the scopes.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

impl Account {
    /// A verified account in the domain of its email address, unless that is
    /// `gmail.com`, which has none.
    pub fn new(subject: &str, email: &str, given_name: &str, family_name: &str) -> Self {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        Self {
            subject: subject.to_owned(),
            email: email.to_owned(),
            email_verified: true,
            name: format!("{given_name} {family_name}"),
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            picture: format!("https://lh3.googleusercontent.com/a/{subject}=s96-c"),
            locale: "en".to_owned(),
            hosted_domain: domain.filter(|domain| *domain != "gmail.com").map(str::to_owned),
            claims: Map::new(),
        }
    }

    /// Whoever has this email address: always the same `sub`, the name as the address has it.
    pub(crate) fn of_email(email: &str) -> Self {
        let hash = digest(&SHA256, email.to_ascii_lowercase().as_bytes());
        // As long as Google's.
        let digits = hash.as_ref().iter().take(20).map(|byte| char::from(b'0' + byte % 10));
        let subject: String = std::iter::once('1').chain(digits).collect();
        let name = email.split('@').next().unwrap_or_default();
        Self::new(&subject, email, name, "").named(name)
    }

    /// Under this name, whose last word is the family's.
    pub(crate) fn named(mut self, name: &str) -> Self {
        let (given, family) = name.rsplit_once(' ').unwrap_or((name, ""));
        name.clone_into(&mut self.name);
        given.clone_into(&mut self.given_name);
        family.clone_into(&mut self.family_name);
        self
    }

    /// The tutorial's subject, then a second person of another domain.
    pub fn tutorial() -> Vec<Self> {
        vec![
            Self::new("113632458324056836621", "ada@example.com", "Ada", "Lovelace"),
            Self::new("104872193016547280935", "grace@example.org", "Grace", "Hopper"),
        ]
    }

    /// Whether a `login_hint` means this account: its email, in any case, or
    /// its `sub` (Google: OpenID Connect, authentication URI parameters).
    pub fn is_meant_by(&self, login_hint: &str) -> bool {
        self.email.eq_ignore_ascii_case(login_hint) || self.subject == login_hint
    }

    /// The claims the granted scopes give of this account (OIDC Core §5.4).
    pub(crate) fn claims(&self, scopes: &[String]) -> Map<String, Value> {
        let mut claims = self.claims.clone();
        let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        put("sub", self.subject.as_str().into());
        if let Some(domain) = &self.hosted_domain {
            put("hd", domain.as_str().into());
        }
        if scopes.iter().any(|scope| scope == "email") {
            put("email", self.email.as_str().into());
            put("email_verified", self.email_verified.into());
        }
        if scopes.iter().any(|scope| scope == "profile") {
            put("name", self.name.as_str().into());
            put("picture", self.picture.as_str().into());
            put("given_name", self.given_name.as_str().into());
            put("family_name", self.family_name.as_str().into());
            put("locale", self.locale.as_str().into());
        }
        claims
    }
}
