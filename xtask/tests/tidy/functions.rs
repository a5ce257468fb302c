//! Functions that a person can hold in mind.

use crate::tree::{File, Tree};

/// Longer functions say beside themselves why.
const LONGEST: usize = 60;

/// What the reason begins with, in a comment above the function.
const REASON: &str = concat!("// Lo", "ng: ");

/// Complains of a function of more than [`LONGEST`] lines without a reason, and of a reason
/// that no function needs.
pub(crate) fn length(tree: &Tree) -> Vec<String> {
    tree.rust().flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut reasons: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with(REASON))
        .map(|(at, _)| at)
        .collect();
    let mut complaints = Vec::new();
    for (at, name) in lines.iter().enumerate().filter_map(|(at, line)| Some((at, named(line)?))) {
        let length = length_of(&lines[at..]);
        if length <= LONGEST {
            continue;
        }
        match reason_above(&lines, at) {
            Some(reason) => reasons.retain(|known| *known != reason),
            None => complaints.push(format!(
                "{}:{}: `{name}` has {length} lines, expected at most {LONGEST} or `{REASON}…` \
                 above it",
                file.path,
                at + 1
            )),
        }
    }
    let unneeded = reasons.iter().map(|at| {
        format!("{}:{}: a reason above no function of more than {LONGEST}", file.path, at + 1)
    });
    complaints.extend(unneeded);
    complaints
}

/// The name of the function that begins on the line, if one does.
fn named(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let known = |word: &str| {
        matches!(word, "pub" | "const" | "async" | "extern" | "\"C\"") || word.starts_with("pub(")
    };
    let name = after.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
    (before.split_whitespace().all(known) && !name.is_empty()).then_some(name)
}

/// From the line of `fn` to that of its brace, as rustfmt sets both: under each other.
fn length_of(lines: &[&str]) -> usize {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let under = |line: &str, what: &str| line.len() > indent && line[indent..].starts_with(what);
    let is_last = |line: &&str| {
        let starts = line.get(..indent).is_some_and(|blank| blank.trim().is_empty());
        starts && (under(line, "}") || under(line, ")") && line.ends_with(';'))
    };
    if lines[0].ends_with([';', '}']) {
        return 1;
    }
    lines.iter().skip(1).position(is_last).map_or(1, |at| at + 2)
}

/// The line of the reason among the comments and attributes above the function.
fn reason_above(lines: &[&str], at: usize) -> Option<usize> {
    let above = lines[..at].iter().enumerate().rev();
    let mut belonging = above.take_while(|(_, line)| !line.is_empty() && !line.ends_with('}'));
    belonging.find(|(_, line)| line.trim_start().starts_with(REASON)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    fn function(head: &str, lines: usize) -> String {
        format!("{head} {{\n{}}}\n", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_function_has_a_reason() {
        complains(length, &[("a.rs", &function("fn a()", 60))], &[]);
        for head in ["fn a()", "pub(crate) async fn a<T>()", "pub const fn a(\n    b: u8,\n)"] {
            let added = head.lines().count() - 1;
            let text = format!("//! A.\n\n{}", function(head, 61));
            let expected = format!(
                "a.rs:3: `a` has {} lines, expected at most 60 or `{REASON}…` above it",
                61 + added
            );
            complains(length, &[("a.rs", &text)], &[&expected]);
            let reason = format!("/// A.\n{REASON}a table.\n#[test]\n");
            complains(length, &[("a.rs", &format!("{reason}{}", function(head, 61)))], &[]);
        }
    }

    #[test]
    fn a_reason_is_of_the_function_below_it() {
        let other =
            format!("{REASON}a table.\n{}{}", function("fn a()", 3), function("fn b()", 61));
        complains(
            length,
            &[("a.rs", &other)],
            &[
                &format!("a.rs:5: `b` has 61 lines, expected at most 60 or `{REASON}…` above it"),
                "a.rs:1: a reason above no function of more than 60",
            ],
        );
    }

    #[test]
    fn each_function_ends_at_its_own_brace() {
        let short =
            "trait A {\n    fn a(\n        b: u8,\n    );\n    fn b(&self);\n    fn c() {}\n";
        let method = function("    fn d()", 58).replace("\n}", "\n    }");
        complains(length, &[("a.rs", &format!("{short}{method}}}\n"))], &[]);
        let after = format!("{}{}", function("fn a()", 40), function("fn b()", 40));
        complains(length, &[("a.rs", &after)], &[]);
    }
}
