//! What the evaluation found: the decision, who decided, and AWS's words for it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::policy_kind::PolicyKind;
use crate::statement::Effect;

/// The three outcomes.
///
/// Source: IAM user guide, "Policy evaluation logic".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// Allowed.
    #[serde(alias = "allowed")]
    Allowed,
    /// A Deny statement applies; no Allow helps.
    #[serde(alias = "explicitly-denied")]
    ExplicitlyDenied,
    /// No statement allows it, in some policy type that must.
    #[serde(alias = "implicitly-denied")]
    ImplicitlyDenied,
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }

    /// `Allowed`, `ExplicitlyDenied`, `ImplicitlyDenied`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        }
    }
}

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DecidingStatement {
    /// The type of its policy.
    pub kind: PolicyKind,
    /// The policy's name.
    pub policy: Arc<str>,
    /// The statement's Sid.
    pub sid: Option<Arc<str>>,
    /// Its place in the policy, counted from 0.
    pub index: usize,
    /// The line of its opening brace in the policy's text, counted from 1.
    pub line: u32,
    /// Allow or Deny.
    pub effect: Effect,
}

impl DecidingStatement {
    /// The Sid, or `statement 1`, counted from 1.
    pub fn label(&self) -> String {
        match &self.sid {
            Some(sid) => sid.to_string(),
            None => format!("statement {}", self.index + 1),
        }
    }
}

/// Why a request is denied: the one policy type that AWS's message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DenialReason {
    /// A policy of this type denies it.
    ExplicitDeny(PolicyKind),
    /// No policy of this type allows it.
    NoAllow(PolicyKind),
}

/// The statements that decided; the first eight need no heap.
pub type DecidingStatements = SmallVec<[DecidingStatement; 8]>;

/// The outcome of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The outcome.
    pub decision: Decision,
    /// The Deny statements that apply; or, when allowed, the Allow statements that
    /// carried it, of every policy type that had to allow. Empty for an implicit denial.
    pub deciding: DecidingStatements,
    /// Why, when it is denied.
    pub reason: Option<DenialReason>,
}

impl Answer {
    pub(crate) fn allowed(deciding: DecidingStatements) -> Self {
        Self { decision: Decision::Allowed, deciding, reason: None }
    }

    pub(crate) fn implicitly_denied(kind: PolicyKind) -> Self {
        Self {
            decision: Decision::ImplicitlyDenied,
            deciding: DecidingStatements::new(),
            reason: Some(DenialReason::NoAllow(kind)),
        }
    }

    pub(crate) fn explicitly_denied(deciding: DecidingStatements) -> Self {
        let kind = deciding.first().map_or(PolicyKind::Identity, |statement| statement.kind);
        Self {
            decision: Decision::ExplicitlyDenied,
            deciding,
            reason: Some(DenialReason::ExplicitDeny(kind)),
        }
    }

    /// The end of AWS's denial message, for `action` as the service spells it:
    /// `because no identity-based policy allows the ec2:DescribeInstances action`, or
    /// `with an explicit deny in an identity-based policy`. `None` when allowed.
    ///
    /// Source: IAM user guide, "Troubleshoot access denied error messages".
    pub fn because(&self, action: &str) -> Option<String> {
        Some(match self.reason? {
            DenialReason::NoAllow(kind) => {
                format!("because no {} allows the {action} action", kind.name())
            }
            DenialReason::ExplicitDeny(kind) => {
                let article = if kind == PolicyKind::Identity { "an" } else { "a" };
                format!("with an explicit deny in {article} {}", kind.name())
            }
        })
    }
}
