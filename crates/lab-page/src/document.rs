//! A policy document, with the statements that decided.

use iam_policy::mend::pretty;

/// A policy of somebody who took part.
#[derive(Clone, Debug)]
pub struct Document {
    /// As statements of it are named: the policy's name or ARN.
    pub name: String,
    /// Such as `identity-based policy`.
    pub kind: String,
    /// The JSON text.
    pub text: String,
}

pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) decides: bool,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) decides: bool,
}

/// The document laid out, with the statements of it that decided, each `policy#statement`.
pub(crate) fn shown(document: &Document, deciding: &[String]) -> Shown {
    let of_this =
        |name: &String| Some(name.strip_prefix(&document.name)?.strip_prefix('#')?.to_owned());
    let deciding: Vec<String> = deciding.iter().filter_map(of_this).collect();
    let text = pretty(&document.text).unwrap_or_else(|| document.text.clone());
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut marked = vec![false; lines.len()];
    for (index, range) in statements(&lines).into_iter().enumerate() {
        let sid = lines[range.clone()].iter().find_map(|line| sid(line));
        let number = format!("statement {}", index + 1);
        let is_it = |name: &String| Some(name.as_str()) == sid.as_deref() || *name == number;
        if deciding.iter().any(is_it) {
            marked[range].fill(true);
        }
    }
    let line = |(text, decides): (&str, bool)| Line { text: text.to_owned(), decides };
    Shown {
        name: document.name.clone(),
        kind: document.kind.clone(),
        decides: marked.contains(&true),
        lines: lines.into_iter().zip(marked).map(line).collect(),
    }
}

/// The lines of each statement, in a text that [`pretty`] wrote: two spaces a level.
fn statements(lines: &[&str]) -> Vec<std::ops::Range<usize>> {
    let Some(start) = lines.iter().position(|line| line.starts_with("  \"Statement\": ")) else {
        return Vec::new();
    };
    let ends = |indent: &'static str| {
        move |line: &&str| {
            line.strip_prefix(indent).is_some_and(|rest| rest.trim_end_matches(',') == "}")
        }
    };
    let until = |from: usize, indent| {
        lines[from..].iter().position(ends(indent)).map_or(lines.len(), |at| from + at + 1)
    };
    if lines[start].ends_with('{') {
        let only = start..until(start, "  ");
        return Vec::from([only]);
    }
    let begins = |(at, line): (usize, &&str)| (*line == "    {").then_some(at);
    let all = lines.iter().enumerate().skip(start).filter_map(begins);
    all.map(|from| from..until(from, "    ")).collect()
}

fn sid(line: &str) -> Option<String> {
    let value = line.trim_start().strip_prefix("\"Sid\": \"")?;
    Some(value.trim_end_matches(',').trim_end_matches('"').to_owned())
}
