//! Words of commands that people are shown to paste into a shell.

use std::borrow::Cow;

/// The text as one word of a command line, whatever it holds: as it is where every shell reads
/// it so, else in single quotes, as POSIX shells, fish and PowerShell read them.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@%+=:,./-_[]".contains(letter);
    // Brackets are a pattern to a shell where something is in them that is no address.
    let is_pattern = text.contains('[') && !text.contains("://[");
    if !text.is_empty() && text.chars().all(is_plain) && !is_pattern {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

/// A command line of these words: what people are shown of foreign text stays one word of it.
pub fn shell_line<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    let words: Vec<String> =
        words.into_iter().map(|word| shell_word(word.as_ref()).into_owned()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_a_line_is_one() {
        assert_eq!(shell_line(["chmod", "600", "my keys/$(id)"]), "chmod 600 'my keys/$(id)'");
        assert_eq!(shell_line([""; 0]), "");
    }

    #[test]
    fn what_a_shell_would_obey_is_quoted() {
        for plain in [
            "ada@example.com",
            "https://[::1]:3000/a%20b",
            "google",
            "arn:aws:iam::111122223333:role/r",
            "NAME@example.com",
        ] {
            assert_eq!(shell_word(plain), plain);
        }
        for (text, word) in [
            ("", "''"),
            ("my profile", "'my profile'"),
            ("a;b", "'a;b'"),
            ("$(id)@example.com", "'$(id)@example.com'"),
            ("`id`", "'`id`'"),
            ("o'neil@example.com", r"'o'\''neil@example.com'"),
            ("a|b&c>d<e", "'a|b&c>d<e'"),
            ("*?", "'*?'"),
            ("[ab]", "'[ab]'"),
            ("~root", "'~root'"),
            ("ä@example.com", "'ä@example.com'"),
            ("a!b", "'a!b'"),
            ("a#b", "'a#b'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
