//! What the sentences of the features mean, one file a concept.

use std::fmt;

/// As `anyhow::ensure`, in a step.
macro_rules! ensure {
    ($condition:expr, $($message:tt)*) => {
        if !$condition {
            return Err(anyhow::anyhow!($($message)*).into());
        }
    };
}

pub(crate) mod commands;
pub(crate) mod credential_process;
pub(crate) mod expectations;
pub(crate) mod files;
pub(crate) mod offerings;
pub(crate) mod pages;
pub(crate) mod profiles;
pub(crate) mod roles;
pub(crate) mod sign_in;
pub(crate) mod tokens;
pub(crate) mod users;

/// A step that did not hold, with every reason in one text.
pub(crate) struct Failure(String);

/// What a step comes to.
pub(crate) type Outcome = Result<(), Failure>;

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(format!("{:#}", error.into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The languages that may stand behind a doc string's opening quotes.
const LANGUAGES: [&str; 4] = ["ini", "json", "sh", "toml"];

/// The doc string below a step, without the language behind its opening quotes, which
/// the parser takes for its first line, its common indentation, and the line breaks
/// around it.
pub(crate) fn doc_string(step: &cucumber::gherkin::Step) -> anyhow::Result<String> {
    use anyhow::Context as _;
    let text = step.docstring.as_deref().context("expected a doc string below the step")?;
    let text = match text.split_once('\n') {
        Some((first, rest)) if LANGUAGES.contains(&first.trim()) => rest,
        _ => text,
    };
    let indented = |line: &&str| !line.trim().is_empty();
    let width = |line: &str| line.len() - line.trim_start().len();
    let indentation = text.lines().filter(indented).map(width).min().unwrap_or_default();
    let dedented: Vec<_> =
        text.lines().map(|line| line.get(indentation..).unwrap_or_default().trim_end()).collect();
    Ok(dedented.join("\n").trim_matches('\n').to_owned())
}

/// The table below a step, as the first row's names with each further row's cells.
pub(crate) fn table(step: &cucumber::gherkin::Step) -> anyhow::Result<Vec<Vec<(String, String)>>> {
    use anyhow::Context as _;
    let table = step.table.as_ref().context("expected a table below the step")?;
    let (names, rows) = table.rows.split_first().context("expected a row of names")?;
    anyhow::ensure!(!rows.is_empty(), "expected a row below the names");
    let pair = |row: &Vec<String>| names.iter().cloned().zip(row.iter().cloned()).collect();
    Ok(rows.iter().map(pair).collect())
}
