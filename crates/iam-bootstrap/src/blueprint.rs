//! What should be there.

use fed_types::{Arn, RoleArn};
use serde_json::Value;

/// The identity provider whose tokens the role trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `accounts.google.com`, built into AWS: nothing to create.
    Google,
    /// Any other issuer, registered in the account as an IAM OIDC provider.
    OpenIdConnect {
        /// The issuer URL without `https://`, as IAM puts it in ARNs and condition
        /// keys: host and path, a trailing slash kept.
        host_and_path: String,
    },
}

impl Provider {
    /// The provider for an issuer URL. Google is recognised in both its spellings.
    ///
    /// # Errors
    /// [`InvalidBlueprint::Issuer`] when IAM would not take the URL: it must be
    /// https, without port, query or fragment, and at most 255 characters
    /// (IAM API reference, `CreateOpenIDConnectProvider`).
    pub fn from_issuer(issuer: &str) -> Result<Self, InvalidBlueprint> {
        if matches!(issuer, "https://accounts.google.com" | "accounts.google.com") {
            return Ok(Self::Google);
        }
        let refuse = |why| InvalidBlueprint::Issuer { issuer: issuer.to_owned(), why };
        let rest = issuer.strip_prefix("https://").ok_or_else(|| refuse("no `https://`"))?;
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() {
            return Err(refuse("no host"));
        }
        if host.contains(':') {
            return Err(refuse("a port"));
        }
        if rest.contains(['?', '#', '@', ' ']) {
            return Err(refuse("a query, fragment, user name or space"));
        }
        if issuer.len() > 255 {
            return Err(refuse("more than 255 characters"));
        }
        Ok(Self::OpenIdConnect { host_and_path: rest.to_owned() })
    }

    /// What stands before the colon in condition keys: `accounts.google.com` or the
    /// issuer's host and path.
    pub fn condition_prefix(&self) -> &str {
        match self {
            Self::Google => "accounts.google.com",
            Self::OpenIdConnect { host_and_path } => host_and_path,
        }
    }
}

/// A policy that lives in the role itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name in the role.
    pub name: String,
    /// The JSON document.
    pub document: String,
}

/// Everything that should be there. Build it, then [`Blueprint::validate`] it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blueprint {
    /// The role; its ARN also gives partition, account and path.
    pub role: RoleArn,
    /// Whose tokens it trusts.
    pub provider: Provider,
    /// The values of the `:aud` key that may assume the role: OAuth client ids. For
    /// a Google token with `azp` that is its `azp`.
    pub audiences: Vec<String>,
    /// The values of Google's `:oaud` key, where a token's `aud` differs from its
    /// `azp`; empty: not tested.
    pub original_audiences: Vec<String>,
    /// The values of the `:sub` key that may assume the role. Never empty: a trust
    /// policy without it admits everyone who can sign in to the client.
    pub subjects: Vec<String>,
    /// In seconds, 3,600 to 43,200.
    pub max_session_duration: i32,
    /// ARNs of managed policies to attach.
    pub managed_policies: Vec<String>,
    /// Policies to put into the role.
    pub inline_policies: Vec<InlinePolicy>,
    /// The name of a user without any policy to create, with one access key.
    pub user: Option<String>,
    /// Whether a role that somebody else made may be changed to fit.
    pub adopt: bool,
}

/// Why a blueprint cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBlueprint {
    /// IAM takes no such issuer.
    #[error("expected an issuer like `https://host/path`, found {why} in `{issuer}`")]
    Issuer {
        /// As given.
        issuer: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Nobody is named who may assume the role.
    #[error("the trust policy would not test `{key}`, so that {consequence}")]
    NotPinned {
        /// The condition key.
        key: String,
        /// Who would get in.
        consequence: &'static str,
    },
    /// A wildcard where only exact values are compared.
    #[error(
        "expected an exact value for `{key}`, found a wildcard in `{value}`, which `StringEquals` \
         compares literally"
    )]
    Wildcard {
        /// The condition key.
        key: String,
        /// As given.
        value: String,
    },
    /// Outside IAM's limits.
    #[error("expected a session duration of 3600 to 43200 seconds, found `{0}`")]
    MaxSessionDuration(i32),
    /// Not the ARN of a managed policy.
    #[error("expected the ARN of a managed policy, found `{0}`")]
    ManagedPolicy(String),
    /// An inline policy that IAM would refuse.
    #[error("inline policy `{name}` is not one JSON object")]
    InlinePolicy {
        /// Its name.
        name: String,
    },
}

impl InvalidBlueprint {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Issuer { .. } => {
                "use the `iss` of the ID token, exactly as the issuer writes it".to_owned()
            }
            Self::NotPinned { .. } => {
                "name who may assume the role, or sign in once so that the token tells".to_owned()
            }
            Self::Wildcard { .. } => "name each value in full".to_owned(),
            Self::MaxSessionDuration(_) => "use a duration between `1h` and `12h`".to_owned(),
            Self::ManagedPolicy(_) => {
                "for example `arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess`".to_owned()
            }
            Self::InlinePolicy { .. } => "check the file with `fed-cli policy lint`".to_owned(),
        }
    }
}

