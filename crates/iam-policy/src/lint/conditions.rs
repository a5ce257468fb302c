//! Conditions that do not mean what they seem to.

use std::collections::HashSet;

use super::Linter;
use super::view::{ConditionView, View};
use super::vocabulary;
use crate::code::Code;
use crate::condition::{Family, Qualifier, fits};
use crate::template::has_early_variable;

impl Linter<'_> {
    pub(super) fn conditions(&mut self, view: &View<'_>, variables: bool) {
        for (at, element) in &view.empty {
            self.find(
                *at,
                Code::EmptyList,
                format!("the list under `{element}` is empty"),
                "give it values or remove it",
            );
        }
        self.repeated_keys(view);
        for condition in &view.conditions {
            self.wildcard_in_equals(condition);
            self.set_operator(view, condition);
            self.values(condition);
            self.condition_key(view, condition);
        }
        if variables {
            self.early_variables(view);
        } else {
            let values = view.conditions.iter().flat_map(|condition| &condition.values);
            let resources = view.resources.iter();
            if let Some((at, _)) = resources.chain(values).find(|(_, text)| text.contains("${")) {
                self.find(
                    *at,
                    Code::VariableWithoutVersion,
                    "`${` is plain text here, not a policy variable",
                    "write \"Version\": \"2012-10-17\" at the top of the policy",
                );
            }
        }
    }

    /// Variables before the fifth colon of a resource are not replaced.
    fn early_variables(&mut self, view: &View<'_>) {
        for (at, _) in view.resources.iter().filter(|(_, arn)| has_early_variable(arn)) {
            self.find(
                *at,
                Code::VariableBeforeResourcePart,
                "a policy variable is replaced only behind the fifth colon of an ARN",
                "write `*` there, and compare with a condition such as `aws:ResourceAccount`",
            );
        }
    }

    /// Keys of one operator that differ in case only are one key: all of them must hold.
    fn repeated_keys(&mut self, view: &View<'_>) {
        let mut seen = HashSet::new();
        for condition in &view.conditions {
            if !seen.insert((condition.operator_at, condition.key.to_ascii_lowercase())) {
                self.find(
                    condition.key_at,
                    Code::RepeatedConditionKey,
                    format!("`{}` stands twice under one operator", condition.key),
                    "keys are not case-sensitive: write it once, with all its values",
                );
            }
        }
    }

    /// `StringEquals` takes `*` and `?` for themselves.
    fn wildcard_in_equals(&mut self, condition: &ConditionView<'_>) {
        let Family::Text { like: false, .. } = condition.operator.family else { return };
        for (at, value) in &condition.values {
            if has_wildcard(value) {
                let operator = condition.operator.name();
                let like = if condition.operator.negated { "StringNotLike" } else { "StringLike" };
                self.find(
                    *at,
                    Code::WildcardInEquals,
                    format!("`{operator}` takes the wildcard in `{value}` literally"),
                    format!("use `{like}`, or `${{*}}` and `${{?}}` for the characters themselves"),
                );
            }
        }
    }

    fn set_operator(&mut self, view: &View<'_>, condition: &ConditionView<'_>) {
        let key = condition.key;
        match condition.operator.qualifier {
            Qualifier::ForAllValues if view.allows() => {
                let guarded = view.conditions.iter().any(|other| {
                    other.operator.family == Family::Null
                        && other.key.eq_ignore_ascii_case(key)
                        && other.values.iter().any(|(_, value)| value.eq_ignore_ascii_case("false"))
                });
                if !guarded {
                    self.find(
                        condition.operator_at,
                        Code::ForAllValuesAllow,
                        format!("`ForAllValues` in an Allow also lets in requests without `{key}`"),
                        format!("add \"Null\": {{\"{key}\": \"false\"}}, or use `ForAnyValue`"),
                    );
                }
            }
            Qualifier::None
                if condition.operator.family != Family::Null && vocabulary::is_multivalued(key) =>
            {
                self.find(
                    condition.operator_at,
                    Code::SetOperatorMissing,
                    format!("`{key}` may have several values, and the operator compares one"),
                    "put `ForAllValues:` or `ForAnyValue:` before the operator",
                );
            }
            _ => {}
        }
        let single = ["aud", "sub"].iter().any(|name| key.rsplit(':').next() == Some(name))
            && condition.operator.qualifier != Qualifier::None;
        if single && !view.allows() {
            self.find(
                condition.operator_at,
                Code::SetOperatorOnSingleValue,
                format!("`{key}` has one value, for which set operators are not meant"),
                "leave out `ForAllValues:` or `ForAnyValue:`",
            );
        }
    }

    /// Values that the operator cannot read.
    fn values(&mut self, condition: &ConditionView<'_>) {
        for (at, value) in &condition.values {
            if let Err(expected) = fits(condition.operator.family, value) {
                let operator = condition.operator.name();
                self.find(
                    *at,
                    Code::ValueDoesNotFit,
                    format!(
                        "`{value}` is not {expected}, so `{operator}` compares nothing with it"
                    ),
                    format!("write {expected}"),
                );
            }
        }
    }
}

/// What of a value stands for itself: policy variables stand for what the request has, and so do
/// `*` and `?` where the operator knows them.
pub(super) fn literal_part(value: &str, knows_wildcards: bool) -> String {
    let is_wildcard = |c: &char| knows_wildcards && matches!(c, '*' | '?');
    let mut literal = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("${") {
        literal.extend(before.chars().filter(|c| !is_wildcard(c)));
        let (inner, after) = behind.split_once('}').unwrap_or((behind, ""));
        if matches!(inner, "*" | "?" | "$") {
            literal.push_str(inner);
        }
        rest = after;
    }
    literal.extend(rest.chars().filter(|c| !is_wildcard(c)));
    literal
}

/// Whether a value has a `*` or `?` that is not spelled `${*}` or `${?}`.
pub(super) fn has_wildcard(value: &str) -> bool {
    value.replace("${*}", "").replace("${?}", "").contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_wildcards_do_not_stand_for_themselves() {
        for (value, plain, like) in [
            ("a", "a", "a"),
            ("*?", "*?", ""),
            ("a*b", "a*b", "ab"),
            ("${aws:username}", "", ""),
            ("x${sts:RoleSessionName}*", "x*", "x"),
            ("${*}${?}${$}", "*?$", "*?$"),
            ("${aws:PrincipalTag/a, 'b'}", "", ""),
            ("${", "", ""),
        ] {
            assert_eq!(literal_part(value, false), plain, "{value}");
            assert_eq!(literal_part(value, true), like, "{value}");
        }
    }
}
