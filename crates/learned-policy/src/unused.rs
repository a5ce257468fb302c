//! What policies allow that was never used.

use iam_policy::{
    Context, NamedPolicy, Policy, PolicyError, PolicyKind, PolicySet, Principal, Request,
};
use serde_json::{Value, json};

use crate::permission::Permission;

/// Whether IAM would take the document as a policy of a role.
///
/// # Errors
/// Where it would not, and why.
pub fn check(text: &str) -> Result<(), PolicyError> {
    Policy::parse(text, PolicyKind::Identity).map(drop)
}

/// Each Allow's actions and resources that nothing of `used` needed, in words: by a role of
/// this account, 12 digits. Conditions are not looked at: what is told allows nothing that was
/// used, whatever they are.
pub fn unused(document: &Value, used: &[Permission], account: &str) -> Vec<String> {
    let statements = match &document["Statement"] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    };
    let mut lines = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        if statement["Effect"] != "Allow" {
            continue;
        }
        let place = format!("statement {}", index + 1);
        if !serves(statement, used, account) {
            lines.push(format!("{place}: all of it"));
            continue;
        }
        for element in ["Action", "Resource"] {
            let values = values(&statement[element]);
            if values.len() < 2 {
                continue;
            }
            for value in values {
                let mut alone = statement.clone();
                alone[element] = json!(value);
                if !serves(&alone, used, account) {
                    lines.push(format!("{place}: `{value}`"));
                }
            }
        }
        lines.extend(wide(statement, used, account).into_iter().map(|it| format!("{place}: {it}")));
    }
    lines
}

/// Of actions with wildcards, how little of them was used.
fn wide(statement: &Value, used: &[Permission], account: &str) -> Vec<String> {
    let patterns = values(&statement["Action"]).into_iter().filter(|it| it.contains('*'));
    let mut lines = Vec::new();
    for pattern in patterns {
        let mut alone = statement.clone();
        alone["Action"] = json!(pattern);
        let mut actions: Vec<&str> = used
            .iter()
            .filter(|one| serves(&alone, std::slice::from_ref(*one), account))
            .map(|one| one.action.as_str())
            .collect();
        actions.sort_unstable();
        actions.dedup();
        if !actions.is_empty() {
            lines.push(format!("`{pattern}` but for {}", actions.join(", ")));
        }
    }
    lines
}

fn values(element: &Value) -> Vec<String> {
    match element {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => {
            several.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the statement, without its conditions, allows any of it.
fn serves(statement: &Value, used: &[Permission], account: &str) -> bool {
    let mut statement = statement.clone();
    if let Some(members) = statement.as_object_mut() {
        members.remove("Condition");
    }
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let Ok(policy) = Policy::parse(&document.to_string(), PolicyKind::Identity) else {
        return true;
    };
    let policies =
        PolicySet { identity: vec![NamedPolicy::new("one", policy)], ..PolicySet::default() };
    let role = format!("arn:aws:iam::{account}:role/learned");
    let session = format!("arn:aws:sts::{account}:assumed-role/learned/session");
    let principal = Principal::assumed_role(session, role);
    used.iter().any(|permission| {
        let request = Request {
            principal: &principal,
            action: &permission.action,
            resource: &permission.resource,
            resource_account: Some(account),
            context: &Context::new(),
        };
        iam_policy::evaluate(&policies, &request).decision.is_allowed()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(statements: Value) -> Vec<String> {
        let used = [
            Permission::new("s3:GetObject", "arn:aws:s3:::b/k"),
            Permission::new("s3:ListAllMyBuckets", "*"),
        ];
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        unused(&document, &used, "278805249149")
    }

    #[test]
    fn what_was_used_is_not_told() {
        let exact = json!([
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/k"},
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
            {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"},
        ]);
        assert_eq!(of(exact), [""; 0]);
    }

    #[test]
    fn actions_and_resources_that_served_nothing_are_told_one_by_one() {
        let wide = json!([
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
             "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"],
             "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        ]);
        assert_eq!(
            of(wide),
            [
                "statement 1: `s3:PutObject`",
                "statement 1: `arn:aws:s3:::c/*`",
                "statement 2: all of it",
                "statement 3: `s3:*` but for s3:GetObject, s3:ListAllMyBuckets",
            ]
        );
    }

    #[test]
    fn of_three_actions_those_that_served_nothing_are_told() {
        let three = json!({"Effect": "Allow", "Resource": "arn:aws:s3:::b/k",
                           "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]});
        assert_eq!(of(three), ["statement 1: `s3:PutObject`", "statement 1: `s3:DeleteObject`"]);
    }

    #[test]
    fn what_iam_would_not_take_is_not_taken() {
        let message = check("{\"Statement\": [{\"Effect\": \"allow\"}]}").unwrap_err();
        assert_eq!(message.message(), "expected `Effect` to be `Allow` or `Deny`, in this case");
    }
}
