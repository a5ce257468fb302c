//! Strings with escapes: the slow road, taken at the first backslash.

use std::borrow::Cow;

use super::Fault;
use super::fault::{control_character, unclosed_string};
use crate::code::Code;

/// Reads the string that opened at `opened`, leaving `at` behind its closing quote.
pub(super) fn unescape<'a>(
    text: &'a str,
    opened: usize,
    at: &mut usize,
) -> Result<Cow<'a, str>, Fault> {
    let mut out = String::with_capacity(64);
    let mut from = opened + 1;
    *at = from;
    while let Some(byte) = text.as_bytes().get(*at).copied() {
        match byte {
            b'"' => {
                out.push_str(text.get(from..*at).unwrap_or_default());
                *at += 1;
                return Ok(Cow::Owned(out));
            }
            b'\\' => {
                out.push_str(text.get(from..*at).unwrap_or_default());
                out.push(escape(text, at)?);
                from = *at;
            }
            0..0x20 => return Err(control_character(*at, byte)),
            _ => *at += 1,
        }
    }
    Err(unclosed_string(opened))
}

/// One escape at `*at`, which is left behind it.
fn escape(text: &str, at: &mut usize) -> Result<char, Fault> {
    let start = *at;
    let bad = || {
        Fault::new(start, Code::BadEscape, "a backslash begins no valid escape here")
            .hint(r#"JSON knows \" \\ \/ \b \f \n \r \t and \uXXXX; a backslash itself is \\"#)
    };
    let letter = text.as_bytes().get(start + 1).copied().ok_or_else(bad)?;
    *at = start + 2;
    Ok(match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(text, at).ok_or_else(bad)?;
            let scalar = if (0xd800..0xdc00).contains(&first) {
                let second = text
                    .get(*at..)
                    .filter(|rest| rest.starts_with("\\u"))
                    .and_then(|_| {
                        *at += 2;
                        unit(text, at)
                    })
                    .filter(|unit| (0xdc00..0xe000).contains(unit))
                    .ok_or_else(bad)?;
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            } else {
                first
            };
            char::from_u32(scalar).ok_or_else(bad)?
        }
        _ => return Err(bad()),
    })
}

/// Four hexadecimal digits.
fn unit(text: &str, at: &mut usize) -> Option<u32> {
    let digits = text.get(*at..*at + 4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    *at += 4;
    u32::from_str_radix(digits, 16).ok()
}
