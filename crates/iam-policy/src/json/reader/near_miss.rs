//! Near misses: what people write where JSON has something else.

use super::Reader;
use crate::code::Code;
use crate::json::fault::missing_list_bracket;
use crate::json::{Fault, Member, Value, position};

impl<'a> Reader<'a> {
    pub(super) fn comment(&self) -> Fault {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("//") || rest.starts_with('#') {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            return Fault::new(self.at, Code::Unexpected, "expected JSON, found `/`");
        };
        Fault::new(self.at, Code::Comment, "JSON has no comments")
            .hint("remove the comment; a statement's `Sid` can say what it is for")
            .mend(self.at, length, "")
    }

    /// An object in which no key stands where one should.
    pub(super) fn no_key(&self, opened: usize, members: &[Member<'a>]) -> Fault {
        match (self.peek(), members.last()) {
            (None, _) => self.unclosed(opened, '}'),
            (Some(b'{'), Some(last)) if matches!(last.value.value, Value::Object(_)) => {
                missing_list_bracket(&last.value)
            }
            (Some(b'\''), _) => self.single_quotes(),
            (Some(byte), _) if byte.is_ascii_alphabetic() => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
                    .unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                Fault::new(self.at, Code::UnquotedKey, format!("the key `{word}` has no quotes"))
                    .hint("put double quotes around every key")
                    .mend(self.at, end, format!("\"{word}\""))
            }
            _ => Fault::new(
                self.at,
                Code::Unexpected,
                format!("expected a key in double quotes or `}}`, found {}", self.found()),
            ),
        }
    }

    pub(super) fn unclosed(&self, opened: usize, closer: char) -> Fault {
        let (line, column) = position(self.text, opened);
        let opener = if closer == '}' { '{' } else { '[' };
        let end = self.text.get(..self.at).unwrap_or_default().trim_end().len();
        let insert =
            if self.at == self.text.len() { format!("\n{closer}\n") } else { closer.to_string() };
        let remove = if self.at == self.text.len() { self.at - end } else { 0 };
        Fault::new(
            self.at,
            Code::Unclosed,
            format!(
                "the `{opener}` at line {line}, column {column} is not closed, found {}",
                self.found()
            ),
        )
        .hint(format!("close it with `{closer}`"))
        .mend(end, remove, insert)
    }

    pub(super) fn single_quotes(&self) -> Fault {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let fault = Fault::new(self.at, Code::SingleQuotes, "JSON strings stand in double quotes");
        match rest.find(['\'', '"', '\n', '\\']) {
            Some(end) if rest.as_bytes().get(end) == Some(&b'\'') => {
                let inner = rest.get(..end).unwrap_or_default();
                fault.mend(self.at, end + 2, format!("\"{inner}\""))
            }
            _ => fault,
        }
    }
}
