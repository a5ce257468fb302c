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
/// The file (YAML or JSON) holds policies and tests. The policies are named as in simulate,
/// or as files: trust_policy, identity_policies, permissions_boundary, session_policies,
/// service_control_policies and resource_control_policies (a list for each level),
/// resource_policy; each with _file or _files at its end. A test is a name, a token (its
/// claims) or a principal with an action, what the call passes (resource, context, duration,
/// external_id, session_tags, transitive_tag_keys, source_identity, role_session_name), and
/// expect: allowed, denied, explicitly-denied, implicitly-denied, or refused for what STS
/// refuses whatever the policies say. Keys that nearly every request has, as aws:CurrentTime and
/// aws:SourceIp, must be in context where the answer hangs on them; null is for a request
/// without. Policy files are looked for beside it. A token counts as genuine and in time, and,
/// unless the file names providers, as one of a provider that is registered for its audience.
/// The exit status is 3 when a test fails.
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
