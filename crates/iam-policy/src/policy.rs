//! A policy: parsed, checked as IAM checks it, compiled.

mod named;

use std::fmt;

use crate::code::Code;
use crate::document::{self, Outline};
use crate::finding::Finding;
use crate::json;
use crate::policy_kind::{PolicyKind, Version};
use crate::statement::Statement;

/// A policy that IAM would accept, compiled for evaluation. Immutable.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) kind: PolicyKind,
    pub(crate) version: Version,
    pub(crate) id: Option<Box<str>>,
    pub(crate) statements: Box<[Statement]>,
    /// The document as read, to quote from.
    pub(crate) text: Box<str>,
}

impl Policy {
    /// Reads a policy document of at most [`MAX_BYTES`](crate::MAX_BYTES) bytes.
    ///
    /// # Errors
    /// [`PolicyError`] for what IAM itself rejects as `MalformedPolicyDocument`: the
    /// first fault, with its place and, where there is an evident one, the mend.
    pub fn parse(text: &str, kind: PolicyKind) -> Result<Self, PolicyError> {
        let node = match json::read(text) {
            Ok(node) => node,
            Err(fault) => return Err(PolicyError::of(Finding::of_fault(text, fault), text)),
        };
        let (outline, faults) = document::compile(&node, kind);
        // A misspelt element is also a missing one: the spelling is the better message.
        let first = faults.into_iter().min_by_key(|fault| (fault.is_missing(), fault.at()));
        match (outline, first) {
            (Some(Outline { version, id, statements }), None) => {
                Ok(Self { kind, version, id, statements, text: text.into() })
            }
            (_, Some(fault)) => Err(PolicyError::of(Finding::of_fault(text, fault), text)),
            (None, None) => {
                let fault = json::Fault::new(0, Code::NotAnObject, "expected a policy document");
                Err(PolicyError::of(Finding::of_fault(text, fault), text))
            }
        }
    }

    /// Reads a policy document from bytes that may not be UTF-8.
    ///
    /// # Errors
    /// As [`Policy::parse`]; and the place of the first byte that is not UTF-8.
    pub fn parse_bytes(bytes: &[u8], kind: PolicyKind) -> Result<Self, PolicyError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, kind),
            Err(error) => {
                let (valid, _) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                let valid = std::str::from_utf8(valid).unwrap_or_default();
                let fault = json::Fault::new(
                    valid.len(),
                    Code::NotUtf8,
                    "the text is not valid UTF-8 here",
                )
                .hint("save the file as UTF-8");
                Err(PolicyError::of(Finding::of_fault(valid, fault), valid))
            }
        }
    }

    /// What it is attached to.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The language's version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The Id element.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The document as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many statements it has.
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }
}

/// Why a text is not a policy that IAM would accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    finding: Box<Finding>,
    mended: Option<Box<str>>,
}

impl PolicyError {
    fn of(finding: Finding, text: &str) -> Self {
        let mended = if finding.code.is_syntax() {
            json::mend(text).map(String::into_boxed_str)
        } else {
            None
        };
        Self { finding: Box::new(finding), mended }
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u32 {
        self.finding.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> u32 {
        self.finding.column
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.finding.message
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.finding.hint.as_deref()
    }

    /// The whole text with its JSON mended, where the mend is evident.
    pub fn mended(&self) -> Option<&str> {
        self.mended.as_deref()
    }

    /// The same as a lint finding.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { line, column, message, .. } = &*self.finding;
        write!(f, "line {line}, column {column}: {message}")
    }
}

impl std::error::Error for PolicyError {}

#[cfg(test)]
mod tests;