impl Blueprint {
    /// Checks what can be checked without AWS.
    ///
    /// # Errors
    /// [`InvalidBlueprint`], the first thing found.
    pub fn validate(&self) -> Result<(), InvalidBlueprint> {
        let prefix = self.provider.condition_prefix();
        pinned(&format!("{prefix}:aud"), &self.audiences, "tokens for any client would do")?;
        pinned(
            &format!("{prefix}:sub"),
            &self.subjects,
            "everyone who can sign in to the client would get in",
        )?;
        if !(3600..=43200).contains(&self.max_session_duration) {
            return Err(InvalidBlueprint::MaxSessionDuration(self.max_session_duration));
        }
        for arn in &self.managed_policies {
            let is_policy = Arn::parse(arn)
                .is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("policy/"));
            if !is_policy {
                return Err(InvalidBlueprint::ManagedPolicy(arn.clone()));
            }
        }
        for policy in &self.inline_policies {
            if !matches!(serde_json::from_str(&policy.document), Ok(Value::Object(_))) {
                return Err(InvalidBlueprint::InlinePolicy { name: policy.name.clone() });
            }
        }
        Ok(())
    }

    /// The ARN of the IAM OIDC provider; `None` for Google, which needs none.
    pub fn provider_arn(&self) -> Option<String> {
        match &self.provider {
            Provider::Google => None,
            Provider::OpenIdConnect { host_and_path } => Some(format!(
                "arn:{}:iam::{}:oidc-provider/{host_and_path}",
                self.partition(),
                self.role.account()
            )),
        }
    }

    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub fn partition(&self) -> &str {
        Arn::parse(self.role.as_str()).map_or("aws", |arn| arn.partition)
    }

    /// The role's path, `/` where it has none.
    pub fn role_path(&self) -> &str {
        let resource = Arn::parse(self.role.as_str()).map_or("", |arn| arn.resource);
        let path = resource.strip_prefix("role").unwrap_or_default();
        path.strip_suffix(self.role.name()).unwrap_or("/")
    }
}

fn pinned(key: &str, values: &[String], consequence: &'static str) -> Result<(), InvalidBlueprint> {
    if values.is_empty() || values.iter().any(String::is_empty) {
        return Err(InvalidBlueprint::NotPinned { key: key.to_owned(), consequence });
    }
    match values.iter().find(|value| value.contains(['*', '?'])) {
        Some(value) => {
            Err(InvalidBlueprint::Wildcard { key: key.to_owned(), value: value.clone() })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn tutorial() -> Blueprint {
        Blueprint {
            role: "arn:aws:iam::278805249149:role/google-oidc-role".parse().unwrap(),
            provider: Provider::Google,
            audiences: vec!["client.apps.googleusercontent.com".to_owned()],
            original_audiences: Vec::new(),
            subjects: vec!["113632458324056836621".to_owned()],
            max_session_duration: 3600,
            managed_policies: vec!["arn:aws:iam::aws:policy/AmazonEC2FullAccess".to_owned()],
            inline_policies: Vec::new(),
            user: None,
            adopt: false,
        }
    }

    #[test]
    fn the_role_arn_gives_path_and_provider_arn() {
        let mut blueprint = tutorial();
        assert_eq!(blueprint.role_path(), "/");
        assert_eq!(blueprint.provider_arn(), None);
        blueprint.role = "arn:aws-cn:iam::278805249149:role/ci/deploy/main".parse().unwrap();
        blueprint.provider =
            Provider::from_issuer("https://token.actions.githubusercontent.com").unwrap();
        assert_eq!(blueprint.role_path(), "/ci/deploy/");
        assert_eq!(
            blueprint.provider_arn().as_deref(),
            Some("arn:aws-cn:iam::278805249149:oidc-provider/token.actions.githubusercontent.com")
        );
    }

    #[test]
    fn google_is_known_in_both_spellings_and_a_trailing_slash_is_kept() {
        for issuer in ["https://accounts.google.com", "accounts.google.com"] {
            assert_eq!(Provider::from_issuer(issuer), Ok(Provider::Google));
        }
        assert_eq!(
            Provider::from_issuer("https://tenant.example/").unwrap().condition_prefix(),
            "tenant.example/"
        );
    }

    #[test]
    fn issuers_that_iam_refuses_are_refused_here() {
        for (issuer, why) in [
            ("http://accounts.google.com", "no `https://`"),
            ("https://", "no host"),
            ("https://issuer.example:8443", "a port"),
            ("https://issuer.example?a=b", "a query, fragment, user name or space"),
            ("https://user@issuer.example", "a query, fragment, user name or space"),
        ] {
            assert_eq!(
                Provider::from_issuer(issuer),
                Err(InvalidBlueprint::Issuer { issuer: issuer.to_owned(), why })
            );
        }
    }

    #[test]
    fn a_trust_policy_that_admits_everyone_cannot_be_built() {
        let mut blueprint = tutorial();
        blueprint.subjects.clear();
        assert_eq!(
            blueprint.validate().unwrap_err().to_string(),
            "the trust policy would not test `accounts.google.com:sub`, so that everyone who can \
             sign in to the client would get in"
        );
        blueprint.subjects = vec![String::new()];
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::NotPinned { .. })));
        blueprint.subjects = vec!["1136*".to_owned()];
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::Wildcard { .. })));
        blueprint = tutorial();
        blueprint.audiences.clear();
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::NotPinned { .. })));
    }

    #[test]
    fn limits_and_policies_are_checked() {
        assert_eq!(tutorial().validate(), Ok(()));
        let mut blueprint = tutorial();
        blueprint.max_session_duration = 900;
        assert_eq!(blueprint.validate(), Err(InvalidBlueprint::MaxSessionDuration(900)));
        let mut blueprint = tutorial();
        blueprint.managed_policies = vec!["AmazonEC2FullAccess".to_owned()];
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::ManagedPolicy(_))));
        let mut blueprint = tutorial();
        blueprint.inline_policies =
            vec![InlinePolicy { name: "p".to_owned(), document: "[]".to_owned() }];
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::InlinePolicy { .. })));
    }
}
