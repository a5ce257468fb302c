//! Principal elements that let in everybody.

use super::Linter;
use super::view::View;
use crate::code::Code;
use crate::policy_kind::PolicyKind;

impl Linter<'_> {
    pub(super) fn principals(&mut self, view: &View<'_>) {
        if self.kind == PolicyKind::ResourceControl || !self.kind.names_principals() {
            return;
        }
        if let Some(at) = view.not_principal {
            let (message, hint) = if view.allows() {
                (
                    "`NotPrincipal` in an Allow lets in everybody else, signed in or not",
                    "name who is let in under `Principal`",
                )
            } else {
                (
                    "`NotPrincipal` in a Deny spares a session only if its role and account are listed too",
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
            !condition.operator.negated
                && !condition.operator.if_exists
                && NARROWING.contains(&condition.key.to_ascii_lowercase().as_str())
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
