//! The recursive reader: strict RFC 8259, bounded, and helpful about near misses.

mod near_miss;

use std::borrow::Cow;
use std::collections::HashSet;

use super::fault::{control_character, missing_list_bracket, trailing_comma, unclosed_string};
use super::{Fault, MAX_BYTES, MAX_DEPTH, MAX_NUMBER, Member, Node, Value};
use crate::code::Code;

/// Reads one JSON value that spans the whole text.
///
/// # Errors
/// The first [`Fault`].
pub(crate) fn read(text: &str) -> Result<Node<'_>, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault::new(
            MAX_BYTES,
            Code::TooLarge,
            format!("expected at most {MAX_BYTES} bytes of JSON, found {}", text.len()),
        ));
    }
    if text.starts_with('\u{feff}') {
        return Err(Fault::new(0, Code::ByteOrderMark, "the text begins with a byte order mark")
            .hint("save the file as UTF-8 without BOM")
            .mend(0, '\u{feff}'.len_utf8(), ""));
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, line: 1, depth: 0 };
    reader.space()?;
    if reader.at == text.len() {
        return Err(Fault::new(reader.at, Code::Empty, "expected a JSON object, found nothing"));
    }
    let node = reader.value()?;
    reader.space()?;
    if reader.at == text.len() {
        return Ok(node);
    }
    let fault = Fault::new(
        reader.at,
        Code::TrailingText,
        format!("expected the end of the text, found {}", reader.found()),
    );
    Err(match reader.peek() {
        Some(b'}' | b']') => fault.hint("remove the extra bracket").mend(reader.at, 1, ""),
        _ => fault,
    })
}

/// Reads the `"key": value` that begins at `at` in a text that has been read before,
/// for quoting it.
pub(crate) fn read_member(text: &str, at: usize) -> Option<Member<'_>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at, line: 1, depth: 0 };
    let start = reader.offset();
    let key = (reader.peek() == Some(b'"')).then(|| reader.string().ok()).flatten()?;
    reader.space().ok()?;
    reader.at += usize::from(reader.peek()? == b':');
    reader.space().ok()?;
    let value = reader.value().ok()?;
    Some(Member { key, start, value })
}

