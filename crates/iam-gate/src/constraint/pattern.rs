//! The regular expressions of AWS's models, which are Java's and are held against a whole value.
//!
//! Where the two languages differ, the pattern is written so that it admits at least what AWS's
//! admits; one that cannot be written so is not checked. Each is compiled when it is first
//! needed, and kept.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{LazyLock, PoisonError, RwLock};

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled pattern may take: one that repeats thousands of times is not checked.
const LARGEST: usize = 256 * 1024;

/// By the model's text; there are only so many.
static COMPILED: LazyLock<RwLock<HashMap<&'static str, Option<Regex>>>> =
    LazyLock::new(RwLock::default);

/// Whether a value satisfies a pattern; `None` where the pattern cannot be checked.
pub(super) fn admits(pattern: &'static str, value: &str) -> Option<bool> {
    let found = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern).cloned();
    let compiled = found.unwrap_or_else(|| {
        let compiled = compile(pattern);
        let mut kept = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(pattern, compiled.clone());
        compiled
    });
    compiled.map(|compiled| compiled.is_match(value))
}

/// Compiles a pattern so that it is held against a whole value.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    let whole = format!(r"\A(?:{})\z", translate(pattern)?);
    let mut builder = RegexBuilder::new(&whole);
    builder.dot_matches_new_line(true).size_limit(LARGEST).build().ok()
}

/// The same pattern in the syntax of `regex`; `None` for what that does not have.
fn translate(pattern: &str) -> Option<String> {
    let mut written = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    let (mut classes, mut repeats) = (0_usize, false);
    while let Some(letter) = letters.next() {
        let in_class = classes > 0;
        match (letter, letters.peek().copied()) {
            ('\\', _) => written.push_str(&escaped(&mut letters)?),
            // Looking around, and groups that give nothing back.
            ('(', Some('?')) if !in_class && !is_plain_group(&letters) => return None,
            // Repetitions that give nothing back.
            ('+', _) if repeats => return None,
            // What `regex` has and Java has not.
            ('-', Some('-')) | ('~', Some('~')) if in_class => return None,
            _ => written.push(letter),
        }
        match letter {
            '[' => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            _ => {}
        }
        repeats = !in_class && matches!(letter, '*' | '+' | '?' | '}');
    }
    Some(written)
}

/// `(?:`, behind the parenthesis.
fn is_plain_group(letters: &Peekable<Chars<'_>>) -> bool {
    let mut ahead = letters.clone();
    ahead.next() == Some('?') && ahead.next() == Some(':')
}

/// What stands behind a backslash. Java's classes are ASCII's.
fn escaped(letters: &mut Peekable<Chars<'_>>) -> Option<String> {
    Some(match letters.next()? {
        'w' => "[0-9A-Za-z_]".to_owned(),
        'W' => "[^0-9A-Za-z_]".to_owned(),
        'd' => "[0-9]".to_owned(),
        'D' => "[^0-9]".to_owned(),
        's' => r"[\t\n\x0B\x0C\r ]".to_owned(),
        'S' => r"[^\t\n\x0B\x0C\r ]".to_owned(),
        letter @ ('p' | 'P') => {
            let braced: String = letters.by_ref().take_while(|it| *it != '}').collect();
            property(letter, braced.strip_prefix('{')?)?
        }
        // The digits of `u` and `x` follow.
        letter @ ('b' | 'f' | 'n' | 'r' | 't' | 'u' | 'x') => format!("\\{letter}"),
        letter if letter.is_ascii_alphanumeric() => return None,
        letter => regex::escape(&letter.to_string()),
    })
}

/// `\p{…}`: Java's classes of ASCII, and Unicode's general categories.
fn property(letter: char, name: &str) -> Option<String> {
    let class = match name {
        "ASCII" => r"\x00-\x7F",
        "Alnum" => "0-9A-Za-z",
        "Alpha" => "A-Za-z",
        "Cntrl" => r"\x00-\x1F\x7F",
        "Digit" => "0-9",
        "Graph" => r"\x21-\x7E",
        "Lower" => "a-z",
        "Print" => r"\x20-\x7E",
        "Space" => r"\t\n\x0B\x0C\r ",
        "Upper" => "A-Z",
        _ if name.len() <= 2 => return Some(format!("\\{letter}{{{name}}}")),
        _ => return None,
    };
    let negated = if letter == 'P' { "^" } else { "" };
    Some(format!("[{negated}{class}]"))
}
