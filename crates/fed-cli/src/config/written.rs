//! How names and values are written in the configuration file.

/// The head of a profile's section.
pub(crate) fn section_head(profile: &str) -> String {
    format!("[profile.{}]", key(profile))
}

/// A TOML key: bare where it can be.
fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A TOML basic string. JSON's escapes are all TOML's too.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_quoted_where_they_must_be() {
        assert_eq!(section_head("google-2_x"), "[profile.google-2_x]");
        assert_eq!(section_head("my profile"), "[profile.\"my profile\"]");
        assert_eq!(section_head("a.b]\n[x"), r#"[profile."a.b]\n[x"]"#);
        assert_eq!(section_head(""), "[profile.\"\"]");
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
    }
}
