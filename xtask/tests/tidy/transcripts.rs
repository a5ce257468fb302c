//! What a document shows of a session is what a feature expects of it, letter by letter.

use crate::tree::Tree;

const DOCUMENT: &str = "docs/explained.md";

/// Complains of a command whose output no feature expects.
pub(crate) fn are_run(tree: &Tree) -> Vec<String> {
    let Some(document) = tree.files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![format!("{DOCUMENT}: is not there")];
    };
    let features = tree.files.iter().filter(|file| file.path.ends_with(".feature"));
    let expected: Vec<Vec<String>> = features.map(|file| doc_strings(&file.text)).collect();
    let shown = sessions(&document.text);
    if shown.is_empty() {
        return vec![format!("{DOCUMENT}: shows no session")];
    }
    shown
        .into_iter()
        .filter(|(_, command, output)| !expected.iter().any(|all| expects(all, command, output)))
        .map(|(line, command, _)| {
            format!("{DOCUMENT}:{line}: no feature expects this of `{command}`")
        })
        .collect()
}

/// Whether the output stands behind the command: one text, or what is printed and what is said.
fn expects(doc_strings: &[String], command: &str, output: &str) -> bool {
    let places = doc_strings.iter().enumerate().filter(|(_, text)| *text == command);
    places.into_iter().any(|(at, _)| {
        let next = |step: usize| doc_strings.get(at + step).map_or("", String::as_str);
        next(1) == output || format!("{}\n{}", next(1), next(2)) == output
    })
}

/// Each command of a console block, of one line, with its line and what stands below it.
fn sessions(text: &str) -> Vec<(usize, String, String)> {
    let mut found: Vec<(usize, String, String)> = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, line) => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((index + 1, command.to_owned(), String::new())),
                (None, Some((_, _, output))) => {
                    if !output.is_empty() {
                        output.push('\n');
                    }
                    output.push_str(line);
                }
                (None, None) => {}
            },
            (false, _) => {}
        }
    }
    found
}

/// The doc strings of a feature, without their language and indentation.
fn doc_strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in text.split("\"\"\"").enumerate() {
        if index % 2 == 0 {
            continue;
        }
        let lines: Vec<&str> = part.lines().skip(1).collect();
        let indentation = |line: &&str| line.len() - line.trim_start().len();
        let written = lines.iter().filter(|line| !line.trim().is_empty());
        let width = written.map(indentation).min().unwrap_or_default();
        let dedented: Vec<&str> =
            lines.iter().map(|line| line.get(width..).unwrap_or_default().trim_end()).collect();
        found.push(dedented.join("\n").trim_matches('\n').to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    const FEATURE: &str = "Feature: F\n  Scenario: S\n    When I run:\n      \"\"\"sh\n      say \
        it\n      \"\"\"\n    Then it prints:\n      \"\"\"\n      one\n        two\n      \"\"\"\n    \
        And it says:\n      \"\"\"\n      three\n      \"\"\"\n";

    fn check(shown: &str, expected: &[&str]) {
        let document = format!("# D\n\n```console\n{shown}\n```\n");
        complains(are_run, &[(DOCUMENT, &document), ("features/f.feature", FEATURE)], expected);
    }

    #[test]
    fn what_is_shown_is_what_a_feature_expects() {
        check("$ say it\none\n  two", &[]);
        check("$ say it\none\n  two\nthree", &[]);
        let complaint = "docs/explained.md:4: no feature expects this of `say it`";
        check("$ say it\none\n  three", &[complaint]);
        check("$ say it\none", &[complaint]);
        check("$ say it\nthree", &[complaint]);
        check("$ else\none\n  two", &["docs/explained.md:4: no feature expects this of `else`"]);
    }

    #[test]
    fn a_document_without_a_session_is_told() {
        complains(are_run, &[], &["docs/explained.md: is not there"]);
        complains(are_run, &[(DOCUMENT, "# D\n")], &["docs/explained.md: shows no session"]);
    }
}
