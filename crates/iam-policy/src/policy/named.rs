//! The users and roles that a policy names by their ARNs.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal": when a policy is saved the ARN
//! of a user or role becomes its unique id, so that the policy goes on meaning whom it meant.

use super::Policy;
use crate::principal::Principal;
use crate::principals::Entry;

impl Policy {
    /// The ARNs of users and roles in its Principal and NotPrincipal elements, as they stand
    /// there. Sessions of roles are not among them: AWS keeps no id of those.
    pub fn named_principals(&self) -> impl Iterator<Item = &str> {
        let elements = self.statements.iter().filter_map(|statement| statement.principals.as_ref());
        elements.flat_map(|element| &element.entries).filter_map(named)
    }

    /// The same policy, where it names other users and roles for some of its own: `other` gives
    /// an ARN, or the unique id of somebody who is gone.
    pub fn naming(&self, other: impl Fn(&str) -> Option<String>) -> Self {
        let mut policy = self.clone();
        for principals in policy.statements.iter_mut().filter_map(|it| it.principals.as_mut()) {
            for entry in &mut principals.entries {
                if let Some(other) = named(entry).and_then(&other) {
                    *entry = Entry::Aws(other.into());
                }
            }
        }
        policy
    }
}

fn named(entry: &Entry) -> Option<&str> {
    let Entry::Aws(arn) = entry else { return None };
    let is_named =
        matches!(Principal::parse(arn), Ok(Principal::User { .. } | Principal::Role { .. }));
    is_named.then_some(arn)
}

#[cfg(test)]
mod tests {
    use crate::{Context, Decision, Policy, PolicyKind, Principal, evaluate_trust};

    const USER: &str = "arn:aws:iam::111122223333:user/u";

    fn policy(effect: &str, element: &str) -> Policy {
        let session = "arn:aws:sts::111122223333:assumed-role/r/s";
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Principal":"*","Action":"sqs:ReceiveMessage","Resource":"*"}},
            {{"Effect":"{effect}","{element}":{{"AWS":["{USER}","111122223333","{session}"]}},
              "Action":"sqs:SendMessage","Resource":"*"}}]}}"#
        );
        Policy::parse(&text, PolicyKind::Resource).unwrap()
    }

    fn decision(policy: &Policy) -> Decision {
        let user = Principal::parse(USER).unwrap();
        evaluate_trust(policy, &user, "sqs:SendMessage", "*", &Context::new()).decision
    }

    #[test]
    fn users_and_roles_are_named_and_neither_accounts_nor_sessions() {
        let policy = policy("Allow", "Principal");
        assert_eq!(policy.named_principals().collect::<Vec<_>>(), [USER]);
    }

    #[test]
    fn who_is_named_otherwise_is_neither_denied_nor_spared() {
        let gone = |_: &str| Some("AIDAEXAMPLEEXAMPLE123".to_owned());
        let denying = policy("Deny", "Principal");
        assert_eq!(decision(&denying), Decision::ExplicitlyDenied);
        let sparing = policy("Deny", "NotPrincipal");
        assert_eq!(decision(&sparing), Decision::ImplicitlyDenied);
        assert_eq!(decision(&sparing.naming(gone)), Decision::ExplicitlyDenied);
        assert_eq!(decision(&sparing.naming(|_| None)), Decision::ImplicitlyDenied);
        // The account is still named.
        assert_eq!(decision(&denying.naming(gone)), Decision::ExplicitlyDenied);
    }
}
