//! The text that data is kept as: a line a thing, fields between tabs, the first of which
//! says what the line is. `data/generate.py` writes it.
//!
//! The index: `V` versions, `P` an IAM prefix, `S` an API. A service: `S` a structure, `L` a
//! list, `M` a map, `T` a string, `B` a blob, `b` a boolean, `I` an integer, `G` a long, `F` a
//! float, `D` a double, `t` a timestamp (shapes have the number of their place among these
//! lines), `.` a member of the shape above, `E` an error, `O` an operation. An authorization:
//! `K` a condition key, `R` a resource type, `A` an action.

/// Data that does not say what it should. The data is part of the program and a test decodes
/// all of it, so that nobody meets this but who changes the data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamagedData {
    /// It cannot be inflated, or is no UTF-8.
    #[error("the data of `{0}` cannot be inflated")]
    Inflate(&'static str),
    /// A line is not what its first field says.
    #[error("line {line} of the data of `{of}`: expected {expected}, found `{found}`")]
    Line {
        /// Which service's or prefix's data.
        of: &'static str,
        /// The line, from 1.
        line: usize,
        /// What would have been right.
        expected: &'static str,
        /// What there is.
        found: String,
    },
}

/// One line, field by field.
pub(crate) struct Line {
    of: &'static str,
    number: usize,
    text: &'static str,
    fields: std::str::Split<'static, char>,
}

impl Line {
    /// The lines of a text, each behind its first field.
    pub(crate) fn all(
        of: &'static str,
        text: &'static str,
    ) -> impl Iterator<Item = (&'static str, Self)> {
        text.lines().enumerate().map(move |(index, text)| {
            let mut fields = text.split('\t');
            let kind = fields.next().unwrap_or_default();
            (kind, Self { of, number: index + 1, text, fields })
        })
    }

    /// The next field.
    pub(crate) fn field(&mut self, expected: &'static str) -> Result<&'static str, DamagedData> {
        let next = self.fields.next();
        next.ok_or_else(|| self.damaged(expected))
    }

    /// The next field, a number.
    pub(crate) fn number<N: std::str::FromStr>(
        &mut self,
        expected: &'static str,
    ) -> Result<N, DamagedData> {
        let field = self.field(expected)?;
        field.parse().map_err(|_| self.damaged(expected))
    }

    /// The next field, a number or nothing.
    pub(crate) fn optional_number<N: std::str::FromStr>(
        &mut self,
        expected: &'static str,
    ) -> Result<Option<N>, DamagedData> {
        let field = self.field(expected)?;
        if field.is_empty() {
            return Ok(None);
        }
        field.parse().map(Some).map_err(|_| self.damaged(expected))
    }

    /// The next of the rest: one letter that says which, then the value.
    pub(crate) fn attribute(&mut self) -> Option<(char, &'static str)> {
        let field = self.fields.next()?;
        let letter = field.chars().next().unwrap_or_default();
        Some((letter, field.strip_prefix(letter).unwrap_or_default()))
    }

    /// That this line is not what it should be.
    pub(crate) fn damaged(&self, expected: &'static str) -> DamagedData {
        let found = self.text.chars().take(80).collect();
        DamagedData::Line { of: self.of, line: self.number, expected, found }
    }
}

/// `None` for an empty field.
pub(crate) fn non_empty(field: &'static str) -> Option<&'static str> {
    (!field.is_empty()).then_some(field)
}
