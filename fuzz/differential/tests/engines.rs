//! The same random policy and request, put to three engines: ours must agree with
//! `scratchstack-aspen` and with `iam-rs`, except where that engine is known to differ
//! from AWS's documentation. Every such difference is written down in `aspen_differs` and
//! `iam_rs_differs`; anything else fails the test. The seeds are proptest's.

use std::collections::BTreeMap;
use std::str::FromStr;

use iam_policy::{
    Context, Decision, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request, evaluate,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const CASES: u32 = 4_000;
const USER: &str = "arn:aws:iam::278805249149:user/alice";

#[derive(Clone, Debug)]
struct Condition {
    operator: String,
    key: &'static str,
    values: Vec<&'static str>,
}

#[derive(Clone, Debug)]
struct Statement {
    deny: bool,
    not_action: bool,
    actions: Vec<&'static str>,
    not_resource: bool,
    resources: Vec<&'static str>,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Sample {
    statements: Vec<Statement>,
    action: &'static str,
    resource: &'static str,
    context: BTreeMap<&'static str, &'static str>,
}

const ACTIONS: [&str; 8] =
    ["*", "s3:*", "s3:Get*", "s3:getobject", "s3:GetObjec?", "s3:*Object", "ec2:*", "s3:PutObject"];
const RESOURCES: [&str; 10] = [
    "*",
    "arn:aws:s3:::reports/*",
    "arn:aws:s3:::reports/?/a.txt",
    "arn:aws:s3:::reports/2026/a.txt",
    "arn:aws:s3:::other/*",
    "arn:aws:s3:::reports/${aws:username}/*",
    "arn:aws:s3:::${*}",
    "arn:aws:s3:::*a.txt",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:s3:::re*ts/*/?.txt",
];
const REQUESTED: [(&str, &str); 5] = [
    ("s3:GetObject", "arn:aws:s3:::reports/2026/a.txt"),
    ("s3:GetObject", "arn:aws:s3:::reports/alice/a.txt"),
    ("s3:PutObject", "arn:aws:s3:::other/b"),
    ("ec2:StartInstances", "arn:aws:ec2:us-east-1:278805249149:instance/i-1"),
    ("s3:GetObject", "arn:aws:s3:::*"),
];
/// Operator stems with the keys and values they make sense for.
const TEXT: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMERIC: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATE: [&str; 6] = [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ARN: [&str; 4] = ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];
const NAMES: [&str; 6] = ["alice", "ALICE", "bob", "a*", "?ob", ""];
const NUMBERS: [&str; 4] = ["1", "10", "100", "-5"];
const DATES: [&str; 3] = ["2020-01-01T00:00:00Z", "2026-11-23T10:00:00Z", "2030-06-01T00:00:00Z"];
const ADDRESSES: [&str; 5] =
    ["203.0.113.0/24", "198.51.100.1", "0.0.0.0/0", "2001:db8::/32", "10.0.0.0/8"];
const ARNS: [&str; 4] = [
    "arn:aws:s3:::reports",
    "arn:aws:s3:::*",
    "arn:aws:sns:us-east-?:*:*",
    "arn:aws:sns:us-east-1:278805249149:topic",
];

fn condition() -> impl Strategy<Value = Condition> {
    let of =
        |stems: &'static [&'static str], key: &'static str, values: &'static [&'static str]| {
            (
                prop::sample::select(stems),
                any::<bool>(),
                prop::collection::vec(prop::sample::select(values), 1..3),
            )
                .prop_map(move |(stem, if_exists, values)| Condition {
                    operator: format!("{stem}{}", if if_exists { "IfExists" } else { "" }),
                    key,
                    values,
                })
                .boxed()
        };
    prop_oneof![
        of(&TEXT, "aws:username", &NAMES),
        of(&NUMERIC, "s3:max-keys", &NUMBERS),
        of(&DATE, "aws:CurrentTime", &DATES),
        of(&["Bool"], "aws:SecureTransport", &["true", "false"]),
        of(&["IpAddress", "NotIpAddress"], "aws:SourceIp", &ADDRESSES),
        of(&ARN, "aws:SourceArn", &ARNS),
        of(&["Null"], "aws:username", &["true", "false"]).prop_map(|mut condition: Condition| {
            condition.operator = "Null".to_owned();
            condition
        }),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    (
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::collection::vec(prop::sample::select(&ACTIONS[..]), 1..3),
        prop::bool::weighted(0.2),
        prop::collection::vec(prop::sample::select(&RESOURCES[..]), 1..3),
        prop::collection::vec(condition(), 0..3),
    )
        .prop_map(|(deny, not_action, actions, not_resource, resources, conditions)| {
            Statement { deny, not_action, actions, not_resource, resources, conditions }
        })
}

fn sample() -> impl Strategy<Value = Sample> {
    let key = |key: &'static str, values: &'static [&'static str]| {
        prop::option::weighted(0.7, prop::sample::select(values))
            .prop_map(move |value| value.map(|value| (key, value)))
    };
    (
        prop::collection::vec(statement(), 1..4),
        prop::sample::select(&REQUESTED[..]),
        (
            key("aws:username", &["alice", "Alice", "bob", "2026"]),
            key("s3:max-keys", &["1", "10", "99", "-5"]),
            key("aws:CurrentTime", &["2020-01-01T00:00:00Z", "2026-11-23T10:00:00Z"]),
            key("aws:SecureTransport", &["true", "false"]),
            key("aws:SourceIp", &["203.0.113.7", "198.51.100.1", "2001:db8::1"]),
            key(
                "aws:SourceArn",
                &["arn:aws:s3:::reports", "arn:aws:sns:us-east-1:278805249149:topic"],
            ),
        ),
    )
        .prop_map(|(mut statements, (action, resource), keys)| {
            // Aspen stops at the first statement that applies: denials go first.
            statements.sort_by_key(|statement| !statement.deny);
            let keys = [keys.0, keys.1, keys.2, keys.3, keys.4, keys.5];
            Sample { statements, action, resource, context: keys.into_iter().flatten().collect() }
        })
}

impl Sample {
    fn json(&self) -> Value {
        let statements: Vec<Value> = self.statements.iter().map(Statement::json).collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.statements.iter().flat_map(|statement| &statement.conditions)
    }

    fn lacks(&self, key: &str) -> bool {
        !self.context.contains_key(key)
    }

    fn has_unresolved_variable(&self) -> bool {
        self.lacks("aws:username")
            && self
                .statements
                .iter()
                .flat_map(|statement| &statement.resources)
                .any(|resource| resource.contains("${aws:"))
    }
}

impl Statement {
    fn json(&self) -> Value {
        let mut condition: BTreeMap<&str, BTreeMap<&str, &Vec<&str>>> = BTreeMap::new();
        for Condition { operator, key, values } in &self.conditions {
            condition.entry(operator).or_default().insert(key, values);
        }
        json!({
            "Effect": if self.deny { "Deny" } else { "Allow" },
            (if self.not_action { "NotAction" } else { "Action" }): self.actions,
            (if self.not_resource { "NotResource" } else { "Resource" }): self.resources,
            "Condition": condition,
        })
    }
}

fn ours(sample: &Sample) -> Decision {
    let policy = Policy::parse(&sample.json().to_string(), PolicyKind::Identity).unwrap();
    let mut context = Context::new();
    for (key, value) in &sample.context {
        context.set(key, *value);
    }
    let principal = Principal::User { arn: USER.to_owned() };
    let request = Request {
        principal: &principal,
        action: sample.action,
        resource: sample.resource,
        resource_account: Some("278805249149"),
        context: &context,
    };
    let set = PolicySet { identity: vec![NamedPolicy::new("p", policy)], ..PolicySet::default() };
    evaluate(&set, &request).decision
}

fn aspen(sample: &Sample) -> Result<Decision, String> {
    use scratchstack_aspen as aspen;
    use scratchstack_aws_principal::{Principal, SessionData, SessionValue, User};
    let policy = aspen::Policy::from_str(&sample.json().to_string()).map_err(|e| e.to_string())?;
    let mut session = SessionData::new();
    for (key, value) in &sample.context {
        let value = match *key {
            "s3:max-keys" => SessionValue::Integer(value.parse().unwrap()),
            "aws:CurrentTime" => SessionValue::Timestamp(value.parse().unwrap()),
            "aws:SecureTransport" => SessionValue::Bool(*value == "true"),
            "aws:SourceIp" => SessionValue::IpAddr(value.parse().unwrap()),
            _ => SessionValue::String((*value).to_owned()),
        };
        session.insert(key, value);
    }
    let (service, api) = sample.action.split_once(':').unwrap();
    let actor =
        Principal::from(vec![User::new("aws", "278805249149", "/", "alice").unwrap().into()]);
    let context = aspen::Context::builder()
        .service(service)
        .api(api)
        .actor(actor)
        .resources(vec![
            scratchstack_arn::Arn::from_str(sample.resource).map_err(|e| e.to_string())?,
        ])
        .session_data(session)
        .build()
        .map_err(|e| e.to_string())?;
    Ok(match policy.evaluate(&context).map_err(|e| e.to_string())? {
        aspen::Decision::Allow => Decision::Allowed,
        aspen::Decision::Deny => Decision::ExplicitlyDenied,
        aspen::Decision::DefaultDeny => Decision::ImplicitlyDenied,
    })
}

fn iam_rs(sample: &Sample) -> Result<Decision, String> {
    let policy: iam_rs::IAMPolicy =
        serde_json::from_value(sample.json()).map_err(|e| e.to_string())?;
    let mut context = iam_rs::Context::new();
    for (key, value) in &sample.context {
        let value = match *key {
            "aws:SecureTransport" => iam_rs::ContextValue::Boolean(*value == "true"),
            _ => iam_rs::ContextValue::String((*value).to_owned()),
        };
        context.insert((*key).to_owned(), value);
    }
    let request = iam_rs::IAMRequest::new_with_context(
        iam_rs::Principal::Aws(iam_rs::PrincipalId::String(USER.to_owned())),
        sample.action,
        iam_rs::Arn::parse(sample.resource).map_err(|e| e.to_string())?,
        context,
    );
    Ok(match iam_rs::evaluate_policy(&policy, &request).map_err(|e| e.to_string())? {
        iam_rs::Decision::Allow => Decision::Allowed,
        iam_rs::Decision::Deny => Decision::ExplicitlyDenied,
        iam_rs::Decision::NotApplicable => Decision::ImplicitlyDenied,
    })
}

fn negated(condition: &Condition) -> bool {
    condition.operator.contains("Not")
}

/// Where scratchstack-aspen 0.3 is known to differ from AWS's documentation.
fn aspen_differs(sample: &Sample) -> Option<&'static str> {
    if sample.has_unresolved_variable() {
        return Some("a variable without value is replaced by nothing instead of matching nothing");
    }
    if sample.statements.iter().any(|statement| statement.actions.contains(&"s3:getobject")) {
        return Some("an action without wildcard has case");
    }
    for condition in sample.conditions() {
        if negated(condition) && condition.values.len() > 1 {
            return Some("several values of a negated operator are joined by OR instead of NOR");
        }
        if sample.lacks(condition.key) && condition.operator != "Null" {
            return Some("a missing key is an empty value");
        }
    }
    None
}

/// Where iam-rs 0.8 is known to differ from AWS's documentation.
fn iam_rs_differs(sample: &Sample) -> Option<&'static str> {
    if sample.has_unresolved_variable() {
        return Some("a variable without value is replaced by nothing instead of matching nothing");
    }
    if sample.statements.iter().any(|statement| statement.resources.contains(&"arn:aws:s3:::${*}"))
    {
        return Some("a spelled-out star is a variable without value");
    }
    for condition in sample.conditions() {
        if condition.operator == "Null" && condition.values.len() > 1 {
            return Some("`Null` looks at its first value only");
        }
        if condition.operator.starts_with("ArnEquals")
            || condition.operator.starts_with("ArnNotEquals")
        {
            return Some("`ArnEquals` knows no wildcards");
        }
    }
    None
}

fn compare(
    name: &str,
    engine: fn(&Sample) -> Result<Decision, String>,
    differs: fn(&Sample) -> Option<&'static str>,
) {
    let mut config = ProptestConfig::with_cases(CASES);
    config.failure_persistence = None;
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let counts = std::cell::RefCell::new(BTreeMap::<String, u32>::new());
    let result = runner.run(&sample(), |sample| {
        let found = engine(&sample);
        let expected = ours(&sample);
        let kind = match (&found, differs(&sample)) {
            (Ok(found), _) if *found == expected => "agree".to_owned(),
            (Ok(_), Some(reason)) => reason.to_owned(),
            (found, _) => {
                return Err(TestCaseError::fail(format!(
                    "ours {expected:?}, {name} {found:?} for {:#?} with {}",
                    sample.context,
                    sample.json()
                )));
            }
        };
        *counts.borrow_mut().entry(kind).or_default() += 1;
        Ok(())
    });
    println!("{name}: {:#?}", counts.borrow());
    result.unwrap();
    let agree = counts.borrow().get("agree").copied().unwrap_or_default();
    assert!(agree > CASES / 2, "{name} agreed in {agree} cases only");
}

#[test]
fn scratchstack_aspen_agrees() {
    compare("scratchstack-aspen", aspen, aspen_differs);
}

#[test]
fn iam_rs_agrees() {
    compare("iam-rs", iam_rs, iam_rs_differs);
}
