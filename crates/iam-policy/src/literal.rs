//! Texts that mean themselves in a policy, whatever they hold.
//!
//! Source: IAM user guide, "IAM policy elements: Variables and tags", "Special characters".

/// The value that means this text alone to an operator that knows no wildcards: what looks like a
/// policy variable is one there, too.
pub fn literal_value(text: &str) -> String {
    text.replace("${", "${$}{")
}

/// The pattern that matches this text alone, where `*` and `?` are wildcards.
pub fn literal_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in literal_value(text).chars() {
        match character {
            '*' => pattern.push_str("${*}"),
            '?' => pattern.push_str("${?}"),
            other => pattern.push(other),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_itself() {
        for (text, value, pattern) in [
            ("a", "a", "a"),
            ("$", "$", "$"),
            ("{", "{", "{"),
            ("a*?", "a*?", "a${*}${?}"),
            ("x${a}${b}", "x${$}{a}${$}{b}", "x${$}{a}${$}{b}"),
            ("${*}", "${$}{*}", "${$}{${*}}"),
            ("$${", "$${$}{", "$${$}{"),
        ] {
            assert_eq!(
                (literal_value(text), literal_pattern(text)),
                (value.into(), pattern.into())
            );
        }
    }
}
