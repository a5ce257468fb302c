//! From JSON to a compiled policy, with every fault that IAM would find on the way.
//!
//! Source: IAM user guide, "Grammar of the IAM JSON policy language" and the pages of
//! the single elements.

mod block;
mod pattern;
mod principal;
mod resource_control;

use std::sync::Arc;

use crate::code::Code;
use crate::json::{Fault, Member, Node, Value};
use crate::policy_kind::{PolicyKind, Version};
use crate::statement::{ActionPattern, Actions, Effect, Resources, Statement};
use crate::template::{Template, Wildcards};
pub(crate) use pattern::is_everything;
use pattern::{TRUST_ACTIONS, check_action, is_resource, names_service};

/// What a document consists of.
pub(crate) struct Outline {
    pub(crate) version: Version,
    pub(crate) id: Option<Box<str>>,
    pub(crate) statements: Box<[Statement]>,
}

/// Compiles a document. The outline is there unless it is wrong; it may be used only when
/// there are no faults.
pub(crate) fn compile(node: &Node<'_>, kind: PolicyKind) -> (Option<Outline>, Vec<Fault>) {
    let mut compiler = Compiler { kind, variables: false, only_denies: false, faults: Vec::new() };
    let outline = compiler.document(node);
    (outline, compiler.faults)
}

struct Compiler {
    kind: PolicyKind,
    variables: bool,
    /// Whether it is a resource control policy that somebody wrote.
    only_denies: bool,
    faults: Vec<Fault>,
}

