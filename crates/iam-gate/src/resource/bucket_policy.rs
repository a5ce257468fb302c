//! What S3 refuses in the policy of a bucket, in its own words.
//!
//! Source: aws-truth.md, "S3", bucket policies.

use aws_model::Action;
use iam_policy::lint::Code;
use iam_policy::{Finding, Policy};
use serde_json::Value;

/// What S3 says of a policy for this bucket. It is silent of faults whose sentence is not known.
///
/// # Errors
/// The sentence behind `MalformedPolicy`.
pub(super) fn check(
    policy: Result<&Policy, &Finding>,
    text: &str,
    bucket: &str,
) -> Result<(), &'static str> {
    let Ok(Value::Object(document)) = serde_json::from_str(text) else {
        return Err("Policies must be valid JSON and the first byte must be '{'");
    };
    if let Err(finding) = policy {
        return missing(finding.code).map_or(Ok(()), Err);
    }
    let statements = document.get("Statement").map(listed).unwrap_or_default();
    for statement in statements {
        of_statement(statement, bucket)?;
    }
    Ok(())
}

fn missing(code: Code) -> Option<&'static str> {
    match code {
        Code::MissingStatement => Some("Missing required field Statement"),
        Code::MissingEffect => Some("Missing required field Effect"),
        Code::MissingPrincipal => Some("Missing required field Principal"),
        Code::MissingAction => Some("Missing required field Action"),
        _ => None,
    }
}

fn of_statement(statement: &Value, bucket: &str) -> Result<(), &'static str> {
    let texts = |element: &str| -> Vec<&str> {
        let values = statement.get(element).map(listed).unwrap_or_default();
        values.into_iter().filter_map(Value::as_str).collect()
    };
    if statement.get("Resource").or_else(|| statement.get("NotResource")).is_none() {
        return Err("Missing required field Resource");
    }
    let (actions, resources) = (texts("Action"), texts("Resource"));
    let mut known = Vec::new();
    for action in actions.iter().chain(&texts("NotAction")).filter(|action| is_exact(action)) {
        known.push(s3_action(action).ok_or("Policy has invalid action")?);
    }
    for resource in resources.iter().chain(&texts("NotResource")) {
        if !is_of(resource, bucket) {
            return Err("Policy has invalid resource");
        }
    }
    let applies = |action: &&Action| resources.iter().any(|resource| may_apply(action, resource));
    match resources.is_empty() || actions.is_empty() || known.iter().all(applies) {
        true => Ok(()),
        false => Err("Action does not apply to any resource(s) in statement"),
    }
}

fn s3_action(name: &str) -> Option<&'static Action> {
    let is_of_s3 = name.get(..3).is_some_and(|service| service.eq_ignore_ascii_case("s3:"));
    aws_model::action(name).filter(|_| is_of_s3)
}

/// Whether the resource may lie in the bucket. What has a wildcard or a variable in the bucket's
/// own place is not judged.
fn is_of(resource: &str, bucket: &str) -> bool {
    if resource == "*" {
        return true;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", _, "s3", _, _, path] = parts.as_slice() else { return !is_exact(resource) };
    let name = path.split('/').next().unwrap_or_default();
    !is_exact(name) || name == bucket
}

/// Whether a bucket's action stands beside the bucket, and an object's beside objects. Actions on
/// neither are not judged.
fn may_apply(action: &Action, resource: &str) -> bool {
    let is_on = |name: &str| action.resource_types().iter().any(|it| it.resource_type.name == name);
    let only = |name: &str| {
        is_on(name) && ["bucket", "object"].into_iter().all(|it| it == name || !is_on(it))
    };
    match resource.split_once('/') {
        Some((before, _)) => !(is_exact(before) && only("bucket")),
        None => !(is_exact(resource) && only("object")),
    }
}

fn is_exact(text: &str) -> bool {
    !text.contains(['*', '?', '$'])
}

fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use iam_policy::PolicyKind;

    use super::*;

    fn said(text: &str) -> Result<(), &'static str> {
        let policy = Policy::parse(text, PolicyKind::Resource);
        check(policy.as_ref().map_err(iam_policy::PolicyError::finding), text, "bucket")
    }

    fn of(actions: &str, resources: &str) -> Result<(), &'static str> {
        said(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*",
               "Action":{actions},"Resource":{resources}}}]}}"#
        ))
    }

    const OBJECTS: &str = r#""arn:aws:s3:::bucket/*""#;
    const BUCKET: &str = r#""arn:aws:s3:::bucket""#;
    const BOTH: &str = r#"["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"]"#;

    #[test]
    fn what_is_of_another_bucket_or_no_bucket_is_no_resource() {
        for resource in [
            "arn:aws:s3:::other",
            "arn:aws:s3:::other/*",
            "arn:aws:s3:::bucket2/a",
            "arn:aws:s3:::Bucket/a",
            "arn:aws:sqs:eu-west-1:111122223333:bucket",
        ] {
            let found = of(r#""s3:*""#, &format!("\"{resource}\""));
            assert_eq!(found, Err("Policy has invalid resource"), "{resource}");
            let beside = format!("[{OBJECTS},\"{resource}\"]");
            assert_eq!(of(r#""s3:*""#, &beside), Err("Policy has invalid resource"), "{resource}");
        }
        for resource in ["arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::buck*", "*"] {
            assert_eq!(of(r#""s3:*""#, &format!("\"{resource}\"")), Ok(()), "{resource}");
        }
    }

    #[test]
    fn an_action_stands_beside_what_it_is_checked_on() {
        let refused = Err("Action does not apply to any resource(s) in statement");
        assert_eq!(of(r#""s3:ListBucket""#, OBJECTS), refused);
        assert_eq!(of(r#""s3:GetObject""#, BUCKET), refused);
        assert_eq!(of(r#"["s3:GetObject","s3:ListBucket"]"#, OBJECTS), refused);
        for (actions, resources) in [
            (r#"["s3:GetObject","s3:ListBucket"]"#, BOTH),
            (r#""s3:Get*""#, OBJECTS),
            (r#""s3:GETOBJECT""#, OBJECTS),
            (r#""s3:GetObject""#, r#""arn:aws:s3:::bucket*""#),
        ] {
            assert_eq!(of(actions, resources), Ok(()), "{actions} {resources}");
        }
    }

    #[test]
    fn only_what_s3_has_is_an_action() {
        for action in ["s3:ListObjects", "sqs:SendMessage", "s3:GetObjects"] {
            let found = of(&format!("\"{action}\""), BOTH);
            assert_eq!(found, Err("Policy has invalid action"), "{action}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let whole = [
            ("Effect", r#""Allow""#),
            ("Principal", r#""*""#),
            ("Action", r#""s3:GetObject""#),
            ("Resource", OBJECTS),
        ];
        for (left_out, _) in whole {
            let left = whole.iter().filter(|(name, _)| *name != left_out);
            let left: Vec<_> = left.map(|(name, value)| format!("\"{name}\":{value}")).collect();
            let text = format!(r#"{{"Statement":{{{}}}}}"#, left.join(","));
            let words = format!("Missing required field {left_out}");
            assert_eq!(said(&text), Err(words.as_str()), "{text}");
        }
        assert_eq!(said("{}"), Err("Missing required field Statement"));
        for text in ["", "no", "[]", "\"a\""] {
            let words = "Policies must be valid JSON and the first byte must be '{'";
            assert_eq!(said(text), Err(words), "{text}");
        }
    }
}
