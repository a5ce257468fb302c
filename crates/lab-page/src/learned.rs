//! What was used, as policies.

use askama::Template;

use crate::LabFacts;
use crate::frame::{Frame, Here};

/// All that was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Of principals, their identity-based ones.
    pub policies: Vec<LearnedPolicies>,
    /// Of roles that were assumed.
    pub trust: Vec<HeldPolicy>,
    /// Of buckets, queues, topics, keys and secrets.
    pub resources: Vec<HeldPolicy>,
    /// Whether the last are for all that was used, and not for calls from other accounts alone.
    pub all_resources: bool,
    /// Permissions that were not kept, so that the policies lack them.
    pub lost: u64,
}

/// What one principal used.
#[derive(Clone, Debug)]
pub struct LearnedPolicies {
    /// The ARN of a user or role.
    pub principal: String,
    /// Calls, whatever became of them.
    pub calls: u64,
    /// Those of them that policies denied.
    pub denied: u64,
    /// JSON texts.
    pub documents: Vec<String>,
}

/// A policy that a role or a resource carries itself.
#[derive(Clone, Debug)]
pub struct HeldPolicy {
    /// The ARN of what carries it.
    pub holder: String,
    /// The JSON text.
    pub document: String,
}

/// `/learned`
#[derive(Template)]
#[template(path = "learned.html")]
pub struct LearnedPage<'a> {
    frame: Frame<'a>,
    learned: &'a Learned,
}

impl<'a> LearnedPage<'a> {
    /// Of all principals, roles and resources.
    pub const fn new(lab: &'a LabFacts, learned: &'a Learned) -> Self {
        Self { frame: Frame { lab, here: Here::Learned }, learned }
    }
}
