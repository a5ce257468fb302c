//! Policies of the resources themselves: buckets, queues, topics, keys and secrets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::grouping::{Allowed, gather};
use crate::permission::Permission;
use crate::rules::Rules;

/// What one principal used.
#[derive(Clone, Copy, Debug)]
pub struct Used<'a> {
    /// The ARN of a user or role.
    pub principal: &'a str,
    /// What it used.
    pub permissions: &'a BTreeSet<Permission>,
}

/// Actions that make a resource, or are asked for before there is one: no policy of its own
/// bears on them.
const BEFORE: [&str; 4] =
    ["s3:CreateBucket", "sqs:CreateQueue", "sns:CreateTopic", "secretsmanager:CreateSecret"];

/// By the ARN of what holds it, the policy that lets each principal do there what it did.
pub fn resource_policies(used: &[Used<'_>], rules: &Rules) -> BTreeMap<String, Value> {
    let mut holders: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for Used { principal, permissions } in used {
        let mut by_holder: BTreeMap<String, BTreeSet<Allowed>> = BTreeMap::new();
        for permission in *permissions {
            if let Some(holder) = holder(permission) {
                by_holder.entry(holder).or_default().insert(Allowed {
                    action: permission.action.clone(),
                    pattern: match permission.action.starts_with("kms:") {
                        // A key's policy speaks of its key as `*`.
                        true => "*".to_owned(),
                        false => rules.pattern(&permission.resource),
                    },
                    keys: permission.keys.clone(),
                });
            }
        }
        for (holder, allowed) in by_holder {
            let statements = gather(&allowed).into_iter().map(|statement| {
                let mut statement = statement.to_json();
                statement["Principal"] = json!({ "AWS": principal });
                statement
            });
            holders.entry(holder).or_default().extend(statements);
        }
    }
    holders
        .into_iter()
        .map(|(holder, statements)| {
            (holder, json!({ "Version": "2012-10-17", "Statement": statements }))
        })
        .collect()
}

/// What carries the policy that bears on it.
fn holder(permission: &Permission) -> Option<String> {
    let resource = permission.resource.as_str();
    if BEFORE.contains(&permission.action.as_str()) {
        return None;
    }
    let service = permission.action.split(':').next().unwrap_or_default();
    let mut segments = resource.splitn(6, ':').skip(2);
    let (of, name) = (segments.next()?, segments.nth(2)?);
    match (service, of) {
        ("s3", "s3") => {
            let bucket = name.split('/').next().unwrap_or_default();
            Some(format!("arn:aws:s3:::{bucket}"))
        }
        ("sqs", "sqs") | ("sns", "sns") | ("secretsmanager", "secretsmanager") => {
            Some(resource.to_owned())
        }
        ("kms", "kms") if name.starts_with("key/") => Some(resource.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_policy_has_none() {
        let held = |action: &str, resource: &str| holder(&Permission::new(action, resource));
        for (action, resource) in [
            ("sqs:SendMessage", "arn:aws:sqs:r:1:q"),
            ("sns:Publish", "arn:aws:sns:r:1:t"),
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:r:1:secret:s-AbCdEf"),
            ("kms:Decrypt", "arn:aws:kms:r:1:key/k"),
        ] {
            assert_eq!(held(action, resource).as_deref(), Some(resource), "{action}");
        }
        for (action, resource) in [
            ("sqs:CreateQueue", "arn:aws:sqs:r:1:q"),
            ("kms:CreateAlias", "arn:aws:kms:r:1:alias/a"),
            ("sqs:SendMessage", "arn:aws:sns:r:1:t"),
            ("s3:ListAllMyBuckets", "*"),
            ("ec2:StartInstances", "arn:aws:ec2:r:1:instance/i"),
        ] {
            assert_eq!(held(action, resource), None, "{action}");
        }
    }

    #[test]
    fn each_holder_lets_each_principal_do_what_it_did() {
        let used: BTreeSet<Permission> = [
            Permission::new("s3:CreateBucket", "arn:aws:s3:::b"),
            Permission::new("s3:GetObject", "arn:aws:s3:::b/k"),
            Permission::new("s3:ListBucket", "arn:aws:s3:::b"),
            Permission::new("kms:Decrypt", "arn:aws:kms:r:1:key/k"),
            Permission::new("ec2:DescribeInstances", "*"),
        ]
        .into();
        let role = "arn:aws:iam::278805249149:role/r";
        let used = [Used { principal: role, permissions: &used }];
        let policies = resource_policies(&used, &Rules::default());
        assert_eq!(
            policies.keys().collect::<Vec<_>>(),
            ["arn:aws:kms:r:1:key/k", "arn:aws:s3:::b"]
        );
        assert_eq!(
            policies["arn:aws:s3:::b"]["Statement"],
            json!([
                {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "s3:GetObject",
                 "Resource": "arn:aws:s3:::b/k"},
                {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "s3:ListBucket",
                 "Resource": "arn:aws:s3:::b"},
            ])
        );
        assert_eq!(policies["arn:aws:kms:r:1:key/k"]["Statement"][0]["Resource"], "*");
    }
}
