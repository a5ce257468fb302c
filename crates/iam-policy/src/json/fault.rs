//! What can be wrong with a JSON text, where, and the mend where there is one.

/// A change that would mend a text: at `at`, take `remove` bytes out and put `insert` in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mend {
    /// Byte offset of the change.
    pub(crate) at: usize,
    /// How many bytes to take out.
    pub(crate) remove: usize,
    /// What to put there.
    pub(crate) insert: String,
}

/// The first thing that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Byte offset at which to point.
    pub(crate) at: usize,
    /// A short name that stays the same between releases.
    pub(crate) code: &'static str,
    /// Lowercase, no final period.
    pub(crate) message: String,
    /// What to do about it, in a sentence.
    pub(crate) hint: Option<String>,
    /// The evident mend.
    pub(crate) mend: Option<Mend>,
}

impl Fault {
    /// A fault without mend or hint.
    pub(crate) fn new(at: usize, code: &'static str, message: impl Into<String>) -> Self {
        Self { at, code, message: message.into(), hint: None, mend: None }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the mend.
    pub(crate) fn mend(mut self, at: usize, remove: usize, insert: impl Into<String>) -> Self {
        self.mend = Some(Mend { at, remove, insert: insert.into() });
        self
    }
}
