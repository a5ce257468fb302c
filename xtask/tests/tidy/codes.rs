//! `docs/codes.md` has every exit status of fed-cli and every error code that the gate, the fake
//! issuer, the control endpoints and the credential server answer by themselves, and no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{File, Tree};

const PAGE: &str = "docs/codes.md";

/// Where the exit statuses stand, each described as the page has it.
const STATUSES: (&str, &str) = ("## Exit statuses of fed-cli", "crates/fed-cli/src/exit.rs");

/// What the control endpoints answer.
const CONTROL: (&str, &str) = ("## Errors of the control endpoints", "docs/control-api.yaml");

/// A part of the page, and the files that have its codes.
struct Part {
    heading: &'static str,
    files: &'static [&'static str],
    /// Files among these that read the codes of others.
    but: &'static [&'static str],
}

const PARTS: [Part; 3] = [
    Part {
        heading: "## Errors of the gate",
        files: &[
            "crates/iam-gate/src/",
            "crates/iam-policy/src/assume_role/",
            "crates/iam-policy/src/sts/",
            "crates/iam-policy/src/web_identity/",
        ],
        but: &["crates/iam-gate/src/resource/read.rs"],
    },
    Part {
        heading: "## Errors of the issuer",
        files: &["crates/fake-issuer/src/server/"],
        but: &[],
    },
    Part {
        heading: "## Errors of the credential server",
        files: &["crates/fed-cli/src/commands/exec/server.rs"],
        but: &[],
    },
];

/// Complains of what is answered and not on the page, and the other way round.
pub(crate) fn on_the_page(tree: &Tree) -> Vec<String> {
    let Some(page) = tree.files.iter().find(|file| file.path == PAGE) else {
        return vec![format!("{PAGE}: is not there")];
    };
    let mut complaints = exit_statuses(tree, page);
    complaints.extend(control_statuses(tree, page));
    complaints.extend(PARTS.iter().flat_map(|part| codes(tree, page, part)));
    complaints
}

/// The page from a heading to the next of its rank.
fn section<'f>(page: &'f File, heading: &str) -> &'f str {
    let from = page.text.split_once(heading).map_or("", |(_, after)| after);
    from.split("\n## ").next().unwrap_or_default()
}

/// The lines of a table that have a number in the first cell: number and second cell.
fn rows(section: &str) -> Vec<(&str, &str)> {
    let rows = section.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        Some((cells.next()?, cells.next()?))
    });
    rows.filter(|(first, _)| first.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

/// `/// 3: AWS or a policy says no.` above a variant is the row `| 3 | AWS or a policy says no |`.
fn exit_statuses(tree: &Tree, page: &File) -> Vec<String> {
    let (heading, path) = STATUSES;
    let described: Vec<(&str, &str)> = text(tree, path)
        .lines()
        .filter_map(|line| line.trim().strip_prefix("/// ")?.strip_suffix('.')?.split_once(": "))
        .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let rows = rows(section(page, heading));
    let absent = described.iter().filter(|row| !rows.contains(row));
    let absent = absent.map(|(number, says)| format!("{PAGE}: no row `| {number} | {says} |`"));
    let stray = rows.iter().filter(|row| !described.contains(row));
    let stray = stray.map(|(number, says)| format!("{path}: no `/// {number}: {says}.`"));
    absent.chain(stray).collect()
}

fn control_statuses(tree: &Tree, page: &File) -> Vec<String> {
    let (heading, path) = CONTROL;
    let mut answered: Vec<&str> = text(tree, path)
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\":").map(|(it, _)| it))
        .filter(|number| is_status(number))
        .collect();
    answered.sort_unstable();
    answered.dedup();
    let rows: Vec<&str> = rows(section(page, heading)).into_iter().map(|(it, _)| it).collect();
    let absent = answered.iter().filter(|it| !rows.contains(it));
    let absent = absent.map(|it| format!("{PAGE}: no row for {it} of {path}"));
    let stray = rows.iter().filter(|it| !answered.contains(it));
    absent.chain(stray.map(|it| format!("{path}: nothing answers {it}"))).collect()
}

