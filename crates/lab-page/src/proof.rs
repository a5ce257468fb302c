//! What was learned of a command, and the proof, as a file that needs nothing beside it.

use askama::Template;

use crate::STYLE;

/// What a command needs, and how that was proved.
#[derive(Clone, Debug, Default)]
pub struct Lesson {
    /// Such as `host (as asked)`.
    pub backend: String,
    /// When it was written; RFC 3339.
    pub time: String,
    /// Calls of the command's own role.
    pub calls: u64,
    /// Actions on resources that it used.
    pub permissions: usize,
    /// Characters of the policies, as IAM counts them.
    pub characters: usize,
    /// The policies, as JSON texts.
    pub documents: Vec<String>,
    /// Their statements, counted over all of them.
    pub statements: Vec<LearnedStatement>,
    /// What was done to have them fit, and what the role did besides.
    pub notes: Vec<String>,
    /// `None` where no proof was asked for.
    pub proof: Option<ProofFacts>,
}

/// A statement, and what happened without it.
#[derive(Clone, Debug, Default)]
pub struct LearnedStatement {
    /// The JSON text.
    pub document: String,
    /// A run each without it, or without a part of it.
    pub without: Vec<WithoutPart>,
}

/// A run without a part of the policies.
#[derive(Clone, Debug, Default)]
pub struct WithoutPart {
    /// The actions that were left out.
    pub left_out: String,
    /// Whether the command failed without them.
    pub needed: bool,
    /// Why they stay all the same; else how it failed.
    pub why: String,
}

/// How the proof went.
#[derive(Clone, Debug, Default)]
pub struct ProofFacts {
    /// Whether the command passes under the policies.
    pub passes: bool,
    /// What it was denied under them, and why.
    pub denied: Vec<(String, String)>,
    /// What was learned only under them.
    pub added: Vec<String>,
}

/// A [`Lesson`] as one file.
#[derive(Template)]
#[template(path = "proof.html")]
pub struct ProofPage<'a> {
    lesson: &'a Lesson,
    style: &'static str,
    needed: usize,
    parts: usize,
}

impl<'a> ProofPage<'a> {
    /// Of a lesson without secrets.
    pub fn new(lesson: &'a Lesson) -> Self {
        let parts = || lesson.statements.iter().flat_map(|statement| &statement.without);
        let needed = parts().filter(|part| part.needed).count();
        Self { lesson, style: STYLE, needed, parts: parts().count() }
    }
}
