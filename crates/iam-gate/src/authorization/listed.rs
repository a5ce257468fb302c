//! Condition keys that AWS has for an action, and no others: a request brings more, and a policy
//! that tests one of those is about nothing that AWS would know.
//!
//! Source: Service Authorization Reference, the condition keys of each action and of the type of
//! its resource.

use aws_model::Action;
use iam_policy::Context;

use super::context;
use crate::demand::Demand;

/// Global keys that an action has only where the reference lists them for it.
const OF_ACTIONS: [&str; 3] = ["aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"];
/// Those of them that the request itself brings.
const OF_REQUESTS: [&str; 2] = ["aws:requesttag/", "aws:tagkeys"];

/// Takes out what the reference does not list for the demand's action on its resource.
pub(super) fn keep(context: &mut Context, demand: &Demand) {
    let is_of_action = |key: &str| {
        OF_ACTIONS.iter().any(|start| key.starts_with(start)) || is_of_service(key, &demand.action)
    };
    let keys = context.iter().map(|(key, _)| key);
    let keys: Vec<String> = keys.filter(|key| is_of_action(key)).map(str::to_owned).collect();
    if keys.is_empty() {
        return;
    }
    let action = aws_model::action(&demand.action);
    let mut is_doubtful = false;
    for key in keys {
        if !action.is_some_and(|action| carries(action, &key, &demand.resource)) {
            is_doubtful |= OF_REQUESTS.iter().any(|start| key.starts_with(start));
            context.remove(&key);
        }
    }
    // Tags came with the request: what the reference leaves out by mistake must still deny.
    if is_doubtful {
        context::doubt_tags(context);
    }
}

/// A service has keys of its own for its own actions.
fn is_of_service(key: &str, action: &str) -> bool {
    let prefix = |name: &str| name.split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase());
    prefix(key).is_some_and(|of_key| prefix(action).is_some_and(|own| own == of_key))
}

fn carries(action: &Action, key: &str, resource: &str) -> bool {
    match action.resource_type_of(resource) {
        Some(_) => action.may_carry_on(key, resource),
        None => action.carries(key),
    }
}

#[cfg(test)]
mod tests {
    use iam_policy::{Decision, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request};

    use super::*;
    use crate::organization::OrganizationId;

    fn kept(action: &str, resource: &str, keys: &[&str]) -> Vec<String> {
        let mut context = Context::new();
        keys.iter().for_each(|key| context.set(key, "value"));
        keep(&mut context, &Demand::on(action, resource));
        context.iter().map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn a_key_is_there_where_the_reference_lists_it() {
        let object = "arn:aws:s3:::bucket/key";
        let headers = [
            "s3:x-amz-acl",
            "s3:x-amz-storage-class",
            "s3:x-amz-server-side-encryption",
            "s3:x-amz-server-side-encryption-customer-algorithm",
        ];
        assert_eq!(kept("s3:PutObject", object, &headers), headers);
        let instance = "arn:aws:ec2:eu-west-1:111122223333:instance/*";
        let keys = ["aws:requesttag/team", "ec2:instancetype", "aws:sourceip"];
        assert_eq!(kept("ec2:RunInstances", instance, &keys), keys);
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-abcdef";
        let keys = ["secretsmanager:secretid", "secretsmanager:resourcetag/team"];
        assert_eq!(kept("secretsmanager:GetSecretValue", secret, &keys), keys);
    }

    /// Whether `iam:PassRole` with a tag, which the reference does not list for it, is allowed where
    /// this is denied.
    fn passes_beside(denied: &str) -> bool {
        let role = "arn:aws:iam::111122223333:role/r";
        let mut context = Context::new();
        context::of_organization(&mut context, &OrganizationId::None);
        context.set("aws:RequestTag/team", "value");
        keep(&mut context, &Demand::on("iam:PassRole", role));
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"*","Resource":"*"}},
            {{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringEquals":{denied}}}}}]}}"#
        );
        let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
        let identity = vec![NamedPolicy::new("p", policy)];
        let policies = PolicySet { identity, ..PolicySet::default() };
        let request = Request {
            principal: &Principal::parse("arn:aws:iam::111122223333:user/u").unwrap(),
            action: "iam:PassRole",
            resource: role,
            resource_account: None,
            context: &context,
        };
        iam_policy::evaluate(&policies, &request).decision == Decision::Allowed
    }

    #[test]
    fn only_the_tags_are_doubtful_where_one_is_not_listed() {
        assert!(!passes_beside(r#"{"aws:RequestTag/team":"value"}"#));
        assert!(!passes_beside(r#"{"aws:RequestTag/other":"value"}"#));
        assert!(passes_beside(r#"{"aws:PrincipalOrgID":"o-one"}"#));
        assert!(passes_beside(r#"{"aws:PrincipalOrgPaths":"o-one/r-1/"}"#));
    }

    #[test]
    fn a_key_is_not_there_where_the_reference_does_not_list_it() {
        let object = "arn:aws:s3:::bucket/key";
        for key in [
            "s3:x-amz-meta-team",
            "s3:x-amz-server-side-encryption-customer-key",
            "s3:x-amz-server-side-encryption-customer-key-md5",
            "s3:x-amz-copy-source-server-side-encryption-customer-key",
            "s3:x-amz-checksum-crc32",
            "s3:prefix",
        ] {
            assert!(kept("s3:PutObject", object, &[key]).is_empty(), "{key}");
        }
        assert!(kept("s3:GetObject", object, &["s3:x-amz-acl"]).is_empty());
        let role = "arn:aws:iam::111122223333:role/r";
        assert!(kept("iam:PassRole", role, &["aws:requesttag/team", "aws:tagkeys"]).is_empty());
        let queue = "arn:aws:sqs:eu-west-1:111122223333:q";
        assert!(kept("sqs:SendMessage", queue, &["sqs:resourcetag/team"]).is_empty());
        assert!(kept("s3:NoSuchAction", object, &["s3:x-amz-acl"]).is_empty());
    }
}