/// Codes are told as ``403 `AccessDenied` ``.
fn codes(tree: &Tree, page: &File, part: &Part) -> Vec<String> {
    let answered = answered(tree, part);
    let section = section(page, part.heading);
    let told = section.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let mut complaints = Vec::new();
    for (code, (place, statuses)) in &answered {
        if !told.contains(code) {
            complaints.push(format!("{PAGE}: no `{code}`, which {place} answers"));
            continue;
        }
        let absent = statuses.iter().filter(|it| !section.contains(&format!("{it} `{code}`")));
        complaints.extend(absent.map(|it| format!("{PAGE}: no {it} `{code}`, as {place} has it")));
    }
    let mut before = "";
    for (index, piece) in section.split('`').enumerate() {
        let status = before.trim_end().rsplit([' ', '\n']).next().unwrap_or_default();
        if index % 2 == 1 && is_status(status) && !answered.contains_key(piece) {
            complaints.push(format!("{PAGE}: `{piece}` is answered nowhere"));
        }
        before = piece;
    }
    complaints
}

/// Each code with the first place that has it, and the statuses that stand before it.
type Answered<'t> = BTreeMap<&'t str, (String, BTreeSet<&'t str>)>;

fn answered<'t>(tree: &'t Tree, part: &Part) -> Answered<'t> {
    let mut found = Answered::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let path = file.path.as_str();
        if part.but.contains(&path) || !part.files.iter().any(|it| path.starts_with(it)) {
            continue;
        }
        let tests = file.unit_tests_from().unwrap_or(usize::MAX);
        let words = file.text.match_indices('"').filter_map(|(at, _)| {
            let rest = &file.text[at + 1..];
            let end = rest.find(|c: char| !is_of_word(c))?;
            let word = &rest[..end];
            (rest[end..].starts_with('"') && !word.is_empty()).then_some((at, word))
        });
        for (at, word) in words {
            let (before, number) = (&file.text[..at], 1 + file.text[..at].matches('\n').count());
            let status = status_before(before);
            if number < tests && (status.is_some() || is_spelled_as_one(word)) {
                let place = || (format!("{path}:{number}"), BTreeSet::new());
                found.entry(word).or_insert_with(place).1.extend(status);
            }
        }
    }
    found
}

/// The number in `400, ` and `(400, `, or that of `StatusCode::FORBIDDEN, `.
fn status_before(text: &str) -> Option<&str> {
    const NAMED: [(&str, &str); 4] = [
        ("FORBIDDEN", "403"),
        ("METHOD_NOT_ALLOWED", "405"),
        ("INTERNAL_SERVER_ERROR", "500"),
        ("SERVICE_UNAVAILABLE", "503"),
    ];
    let text = text.trim_end().strip_suffix(',')?;
    let word = text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let named = NAMED.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    named.or(Some(word).filter(|word| is_status(word)))
}

fn is_status(word: &str) -> bool {
    word.len() == 3
        && word.starts_with(['4', '5'])
        && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_')
}

/// Whether a literal is spelled as AWS's codes are, wherever it stands.
fn is_spelled_as_one(word: &str) -> bool {
    const BEGIN: [&str; 3] = ["Invalid", "Malformed", "Unknown"];
    const END: [&str; 3] = ["Error", "Exception", "NotFound"];
    let begins = |it: &&str| word.strip_prefix(*it).is_some_and(|rest| !rest.is_empty());
    let ends = |it: &&str| word.strip_suffix(*it).is_some_and(|rest| !rest.is_empty());
    BEGIN.iter().any(begins) || END.iter().any(ends)
}

