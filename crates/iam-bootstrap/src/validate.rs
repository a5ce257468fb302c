//! Checks a blueprint before anything is asked or made.

use fed_types::Arn;
use serde_json::Value;

use crate::{Blueprint, InvalidBlueprint, limits, subject};

impl Blueprint {
    /// Checks what can be checked without AWS.
    ///
    /// # Errors
    /// [`InvalidBlueprint`], the first thing found.
    pub fn validate(&self) -> Result<(), InvalidBlueprint> {
        let prefix = self.provider.condition_prefix();
        let key = format!("{prefix}:aud");
        pinned(&key, &self.audiences, "tokens for any client would do")?;
        exact(&key, &self.audiences)?;
        exact(&format!("{prefix}:oaud"), &self.original_audiences)?;
        pinned(
            &format!("{prefix}:sub"),
            &self.subjects,
            "everyone who can sign in to the client would get in",
        )?;
        for subject in &self.subjects {
            subject::check(&self.provider, subject)?;
        }
        for audience in &self.audiences {
            subject::check_audience(&self.provider, &self.subjects, audience)?;
        }
        if !(3600..=43200).contains(&self.max_session_duration) {
            return Err(InvalidBlueprint::MaxSessionDuration(self.max_session_duration));
        }
        for arn in &self.managed_policies {
            let is_policy = Arn::parse(arn)
                .is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("policy/"));
            if !is_policy {
                return Err(InvalidBlueprint::ManagedPolicy(arn.clone()));
            }
            self.attachable(arn)?;
        }
        for policy in &self.inline_policies {
            if !matches!(serde_json::from_str(&policy.document), Ok(Value::Object(_))) {
                return Err(InvalidBlueprint::InlinePolicy { name: policy.name.clone() });
            }
        }
        limits::check(self)
    }

    /// A policy of AWS or of the role's own account, in the role's partition.
    fn attachable(&self, policy: &str) -> Result<(), InvalidBlueprint> {
        let Ok(arn) = Arn::parse(policy) else { return Ok(()) };
        let account = self.role.account().as_str();
        let of = if arn.partition != self.partition() {
            format!("the partition `{}`", arn.partition)
        } else if arn.account != "aws" && arn.account != account {
            format!("account `{}`", arn.account)
        } else {
            return Ok(());
        };
        let (policy, account) = (policy.to_owned(), account.to_owned());
        Err(InvalidBlueprint::ForeignPolicy { policy, account, of })
    }
}

fn pinned(key: &str, values: &[String], consequence: &'static str) -> Result<(), InvalidBlueprint> {
    if values.is_empty() || values.iter().any(String::is_empty) {
        return Err(InvalidBlueprint::NotPinned { key: key.to_owned(), consequence });
    }
    Ok(())
}

fn exact(key: &str, values: &[String]) -> Result<(), InvalidBlueprint> {
    match values.iter().find(|value| subject::is_pattern(value)) {
        Some(value) => {
            Err(InvalidBlueprint::Wildcard { key: key.to_owned(), value: value.clone() })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InlinePolicy;
    use crate::blueprint::tests::tutorial;

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
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::Strangers { .. })));
        blueprint = tutorial();
        blueprint.audiences.clear();
        assert!(matches!(blueprint.validate(), Err(InvalidBlueprint::NotPinned { .. })));
    }

    #[test]
    fn audiences_have_no_wildcards() {
        for value in ["client*", "clien?", "?"] {
            let wildcard = |key: &str| InvalidBlueprint::Wildcard {
                key: format!("accounts.google.com:{key}"),
                value: value.to_owned(),
            };
            let mut blueprint = tutorial();
            blueprint.audiences = vec![value.to_owned()];
            assert_eq!(blueprint.validate(), Err(wildcard("aud")));
            let mut blueprint = tutorial();
            blueprint.original_audiences = vec![value.to_owned()];
            assert_eq!(blueprint.validate(), Err(wildcard("oaud")));
        }
    }

    #[test]
    fn an_audience_that_no_google_token_has_is_refused() {
        let mut blueprint = tutorial();
        for audience in ["sts.amazonaws.com", "https://aws.example", GOOGLE_SUFFIX] {
            blueprint.audiences = vec![audience.to_owned()];
            let error = blueprint.validate().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "`{audience}` can never match `accounts.google.com:aud`: for Google it is the \
                     token's `azp`: an OAuth client id, or a service account's unique id"
                )
            );
            assert_eq!(
                error.hint().to_string(),
                format!(
                    "for a person give the client id, `….apps.googleusercontent.com`; for a \
                     service account its unique id, `113632458324056836621`, and `{audience}` as \
                     the original audience"
                )
            );
        }
        blueprint.audiences = blueprint.subjects.clone();
        blueprint.original_audiences = vec!["https://aws.example".to_owned()];
        assert_eq!(blueprint.validate(), Ok(()));
    }

    const GOOGLE_SUFFIX: &str = ".apps.googleusercontent.com";

    #[test]
    fn a_policy_of_another_account_or_partition_cannot_be_attached() {
        for (policy, of) in [
            ("arn:aws:iam::999999999999:policy/own", "account `999999999999`"),
            ("arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "the partition `aws-cn`"),
        ] {
            let mut blueprint = tutorial();
            blueprint.managed_policies = vec![policy.to_owned()];
            assert_eq!(
                blueprint.validate().unwrap_err().to_string(),
                format!("`{policy}` cannot be attached in account 278805249149: it is of {of}")
            );
        }
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
