//! The list of mutants that no test notices, and what a run says of it.

use std::collections::BTreeSet;

use crate::failure::Failure;

/// The list, below the root: rows of a table, a mutant and its reason.
pub(super) const LIST: &str = "docs/mutants.md";

/// Mutants by file and change, without the place in the file, which moves.
#[derive(Debug)]
pub(super) struct Survivors(BTreeSet<String>);

impl Survivors {
    /// Reads the list.
    ///
    /// # Errors
    /// A row without a reason, or twice.
    pub(super) fn read(list: &str) -> Result<Self, Failure> {
        let mut survivors = BTreeSet::new();
        for line in list.lines() {
            let Some((mutant, reason)) =
                line.strip_prefix("| `").and_then(|row| row.split_once("` | "))
            else {
                continue;
            };
            if reason.trim_end_matches([' ', '|']).is_empty() {
                return Err(Failure::new(format!("{LIST}: `{mutant}` has no reason")));
            }
            if !survivors.insert(mutant.replace("\\|", "|")) {
                return Err(Failure::new(format!("{LIST}: `{mutant}` stands there twice")));
            }
        }
        Ok(Self(survivors))
    }

    /// Holds what cargo-mutants wrote against the list.
    ///
    /// # Errors
    /// Mutants that survived and are not in the list, or that are and were noticed.
    pub(super) fn judge(&self, missed: &str, caught: &str) -> Result<(), Failure> {
        let unknown: Vec<String> =
            missed.lines().map(without_place).filter(|it| !self.0.contains(it)).collect();
        // The same change may be made in several places: one of them was missed.
        let survived: BTreeSet<String> = missed.lines().map(without_place).collect();
        let noticed: BTreeSet<String> = caught
            .lines()
            .map(without_place)
            .filter(|it| self.0.contains(it) && !survived.contains(it))
            .collect();
        let mut told = Vec::new();
        if !unknown.is_empty() {
            told.push(format!("no test notices, and {LIST} does not say why:"));
            told.extend(unknown.iter().map(|mutant| format!("  {mutant}")));
        }
        if !noticed.is_empty() {
            told.push(format!("in {LIST}, and noticed by a test:"));
            told.extend(noticed.iter().map(|mutant| format!("  {mutant}")));
        }
        if told.is_empty() {
            return Ok(());
        }
        Err(Failure::new(told.join("\n"))
            .hint(format!("write a test that fails, or a row into {LIST} that says why none can")))
    }
}

/// `path:line:column: what` as `path: what`.
fn without_place(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(path), Some(_), Some(_), Some(what)) => format!("{path}:{what}"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "# Mutants\n\n| mutant | reason |\n| --- | --- |\n\
        | `a/b.rs: replace f -> bool with true` | equal |\n\
        | `a/b.rs: replace \\| with ^ in g` | no bit in common |\n";

    fn judged(missed: &str, caught: &str) -> Result<(), String> {
        let judged = Survivors::read(LISTED).unwrap().judge(missed, caught);
        judged.map_err(|failure| failure.to_string())
    }

    #[test]
    fn what_is_listed_may_survive_wherever_it_stands() {
        let missed = "a/b.rs:7:9: replace f -> bool with true\na/b.rs:1:2: replace | with ^ in g\n";
        assert_eq!(judged(missed, ""), Ok(()));
        assert_eq!(judged("", "a/c.rs:7:9: replace f -> bool with true\n"), Ok(()));
    }

    #[test]
    fn what_is_not_is_told() {
        assert_eq!(
            judged("a/b.rs:7:9: replace f -> bool with false\n", "").unwrap_err(),
            "no test notices, and docs/mutants.md does not say why:\n  a/b.rs: replace f -> bool \
             with false"
        );
    }

    #[test]
    fn what_is_listed_and_noticed_is_told_unless_another_survived() {
        let noticed = "a/b.rs:7:9: replace f -> bool with true\n";
        assert_eq!(
            judged("", noticed).unwrap_err(),
            "in docs/mutants.md, and noticed by a test:\n  a/b.rs: replace f -> bool with true"
        );
        assert_eq!(judged("a/b.rs:9:9: replace f -> bool with true\n", noticed), Ok(()));
    }

    #[test]
    fn a_row_has_a_reason_and_stands_there_once() {
        let error = |list: &str| Survivors::read(list).unwrap_err().to_string();
        assert_eq!(error("| `a: b` |  |\n"), "docs/mutants.md: `a: b` has no reason");
        assert_eq!(
            error("| `a: b` | x |\n| `a: b` | y |\n"),
            "docs/mutants.md: `a: b` stands there twice"
        );
    }
}
