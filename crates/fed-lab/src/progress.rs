//! What a lab tells while it starts.

/// Where the lab says what it is doing. Called from one task, seldom, and never
/// with a secret.
pub trait Progress: Send + Sync {
    /// What is being done now, such as `installing LocalStack (12 of 97 packages)`.
    /// Replaces what was said before; may be shown only on a terminal.
    fn doing(&self, what: &str);

    /// One sentence that stays: a decision, with its reason.
    fn note(&self, sentence: &str);
}

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn doing(&self, _: &str) {}

    fn note(&self, _: &str) {}
}
