//! One thing to say about a policy's text, and where.

use crate::code::Code;
use crate::json::{self, Fault, Parts};
use crate::severity::Severity;

/// One thing to say about a policy's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub code: Code,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// What is wrong: lowercase, no final period.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    /// The finding of a fault in `text`.
    pub(crate) fn of_fault(text: &str, fault: Fault) -> Self {
        let Parts { at, code, message, hint, .. } = fault.into_parts();
        let (line, column) = json::position(text, at);
        Self { severity: code.severity(), code, line, column, message, hint }
    }

    /// What is wrong with a text as JSON, a key that is given twice included; `None` where nothing
    /// is.
    pub fn of_json(text: &str) -> Option<Self> {
        json::read(text).err().map(|fault| Self::of_fault(text, fault))
    }

    /// The line of `text` it points at, and below it a caret under the column: two lines
    /// for a terminal. Long lines are cut around the caret.
    pub fn excerpt(&self, text: &str) -> String {
        const BEFORE: usize = 60;
        const WIDTH: usize = 100;
        let number = self.line as usize;
        let column = (self.column as usize).saturating_sub(1);
        let source = text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
        let skipped = column.saturating_sub(BEFORE);
        let shown: String = source
            .chars()
            .skip(skipped)
            .take(WIDTH)
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect();
        let label = number.to_string();
        let margin = " ".repeat(label.len());
        let indent = " ".repeat(column - skipped);
        format!("{label} | {shown}\n{margin} | {indent}^")
    }
}
