//! Strings without regard to case.

/// Whether `expected` (UTF-8) and `text` are equal but for the case of their letters.
pub(super) fn equal_ignoring_case(expected: &[u8], text: &str) -> bool {
    if expected.is_ascii() && text.is_ascii() {
        return expected.eq_ignore_ascii_case(text.as_bytes());
    }
    let Ok(expected) = std::str::from_utf8(expected) else { return false };
    expected.chars().flat_map(char::to_lowercase).eq(text.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_that_of_all_letters() {
        for (expected, text, equal) in [
            ("Alice", "aLICE", true),
            ("ÉCOLE", "école", true),
            // The sign of the kelvin is a capital k.
            ("k", "\u{212a}", true),
            ("\u{212a}", "K", true),
            ("ß", "ss", false),
            ("alice", "alic", false),
            ("é", "e", false),
        ] {
            assert_eq!(equal_ignoring_case(expected.as_bytes(), text), equal, "{expected} {text}");
        }
    }
}
