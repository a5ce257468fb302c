//! What comes from outside, fit for a terminal: an issuer, a token, a policy or an answer of AWS
//! must neither command it nor turn its lines around.

use std::borrow::Cow;

/// The text with a replacement character for whatever a terminal would not just show. Line
/// breaks and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(commands_terminal) {
        Cow::Owned(
            text.chars().map(|c| if commands_terminal(c) { '\u{fffd}' } else { c }).collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// The same in one line.
pub fn printable_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\t']) {
        Cow::Owned(printable(text).replace(['\n', '\t'], "\u{fffd}"))
    } else {
        printable(text)
    }
}

/// Control characters of ASCII and of ISO 6429 (C1), and those that change the direction of
/// text (Unicode Bidirectional Algorithm, UAX 9) or break lines unseen.
pub fn commands_terminal(character: char) -> bool {
    let is_kept = matches!(character, '\n' | '\t');
    (character.is_control() && !is_kept)
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        for bad in [
            '\u{0}', '\u{7}', '\u{8}', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{90}', '\u{9b}',
            '\u{9d}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}',
            '\u{2028}',
        ] {
            assert_eq!(printable(&format!("a{bad}b")), "a\u{fffd}b", "{bad:?}");
        }
    }

    #[test]
    fn what_people_write_stays() {
        for good in ["a\n\tb", "서울", "שלום", "e\u{301}", "…`'\"", ""] {
            assert!(matches!(printable(good), Cow::Borrowed(text) if text == good), "{good}");
        }
        assert_eq!(printable_line("a\nb\tc\u{9b}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
    }
}
