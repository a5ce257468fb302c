//! `policy test`: expectations about a policy, run like unit tests.

use std::path::{Path, PathBuf};

use clap::Args;
use iam_policy::expectations::{Expectations, InvalidExpectations, Report};
use serde_json::{Value, json};

use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::{Exit, Failure, render};

/// Run a file of expectations, like unit tests of a policy.
///
/// The file (YAML or JSON) names the policies (trust_policy_file, role_arn,
/// identity_policy_files) and lists tests: a name, a token (its claims) or a principal, and
/// expect: allowed, denied, explicitly-denied or implicitly-denied. Policy files are
/// looked for beside it. A token counts as genuine, in time and from a provider that is
/// registered for its audience: what is tested is whom the policies let in, and explain
/// asks the rest. The exit status is 3 when a test fails.
#[derive(Debug, Args)]
pub struct TestArguments {
    /// File of expectations, - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Write a JUnit report as well
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

pub(super) fn run(context: Context<'_>, arguments: &TestArguments) -> Outcome {
    let path = &arguments.file;
    let text = super::read(context, path)?;
    let beside = path.parent().unwrap_or(Path::new(""));
    let mut read =
        |name: &str| context.host.files.read(&beside.join(name)).map_err(|error| error.to_string());
    let report = Expectations::parse(&text)
        .and_then(|expectations| expectations.run(&mut read))
        .map_err(|error: InvalidExpectations| {
            let message = format!("`{}` cannot be run", path.display());
            Failure::new(Exit::InvalidConfiguration, message).caused_by(&error)
        })?;
    if let Some(junit) = &arguments.junit {
        let text = report.junit(&path.display().to_string());
        std::fs::write(junit, text).map_err(|error| {
            Failure::new(Exit::Unexpected, format!("could not write `{}`", junit.display()))
                .caused_by(&error)
        })?;
    }
    context.data(&match arguments.output.output {
        OutputFormat::Text => report.text(),
        OutputFormat::Json => render::json(&as_json(&report)),
    })?;
    Ok(if report.failed() == 0 { Exit::Done } else { Exit::Denied })
}

fn as_json(report: &Report) -> Value {
    let tests: Vec<Value> = report
        .outcomes
        .iter()
        .map(|outcome| {
            json!({
                "name": outcome.name,
                "expected": outcome.expected.name(),
                "passed": outcome.passed(),
                "failure": outcome.failure(),
            })
        })
        .collect();
    json!({"passed": report.passed(), "failed": report.failed(), "tests": tests})
}
