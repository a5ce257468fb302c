//! The Principal and NotPrincipal elements.

use super::Compiler;
use crate::code::Code;
use crate::json::{Member, Value};
use crate::policy_kind::PolicyKind;
use crate::principals::{Entry, Principals, aws_entry};

impl Compiler {
    pub(super) fn principals(&mut self, member: &Member<'_>, negated: bool) -> Option<Principals> {
        if !self.kind.names_principals() {
            self.fault_hint(
                member.start,
                Code::ProhibitedPrincipal,
                format!("a policy of this kind may not have `{}`", member.key),
                "remove it: the principal is whom the policy is attached to",
            );
            return None;
        }
        if negated && self.kind == PolicyKind::Trust {
            self.fault_hint(
                member.start,
                Code::ProhibitedNotPrincipal,
                "a trust policy may not have `NotPrincipal`",
                "name who may assume the role under `Principal`",
            );
            return None;
        }
        let faults_before = self.faults.len();
        let mut entries = Vec::new();
        match &member.value.value {
            Value::Text(text) if text == "*" => entries.push(Entry::Everybody),
            Value::Object(kinds) => {
                for kind in kinds {
                    self.entries(kind, &mut entries);
                }
            }
            _ => self.fault_hint(
                member.value.start,
                Code::BadPrincipal,
                format!("expected `\"*\"` or an object under `{}`", member.key),
                "such as {\"AWS\": \"arn:aws:iam::123456789012:root\"} or {\"Federated\": \"accounts.google.com\"}",
            ),
        }
        if negated && entries.is_empty() && self.faults.len() == faults_before {
            self.fault_hint(
                member.value.start,
                Code::MissingPrincipal,
                "`NotPrincipal` names nobody: it would mean everybody",
                "name who is left out",
            );
        }
        let of_trust = self.kind == PolicyKind::Trust;
        Some(Principals { negated, entries: entries.into_boxed_slice(), of_trust })
    }

    fn entries(&mut self, kind: &Member<'_>, entries: &mut Vec<Entry>) {
        const KINDS: [&str; 4] = ["AWS", "Federated", "Service", "CanonicalUser"];
        let read: fn(&str) -> Option<Entry> = match &*kind.key {
            "AWS" => aws_entry,
            "Federated" => federated_entry,
            "Service" => service_entry,
            "CanonicalUser" => |text| (!text.is_empty()).then(|| Entry::CanonicalUser(text.into())),
            _ => {
                self.unknown(kind, "`Principal`", &KINDS);
                return;
            }
        };
        for item in kind.value.items() {
            let Some(text) = self.text(item, "Principal") else { continue };
            match read(text) {
                Some(entry) => entries.push(entry),
                None => self.bad_entry(&kind.key, item.start, text),
            }
        }
    }

    fn bad_entry(&mut self, kind: &str, at: u32, text: &str) {
        let expected = match kind {
            "AWS" => "an account id, or the ARN of an account's root, a user, a role or a session",
            "Federated" => "a provider's host name or its ARN",
            "Service" => "a service's name like `ec2.amazonaws.com`",
            _ => "a canonical user id",
        };
        self.fault(
            at,
            Code::BadPrincipal,
            format!("expected {expected}, found `{}`", text.escape_debug()),
        );
    }
}

fn federated_entry(text: &str) -> Option<Entry> {
    if text == "*" {
        return Some(Entry::AnyFederated);
    }
    // A URL is neither.
    let valid = !text.is_empty()
        && !text.contains("://")
        && !text.contains(|c: char| c.is_whitespace() || c == '*');
    valid.then(|| Entry::Federated(text.into()))
}

fn service_entry(text: &str) -> Option<Entry> {
    if text == "*" {
        return Some(Entry::AnyService);
    }
    let valid = text.contains('.') && !text.contains(|c: char| c.is_whitespace() || c == '*');
    valid.then(|| Entry::Service(text.into()))
}
