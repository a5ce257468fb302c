//! Carries a plan out, and tells of it, also where it stops half way.

use iam_bootstrap::{AccessKey, Blueprint, Change, Plan, converge};
use serde_json::json;

use super::administrator::Administrator;
use super::refused::failed;
use crate::arguments::OutputFormat;
use crate::context::{Context, block_on};
use crate::{Failure, render};

/// Who carries it out.
#[derive(Clone, Copy)]
pub(super) enum Carrier<'a> {
    /// What others have done meanwhile is looked at again.
    Apply(&'a Blueprint),
    /// What is gone already need not be removed.
    Destroy,
}

impl Carrier<'_> {
    /// What to do where it stopped half way.
    fn advice(self) -> &'static str {
        match self {
            Self::Apply(_) => {
                "what was done stays done: run the same command again, which goes on from there, \
                 or take it back with `fed-cli bootstrap destroy`"
            }
            Self::Destroy => {
                "what is gone is gone: run the same command again, which removes the rest"
            }
        }
    }
}

/// Carries the plan out, telling of each change; the access keys that were made.
pub(super) fn carry_out(
    context: Context<'_>,
    administrator: &Administrator,
    plan: &Plan,
    output: OutputFormat,
    carrier: Carrier<'_>,
) -> Result<Vec<AccessKey>, Failure> {
    let (mut keys, mut carried_out) = (Vec::new(), Vec::new());
    let mut broken = None;
    let outcome = block_on(async {
        let config = administrator.iam(context).await?;
        let clock = context.host.clock;
        let done = |change: &Change, key: Option<&AccessKey>| {
            keys.extend(key.cloned());
            carried_out.push(change.clone());
            if output == OutputFormat::Text {
                let told = context.data(&format!("{} {change}\n", change.sign()));
                broken = broken.take().or(told.err());
            }
        };
        let outcome = match carrier {
            Carrier::Apply(blueprint) => converge(&config, blueprint, plan, clock, done).await,
            Carrier::Destroy => iam_bootstrap::apply(&config, &plan.changes, clock, done).await,
        };
        outcome.map_err(failed)
    });
    if let Err(failure) = outcome {
        return Err(stopped(context, plan, &carried_out, output, failure, carrier));
    }
    for note in &plan.notes {
        context.say(&format!("note: {note}"));
    }
    match broken {
        Some(failure) if keys.is_empty() => Err(failure),
        // A key that was made is kept, whoever reads.
        _ => Ok(keys),
    }
}

/// Says what was done before it stopped: to a program all at once, a person has read it already.
fn stopped(
    context: Context<'_>,
    plan: &Plan,
    carried_out: &[Change],
    output: OutputFormat,
    failure: Failure,
    carrier: Carrier<'_>,
) -> Failure {
    if output == OutputFormat::Json {
        let left: Vec<&Change> =
            plan.changes.iter().filter(|change| !carried_out.contains(change)).collect();
        let told = json!({"changes": carried_out, "not_done": left, "notes": plan.notes});
        if let Err(failure) = context.data(&render::json(&told)) {
            return failure;
        }
    }
    if carried_out.is_empty() { failure } else { failure.also_hint(carrier.advice()) }
}
