//! What was used, as policies.

use askama::Template;

use crate::LabFacts;
use crate::frame::{Frame, Here};

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

/// `/learned`
#[derive(Template)]
#[template(path = "learned.html")]
pub struct LearnedPage<'a> {
    frame: Frame<'a>,
    policies: &'a [LearnedPolicies],
}

impl<'a> LearnedPage<'a> {
    /// Of all principals.
    pub const fn new(lab: &'a LabFacts, policies: &'a [LearnedPolicies]) -> Self {
        Self { frame: Frame { lab, here: Here::Learned }, policies }
    }
}
