//! What was learned, and the proof, as a web page.

use fed_lab::PrincipalUsage;
use lab_page::{LearnedStatement, ProofFacts, ProofPage, Template as _, WithoutPart};
use learned_policy::{Document, InOrder, Learned};
use serde::Serialize;

use super::Lesson;
use super::prove::Proof;
use crate::command::suite::Run;

/// The page of this lesson.
pub(super) fn html(
    lesson: &Lesson<'_>,
    run: &Run,
    learned: &Learned,
    proof: Option<&Proof>,
) -> Result<String, lab_page::Error> {
    let facts = lab_page::Lesson {
        backend: lesson.suite.lab.backend().to_owned(),
        time: lesson.suite.lab.gate().clock().now().to_string(),
        ..facts(run, learned, proof)
    };
    ProofPage::new(&facts).render()
}

fn facts(run: &Run, learned: &Learned, proof: Option<&Proof>) -> lab_page::Lesson {
    let none = PrincipalUsage::default();
    let own = run.usage.principals.get(&run.role_arn).unwrap_or(&none);
    let statements = learned.documents.iter().flat_map(|document| &document.statements);
    let statements = statements.enumerate().map(|(index, statement)| LearnedStatement {
        document: pretty(&InOrder(&statement.to_json())),
        without: without(proof, index + 1),
    });
    let left_out = own.failed.iter().map(|(it, code)| {
        format!("left out, it failed ({code}): {} on {}", it.action, it.resource)
    });
    lab_page::Lesson {
        calls: own.calls,
        permissions: own.used.len(),
        characters: learned.documents.iter().map(Document::size).sum(),
        documents: learned.documents.iter().map(pretty).collect(),
        statements: statements.collect(),
        notes: learned.notes.iter().cloned().chain(left_out).collect(),
        proof: proof.map(|proof| ProofFacts {
            passes: proof.passes,
            denied: proof.denied.clone().into_iter().collect(),
            added: proof.added.clone(),
        }),
        ..lab_page::Lesson::default()
    }
}

/// What happened without this statement, or parts of it.
fn without(proof: Option<&Proof>, statement: usize) -> Vec<WithoutPart> {
    let runs = proof.iter().flat_map(|proof| &proof.without);
    runs.filter(|run| run.statement == statement)
        .map(|run| WithoutPart {
            left_out: run.left_out.clone(),
            needed: run.needed,
            why: run.why.clone(),
        })
        .collect()
}

fn pretty(policy: &impl Serialize) -> String {
    serde_json::to_string_pretty(policy).unwrap_or_default()
}
