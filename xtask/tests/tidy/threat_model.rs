//! The threat model names the test of each of its claims, the list of breaks that of each break,
//! the one of reported faults that of each fault, and what was answered wrongly once the test of
//! what is answered now.

use std::collections::BTreeMap;

use crate::tree::{File, Tree};

const PATHS: [&str; 4] = [
    "docs/threat-model.md",
    "docs/broken-on-purpose.md",
    "docs/sign-in-cases.md",
    "docs/explain-cases.md",
];

/// What stands in the place of tests where none can be, before the reason.
const NONE: &str = "none: ";

/// What a paragraph's tests stand behind.
const TESTS: &str = "Tests:";

/// Complains of a claim without a test, and of a test that is not there: claims are the
/// paragraphs that begin in bold and the rows of tables that have a column for tests.
pub(crate) fn names_tests(tree: &Tree) -> Vec<String> {
    let known = known(tree);
    let mut complaints = Vec::new();
    for path in PATHS {
        let Some(file) = tree.files.iter().find(|file| file.path == path) else {
            complaints.push(format!("{path}: is not there"));
            continue;
        };
        for (number, claim) in claims(&file.text) {
            if claim.starts_with(NONE) {
                continue;
            }
            let named: Vec<&str> = claim.split('`').skip(1).step_by(2).collect();
            if named.is_empty() {
                complaints.push(format!("{path}:{number}: the claim names no test"));
            }
            let missing = named.iter().filter(|name| !is_there(&known, name));
            complaints.extend(missing.map(|name| format!("{path}:{number}: `{name}` is no test")));
        }
    }
    complaints
}

/// Where each claim begins, and what it says of its tests.
fn claims(text: &str) -> Vec<(usize, &str)> {
    let mut claims = Vec::new();
    let (mut at, mut number, mut in_table) = (0, 1, false);
    for block in text.split_inclusive("\n\n") {
        if block.starts_with("**") {
            let tests = block.split_once(TESTS).map_or("", |(_, tests)| tests);
            claims.push((number, tests));
        }
        for (index, line) in block.lines().enumerate() {
            let row = line.trim_end();
            let cell = row.strip_suffix('|').unwrap_or(row).rsplit('|').next().unwrap_or_default();
            match (line.starts_with('|'), cell.trim()) {
                (true, "test") => in_table = true,
                (true, cell) if in_table && !cell.starts_with("--") => {
                    claims.push((number + index, cell));
                }
                (true, _) => {}
                (false, _) => in_table = false,
            }
        }
        at += block.len();
        number = 1 + text[..at].matches('\n').count();
    }
    claims
}

/// The paths of the files that have a test of that name.
fn known(tree: &Tree) -> BTreeMap<&str, Vec<&str>> {
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in tree.rust() {
        for name in tests(file) {
            known.entry(name).or_default().push(&file.path);
        }
    }
    known
}

/// The functions that have an attribute for tests.
fn tests(file: &File) -> Vec<&str> {
    let mut is_test = false;
    let mut found = Vec::new();
    for line in file.text.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("::test(");
        } else if let (true, Some((_, after))) = (is_test, line.split_once("fn ")) {
            found.push(after.split('(').next().unwrap_or_default());
            is_test = false;
        } else if !line.starts_with("//") {
            is_test = false;
        }
    }
    found
}

/// Whether there is a test of that name in a file, or below a folder, of each of those names
/// before it.
fn is_there(known: &BTreeMap<&str, Vec<&str>>, name: &str) -> bool {
    let (modules, test) = name.rsplit_once("::").unwrap_or(("", name));
    let is_in = |path: &str| {
        let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
        modules.split("::").filter(|module| !module.is_empty()).all(|m| parts.contains(&m))
    };
    known.get(test).is_some_and(|paths| paths.iter().any(|path| is_in(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    const SOURCE: &str = "//! A.\n#[test]\nfn it_holds() {}\n\n#[tokio::test(flavor = \"x\")]\n\
        // Why.\nasync fn it_waits() {}\n\nfn no_test() {}\n";

    fn check(text: &str, expected: &[&str]) {
        let breaks = (PATHS[1], "| break | test |\n| --- | --- |\n| a | none: equal |\n");
        let (cases, explained) = ((PATHS[2], breaks.1), (PATHS[3], ""));
        let tree = [(PATHS[0], text), breaks, cases, explained, ("crates/a/tests/it/b.rs", SOURCE)];
        complains(names_tests, &tree, expected);
    }

    #[test]
    fn a_claim_names_tests_that_are_there() {
        check("# T\n\n**A.** x\nTests: `it_holds`, `b::it_waits`,\n`a::b::it_holds`.\n", &[]);
        check("**A.** `x` holds.\n", &["docs/threat-model.md:1: the claim names no test"]);
        check(
            "x\n\n**A.** Tests: `it_holds`, `no_test`, `c::it_holds`.\n\nx",
            &[
                "docs/threat-model.md:3: `no_test` is no test",
                "docs/threat-model.md:3: `c::it_holds` is no test",
            ],
        );
    }

    #[test]
    fn a_row_names_tests_where_the_table_says_so() {
        let table = |cell: &str| format!("| what | test |\n| --- | --- |\n| `a` | {cell} |\n");
        check(&table("`it_holds`"), &[]);
        check(&table("in `b::it_holds`, `it_waits`"), &[]);
        check(&table(""), &["docs/threat-model.md:3: the claim names no test"]);
        check(&table("`launches`"), &["docs/threat-model.md:3: `launches` is no test"]);
        check("| what | where |\n| --- | --- |\n| a | b |\n", &[]);
    }

    #[test]
    fn without_a_threat_model_nothing_is_claimed() {
        let expected = PATHS.map(|path| format!("{path}: is not there"));
        complains(names_tests, &[], &[&expected[0], &expected[1], &expected[2], &expected[3]]);
    }
}
