//! What AWS Organizations takes as a resource control policy: statements that deny, to everybody,
//! actions of a service. Its own policy alone allows.
//!
//! Source: AWS Organizations user guide, "RCP syntax".

use super::{Compiler, is_everything};
use crate::code::Code;
use crate::json::{Member, Node, Value};
use crate::policy_kind::PolicyKind;

const EVERYBODY: &str = "expected `Principal` to be `\"*\"` in a resource control policy";

impl Compiler {
    /// Whether the document is a resource control policy that is not AWS's own.
    pub(super) fn is_of_a_customer(&self, statements: &[Node<'_>]) -> bool {
        let own = matches!(statements, [one] if is_full_access(one));
        self.kind == PolicyKind::ResourceControl && !own
    }

    /// Faults of a statement that IAM would take in another policy.
    pub(super) fn denies_to_everybody(&mut self, members: &[Member<'_>]) {
        if !self.only_denies {
            return;
        }
        for member in members {
            let at = member.value.start;
            let is_text = |text: &str| member.value.value.text() == Some(text);
            match &*member.key {
                "Effect" if is_text("Allow") => self.fault(
                    at,
                    Code::ResourceControlAllow,
                    "expected `Effect` to be `Deny` in a resource control policy: \
                     `RCPFullAWSAccess` alone allows, and is attached everywhere",
                ),
                "Principal" if !is_text("*") => {
                    self.fault(at, Code::ResourceControlPrincipal, EVERYBODY);
                }
                "NotPrincipal" => {
                    self.fault(member.start, Code::ResourceControlPrincipal, EVERYBODY);
                }
                "Action" if names_everything(&member.value) => self.fault(
                    at,
                    Code::ResourceControlAction,
                    "expected actions of a service, as in `s3:*`, in a resource control policy, \
                     found `*`",
                ),
                "NotAction" => self.fault(
                    member.start,
                    Code::ResourceControlAction,
                    "expected `Action` in a resource control policy",
                ),
                _ => {}
            }
        }
    }
}

fn names_everything(actions: &Node<'_>) -> bool {
    actions.items().iter().any(|action| action.value.text().is_some_and(is_everything))
}

/// Whether a statement allows everything to everybody, and no more is in it.
fn is_full_access(statement: &Node<'_>) -> bool {
    let Value::Object(members) = &statement.value else { return false };
    let is = |member: &Member<'_>, text: &str| matches!(member.value.items(), [one] if one.value.text() == Some(text));
    members.iter().all(|member| match &*member.key {
        "Sid" => true,
        "Effect" => is(member, "Allow"),
        "Principal" | "Action" | "Resource" => is(member, "*"),
        _ => false,
    })
}