/// What a statement may consist of.
const STATEMENT: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Compiler {
    fn fault(&mut self, at: u32, code: Code, message: impl Into<String>) {
        self.faults.push(Fault::new(at as usize, code, message));
    }

    fn fault_hint(
        &mut self,
        at: u32,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.faults.push(Fault::new(at as usize, code, message).hint(hint));
    }

    fn unknown(&mut self, member: &Member<'_>, place: &str, known: &[&'static str]) {
        let message = format!("`{}` is not an element of {place}", member.key.escape_debug());
        match fed_types::nearest(&member.key, known.iter().copied()) {
            Some(near) => {
                self.fault_hint(
                    member.start,
                    Code::UnknownElement,
                    message,
                    format!("did you mean `{near}`?"),
                );
            }
            None => self.fault(member.start, Code::UnknownElement, message),
        }
    }

    fn document(&mut self, node: &Node<'_>) -> Option<Outline> {
        let Value::Object(members) = &node.value else {
            self.fault(
                node.start,
                Code::NotAnObject,
                format!("expected a policy document (an object), found {}", node.value.kind()),
            );
            return None;
        };
        let mut version = Version::V2008;
        let mut id = None;
        let mut statement = None;
        for member in members {
            match &*member.key {
                "Version" => version = self.version(&member.value),
                "Id" => id = self.text(&member.value, "Id").map(Into::into),
                "Statement" => statement = Some(&member.value),
                _ => self.unknown(member, "a policy document", &["Version", "Id", "Statement"]),
            }
        }
        self.variables = version == Version::V2012;
        let Some(statement) = statement else {
            self.fault(node.start, Code::MissingStatement, "the policy has no `Statement`");
            return None;
        };
        let nodes = statement.items();
        if nodes.is_empty() {
            self.fault(statement.start, Code::MissingStatement, "the list `Statement` is empty");
        }
        self.only_denies = self.is_of_a_customer(nodes);
        let mut statements = Vec::with_capacity(nodes.len());
        for node in nodes {
            statements.extend(self.statement(node));
        }
        self.sids(nodes, &statements);
        Some(Outline { version, id, statements: statements.into_boxed_slice() })
    }

    fn version(&mut self, node: &Node<'_>) -> Version {
        match node.value.text() {
            Some("2012-10-17") => Version::V2012,
            Some("2008-10-17") => Version::V2008,
            _ => {
                self.fault_hint(
                    node.start,
                    Code::BadVersion,
                    "expected the language version `2012-10-17` or `2008-10-17`",
                    "write \"Version\": \"2012-10-17\": it is the language's version, not the policy's",
                );
                Version::V2008
            }
        }
    }

    /// A string.
    fn text<'n>(&mut self, node: &'n Node<'_>, element: &str) -> Option<&'n str> {
        let text = node.value.text();
        if text.is_none() {
            self.fault(
                node.start,
                Code::WrongType,
                format!("expected a string in `{element}`, found {}", node.value.kind()),
            );
        }
        text
    }

    fn statement(&mut self, node: &Node<'_>) -> Option<Statement> {
        let Value::Object(members) = &node.value else {
            self.fault(
                node.start,
                Code::WrongType,
                format!("expected a statement (an object), found {}", node.value.kind()),
            );
            return None;
        };
        let faults_before = self.faults.len();
        let mut sid = None;
        let mut effect = None;
        let mut principals = None;
        let mut actions = None;
        let mut resources = None;
        let mut conditions = Vec::new();
        for member in members {
            let value = &member.value;
            match &*member.key {
                "Sid" => sid = self.sid(value),
                "Effect" => effect = self.effect(value),
                key @ ("Principal" | "NotPrincipal") => {
                    if principals.is_some() {
                        self.both(member, "Principal");
                    }
                    principals = self.principals(member, key == "NotPrincipal");
                }
                key @ ("Action" | "NotAction") => {
                    if actions.is_some() {
                        self.both(member, "Action");
                    }
                    actions = Some(self.actions(member, key == "NotAction"));
                }
                key @ ("Resource" | "NotResource") => {
                    if resources.is_some() {
                        self.both(member, "Resource");
                    }
                    resources = self.resources(member, key == "NotResource");
                }
                "Condition" => conditions = self.conditions(value),
                _ => self.unknown(member, "a statement", &STATEMENT),
            }
        }
        self.missing(node.start, members);
        self.denies_to_everybody(members);
        if self.faults.len() > faults_before {
            return None;
        }
        Some(Statement {
            sid,
            line: node.line,
            effect: effect?,
            principals,
            actions: actions?,
            resources,
            conditions: conditions.into_boxed_slice(),
        })
    }

    /// Faults of the elements that a statement of this kind must have and has not.
    fn missing(&mut self, at: u32, members: &[Member<'_>]) {
        let has = |name: &str| {
            members.iter().any(|member| {
                let key = member.key.as_bytes();
                key.strip_prefix(b"Not").unwrap_or(key) == name.as_bytes()
            })
        };
        let kind = self.kind;
        let needs_resource = !matches!(kind, PolicyKind::Trust | PolicyKind::Resource);
        for (code, message, is_missing) in [
            (Code::MissingEffect, "the statement has no `Effect`", !has("Effect")),
            (
                Code::MissingAction,
                "the statement has neither `Action` nor `NotAction`",
                !has("Action"),
            ),
            (
                Code::MissingResource,
                "the statement has neither `Resource` nor `NotResource`",
                needs_resource && !has("Resource"),
            ),
            (
                Code::MissingPrincipal,
                "the statement has no `Principal`",
                kind.names_principals() && !has("Principal"),
            ),
        ] {
            if is_missing {
                self.fault(at, code, message);
            }
        }
    }

    fn both(&mut self, member: &Member<'_>, element: &str) {
        self.fault(
            member.start,
            Code::ExclusiveElements,
            format!("a statement may have `{element}` or `Not{element}`, not both"),
        );
    }

    /// What is left out must be named: everything but nothing would be everything.
    /// Source: IAM user guide, "Grammar of the IAM JSON policy language": a list of actions or
    /// resources has a member.
    fn excepts_something(&mut self, member: &Member<'_>) {
        let code = match &*member.key {
            "NotAction" => Code::MissingAction,
            "NotResource" => Code::MissingResource,
            _ => return,
        };
        if member.value.items().is_empty() {
            self.fault_hint(
                member.value.start,
                code,
                format!("the list under `{}` is empty: it would mean everything", member.key),
                "name what is left out",
            );
        }
    }

    fn sid(&mut self, node: &Node<'_>) -> Option<Arc<str>> {
        let text = self.text(node, "Sid")?;
        let strict = self.kind != PolicyKind::Resource;
        if strict && !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.fault_hint(
                node.start,
                Code::BadSid,
                format!(
                    "expected only the letters A-Z, a-z and digits in `Sid`, found `{}`",
                    text.escape_debug()
                ),
                "leave out spaces, hyphens and underscores",
            );
        }
        if text.is_empty() { None } else { Some(text.into()) }
    }

    fn effect(&mut self, node: &Node<'_>) -> Option<Effect> {
        match node.value.text() {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => {
                self.fault(
                    node.start,
                    Code::BadEffect,
                    "expected `Effect` to be `Allow` or `Deny`, in this case",
                );
                None
            }
        }
    }

    /// Sids are unique within a policy.
    fn sids(&mut self, nodes: &[Node<'_>], statements: &[Statement]) {
        if nodes.len() != statements.len() {
            return;
        }
        let mut seen = std::collections::HashSet::new();
        for (node, statement) in nodes.iter().zip(statements) {
            if let Some(sid) = &statement.sid
                && !seen.insert(&**sid)
            {
                self.fault(
                    node.start,
                    Code::DuplicateSid,
                    format!("another statement already has the Sid `{sid}`"),
                );
            }
        }
    }

    fn actions(&mut self, member: &Member<'_>, negated: bool) -> Actions {
        self.excepts_something(member);
        let node = &member.value;
        let mut patterns = Vec::with_capacity(node.items().len());
        for item in node.items() {
            let Some(text) = self.text(item, "Action") else { continue };
            let at = item.start;
            if let Err((message, hint)) = check_action(text) {
                self.fault_hint(at, Code::BadAction, message, hint);
            }
            let pattern = ActionPattern::compile(text);
            if self.kind == PolicyKind::Trust
                && !TRUST_ACTIONS.iter().any(|action| pattern.matches(action))
            {
                self.fault_hint(
                    at,
                    Code::NotAnAssumeAction,
                    format!(
                        "a trust policy may only name actions that assume a role, found `{}`",
                        text.escape_debug()
                    ),
                    "permissions belong in a policy that is attached to the role",
                );
            }
            patterns.push(pattern);
        }
        Actions { negated, patterns: patterns.into_boxed_slice() }
    }

    fn resources(&mut self, member: &Member<'_>, negated: bool) -> Option<Resources> {
        if self.kind == PolicyKind::Trust {
            self.fault_hint(
                member.start,
                Code::ProhibitedResource,
                format!("a trust policy may not have `{}`", member.key),
                "remove it: the resource is the role itself",
            );
            return None;
        }
        self.excepts_something(member);
        let mut templates = Vec::with_capacity(member.value.items().len());
        for item in member.value.items() {
            let Some(text) = self.text(item, "Resource") else { continue };
            let at = item.start;
            if !is_resource(text) {
                self.fault_hint(
                    at,
                    Code::BadResource,
                    format!("expected an ARN or `*`, found `{}`", text.escape_debug()),
                    "an ARN is arn:partition:service:region:account:resource",
                );
                continue;
            }
            if self.kind.is_checked_by_iam() && !names_service(text) {
                self.fault_hint(
                    at,
                    Code::BadResource,
                    format!("expected one service's ARN, found `{}`", text.escape_debug()),
                    "write the service's prefix without wildcards, as in arn:aws:sqs:*:*:*, or `*` alone",
                );
                continue;
            }
            match Template::compile(text, Wildcards::Arn, self.variables) {
                Ok(template) => templates.push(template),
                Err(fault) => self.fault(at, Code::BadVariable, fault.message()),
            }
        }
        Some(Resources { negated, templates: templates.into_boxed_slice() })
    }
}
