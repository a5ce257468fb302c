//! What would have a condition met, in words that are right for its operator.

use iam_policy::{ConditionTrace, Found, literal_pattern, literal_value};

/// How the condition or the request would have to be.
pub(super) fn change(condition: &ConditionTrace) -> String {
    let ConditionTrace { operator, key, line, required, found, .. } = condition;
    let values = match found {
        Found::Values(values) => values,
        Found::Absent => return absent(condition),
        Found::Unknown => return unknown(condition),
    };
    let (has, asks) = (listed(values), listed(required));
    let base = base(operator);
    if base == "Null" {
        return null(condition);
    }
    if base.contains("Not") {
        return match values.iter().all(|value| required.contains(value)) {
            true => format!("on line {line}, take {has} out of `{key}`"),
            false => format!("line {line} keeps {has} out on purpose: `{operator}` of {asks}"),
        };
    }
    if let Some(bound) = bound(base) {
        return format!(
            "on line {line}, `{key}` must be {bound} {asks}, and the request has {has}"
        );
    }
    if required.iter().any(|value| value.contains(['*', '?'])) && base.starts_with("StringEquals") {
        return format!(
            "on line {line}, `{operator}` takes `*` and `?` literally: write `StringLike`, or \
             `{key}` as {has}"
        );
    }
    match base {
        "Bool" => format!("make the request with `{key}` as {asks}, as line {line} asks"),
        _ => {
            let literal: Vec<String> = values.iter().map(|value| meaning(value, base)).collect();
            format!("on line {line}, add {} to `{key}`", listed(&literal))
        }
    }
}

/// What means this value and no other to the operator.
fn meaning(value: &str, base: &str) -> String {
    match base {
        "StringLike" | "ArnLike" | "ArnEquals" => literal_pattern(value),
        base if base.starts_with("String") => literal_value(value),
        _ => value.to_owned(),
    }
}

/// The operator without what qualifies it.
fn base(operator: &str) -> &str {
    let base = operator.rsplit(':').next().unwrap_or(operator);
    base.strip_suffix("IfExists").unwrap_or(base)
}

/// How an operator compares, where it is an order.
fn bound(base: &str) -> Option<&'static str> {
    let order = base.strip_prefix("Numeric").or_else(|| base.strip_prefix("Date"))?;
    Some(match order {
        "LessThan" => "below",
        "LessThanEquals" => "at most",
        "GreaterThan" => "above",
        "GreaterThanEquals" => "at least",
        _ => return None,
    })
}

/// The request lacks the key.
fn absent(condition: &ConditionTrace) -> String {
    let ConditionTrace { operator, key, line, .. } = condition;
    if base(operator) == "Null" {
        return null(condition);
    }
    format!("the request has no `{key}`: line {line} asks for {}", asked(condition))
}

/// Nobody knows whether the request has the key, and what.
fn unknown(condition: &ConditionTrace) -> String {
    let ConditionTrace { operator, key, line, .. } = condition;
    if base(operator) == "Null" {
        return null(condition);
    }
    format!(
        "`{key}` of the request is not known: line {line} asks for {} (`--context {key}=VALUE` or \
         `--context-absent {key}` says what it is)",
        asked(condition)
    )
}

/// What a value must be: one of those that are listed, or, negated, none of them.
fn asked(condition: &ConditionTrace) -> String {
    let ConditionTrace { operator, required, .. } = condition;
    match base(operator).contains("Not") {
        true => format!("one that is not {}", listed(required)),
        false => listed(required),
    }
}

fn null(condition: &ConditionTrace) -> String {
    let ConditionTrace { key, line, required, .. } = condition;
    match required.iter().any(|value| value.eq_ignore_ascii_case("true")) {
        true => format!("make the request without `{key}`, as line {line} asks"),
        false => format!("make the request with `{key}`, as line {line} asks"),
    }
}

fn listed(values: &[String]) -> String {
    format!("`{}`", values.join("`, `"))
}

#[cfg(test)]
mod tests {
    use iam_policy::Truth;

    use super::*;

    fn told(operator: &str, required: &str, found: Option<&str>) -> String {
        change(&ConditionTrace {
            operator: operator.to_owned(),
            key: "K".to_owned(),
            line: 7,
            required: vec![required.to_owned()],
            found: found.map_or(Found::Absent, |value| Found::Values(vec![value.to_owned()])),
            outcome: Truth::False,
        })
    }

    #[test]
    fn what_nobody_knows_is_not_said_to_be_absent() {
        let told = |operator: &str| {
            change(&ConditionTrace {
                operator: operator.to_owned(),
                key: "aws:K".to_owned(),
                line: 7,
                required: vec!["a".to_owned()],
                found: Found::Unknown,
                outcome: Truth::Unknown,
            })
        };
        let how = "(`--context aws:K=VALUE` or `--context-absent aws:K` says what it is)";
        assert_eq!(
            told("StringEquals"),
            format!("`aws:K` of the request is not known: line 7 asks for `a` {how}")
        );
        assert_eq!(
            told("ForAnyValue:StringNotEquals"),
            format!(
                "`aws:K` of the request is not known: line 7 asks for one that is not `a` {how}"
            )
        );
    }

    #[test]
    fn what_is_proposed_is_right_for_the_operator() {
        for (operator, required, found, sentence) in [
            ("StringEquals", "a", Some("b"), "on line 7, add `b` to `K`"),
            ("ForAnyValue:StringLike", "a*", Some("b"), "on line 7, add `b` to `K`"),
            ("StringLike", "a*", Some("*"), "on line 7, add `${*}` to `K`"),
            ("StringLike", "a*", Some("b?${x}"), "on line 7, add `b${?}${$}{x}` to `K`"),
            ("ArnEqualsIfExists", "a", Some("b*"), "on line 7, add `b${*}` to `K`"),
            ("StringEquals", "a", Some("*${x}"), "on line 7, add `*${$}{x}` to `K`"),
            (
                "StringEquals",
                "a*",
                Some("ab"),
                "on line 7, `StringEquals` takes `*` and `?` literally: write `StringLike`, or `K` as `ab`",
            ),
            (
                "DateLessThan",
                "2020-06-30T23:59:59Z",
                Some("2026-11-28T01:36:57Z"),
                "on line 7, `K` must be below `2020-06-30T23:59:59Z`, and the request has `2026-11-28T01:36:57Z`",
            ),
            (
                "NumericGreaterThanEqualsIfExists",
                "10",
                Some("9"),
                "on line 7, `K` must be at least `10`, and the request has `9`",
            ),
            ("Null", "true", Some("x"), "make the request without `K`, as line 7 asks"),
            ("Null", "false", None, "make the request with `K`, as line 7 asks"),
            ("Bool", "true", Some("false"), "make the request with `K` as `true`, as line 7 asks"),
            (
                "NotIpAddress",
                "203.0.113.0/24",
                Some("203.0.113.9"),
                "line 7 keeps `203.0.113.9` out on purpose: `NotIpAddress` of `203.0.113.0/24`",
            ),
            (
                "StringNotLike",
                "us-*",
                Some("us-east-1"),
                "line 7 keeps `us-east-1` out on purpose: `StringNotLike` of `us-*`",
            ),
            ("StringNotEquals", "a", Some("a"), "on line 7, take `a` out of `K`"),
            ("StringEquals", "a", None, "the request has no `K`: line 7 asks for `a`"),
            (
                "ForAnyValue:StringNotEquals",
                "a",
                None,
                "the request has no `K`: line 7 asks for one that is not `a`",
            ),
        ] {
            assert_eq!(told(operator, required, found), sentence, "{operator}");
        }
    }
}
