//! What can be wrong with a JSON text, where, and the mend where there is one.

use crate::code::Code;

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

/// The first thing that is wrong with a text. Boxed: results stay small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(Box<Parts>);

/// What makes up a [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Byte offset at which to point.
    pub(crate) at: usize,
    /// What kind of fault it is.
    pub(crate) code: Code,
    /// Lowercase, no final period.
    pub(crate) message: String,
    /// What to do about it, in a sentence.
    pub(crate) hint: Option<String>,
    /// The evident mend.
    pub(crate) mend: Option<Mend>,
}

impl Fault {
    /// A fault without mend or hint.
    #[cold]
    pub(crate) fn new(at: usize, code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Parts { at, code, message: message.into(), hint: None, mend: None }))
    }

    /// Where it points.
    pub(crate) fn at(&self) -> usize {
        self.0.at
    }

    /// Whether it says that something is not there.
    pub(crate) fn is_missing(&self) -> bool {
        self.0.code.name().starts_with("missing-")
    }

    /// All of it.
    pub(crate) fn into_parts(self) -> Parts {
        *self.0
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the mend.
    pub(crate) fn mend(mut self, at: usize, remove: usize, insert: impl Into<String>) -> Self {
        self.0.mend = Some(Mend { at, remove, insert: insert.into() });
        self
    }
}

pub(super) fn unclosed_string(opened: usize) -> Fault {
    Fault::new(opened, Code::UnclosedString, "the string that begins here has no closing quote")
}

pub(super) fn control_character(at: usize, byte: u8) -> Fault {
    let fault = if byte == b'\n' {
        Fault::new(at, Code::LineBreak, "a string may not contain a line break")
    } else {
        Fault::new(at, Code::ControlCharacter, format!("a string may not contain U+{byte:04X}"))
    };
    fault.hint("close the string on its own line, or write the character as an escape")
}

pub(super) fn trailing_comma(comma: usize, closer: char) -> Fault {
    Fault::new(comma, Code::TrailingComma, format!("a comma stands before `{closer}`"))
        .hint("remove the comma")
        .mend(comma, 1, "")
}

/// `"Statement": { … } ]`: the list was closed, or went on, but never opened.
pub(super) fn missing_list_bracket(first: &super::Node<'_>) -> Fault {
    let at = first.start as usize;
    Fault::new(at, Code::MissingBracket, "a list begins here but its opening `[` is missing")
        .hint("put `[` before this value")
        .mend(at, 0, "[")
}
