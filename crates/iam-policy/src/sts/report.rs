//! How a decision went, check by check, and what comes out of it.

use super::{Check, Denial};
use crate::explain::{Explanation, Verdict};
use crate::policy::Policy;
use crate::policy_set::NamedPolicy;

/// How one check went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// As STS wants it.
    Passed,
    /// STS ends the call here.
    Failed(Denial),
    /// It cannot be told from what is known.
    Open(OpenQuestion),
    /// An earlier check ended the call, or what this one looks at is not known.
    Unreached,
}

/// What would have to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The check that asks.
    pub check: Check,
    /// The question, such as `whether the token is signed by its issuer`.
    pub question: String,
}

/// What STS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every check is passed.
    Allowed,
    /// One is not.
    Denied {
        /// The error.
        denial: Denial,
        /// Checks before it that are open: one of them may end the call with another error,
        /// none can make it succeed.
        unless: Vec<OpenQuestion>,
    },
    /// No check fails, but not every one is known to be passed.
    CannotTell(Vec<OpenQuestion>),
}

impl Outcome {
    /// Whether every check is passed.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed)
    }

    /// The error, where it is denied.
    pub fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Denied { denial, .. } => Some(denial),
            Self::Allowed | Self::CannotTell(_) => None,
        }
    }
}

/// What a policy said to one of the call's actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionTrust {
    /// `sts:AssumeRole…`, `sts:TagSession`, `sts:SetSourceIdentity`.
    pub action: &'static str,
    /// Why.
    pub explanation: Explanation,
}

/// Every check in its order, with what was found out on the way.
#[derive(Debug, Clone)]
pub struct Report<F> {
    /// The checks in STS's order.
    pub steps: Vec<(Check, Step)>,
    /// What the policies said, action by action.
    pub trust: Vec<ActionTrust>,
    /// What was found out about the call.
    pub found: F,
}

impl<F> Report<F> {
    /// What STS answers.
    pub fn outcome(&self) -> Outcome {
        let mut open = Vec::new();
        for (check, step) in &self.steps {
            match step {
                Step::Passed => {}
                Step::Failed(denial) => {
                    return Outcome::Denied { denial: denial.clone(), unless: open };
                }
                Step::Open(question) => open.push(question.clone()),
                Step::Unreached => open.push(OpenQuestion {
                    check: *check,
                    question: format!("what the check of the {} would say", check.name()),
                }),
            }
        }
        if open.is_empty() { Outcome::Allowed } else { Outcome::CannotTell(open) }
    }

    /// The first check that is neither passed nor failed: what to find out next. `None` once
    /// STS's answer is certain to the letter.
    pub fn next_open(&self) -> Option<Check> {
        for (check, step) in &self.steps {
            match step {
                Step::Passed => {}
                Step::Failed(_) => return None,
                Step::Open(_) | Step::Unreached => return Some(*check),
            }
        }
        None
    }

    /// The first action that the policies do not allow, or of which it cannot be told.
    pub fn obstacle(&self) -> Option<&ActionTrust> {
        let denied = |trust: &&ActionTrust| trust.explanation.verdict == Verdict::Denied;
        let allowed = |trust: &&ActionTrust| trust.explanation.verdict == Verdict::Allowed;
        self.trust.iter().find(denied).or_else(|| self.trust.iter().find(|it| !allowed(it)))
    }
}

/// The role, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub enum RoleFact<'a> {
    /// It exists.
    Exists(RoleFacts<'a>),
    /// There is none of this ARN.
    Missing,
    /// Nobody has looked.
    Unknown,
}

/// A role that exists.
#[derive(Debug, Clone, Copy)]
pub struct RoleFacts<'a> {
    /// Its trust policy.
    pub trust: Trust<'a>,
    /// Its MaxSessionDuration in seconds, where it is known. No role has less than an hour.
    pub max_session_duration: Option<u32>,
}

/// The resource control policies of the organization that the role's account is in.
///
/// Source: AWS Organizations user guide, "Resource control policies (RCPs)": they bear on
/// `sts:AssumeRoleWithWebIdentity` too; those of the management account bear on nothing.
#[derive(Debug, Clone, Copy)]
pub enum ResourceControl<'a> {
    /// These, one list a level; none where the account is in no organization.
    Are(&'a [Vec<NamedPolicy>]),
    /// Nobody has looked.
    Unknown,
}

/// A role's trust policy.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'a> {
    /// This one.
    Policy(&'a Policy),
    /// One that cannot be understood: nobody is let in.
    Unreadable,
}

/// Seconds that every role allows, and that a session allows which began another.
/// Source: IAM API reference, `CreateRole`, `MaxSessionDuration`: one to twelve hours.
const ONE_HOUR: u32 = 3600;

/// Whether the role allows a session of so many seconds.
pub(crate) fn duration_within(seconds: u32, role: &RoleFacts<'_>) -> Step {
    match role.max_session_duration {
        Some(most) if seconds > most => Step::Failed(Denial::validation(
            Check::Duration,
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )),
        Some(_) => Step::Passed,
        None if seconds <= ONE_HOUR => Step::Passed,
        None => Step::Open(OpenQuestion {
            check: Check::Duration,
            question: format!(
                "whether the role's MaxSessionDuration is at least {seconds} seconds"
            ),
        }),
    }
}

/// Runs checks in order; none after one that failed.
pub(crate) struct Progress {
    steps: Vec<(Check, Step)>,
    over: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { steps: Vec::new(), over: false }
    }

    pub(crate) fn run(&mut self, check: Check, step: impl FnOnce() -> Step) {
        let step = if self.over { Step::Unreached } else { step() };
        self.over |= matches!(step, Step::Failed(_));
        self.steps.push((check, step));
    }

    pub(crate) fn steps(self) -> Vec<(Check, Step)> {
        self.steps
    }
}

impl From<Result<(), Denial>> for Step {
    fn from(result: Result<(), Denial>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(denial) => Self::Failed(denial),
        }
    }
}
