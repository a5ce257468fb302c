//! The proof: the command passes under what was learned, and does not without any part of it.

use std::collections::BTreeMap;

use fed_lab::LabError;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use learned_policy::{Document, Learned, Permission};
use serde::Serialize;

use super::Lesson;
use crate::command::suite::{Output, Run};

/// Runs at the same time, where accounts do not share anything.
const JOBS: usize = 4;
/// How often what a run under the policy was denied is learned, too.
const LESSONS: usize = 5;

/// How the runs went.
#[derive(Serialize)]
pub(super) struct Proof {
    /// Whether the command passes under what was learned.
    pub(super) passes: bool,
    /// What it was denied under it, and why.
    pub(super) denied: BTreeMap<String, String>,
    /// What was learned only now, since the command goes by whether such calls are denied.
    pub(super) added: Vec<String>,
    /// The end of what the command said, where it did not pass.
    pub(super) said: String,
    /// One run each without a part.
    pub(super) without: Vec<Without>,
    /// Runs at the same time.
    pub(super) jobs: usize,
}

/// A run without a statement, or an action of it.
#[derive(Serialize)]
pub(super) struct Without {
    /// Counted from 1, over all policies.
    pub(super) statement: usize,
    /// What was left out.
    pub(super) left_out: String,
    /// Whether the command failed without it.
    pub(super) needed: bool,
    /// Why it stays all the same; else how the command failed.
    pub(super) why: String,
}

impl Proof {
    /// Whether the policy is enough; what is not needed is no fault.
    pub(super) fn holds(&self) -> bool {
        self.passes
    }
}

/// Proves it, and adds what turns out to be lacking.
pub(super) async fn prove(
    lesson: &Lesson<'_>,
    first: &Run,
    learned: &mut Learned,
) -> Result<Proof, LabError> {
    let usage = first.usage.principals.get(&first.role_arn).cloned().unwrap_or_default();
    let mut used = usage.used;
    let mut added = Vec::new();
    let mut run = under(lesson, &learned.documents).await?;
    for _ in 1..LESSONS {
        // Left out, since the call failed anyway; but denied it fails otherwise.
        let denied = denied(&run).map(|(permission, _)| permission);
        let more: Vec<Permission> =
            denied.filter(|one| usage.failed.contains_key(*one)).cloned().collect();
        if run.passed() || more.is_empty() {
            break;
        }
        added.extend(more.iter().map(|one| format!("{} on {}", one.action, one.resource)));
        used.extend(more);
        *learned = lesson.learned(&used)?;
        run = under(lesson, &learned.documents).await?;
    }
    let makes_buckets = used.iter().any(|permission| permission.action == "s3:CreateBucket");
    let jobs = lesson.options.jobs.map_or(if makes_buckets { 1 } else { JOBS }, usize::from);
    let mut proof = Proof {
        passes: run.passed(),
        denied: denied(&run)
            .map(|(it, why)| (format!("{} on {}", it.action, it.resource), why.clone()))
            .collect(),
        added,
        said: if run.passed() { String::new() } else { run.said.clone() },
        without: Vec::new(),
        jobs,
    };
    if proof.passes {
        proof.without = without_each(lesson, &learned.documents, jobs).await?;
    }
    Ok(proof)
}

fn denied(run: &Run) -> impl Iterator<Item = (&Permission, &String)> {
    run.usage.principals.get(&run.role_arn).into_iter().flat_map(|usage| &usage.denied)
}

/// Runs the command under these policies in a fresh account.
async fn under(lesson: &Lesson<'_>, documents: &[Document]) -> Result<Run, LabError> {
    let numbered = documents.iter().enumerate().map(|(index, document)| {
        (format!("learned-{}", index + 1), document.to_json().to_string())
    });
    let policies: Vec<(String, String)> = numbered.collect();
    lesson.suite.run(Some(&policies), Output::Kept).await
}

async fn without_each(
    lesson: &Lesson<'_>,
    documents: &[Document],
    jobs: usize,
) -> Result<Vec<Without>, LabError> {
    let parts = parts(documents, lesson.options.thorough);
    let count = parts.len();
    anstream::eprintln!("proof: {count} runs without a part each, {jobs} at the same time");
    let runs = parts.into_iter().map(|part| async move {
        let run = under(lesson, &part.rest).await?;
        Ok::<_, LabError>(Without {
            statement: part.statement,
            needed: !run.passed(),
            why: why(&run),
            left_out: part.left_out,
        })
    });
    stream::iter(runs).buffered(jobs).try_collect().await
}

/// What is left when something is left out.
struct Part {
    statement: usize,
    left_out: String,
    rest: Vec<Document>,
}

fn parts(documents: &[Document], thorough: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut number = 0;
    for (index, document) in documents.iter().enumerate() {
        for (place, statement) in document.statements.iter().enumerate() {
            number += 1;
            let mut rest = documents.to_vec();
            let Some(changed) = rest.get_mut(index) else { continue };
            if !thorough || statement.actions.len() == 1 {
                changed.statements.remove(place);
                rest.retain(|document| !document.statements.is_empty());
                let actions: Vec<&str> = statement.actions.iter().map(String::as_str).collect();
                parts.push(Part { statement: number, left_out: actions.join(", "), rest });
                continue;
            }
            for action in &statement.actions {
                let mut rest = documents.to_vec();
                let changed = rest.get_mut(index).and_then(|it| it.statements.get_mut(place));
                if let Some(changed) = changed {
                    changed.actions.remove(action);
                }
                parts.push(Part { statement: number, left_out: action.clone(), rest });
            }
        }
    }
    parts
}

/// How the command failed; or why it does not show that the part is needed.
fn why(run: &Run) -> String {
    let first = denied(run).next();
    let times = run.usage.principals.get(&run.role_arn).map_or(0, |usage| usage.denied_calls);
    let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    match (run.passed(), first) {
        (false, Some((permission, _))) => {
            format!("fails: denied {} on {}", permission.action, permission.resource)
        }
        (false, None) => "fails, though nothing was denied".to_owned(),
        (true, Some(_)) => format!(
            "passes: denied {times}, it went on; it stays, since the command asks for it \
             and may go another way when it is denied"
        ),
        (true, None) => "passes, and did not ask for it this time; it stays, since runs differ \
                         (retries, what is there already)"
            .to_owned(),
    }
}
