//! The policies of CloudWatch Logs, which hold for all log groups of an account and a region together.

use std::collections::HashSet;

use iam_policy::literal_value;
use serde_json::{Value, json};

/// The statements of all these policies in one, empty where there are none; `None` where one is no
/// policy. Two of them may have statements of the same `Sid`, one may not: the later go without.
/// What looks like a variable is none in one of an older version.
pub(super) fn merged<'t>(documents: impl Iterator<Item = Option<&'t str>>) -> Option<String> {
    let mut statements = Vec::new();
    for document in documents {
        let mut document: Value = serde_json::from_str(document?).ok()?;
        let knows_variables = document.get("Version").is_some_and(|it| it == "2012-10-17");
        let mut statement = document.get_mut("Statement")?.take();
        if !knows_variables {
            take_literally(&mut statement);
        }
        match statement {
            Value::Array(several) => statements.extend(several),
            one => statements.push(one),
        }
    }
    let mut sids = HashSet::new();
    for statement in statements.iter_mut().filter_map(Value::as_object_mut) {
        let sid = statement.get("Sid").and_then(Value::as_str).map(str::to_owned);
        if sid.is_some_and(|sid| !sids.insert(sid)) {
            statement.remove("Sid");
        }
    }
    match statements.is_empty() {
        true => Some(String::new()),
        false => Some(json!({ "Version": "2012-10-17", "Statement": statements }).to_string()),
    }
}

/// Has each text mean itself.
fn take_literally(value: &mut Value) {
    match value {
        Value::String(text) => *text = literal_value(text),
        Value::Array(items) => items.iter_mut().for_each(take_literally),
        Value::Object(members) => members.values_mut().for_each(take_literally),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use iam_policy::{Context, Policy, PolicyKind, Principal, evaluate_trust};

    use super::*;

    #[test]
    fn statements_of_several_policies_are_one_policy_whatever_they_are_called() {
        let one = r#"{"Statement":{"Sid":"A","Effect":"Allow","Principal":"*","Action":"logs:*",
            "Resource":"*"}}"#;
        let other = one.replace("Allow", "Deny");
        let text = merged([Some(one), Some(other.as_str()), Some(one)].into_iter()).unwrap();
        let policy = Policy::parse(&text, PolicyKind::Resource).unwrap();
        assert_eq!(policy.statement_count(), 3);
        assert_eq!(text.matches("Deny").count(), 1);
        assert_eq!(merged(std::iter::empty()), Some(String::new()));
        for none in [None, Some("{"), Some("{}")] {
            assert_eq!(merged([Some(one), none].into_iter()), None);
        }
    }

    #[test]
    fn an_older_version_has_no_variables() {
        let of = |version: &str| {
            let text = format!(
                r#"{{{version}"Statement":{{"Effect":"Allow","Principal":"*","Action":"logs:*",
                "Resource":"*","Condition":{{"StringEquals":{{"aws:userid":"${{aws:userid}}"}}}}}}}}"#
            );
            let text = merged([Some(text.as_str())].into_iter()).unwrap();
            let policy = Policy::parse(&text, PolicyKind::Resource).unwrap();
            let caller = Principal::parse("arn:aws:iam::111122223333:user/u").unwrap();
            let mut context = Context::new();
            context.set("aws:userid", "AIDAEXAMPLE");
            evaluate_trust(&policy, &caller, "logs:PutLogEvents", "*", &context)
                .decision
                .is_allowed()
        };
        assert!(of(r#""Version":"2012-10-17","#));
        for older in ["", r#""Version":"2008-10-17","#] {
            assert!(!of(older), "{older}");
        }
    }
}
