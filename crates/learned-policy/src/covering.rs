//! What policies allow, said by the engine that the gate asks.

use iam_policy::{Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request};

use crate::document::Document;
use crate::permission::Permission;

/// Whether the documents allow a role of this account, 12 digits, the permission.
pub fn allows(documents: &[Document], account: &str, permission: &Permission) -> bool {
    set(documents).is_some_and(|policies| is_allowed(&policies, account, permission))
}

/// Those of the permissions that the documents do not allow.
pub fn uncovered<'a>(
    documents: &[Document],
    account: &str,
    permissions: impl IntoIterator<Item = &'a Permission>,
) -> Vec<&'a Permission> {
    let policies = set(documents);
    let covered = |permission: &&Permission| {
        policies.as_ref().is_some_and(|policies| is_allowed(policies, account, permission))
    };
    permissions.into_iter().filter(|permission| !covered(permission)).collect()
}

/// `None` where IAM would not take one of them.
fn set(documents: &[Document]) -> Option<PolicySet> {
    let parse = |document: &Document| {
        let text = document.to_json().to_string();
        Policy::parse(&text, PolicyKind::Identity).ok()
    };
    let policies: Option<Vec<Policy>> = documents.iter().map(parse).collect();
    let named = policies?.into_iter().map(|policy| NamedPolicy::new("learned", policy));
    Some(PolicySet { identity: named.collect(), ..PolicySet::default() })
}

fn is_allowed(policies: &PolicySet, account: &str, permission: &Permission) -> bool {
    let role = format!("arn:aws:iam::{account}:role/learned");
    let session = format!("arn:aws:sts::{account}:assumed-role/learned/session");
    let principal = Principal::assumed_role(session, role);
    let mut context = Context::new();
    for (key, values) in &permission.keys {
        match values.as_slice() {
            [one] => context.set(key, one.as_str()),
            several => context.set_all(key, several.iter().cloned()),
        }
    }
    let request = Request {
        principal: &principal,
        action: &permission.action,
        resource: &permission.resource,
        // Whoever owns it: what its own policy says is another question.
        resource_account: Some(account),
        context: &context,
    };
    iam_policy::evaluate(policies, &request).decision.is_allowed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rules, learn};

    #[test]
    fn what_was_used_is_allowed_and_its_neighbours_are_not() {
        let used = Permission::new("s3:GetObject", "arn:aws:s3:::b/k");
        let documents = learn([used.clone()], &Rules::default()).documents;
        let account = "278805249149";
        assert!(allows(&documents, account, &used));
        for (action, resource) in
            [("s3:GetObject", "arn:aws:s3:::b/other"), ("s3:PutObject", "arn:aws:s3:::b/k")]
        {
            let neighbour = Permission::new(action, resource);
            assert!(!allows(&documents, account, &neighbour), "{action} {resource}");
            let both = [&used, &neighbour];
            assert_eq!(uncovered(&documents, account, both), [&neighbour]);
        }
        assert!(!allows(&[], account, &used));
    }
}
