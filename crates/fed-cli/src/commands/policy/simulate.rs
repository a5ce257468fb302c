//! `policy simulate`: cases and their outcomes, one JSON object a line.

use std::path::PathBuf;

use clap::Args;
use iam_policy::cases::run_line;

use super::super::{Context, Outcome};
use crate::{Exit, Failure};

/// Evaluate cases, one JSON object a line.
///
/// Each line is {"name", "request": {"principal", "action", "resource",
/// "resource_account", "context"}, "identity_policies", "permissions_boundary",
/// "session_policy", "service_control_policies", "resource_policy", "expected"}; all
/// but name and request may be left out. The exit status is 3 when an expected
/// decision is not the one found.
#[derive(Debug, Args)]
pub struct SimulateArguments {
    /// File with the cases, - for standard input
    #[arg(long, value_name = "FILE")]
    pub cases: PathBuf,
}

/// Output is written when this much has gathered, in bytes.
const CHUNK: usize = 64 * 1024;

pub(super) fn run(context: Context<'_>, arguments: &SimulateArguments) -> Outcome {
    let cases = super::read(context, &arguments.cases)?;
    let (mut total, mut differ) = (0_usize, 0_usize);
    let mut output = String::new();
    for (index, line) in cases.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let outcome = match run_line(line) {
            Ok(outcome) => outcome,
            Err(error) => {
                context.data(&output)?;
                let place = format!("`{}` line {}", arguments.cases.display(), index + 1);
                return Err(Failure::new(
                    Exit::InvalidConfiguration,
                    format!("{place} is no case"),
                )
                .caused_by(&error));
            }
        };
        total += 1;
        differ += usize::from(!outcome.agrees());
        output.push_str(&outcome.to_string());
        output.push('\n');
        if output.len() > CHUNK {
            context.data(&output)?;
            output.clear();
        }
    }
    context.data(&output)?;
    context.say(&format!("{total} cases, {differ} not as expected"));
    Ok(if differ == 0 { Exit::Done } else { Exit::Denied })
}
