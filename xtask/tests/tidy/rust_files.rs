//! What every Rust file keeps to.

use crate::tree::{File, Tree};

/// Longer files hold two things.
const LONGEST: usize = 400;

/// Complains of a file that does not say what it is for.
pub(crate) fn header(tree: &Tree) -> Vec<String> {
    let missing = tree.rust().filter(|file| !file.text.starts_with("//! "));
    missing.map(|file| format!("{}:1: expected a `//!` line", file.path)).collect()
}

/// Complains of more than [`LONGEST`] lines, be they code or tests.
pub(crate) fn length(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            complaints.push(format!("{}: {lines} lines, expected at most {LONGEST}", file.path));
        }
    }
    complaints
}

/// Complains of tests switched off and of code left undone.
pub(crate) fn leftovers(tree: &Tree) -> Vec<String> {
    // Put together here, so that this file does not complain of itself.
    let banned = [
        concat!("#[", "ignore"),
        concat!("#[", "should_panic"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("d", "bg!("),
        concat!("#[", "allow("),
        concat!("#![", "allow("),
    ];
    let mut complaints = Vec::new();
    for file in tree.rust() {
        for (number, line) in file.lines() {
            for text in banned.iter().filter(|text| line.contains(**text)) {
                complaints.push(format!("{}:{number}: `{text}`", file.path));
            }
        }
    }
    complaints
}

/// Complains of tests that ask whether there is an error, and not which; of a success that
/// could be looked at.
pub(crate) fn bare(tree: &Tree) -> Vec<String> {
    let banned = [concat!(".is_", "err()"), concat!(".is_", "ok()")];
    let mut complaints = Vec::new();
    for (file, number, line) in test_lines(tree) {
        // Where a test goes on by it.
        let decides =
            ["if ", "let ", "while "].iter().any(|word| line.trim_start().starts_with(word));
        for text in banned.iter().filter(|text| !decides && line.contains(**text)) {
            complaints.push(format!("{}:{number}: `{text}` does not tell which", file.path));
        }
    }
    complaints
}

/// The lines of all tests, with their numbers.
fn test_lines(tree: &Tree) -> impl Iterator<Item = (&File, usize, &str)> {
    tree.rust().flat_map(|file| {
        let from = if file.is_test() { Some(1) } else { file.unit_tests_from() };
        let from = from.unwrap_or(usize::MAX);
        let lines = file.lines().filter(move |(number, _)| *number >= from);
        lines.map(move |(number, line)| (file, number, line))
    })
}

/// Complains of waiting for a time instead of for an event, in tests.
pub(crate) fn sleeps(tree: &Tree) -> Vec<String> {
    let banned =
        [concat!("thread::sl", "eep("), concat!("time::sl", "eep("), concat!(" sl", "eep(")];
    let mut complaints = Vec::new();
    for (file, number, line) in test_lines(tree) {
        let defines = line.contains("fn ");
        if !defines && banned.iter().any(|text| line.contains(text)) {
            let path = &file.path;
            complaints.push(format!("{path}:{number}: a test waits for an event, not a time"));
        }
    }
    complaints
}

/// Complains of a library that reads the environment or the system clock by
/// itself: both are parameters, so that tests can say what they are.
pub(crate) fn surroundings(tree: &Tree) -> Vec<String> {
    const LIBRARIES: [&str; 9] = [
        "aws-model",
        "credential-store",
        "ec2-probe",
        "fed-types",
        "iam-bootstrap",
        "iam-gate",
        "iam-policy",
        "oidc-client",
        "sts-exchange",
    ];
    let banned =
        [concat!("env::", "var"), concat!("SystemTime::", "now()"), concat!("now_", "utc()")];
    let mut complaints = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let mut parts = file.path.split('/').skip(1);
        let is_library = parts.next().is_some_and(|name| LIBRARIES.contains(&name))
            && parts.next() == Some("src")
            && parts.next() != Some("main.rs");
        let tests = file.unit_tests_from().unwrap_or(usize::MAX);
        for (number, line) in file.lines().filter(|(number, _)| is_library && *number < tests) {
            let is_comment = line.trim_start().starts_with("//");
            for text in banned.iter().filter(|text| !is_comment && line.contains(**text)) {
                complaints.push(format!("{}:{number}: a library is told `{text}`", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn a_file_says_what_it_is_for() {
        complains(header, &[("a.rs", "//! Good.\n")], &[]);
        for text in ["", "fn main() {}\n", "// Not it.\n", "//!\n", "\n//! Late.\n"] {
            complains(header, &[("a.rs", text)], &["a.rs:1: expected a `//!` line"]);
        }
    }

    #[test]
    fn length_counts_code_and_tests() {
        let long = "x\n".repeat(401);
        for path in ["src/a.rs", "src/a/tests.rs", "tests/it/a.rs"] {
            let told = format!("{path}: 401 lines, expected at most 400");
            complains(length, &[(path, &long)], &[&told]);
            complains(length, &[(path, &long[2..])], &[]);
        }
    }

    #[test]
    fn leftovers_are_found() {
        for text in [
            concat!("#[", "ignore]"),
            concat!("#[", "ignore = \"slow\"]"),
            concat!("#[", "should_panic(expected = \"x\")]"),
            concat!("    to", "do!()"),
            concat!("unimple", "mented!(\"x\")"),
            concat!("d", "bg!(x);"),
            concat!("#![", "allow(dead_code)]"),
        ] {
            let found = leftovers(&Tree::of(&[("a.rs", &format!("//! A.\n{text}\n"))]));
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].starts_with("a.rs:2: `"), "{found:?}");
        }
        complains(leftovers, &[("a.rs", "#[expect(dead_code, reason = \"\")]\n")], &[]);
    }

    #[test]
    fn sleeping_is_found_in_tests_alone() {
        let line = concat!("std::thread::sl", "eep(LONG);\n");
        let expected = |at: &str| format!("{at}: a test waits for an event, not a time");
        complains(
            sleeps,
            &[("crates/a/tests/it/b.rs", line)],
            &[&expected("crates/a/tests/it/b.rs:1")],
        );
        complains(sleeps, &[("src/b/tests.rs", line)], &[&expected("src/b/tests.rs:1")]);
        let unit = format!("//! B.\n#[cfg(test)]\nmod tests {{\n{line}");
        complains(sleeps, &[("src/b.rs", &unit)], &[&expected("src/b.rs:4")]);
        complains(sleeps, &[("src/b.rs", line)], &[]);
    }

    #[test]
    fn an_error_of_any_kind_is_found_in_tests_alone() {
        let line = concat!("    assert!(read(text).is_", "err(), \"{text}\");\n");
        let expected = concat!("tests/it/a.rs:1: `.is_", "err()` does not tell which");
        complains(bare, &[("tests/it/a.rs", line), ("src/a.rs", line)], &[expected]);
        let decides = concat!("    if read(text).is_", "ok() {\n");
        complains(bare, &[("tests/it/a.rs", decides)], &[]);
        complains(bare, &[("tests/it/a.rs", "    read(text).unwrap_err();\n")], &[]);
    }

    #[test]
    fn a_library_reading_its_surroundings_is_found() {
        let line = concat!("let now = SystemTime::", "now();\n");
        let path = "crates/oidc-client/src/a.rs";
        complains(
            surroundings,
            &[(path, line)],
            &[concat!("crates/oidc-client/src/a.rs:1: a library is told `SystemTime::", "now()`")],
        );
        let variable = concat!("std::env::", "var_os(\"HOME\")\n");
        assert_eq!(surroundings(&Tree::of(&[(path, variable)])).len(), 1);
        complains(surroundings, &[("crates/fed-cli/src/host.rs", line)], &[]);
        complains(surroundings, &[("crates/iam-gate/src/main.rs", variable)], &[]);
        complains(surroundings, &[(path, &format!("#[cfg(test)]\nmod tests {{\n{line}"))], &[]);
    }
}
