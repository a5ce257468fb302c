//! What should be there.

use fed_types::{Arn, RoleArn};

use crate::{Provider, subject};

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
    /// The values of the `:sub` key that may assume the role, or patterns of them. Never
    /// empty: a trust policy without it admits everyone who can sign in to the client.
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

impl Blueprint {
    /// Whom the subjects let in besides those they seem to name: one sentence each.
    pub fn warnings(&self) -> Vec<String> {
        let check = |subject| subject::check(&self.provider, subject).ok().flatten();
        self.subjects.iter().filter_map(|subject| check(subject)).collect()
    }

    /// ARNs and names of the policies that the role is to have.
    pub(crate) fn policies(&self) -> Vec<String> {
        let inline = self.inline_policies.iter().map(|policy| &policy.name);
        self.managed_policies.iter().chain(inline).cloned().collect()
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
}
