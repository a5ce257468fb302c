//! The conditions that stood against a request, each beside what the request has.

use iam_policy::{Explanation, Found, StatementTrace, Truth};

use crate::decision::ConditionRecord;

/// Conditions told of one request.
const MOST: usize = 16;
/// The longest value told, in characters, and how many of a condition: clients choose them.
const LONGEST: usize = 256;
const VALUES: usize = 16;

/// Of the Deny that applies all its conditions, which are met; else those of the nearest Allow
/// that are not.
pub(crate) fn standing_against(explanation: &Explanation) -> Vec<ConditionRecord> {
    match explanation.denying() {
        Some(deny) => records(deny, |_| true),
        None => match explanation.nearest_allow() {
            Some(allow) if allow.principal != Truth::False && allow.action => {
                records(allow, |outcome| outcome != Truth::True)
            }
            _ => Vec::new(),
        },
    }
}

fn records(statement: &StatementTrace, told: impl Fn(Truth) -> bool) -> Vec<ConditionRecord> {
    let label = match &statement.sid {
        Some(sid) => sid.clone(),
        None => format!("statement {}", statement.index + 1),
    };
    let conditions = statement.conditions.iter().filter(|condition| told(condition.outcome));
    conditions
        .take(MOST)
        .map(|condition| ConditionRecord {
            statement: format!("{}#{label}", statement.policy),
            line: condition.line,
            operator: condition.operator.clone(),
            key: condition.key.clone(),
            required: bounded(&condition.required),
            actual: match &condition.found {
                Found::Values(values) => Some(bounded(values)),
                Found::Absent | Found::Unknown => None,
            },
        })
        .collect()
}

fn bounded(values: &[String]) -> Vec<String> {
    values.iter().take(VALUES).map(|value| value.chars().take(LONGEST).collect()).collect()
}

#[cfg(test)]
mod tests {
    use iam_policy::{Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request};

    use super::*;

    fn against(statements: &str) -> Vec<ConditionRecord> {
        let text = format!("{{\"Version\": \"2012-10-17\",\n\"Statement\": [{statements}]}}");
        let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
        let policies = PolicySet {
            identity: vec![NamedPolicy::new("inline", policy)],
            ..PolicySet::default()
        };
        let mut context = Context::new();
        context.set("aws:RequestedRegion", "eu-west-1");
        let principal = Principal::parse("arn:aws:iam::278805249149:user/u").unwrap();
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            resource_account: None,
            context: &context,
        };
        standing_against(&iam_policy::explain(&policies, &request))
    }

    const ALLOW: &str = "{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\",\n\
                         \"Condition\": {\"StringEquals\":\n\
                         {\"aws:RequestedRegion\": [\"us-east-1\"]}}}";

    #[test]
    fn of_the_nearest_allow_what_is_not_met_is_told() {
        let found = against(ALLOW);
        assert_eq!(
            found,
            [ConditionRecord {
                statement: "inline#statement 1".to_owned(),
                line: 4,
                operator: "StringEquals".to_owned(),
                key: "aws:RequestedRegion".to_owned(),
                required: vec!["us-east-1".to_owned()],
                actual: Some(vec!["eu-west-1".to_owned()]),
            }]
        );
    }

    #[test]
    fn of_a_deny_what_is_met_is_told() {
        let deny = "{\"Sid\": \"elsewhere\", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \
                    \"*\", \"Condition\": {\"StringNotEquals\": {\"aws:RequestedRegion\": \
                    \"us-east-1\"}}}";
        let found = against(&format!("{ALLOW}, {deny}"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].statement, "inline#elsewhere");
        assert_eq!(found[0].operator, "StringNotEquals");
    }

    #[test]
    fn a_statement_of_other_actions_has_no_say() {
        assert_eq!(against(&ALLOW.replace("s3:*", "ec2:*")), []);
    }
}
