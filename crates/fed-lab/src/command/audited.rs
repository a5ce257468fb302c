//! What a lab says that denies nothing: at the beginning, and what it let through at the end.

use fed_lab::Lab;
use iam_gate::{DecisionRecord, Enforcement};

/// Denials named at the end; all are counted.
const NAMED: usize = 20;

pub(super) fn tell_begin(lab: &Lab) {
    if lab.gate().enforcement() == Enforcement::Audit {
        anstream::eprintln!(
            "warning: NOTHING IS DENIED HERE: what policies do not allow is written down and let \
             through (--enforce audit)"
        );
    }
}

pub(super) fn tell_end(lab: &Lab) {
    if lab.gate().enforcement() != Enforcement::Audit {
        return;
    }
    let decisions = lab.gate().decisions();
    let denied = decisions.iter().filter(|decision| !decision.enforced);
    let mut named: Vec<String> = denied.map(|decision| sentence(decision)).collect();
    named.sort();
    named.dedup();
    for sentence in named.iter().take(NAMED) {
        anstream::eprintln!("AWS would deny: {}", fed_types::printable_line(sentence));
    }
    if named.len() > NAMED {
        anstream::eprintln!("AWS would deny: … and {} more", named.len() - NAMED);
    }
    let times = lab.gate().let_through();
    anstream::eprintln!(
        "warning: nothing was denied (--enforce audit); {times} requests would have been, \
         or cannot be decided here"
    );
}

fn sentence(decision: &DecisionRecord) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{} {} on {}",
        text(&decision.principal),
        text(&decision.action),
        text(&decision.resource)
    )
}
