//! What AWS answers, row by row: each row of `tests/truth/` is a request and its answer, and
//! cites the lines of `docs/aws-truth.md` that say so. Every line there that is marked for
//! it (`[name]` at its end) is cited by some row.

mod answer;
mod row;
mod sending;
mod stage;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use row::Row;
use stage::Stage;

/// The rows of one file.
fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The families of rows: a file's name, and what is in it.
fn families() -> BTreeMap<String, Vec<Row>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/truth");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), rows(&path)))
        .collect()
}

/// The marks of the reference: `[sts-role-arn]` at the end of a line.
fn marks() -> BTreeSet<String> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/aws-truth.md");
    let text = fs::read_to_string(reference).unwrap();
    let mark = |line: &str| {
        let line = line.trim_end().trim_end_matches('|').trim_end();
        let (_, mark) = line.strip_suffix(']')?.rsplit_once('[')?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (!mark.is_empty() && mark.chars().all(plain)).then(|| mark.to_owned())
    };
    let found: Vec<String> = text.lines().filter_map(mark).collect();
    let marks: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(marks.len(), found.len(), "a mark stands twice in docs/aws-truth.md");
    marks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_holds() {
    let stage = Stage::start().await;
    let (mut held, mut names, mut wrong) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    for (family, rows) in families() {
        for row in rows {
            assert!(names.insert(row.name.clone()), "two rows are called `{}`", row.name);
            let asked = stage.ask(&row).await;
            match row.answer.differs(&asked) {
                None => *held.entry(family.clone()).or_insert(0) += 1,
                Some(difference) => wrong.push(format!("{family}: {}\n{difference}", row.name)),
            }
        }
    }
    let total: usize = held.values().sum();
    assert!(wrong.is_empty(), "{} rows do not hold:\n{}", wrong.len(), wrong.join("\n"));
    println!("truth: {total} rows held {held:?}");
}

#[test]
fn every_marked_line_is_cited() {
    let marks = marks();
    let cited: BTreeSet<String> =
        families().into_values().flatten().flat_map(|row| row.cites).collect();
    let unknown: Vec<_> = cited.difference(&marks).collect();
    assert!(unknown.is_empty(), "cited, but not in docs/aws-truth.md: {unknown:?}");
    let forgotten: Vec<_> = marks.difference(&cited).collect();
    assert!(forgotten.is_empty(), "in docs/aws-truth.md, but in no row: {forgotten:?}");
    println!("truth: {} lines of docs/aws-truth.md cited", marks.len());
}
