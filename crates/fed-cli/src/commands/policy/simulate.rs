//! `policy simulate`: cases and their outcomes, one JSON object a line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;
use iam_policy::cases::{Disputed, InvalidCase, Outcome as Verdict, run_line};

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// Evaluate cases, one JSON object a line.
///
/// Each line is {"name", "request": {"principal", "action", "resource",
/// "resource_account", "context"}, "identity_policies", "permissions_boundary",
/// "session_policies", "service_control_policies", "resource_control_policies",
/// "resource_policy", "expected"}; all but name and request may be left out. The exit status is 3 when an expected
/// decision is neither the one found nor disputed, else 5 when a line is no case: the others
/// are evaluated all the same. An allowed one that lacks resource_policy is no yes yet: AWS
/// asks the policy of the role or the key itself as well.
#[derive(Debug, Args)]
pub struct SimulateArguments {
    /// File with the cases, - for standard input
    #[arg(long, value_name = "FILE")]
    pub cases: PathBuf,

    /// File with the cases whose expectation is disputed, one JSON object a line
    ///
    /// {"name", "decision", "page", "because"}: the decision held to be right, and the
    /// page of the documentation that says so.
    #[arg(long, value_name = "FILE")]
    pub disputed: Option<PathBuf>,
}

/// Output is written when this much has gathered, in bytes.
const CHUNK: usize = 64 * 1024;

/// How many cases came out how.
#[derive(Default)]
struct Tally {
    total: usize,
    disputed: usize,
    differ: usize,
    unreadable: usize,
    /// Allowed, without the policy of the resource that AWS asks as well.
    alone: usize,
}

pub(super) fn run(context: Context<'_>, arguments: &SimulateArguments) -> Outcome {
    let cases = super::read(context, &arguments.cases)?;
    let disputed = match &arguments.disputed {
        Some(file) => read_disputed(context, file)?,
        None => HashMap::new(),
    };
    let mut tally = Tally::default();
    let mut output = String::new();
    for (index, line) in lines(&cases) {
        match run_line(line) {
            Ok(verdict) => {
                tally.add(&verdict, &disputed);
                output.push_str(&verdict.to_string());
            }
            Err(error) => {
                tally.unreadable += 1;
                output.push_str(&format!("line {} is no case: {}", index + 1, causes(&error)));
            }
        }
        output.push('\n');
        if output.len() > CHUNK {
            context.data(&output)?;
            output.clear();
        }
    }
    context.data(&output)?;
    let Tally { total, differ, unreadable, .. } = tally;
    let aside = match &arguments.disputed {
        Some(_) => format!(" {} disputed,", tally.disputed),
        None => String::new(),
    };
    let lost = match unreadable {
        0 => String::new(),
        lines => format!(", {lines} not to be read"),
    };
    if tally.alone > 0 {
        context.say(&format!(
            "note: {} allowed without the policy of the role or key itself, which AWS asks as \
             well: give it as `resource_policy`",
            tally.alone
        ));
    }
    context.say(&format!("{total} cases,{aside} {differ} not as expected{lost}"));
    Ok(match (differ, unreadable) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::InvalidConfiguration,
        _ => Exit::Denied,
    })
}

impl Tally {
    fn add(&mut self, verdict: &Verdict, disputed: &HashMap<String, Disputed>) {
        self.total += 1;
        self.alone += usize::from(verdict.lacks.is_some());
        if verdict.agrees() {
            return;
        }
        match disputed.get(&verdict.name) {
            Some(entry) if entry.decision == verdict.decision => self.disputed += 1,
            _ => self.differ += 1,
        }
    }
}

/// The lines that hold something, counted from 0.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
}

fn read_disputed(context: Context<'_>, file: &Path) -> Result<HashMap<String, Disputed>, Failure> {
    let text = super::read(context, file)?;
    lines(&text)
        .map(|(index, line)| match Disputed::parse(line) {
            Ok(entry) => Ok((entry.name.clone(), entry)),
            Err(error) => Err(no_case(file, index, &error)),
        })
        .collect()
}

/// The error and what caused it, in one line.
fn causes(error: &InvalidCase) -> String {
    let failure = Failure::from_error(Exit::InvalidConfiguration, error);
    failure.in_one_line().replace('\n', " ")
}

fn no_case(file: &Path, index: usize, error: &InvalidCase) -> Failure {
    let place = format!("`{}` line {}", file.display(), index + 1);
    Failure::new(Exit::InvalidConfiguration, format!("{place} is no case")).caused_by(error)
}
