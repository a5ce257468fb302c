//! Nothing that looks like a token, a private key or an access key id is
//! committed, unless it is plainly made up. Tests make their keys when they run.

use crate::tree::Tree;

/// Files that must hold such text, each with its reason beside it.
const FIXTURES: [&str; 0] = [];

/// Complains of what looks secret.
pub(crate) fn found(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.files.iter().filter(|file| !FIXTURES.contains(&file.path.as_str())) {
        for (number, line) in file.lines() {
            let mut tell = |what: &str| complaints.push(format!("{}:{number}: {what}", file.path));
            if has_private_key(line) {
                tell("looks like a private key");
            }
            if has_token(line) {
                tell("looks like a signed token");
            }
            if has_access_key_id(line) {
                tell("looks like an AWS access key id");
            }
        }
    }
    complaints
}

fn has_private_key(line: &str) -> bool {
    let begins = line.find(concat!("-----BEG", "IN "));
    begins.is_some_and(|at| line[at..].contains(concat!("PRIVATE K", "EY-----")))
}

/// Three parts of base64url, the first two JSON objects.
fn has_token(line: &str) -> bool {
    const OBJECT: &str = concat!("ey", "J");
    let words =
        line.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
    words.into_iter().any(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let is_object = |part: &str| part.starts_with(OBJECT) && part.len() > 20;
        parts.windows(2).any(|pair| is_object(pair[0]) && is_object(pair[1]))
    })
}

/// `AKIA` or `ASIA` and 16 capitals or digits, 20 in all. AWS's documented
/// examples hold the word EXAMPLE; a made-up one repeats a few letters.
fn has_access_key_id(line: &str) -> bool {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.into_iter().any(|word| {
        let prefixed =
            word.starts_with(concat!("AK", "IA")) || word.starts_with(concat!("AS", "IA"));
        let plain = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit();
        prefixed && word.len() == 20 && word.chars().all(plain) && !is_made_up(&word[4..])
    })
}

fn is_made_up(rest: &str) -> bool {
    let mut letters: Vec<char> = rest.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    rest.contains("EXAMPLE") || letters.len() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn secrets_are_found_where_they_stand() {
        let token = concat!(
            "ey",
            "JhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.ey",
            "JzdWIiOiIxMjM0NTY3ODkwIn0.c2ln"
        );
        let cases = [
            (concat!("-----BEG", "IN RSA PRIVATE K", "EY-----").to_owned(), "a private key"),
            (concat!("-----BEG", "IN PRIVATE K", "EY-----").to_owned(), "a private key"),
            (format!("id_token = \"{token}\""), "a signed token"),
            (format!("Bearer {token}"), "a signed token"),
            (concat!("key = AK", "IAQ7RD3XN5W2P9TBLM").to_owned(), "an AWS access key id"),
            (concat!("(AS", "IAQ7RD3XN5W2P9TBLM)").to_owned(), "an AWS access key id"),
        ];
        for (line, what) in cases {
            let text = format!("first line\n{line}\n");
            complains(
                found,
                &[("docs/a.md", &text)],
                &[&format!("docs/a.md:2: looks like {what}")],
            );
        }
    }

    #[test]
    fn what_is_plainly_made_up_may_stay() {
        for line in [
            concat!("AK", "IAIOSFODNN7EXAMPLE"),
            concat!("AK", "IAQQQQQQQQQQQQQQQQ"),
            concat!("AK", "IA… and AS", "IA…"),
            concat!("AK", "IAQ7RD3XN5W2P9TBLMX"),
            concat!("ey", "J… is how a token begins"),
            concat!("-----BEG", "IN PUBLIC K", "EY-----"),
        ] {
            complains(found, &[("docs/a.md", line)], &[]);
        }
    }
}
