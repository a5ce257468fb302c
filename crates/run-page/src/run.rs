//! What happened in a run.

use std::sync::Arc;
use std::time::Duration;

use iam_gate::DecisionRecord;

/// All of it.
#[derive(Clone, Debug)]
pub struct Run {
    /// Such as `host`.
    pub backend: String,
    /// When it began; RFC 3339.
    pub began: String,
    /// From its first to its last moment.
    pub took: Duration,
    /// One sentence for each reason why scenarios were left out.
    pub left_out: Vec<String>,
    /// Where the time went, one after the other.
    pub phases: Vec<Phase>,
    /// The features, in the order in which they are read.
    pub chapters: Vec<Chapter>,
}

/// A part of the time.
#[derive(Clone, Debug)]
pub struct Phase {
    /// Such as `the lab starts`.
    pub name: String,
    /// How long it took.
    pub took: Duration,
}

/// Where a feature stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The tutorial, section by section.
    Tutorial,
    /// What must be refused along the way.
    Refusals,
    /// All else.
    Further,
}

/// A feature.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Where it stands.
    pub part: Part,
    /// Its name, such as `5. The ID token`.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// In the order of the file.
    pub scenarios: Vec<Scenario>,
}

/// A scenario that was run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// What was typed, in this order.
    pub commands: Vec<Command>,
}

/// A command that was typed, and what came of it.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who typed it, such as `the administrator`.
    pub who: String,
    /// As typed.
    pub text: String,
    /// The account that was chosen on the issuer's page while it ran, if any.
    pub signed_in: Option<String>,
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it ran.
    pub took: Duration,
    /// What the gate decided meanwhile, in this order.
    pub decisions: Vec<Arc<DecisionRecord>>,
}

impl Run {
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.chapters.iter().flat_map(|chapter| &chapter.scenarios)
    }
}
