//! A compiled statement, and whether it applies to a request.

use std::sync::Arc;

use crate::condition::Condition;
use crate::context::Context;
use crate::principals::{PrincipalMatch, Principals};
use crate::request::Request;
use crate::template::Template;
use crate::truth::Truth;
use crate::wildcard;

/// The Effect element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `"Allow"`
    Allow,
    /// `"Deny"`
    Deny,
}

/// One action pattern, lowercase: actions have no case.
#[derive(Debug, Clone)]
pub(crate) enum ActionPattern {
    /// `*`
    Every,
    /// No wildcard.
    Exact(Box<[u8]>),
    /// With wildcards.
    Pattern(Box<[u8]>),
}

impl ActionPattern {
    pub(crate) fn compile(text: &str) -> Self {
        let (mut wildcards, mut others) = (false, false);
        let pattern: Box<[u8]> = text
            .bytes()
            .map(|byte| match byte {
                b'*' => {
                    wildcards = true;
                    wildcard::RUN
                }
                b'?' => {
                    (wildcards, others) = (true, true);
                    wildcard::ONE
                }
                other => {
                    others = true;
                    other.to_ascii_lowercase()
                }
            })
            .collect();
        match (wildcards, others) {
            (true, false) => Self::Every,
            (true, true) => Self::Pattern(pattern),
            (false, _) => Self::Exact(pattern),
        }
    }

    pub(crate) fn matches(&self, action: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Exact(exact) => exact.eq_ignore_ascii_case(action.as_bytes()),
            Self::Pattern(pattern) => wildcard::matches_ignoring_case(pattern, action),
        }
    }
}

/// Action or NotAction.
#[derive(Debug, Clone)]
pub(crate) struct Actions {
    pub(crate) negated: bool,
    pub(crate) patterns: Box<[ActionPattern]>,
}

impl Actions {
    pub(crate) fn matches(&self, action: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

/// The resource that is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'r> {
    /// The one of this ARN, letter by letter.
    One(&'r str),
    /// All that a pattern stands for.
    AllOf(&'r [u8]),
}

/// Resource or NotResource.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    pub(crate) negated: bool,
    pub(crate) templates: Box<[Template]>,
}

impl Resources {
    pub(crate) fn matches(&self, asked: Asked<'_>, context: &Context) -> Truth {
        let any = Truth::any(&self.templates, |template| match asked {
            Asked::One(resource) => template.matches(resource, context),
            Asked::AllOf(several) => template.matches_several(several, context),
        });
        if self.negated { any.negate() } else { any }
    }
}

/// A statement, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Arc<str>>,
    /// Line of its opening brace in the policy's text, counted from 1.
    pub(crate) line: u32,
    pub(crate) effect: Effect,
    /// Only in policies that are attached to a resource.
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Actions,
    /// Absent in trust policies: the role is meant.
    pub(crate) resources: Option<Resources>,
    pub(crate) conditions: Box<[Condition]>,
}

impl Statement {
    /// Whether it applies, conditions last because they cost most; and how it names the
    /// principal ([`PrincipalMatch::Directly`] where it has no Principal element). `bounded`
    /// tells whether the principal has a permissions boundary.
    pub(crate) fn applies(
        &self,
        request: &Request<'_>,
        asked: Asked<'_>,
        bounded: bool,
    ) -> (Truth, PrincipalMatch) {
        if !self.actions.matches(request.action) {
            return (Truth::False, PrincipalMatch::Not);
        }
        let named = self.names(request, bounded);
        if named == PrincipalMatch::Not {
            return (Truth::False, PrincipalMatch::Not);
        }
        let mut truth = match &self.resources {
            Some(resources) => resources.matches(asked, request.context),
            None => Truth::True,
        };
        if named == PrincipalMatch::Perhaps {
            truth = truth.and(Truth::Unknown);
        }
        for condition in &self.conditions {
            if truth == Truth::False {
                break;
            }
            truth = truth.and(condition.holds(request.context));
        }
        (truth, named)
    }

    /// How the Principal element names the principal.
    pub(crate) fn names(&self, request: &Request<'_>, bounded: bool) -> PrincipalMatch {
        let denies = self.effect == Effect::Deny;
        match &self.principals {
            Some(principals) => principals.name(request.principal, denies, bounded),
            None => PrincipalMatch::Directly,
        }
    }
}