fn text<'t>(tree: &'t Tree, path: &str) -> &'t str {
    tree.files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    const EXIT: &str = "    /// 0: done.\n    Done,\n    /// 3: AWS says no.\n    Denied,\n";
    const GATE: &str = "answered(\n    400,\n    \"Wrong\",\n);\n(403, \"Denied\", x);\n\
                        _ => \"NotThereException\";\nlet quote = '\"';\n\
                        #[cfg(test)]\nmod tests {\n    (400, \"OfATest\");\n}\n";
    const SERVER: &str = "refused(StatusCode::FORBIDDEN, \"ForeignHost\", why)";
    const YAML: &str = "  responses:\n    \"200\": {}\n    \"404\": {}\n";
    const WHOLE: &str = "## Exit statuses of fed-cli\n\n| status | says |\n| --- | --- |\n\
                         | 0 | done | all |\n| 3 | AWS says no | all |\n\n\
                         ## Errors of the gate\n\n| 400 `Wrong`, 403 `Denied` | `PutObject` |\n\
                         or 400 `NotThereException`\n\n## Errors of the control endpoints\n\n\
                         | 404 | gone |\n\n## Errors of the issuer\n\n400 `invalid_grant`\n\n\
                         ## Errors of the credential server\n\n403 `ForeignHost`\n";

    fn check(page: &str, expected: &[&str]) {
        let tree = [
            ("crates/fed-cli/src/exit.rs", EXIT),
            ("crates/iam-gate/src/a.rs", GATE),
            ("crates/iam-gate/src/resource/read.rs", "(404, \"OfTheEmulator\")"),
            ("crates/iam-gate/src/tests.rs", "(404, \"OfOtherTests\")"),
            ("crates/fake-issuer/src/server/a.rs", "new(400, \"invalid_grant\", x)"),
            ("crates/fed-cli/src/commands/exec/server.rs", SERVER),
            ("docs/control-api.yaml", YAML),
            (PAGE, page),
        ];
        complains(on_the_page, &tree, expected);
    }

    #[test]
    fn what_is_answered_stands_on_the_page() {
        check(WHOLE, &[]);
        complains(on_the_page, &[], &["docs/codes.md: is not there"]);
        let without = |what: &str| WHOLE.replace(what, "");
        check(
            &without("| 3 | AWS says no | all |\n"),
            &["docs/codes.md: no row `| 3 | AWS says no |`"],
        );
        check(
            &without("403 `Denied`"),
            &["docs/codes.md: no `Denied`, which crates/iam-gate/src/a.rs:5 answers"],
        );
        check(
            &without("400 `NotThereException`"),
            &["docs/codes.md: no `NotThereException`, which crates/iam-gate/src/a.rs:6 answers"],
        );
        check(
            &WHOLE.replace("400 `Wrong`", "404 `Wrong`"),
            &["docs/codes.md: no 400 `Wrong`, as crates/iam-gate/src/a.rs:3 has it"],
        );
        check(
            &without("| 404 | gone |\n"),
            &["docs/codes.md: no row for 404 of docs/control-api.yaml"],
        );
        check(
            &WHOLE.replace("403 `ForeignHost`", "405 `ForeignHost`"),
            &["docs/codes.md: no 403 `ForeignHost`, as \
               crates/fed-cli/src/commands/exec/server.rs:1 has it"],
        );
    }

    #[test]
    fn what_is_answered_nowhere_does_not() {
        check(
            &WHOLE.replace("| 0 | done | all |", "| 0 | done | all |\n| 9 | gone | all |"),
            &["crates/fed-cli/src/exit.rs: no `/// 9: gone.`"],
        );
        check(
            &WHOLE.replace("| 404 | gone |", "| 404 | gone |\n| 409 | held |"),
            &["docs/control-api.yaml: nothing answers 409"],
        );
        check(
            &WHOLE.replace("400 `invalid_grant`", "400 `invalid_grant`, 401 `bad`"),
            &["docs/codes.md: `bad` is answered nowhere"],
        );
    }
}
