//! What a text says that is a document, or holds one: JSON, YAML, base64.

use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::called::{is_called, starts_as_address};

/// The shortest text that is taken for base64.
const SHORTEST: usize = 8;

/// What a text is when it is read as its format says, in every format that it may be of.
pub(super) fn readings(text: &str) -> Vec<Value> {
    let holds = |value: &Value| value.is_object() || value.is_array();
    let json = serde_json::from_str::<Value>(text).ok().filter(holds);
    // Its anchors, folded lines and escapes are read; what says something twice is not.
    let yaml = || match text.contains(':') {
        true => serde_saphyr::from_str::<Value>(text).ok().filter(holds),
        false => None,
    };
    let mut readings: Vec<Value> = json.or_else(yaml).into_iter().collect();
    readings.extend([&STANDARD, &URL_SAFE].into_iter().find_map(|it| decoded(text, it)));
    readings
}

/// The text that a text of base64 stands for, with or without padding, in however many lines.
fn decoded(text: &str, alphabet: &Alphabet) -> Option<Value> {
    let plain: String = text.chars().filter(|it| !it.is_ascii_whitespace()).collect();
    if plain.len() < SHORTEST {
        return None;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(alphabet, config).decode(plain).ok()?;
    String::from_utf8(bytes).ok().map(Value::String)
}

/// Addresses beside the keys of a document, whether or not it can be read: as it stands there, and
/// with its escapes taken for what they stand for.
pub(super) fn addresses(text: &str, found: &mut Vec<String>) {
    beside_keys(text, found);
    let plain = without_escapes(text);
    if plain != text {
        beside_keys(&plain, found);
    }
}

fn beside_keys(text: &str, found: &mut Vec<String>) {
    // Its length in bytes is the text's.
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices("http") {
        let (before, address) = (&lower[..at], &text[at..]);
        let (before, is_anchored) = without_decoration(before);
        let key = before.strip_suffix(':').map(|it| it.trim_end_matches(is_around));
        if (is_anchored || key.is_some_and(is_called)) && starts_as_address(address) {
            let ends = |it: char| is_around(it) || matches!(it, ',' | '}' | ']' | '<' | '>');
            let (address, behind) = address.split_at(address.find(ends).unwrap_or(address.len()));
            // What goes on behind an escape is told where that is taken for what it stands for.
            let escapes = ["\\/", "\\u", "\\x", "\\U", "\\\n", "\\\r"];
            if !escapes.iter().any(|escape| behind.starts_with(escape)) {
                found.push(address.to_owned());
            }
        }
    }
}

/// What stands between a key and its value beside the colon.
fn is_around(it: char) -> bool {
    it.is_whitespace() || matches!(it, '"' | '\'' | '\\')
}

/// What stands before a value, without what may stand between it and its key: the marks of lists,
/// blocks, tags and anchors. Whether there is an anchor, by which a key elsewhere may mean it.
fn without_decoration(before: &str) -> (&str, bool) {
    let (mut before, mut is_anchored) = (before.trim_end_matches(is_around), false);
    loop {
        let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let last = &before[start..];
        let is_block = last.starts_with(['|', '>'])
            && last[1..].chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | '-'));
        let is_mark = is_block || last.starts_with(['!', '&']) || matches!(last, "-" | "[");
        if !is_mark {
            return (before, is_anchored);
        }
        is_anchored |= last.starts_with('&');
        before = before[..start].trim_end_matches(is_around);
    }
}

/// The text with the escapes of JSON's and YAML's texts taken for what they stand for, and lines
/// joined that end in a backslash.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let escaped = &rest[at + 1..];
        let digits = match escaped.chars().next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        let code = escaped.get(1..=digits).and_then(|it| u32::from_str_radix(it, 16).ok());
        rest = match (digits, code.and_then(char::from_u32)) {
            (1.., Some(character)) => {
                plain.push(character);
                &escaped[digits + 1..]
            }
            _ if escaped.starts_with('/') => escaped,
            _ if escaped.starts_with(['\n', '\r']) => escaped.trim_start(),
            _ => {
                plain.push('\\');
                match escaped.strip_prefix('\\') {
                    Some(behind) => behind,
                    None => escaped,
                }
            }
        };
    }
    plain.push_str(rest);
    plain
}
