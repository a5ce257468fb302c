//! JSON with positions: what a general parser leaves out and a policy reader needs.
//!
//! Every value knows its line and offset, a key given twice is an error, sizes and
//! nesting are bounded, and a fault that has one evident mend carries it.

mod escape;
mod fault;
mod mend;
mod reader;

use std::borrow::Cow;

pub(crate) use fault::{Fault, Parts};
pub(crate) use mend::mend;
pub(crate) use reader::{read, read_member};

/// The largest document read, in bytes. Customers' policies have at most 32 KiB (a KMS key
/// policy); the largest that AWS manages itself, `AWSSupportServiceRolePolicy`, has over
/// 150 KiB.
pub const MAX_BYTES: usize = 512 * 1024;

/// The deepest nesting read. A valid policy nests six deep.
pub const MAX_DEPTH: usize = 24;

/// The longest number read, in bytes: longer ones are a mistake or an attack.
pub(crate) const MAX_NUMBER: usize = 64;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// Byte offset of the first character.
    pub(crate) start: u32,
    /// Line, counted from 1.
    pub(crate) line: u32,
    /// What it is.
    pub(crate) value: Value<'a>,
}

/// A JSON value. Strings without escapes and numbers borrow from the text.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// `null`
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// The digits as written.
    Number(&'a str),
    /// A string, escapes resolved.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Node<'a>>),
    /// An object, in the order written; no key stands twice.
    Object(Vec<Member<'a>>),
}

/// One `"key": value`.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// The key, escapes resolved.
    pub(crate) key: Cow<'a, str>,
    /// Byte offset of the key's opening quote.
    pub(crate) start: u32,
    /// Its value.
    pub(crate) value: Node<'a>,
}

impl<'a> Value<'a> {
    /// What to call it in a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::True | Self::False => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// A string, number or boolean as it is written.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(digits) => Some(digits),
            Self::True => Some("true"),
            Self::False => Some("false"),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The string, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Node<'a> {
    /// The items of a list; anything else counts as a list of itself.
    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }
}

/// Line and column (both counted from 1; columns in characters) of a byte offset.
pub(crate) fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
