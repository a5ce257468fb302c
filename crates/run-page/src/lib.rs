//! A run of the features as one web page that needs nothing beside it: what was typed and what
//! came of it, where the time went, and each exchange of a token as a diagram with the decision.
//! Data in, HTML out; nothing is listened to, and no script runs.
//!
//! Whoever makes a [`Run`] has cut the secrets out of it.

mod answer;
mod page;
mod run;
mod sequence;
mod time;

pub use page::RunPage;
pub use run::{Chapter, Command, Part, Phase, Run, Scenario};

/// Why a page could not be written.
pub use askama::Error;
/// Makes HTML of a page: `page.render()`.
pub use askama::Template;
/// A decision of the gate, as it is told.
pub use iam_gate::DecisionRecord as Decision;
