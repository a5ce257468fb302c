//! Principal elements that let in everybody.

use super::Linter;
use super::conditions::has_wildcard;
use super::view::{ConditionView, View};
use crate::code::Code;
use crate::condition::{Family, Qualifier};
use crate::policy_kind::PolicyKind;

impl Linter<'_> {
    pub(super) fn principals(&mut self, view: &View<'_>) {
        if self.kind == PolicyKind::ResourceControl || !self.kind.names_principals() {
            return;
        }
        if let Some(at) = view.not_principal {
            let (message, hint) = if view.allows() {
                (
                    "`NotPrincipal` in an Allow is not supported, and may let in everybody else, signed in or not",
                    "name who is let in under `Principal`",
                )
            } else {
                (
                    "`NotPrincipal` in a Deny spares a session only if its role and account are listed too, and nobody who has a permissions boundary",
                    "deny `\"*\"` with a condition on `aws:PrincipalArn` instead",
                )
            };
            self.find(at, Code::NotPrincipal, message, hint);
            return;
        }
        if !view.allows() {
            return;
        }
        for (kind, (at, value)) in &view.principals {
            match (*kind, *value) {
                ("" | "AWS", "*") => self.everybody(view, *at),
                ("Federated", "*") => self.find(
                    *at,
                    Code::PrincipalEverybody,
                    "every identity provider is let in",
                    "name the provider",
                ),
                ("Service", "*") => self.find(
                    *at,
                    Code::PrincipalEverybody,
                    "every AWS service is let in, for whichever account it acts",
                    "name the service, and test `aws:SourceAccount` or `aws:SourceArn`",
                ),
                _ => {}
            }
        }
    }

    fn everybody(&mut self, view: &View<'_>, at: u32) {
        // Keys that narrow everybody down to somebody.
        const NARROWING: [&str; 10] = [
            "aws:principalaccount",
            "aws:principalarn",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:sourceaccount",
            "aws:sourcearn",
            "aws:sourceorgid",
            "aws:sourcevpce",
            "aws:userid",
            "sts:externalid",
        ];
        let narrowed = view.conditions.iter().any(|condition| {
            NARROWING.contains(&condition.key.to_ascii_lowercase().as_str()) && narrows(condition)
        });
        if !narrowed {
            self.find(
                at,
                Code::PrincipalEverybody,
                "everybody is let in, from any account",
                "name the principals, or test `aws:PrincipalOrgID` or `aws:PrincipalArn`",
            );
        }
    }
}

/// Whether a condition on whom or what a request is of is met by some alone: not without the key,
/// and by no value that everybody can have.
fn narrows(condition: &ConditionView<'_>) -> bool {
    let operator = condition.operator;
    let compares = matches!(operator.family, Family::Text { .. } | Family::Arn { .. });
    let knows_wildcards =
        matches!(operator.family, Family::Text { like: true, .. } | Family::Arn { .. });
    compares
        && !operator.negated
        && !operator.if_exists
        && operator.qualifier != Qualifier::ForAllValues
        && !condition.values.is_empty()
        && condition.values.iter().all(|(_, value)| {
            let is_itself = value
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'))
                .is_some_and(|key| key.trim().eq_ignore_ascii_case(condition.key));
            !is_itself && (!knows_wildcards || names_somebody(value))
        })
}

/// Whether a pattern begins with what only some have; of an ARN, whether it names the account, or
/// has none.
fn names_somebody(pattern: &str) -> bool {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts.as_slice() {
        // What names no account names itself, as a bucket does.
        ["arn", _, _, _, "", name] => !name.starts_with(['*', '?']),
        ["arn", _, _, _, account, _] => !has_wildcard(account),
        ["arn", ..] => !has_wildcard(pattern),
        _ => !pattern.starts_with(['*', '?']),
    }
}
