//! The part of a configuration file that one profile is in, found without reading all of it: tools
//! ask for credentials again and again, and a company's file has a thousand profiles.

use memchr::{memchr_iter, memmem};

/// The section of the profile `name`, its head included. `None` where the file has none of that
/// name, or is not written as files are by custom; reading all of it tells then what there is, and
/// what is wrong. Custom is: nothing but comments before the first section, each section
/// `[profile.NAME]`, none twice that is asked for, and no text over several lines, which could
/// hold anything.
pub(super) fn section<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    if has("\"\"\"") || has("\'\'\'") {
        return None;
    }
    let (mut begin, mut end, mut first) = (None, None, true);
    for at in memchr_iter(b'[', text.as_bytes()) {
        let mut before = text.as_bytes().get(..at)?.iter().rev();
        if before.find(|byte| !matches!(byte, b' ' | b'\t')).is_some_and(|byte| *byte != b'\n') {
            continue;
        }
        if std::mem::take(&mut first) && !is_empty(text.get(..at)?) {
            return None;
        }
        let is_wanted = profile(text.get(at..)?)? == name;
        match (begin, end) {
            (None, _) if is_wanted => begin = Some(at),
            (Some(_), _) if is_wanted => return None,
            (Some(_), None) => end = Some(at),
            _ => {}
        }
    }
    text.get(begin?..end.unwrap_or(text.len()))
}

/// Whether there are comments and empty lines alone.
fn is_empty(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// The profile whose section begins here. `None` for what is written otherwise.
fn profile(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("[profile.")?;
    let (name, rest) = match rest.as_bytes().first()? {
        b'"' => quoted(rest, '"')?,
        b'\'' => quoted(rest, '\'')?,
        _ => rest.split_at_checked(rest.bytes().position(|byte| !is_bare(byte))?)?,
    };
    let rest = rest.strip_prefix(']')?.trim_start_matches([' ', '\t', '\r']);
    let ends = rest.is_empty() || rest.starts_with(['\n', '#']);
    (ends && !name.is_empty()).then_some(name)
}

/// A name in quotes, and what follows.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix(quote)?.split_once(quote)?;
    let is_plain = !name.contains(|letter: char| letter == '\\' || letter.is_control());
    is_plain.then_some((name, rest))
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::document::parse;
    use super::*;

    #[test]
    fn a_section_reaches_to_the_next() {
        let text = "# of us\n\n  [profile.a] # one\nissuer = 'a'\nscopes = ['[x]']\n\
                    [profile.\"b c\"]\r\nissuer = 'b'\n[profile.'d']\n";
        for (name, begins, holds) in [
            ("a", "[profile.a]", "issuer = 'a'"),
            ("b c", "[profile.\"b c\"]", "issuer = 'b'"),
            ("d", "[profile.'d']", ""),
        ] {
            let found = section(text, name).unwrap();
            assert!(found.starts_with(begins) && found.contains(holds), "{found}");
            assert_eq!(found.matches("[profile.").count(), 1, "{found}");
        }
        assert_eq!(section(text, "c"), None);
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_those_who_read_all() {
        for text in [
            "[profile.a]\nissuer = 'a'\n[profile.a]\n",
            "[profile.a]\nissuer = \"\"\"\n[profile.b]\n\"\"\"\n",
            "[profile.a]\nissuer = '''\n[profile.b]\n'''\n",
            "profile.b.issuer = 'b'\n[profile.a]\n",
            "[profile.a]\nscopes = [\n['x'],\n]\n",
            "[profile.a]\n[other]\n",
            "[profile.a]\n[profile.a.b]\n",
            "[profile.a]\n[[profile.b]]\n",
            "[ profile.a ]\n",
            "[profile.\"a\\u0062\"]\n[profile.a]\n",
            "[profile.a] x = 1\n",
            "[profile]\na.issuer = 'a'\n",
            "",
        ] {
            assert_eq!(section(text, "a"), None, "{text}");
        }
    }

    #[test]
    fn a_section_says_what_the_whole_file_says_of_the_profile() {
        let text: String = (0..100)
            .map(|i| format!("[profile.p{i}]\nissuer = 'https://{i}.example'\nscopes = ['a{i}']\n"))
            .collect();
        let path = Path::new("c.toml");
        let whole = parse(&text, path).unwrap();
        for (name, profile) in whole {
            let one = parse(section(&text, &name).unwrap(), path).unwrap();
            assert_eq!(one.into_iter().collect::<Vec<_>>(), [(name, profile)]);
        }
    }
}
