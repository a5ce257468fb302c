//! Booleans, as `Bool` and `Null` compare them.

/// `true` or `false`, in any case; nothing else.
pub(super) fn parse(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