/// The bytes at which a string is no longer plain text: a quote, a backslash, a control
/// character.
const ENDS_PLAIN_TEXT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What stands here, for a message.
    fn found(&self) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(character) => format!("`{}`", character.escape_debug()),
            None => "the end of the text".to_owned(),
        }
    }

    fn offset(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    /// Skips white space; a comment is a fault with its removal as the mend.
    #[inline]
    fn space(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'/' | b'#' | ..=b' ') => self.skip_space(),
            _ => Ok(()),
        }
    }

    fn skip_space(&mut self) -> Result<(), Fault> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                }
                b'/' | b'#' => return Err(self.comment()),
                _ => break,
            }
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Node<'a>, Fault> {
        let (start, line) = (self.offset(), self.line);
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.literal("true", Value::True)?,
            Some(b'f') => self.literal("false", Value::False)?,
            Some(b'n') => self.literal("null", Value::Null)?,
            Some(b'\'') => return Err(self.single_quotes()),
            _ => {
                return Err(Fault::new(
                    self.at,
                    Code::Unexpected,
                    format!("expected a value, found {}", self.found()),
                ));
            }
        };
        Ok(Node { start, line, value })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value<'a>, Fault>,
    ) -> Result<Value<'a>, Fault> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::new(
                self.at,
                Code::TooDeep,
                format!("expected at most {MAX_DEPTH} nested brackets"),
            ));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value<'a>, Fault> {
        let opened = self.at;
        self.at += 1;
        let mut members: Vec<Member<'a>> = Vec::new();
        let mut comma = None;
        let mut seen = None;
        loop {
            self.space()?;
            match self.peek() {
                Some(b'}') => {
                    if let Some(comma) = comma {
                        return Err(trailing_comma(comma, '}'));
                    }
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(b'"') => {}
                _ => return Err(self.no_key(opened, &members)),
            }
            let start = self.offset();
            let key = self.string()?;
            if repeated(&members, &mut seen, &key) {
                return Err(Fault::new(
                    start as usize,
                    Code::DuplicateKey,
                    format!("the key `{}` stands twice in one object", key.escape_debug()),
                )
                .hint("merge the two values under one key"));
            }
            self.space()?;
            if self.peek() != Some(b':') {
                let fault = Fault::new(
                    self.at,
                    Code::MissingColon,
                    format!(
                        "expected `:` behind the key `{}`, found {}",
                        key.escape_debug(),
                        self.found()
                    ),
                );
                return Err(match self.peek() {
                    Some(b'"' | b'{' | b'[') => fault.mend(self.at, 0, ": "),
                    Some(b'=') => fault.mend(self.at, 1, ":"),
                    _ => fault,
                });
            }
            self.at += 1;
            self.space()?;
            let value = self.value()?;
            members.push(Member { key, start, value });
            self.space()?;
            comma = self.separator(opened, b'}', members.last().map(|member| &member.value))?;
            if comma.is_none() {
                return Ok(Value::Object(members));
            }
        }
    }

    fn list(&mut self) -> Result<Value<'a>, Fault> {
        let opened = self.at;
        self.at += 1;
        let mut items = Vec::new();
        let mut comma = None;
        loop {
            self.space()?;
            match self.peek() {
                Some(b']') => {
                    if let Some(comma) = comma {
                        return Err(trailing_comma(comma, ']'));
                    }
                    self.at += 1;
                    return Ok(Value::List(items));
                }
                None => return Err(self.unclosed(opened, ']')),
                _ => {}
            }
            items.push(self.value()?);
            self.space()?;
            comma = self.separator(opened, b']', None)?;
            if comma.is_none() {
                return Ok(Value::List(items));
            }
        }
    }

    /// Behind an item: `Some(offset)` of a comma, or `None` when the closing bracket
    /// was there. `last` is the value of an object's last member.
    fn separator(
        &mut self,
        opened: usize,
        closer: u8,
        last: Option<&Node<'a>>,
    ) -> Result<Option<usize>, Fault> {
        let at = self.at;
        let closing = char::from(closer);
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(Some(at))
            }
            Some(byte) if byte == closer => {
                self.at += 1;
                Ok(None)
            }
            None => Err(self.unclosed(opened, closing)),
            Some(b']') if closer == b'}' => match last {
                Some(last) => Err(missing_list_bracket(last)),
                None => Err(self.unclosed(opened, closing)),
            },
            Some(b'}') => Err(self.unclosed(opened, closing)),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                let end = self.text.get(..at).unwrap_or_default().trim_end().len();
                Err(Fault::new(
                    at,
                    Code::MissingComma,
                    format!("expected `,` or `{closing}`, found {}", self.found()),
                )
                .hint("put a comma between the two")
                .mend(end, 0, ","))
            }
            Some(_) => Err(Fault::new(
                at,
                Code::Unexpected,
                format!("expected `,` or `{closing}`, found {}", self.found()),
            )),
        }
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let next = rest.as_bytes().get(word.len());
        if rest.starts_with(word) && !next.is_some_and(u8::is_ascii_alphanumeric) {
            self.at += word.len();
            return Ok(value);
        }
        Err(Fault::new(self.at, Code::Unexpected, format!("expected `{word}`, found another word")))
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                reader.at += 1;
            }
            reader.at - from
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = digits(self);
        let mut valid = whole == 1 || (whole > 1 && !leading_zero);
        if self.peek() == Some(b'.') {
            self.at += 1;
            valid &= digits(self) > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            valid &= digits(self) > 0;
        }
        let number = self.text.get(start..self.at).unwrap_or_default();
        if number.len() > MAX_NUMBER {
            return Err(Fault::new(
                start,
                Code::HugeNumber,
                format!(
                    "expected a number of at most {MAX_NUMBER} characters, found {}",
                    number.len()
                ),
            ));
        }
        if valid {
            Ok(number)
        } else {
            Err(Fault::new(start, Code::BadNumber, format!("`{number}` is not a JSON number"))
                .hint("write it as a string, in double quotes"))
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        let opened = self.at;
        self.at += 1;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| ENDS_PLAIN_TEXT[usize::from(*byte)]) else {
            return Err(unclosed_string(opened));
        };
        self.at = start + length;
        match rest.get(length).copied() {
            Some(b'"') => {
                self.at += 1;
                Ok(Cow::Borrowed(self.text.get(start..start + length).unwrap_or_default()))
            }
            Some(b'\\') => super::escape::unescape(self.text, opened, &mut self.at),
            Some(byte) => Err(control_character(self.at, byte)),
            None => Err(unclosed_string(opened)),
        }
    }
}

/// Whether `key` stands among `members`; past a few members a set keeps it linear.
fn repeated(members: &[Member<'_>], seen: &mut Option<HashSet<String>>, key: &str) -> bool {
    if members.len() < 16 {
        return members.iter().any(|member| member.key == *key);
    }
    let seen =
        seen.get_or_insert_with(|| members.iter().map(|member| member.key.to_string()).collect());
    !seen.insert(key.to_owned())
}
