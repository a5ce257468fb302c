//! `cases/permissions.jsonl`: who may do what, the first cause of a denial, a changed policy
//! that allows it, and a request that stays denied by that.

use iam_policy::cases::Case;
use iam_policy::{
    Decision, DenialReason, Effect, Explanation, StatementTrace, Truth, Verdict, evaluate, explain,
};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Permission {
    page: String,
    case: Value,
    /// An element, a condition key, a policy type, or `Deny`.
    cause: String,
    /// Identity-based policies that allow it.
    #[serde(default)]
    mended: Vec<Value>,
    /// What is changed in the request for one that stays denied by those.
    #[serde(default)]
    foreign: Map<String, Value>,
}

fn all() -> Vec<Permission> {
    let lines = include_str!("../../cases/permissions.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Permission {
    fn name(&self) -> &str {
        self.case["name"].as_str().unwrap()
    }

    fn case(&self) -> Case {
        Case::parse(&self.case.to_string()).unwrap()
    }

    fn mended(&self, changes: &Map<String, Value>) -> Case {
        let mut case = self.case.clone();
        case["identity_policies"] = Value::Array(self.mended.clone());
        for (name, value) in changes {
            case["request"][name] = value.clone();
        }
        Case::parse(&case.to_string()).unwrap()
    }
}

/// What stands in the way, by the parts of the statement that comes nearest.
fn cause(explanation: &Explanation) -> String {
    if explanation.verdict == Verdict::Allowed {
        return String::new();
    }
    if let Some(denying) = explanation.denying() {
        let keys = denying.conditions.first().map(|condition| condition.key.clone());
        return keys.unwrap_or_else(|| "Deny".to_owned());
    }
    let Some(DenialReason::NoAllow(kind)) = explanation.answer.reason else {
        return "nothing".to_owned();
    };
    let of_kind = |it: &&StatementTrace| it.kind == kind && it.effect == Effect::Allow;
    let statements = || explanation.statements.iter().filter(of_kind);
    if kind != iam_policy::PolicyKind::Identity {
        return kind.name().to_owned();
    }
    let near = statements().filter(|it| it.action).min_by_key(|it| it.obstacles());
    match near {
        None => "Action".to_owned(),
        Some(near) if near.resource != Truth::True => "Resource".to_owned(),
        Some(near) => {
            let failed = near.conditions.iter().find(|it| it.outcome != Truth::True);
            failed.map(|it| it.key.clone()).unwrap_or_default()
        }
    }
}

/// Rows of the table, as those of situations.
pub(crate) fn rows() -> Vec<[String; 5]> {
    all().iter().map(row).collect()
}

fn row(permission: &Permission) -> [String; 5] {
    let decided =
        |case: &Case| evaluate(&case.policies, &case.request()).decision.name().to_owned();
    let case = permission.case();
    let cause = cause(&explain(&case.policies, &case.request()));
    let (mut mend, mut foreign) = (String::new(), String::new());
    if !permission.mended.is_empty() {
        mend = permission.mended.iter().map(Value::to_string).collect();
        foreign = decided(&permission.mended(&permission.foreign));
    }
    [permission.name().to_owned(), decided(&case), cause, mend, foreign]
}

#[test]
fn every_permission_is_decided_explained_and_mended() {
    let (mut allowed, mut denied) = (0, 0);
    for permission in all() {
        let (name, case) = (permission.name(), permission.case());
        assert!(!permission.page.is_empty(), "{name}");
        let decision = evaluate(&case.policies, &case.request()).decision;
        assert_eq!(Some(decision), case.expected, "{name}");
        let explanation = explain(&case.policies, &case.request());
        assert_eq!(explanation.verdict == Verdict::Allowed, decision.is_allowed(), "{name}");
        assert_eq!(cause(&explanation), permission.cause, "{name}");
        match decision {
            Decision::Allowed => allowed += 1,
            _ => denied += 1,
        }
        if permission.mended.is_empty() {
            continue;
        }
        let mended = permission.mended(&Map::new());
        let decision = evaluate(&mended.policies, &mended.request()).decision;
        assert_eq!(decision, Decision::Allowed, "{name}: mended");
        let foreign = permission.mended(&permission.foreign);
        let decision = evaluate(&foreign.policies, &foreign.request()).decision;
        assert_ne!(decision, Decision::Allowed, "{name}: another request");
    }
    assert_eq!((allowed, denied), (1, 25));
}
