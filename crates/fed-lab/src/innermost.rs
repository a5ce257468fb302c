//! What an error comes down to.

/// What lies at the bottom of an error: a client wraps the operating system's word
/// in several of its own.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    text.lines().next().unwrap_or_default().trim().trim_end_matches('.').to_owned()
}
