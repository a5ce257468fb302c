//! The path of a file as it gets into a terminal: typed, quoted, or dragged there.

use std::path::PathBuf;

/// The path: without quotes, `file://`, and the escapes that terminals write for those who drag.
pub(super) fn path(text: &str) -> PathBuf {
    let text = text.trim();
    // PowerShell writes a call of what is dragged there.
    let text = text.strip_prefix("& ").unwrap_or(text).trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return PathBuf::from(inner);
        }
    }
    if text.starts_with("file://")
        && let Some(path) = url::Url::parse(text).ok().and_then(|url| url.to_file_path().ok())
    {
        return path;
    }
    PathBuf::from(if cfg!(windows) { text.to_owned() } else { unescaped(text) })
}

/// Without the backslashes before spaces and the like.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut escaped = false;
    for character in text.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(character);
            escaped = false;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn however_it_gets_there_it_is_the_same_path() {
        for text in [
            "/a b/client (1).json",
            " '/a b/client (1).json' ",
            "\"/a b/client (1).json\"",
            "/a\\ b/client\\ \\(1\\).json",
            "file:///a%20b/client%20(1).json",
            "& '/a b/client (1).json'",
        ] {
            assert_eq!(path(text), PathBuf::from("/a b/client (1).json"), "{text}");
        }
        assert_eq!(path("~/client.json"), PathBuf::from("~/client.json"));
        assert_eq!(path("a\\\\b"), PathBuf::from("a\\b"));
    }
}
