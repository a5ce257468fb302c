//! What is around every page.

/// What a lab is, in a line.
#[derive(Clone, Debug)]
pub struct LabFacts {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Such as `host`.
    pub backend: String,
    /// The account that it began with.
    pub account: String,
    /// The region.
    pub region: String,
    /// Whether what policies deny is let through.
    pub audit: bool,
}

/// Which of the pages it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// `/`, and one decision.
    Decisions,
    /// `/principals`
    Principals,
    /// `/issuers`
    Issuers,
    /// `/world`
    World,
    /// `/learned`
    Learned,
}

/// The head of a page, and the way to the others.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The lab.
    pub lab: &'a LabFacts,
    /// The page.
    pub here: Here,
}

impl Frame<'_> {
    pub(crate) const fn pages(&self) -> [(Here, &'static str, &'static str); 5] {
        [
            (Here::Decisions, "/", "Decisions"),
            (Here::Principals, "/principals", "Principals"),
            (Here::Issuers, "/issuers", "Issuers"),
            (Here::World, "/world", "World"),
            (Here::Learned, "/learned", "Learned"),
        ]
    }
}
