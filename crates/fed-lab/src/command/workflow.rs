//! `fed-lab workflow`: a command as a step of a GitHub Actions job runs it.

use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use clap::Args;
use fed_lab::{LabError, Surroundings, WorkflowRun};
use serde_json::json;
use tokio::process::Command;

use super::exec::{exit_code, not_run};
use super::place::Place;
use crate::claims::Github;

/// Which run, and the step.
#[derive(Args)]
pub(crate) struct WorkflowOptions {
    #[command(flatten)]
    run: Github,

    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Runs the command with what a runner's job with `id-token: write` has in its environment, in
/// the lab that this command runs in, else in the one started last.
pub(crate) async fn workflow(
    options: WorkflowOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let place = Place::of(surroundings);
    let run = options.run.run();
    let body = json!({ "claims": run.claims() });
    let issuer = "FED_LAB_GITHUB_ACTIONS_ISSUER_URL";
    let answer = place.ask(issuer, "github-actions", "runs", &body).await?;
    let Some((program, arguments)) = options.command.split_first() else {
        return Ok(ExitCode::from(2));
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::inherit());
    command.env("ACTIONS_ID_TOKEN_REQUEST_URL", answer.member("url")?);
    command.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", answer.member("token")?);
    command.envs(of_runner(&run));
    Ok(match command.status().await {
        Ok(status) => exit_code(status),
        Err(error) => not_run(Path::new(program), &error),
    })
}

/// GitHub: "Variables reference", default environment variables, as far as they say which run
/// it is.
fn of_runner(run: &WorkflowRun) -> Vec<(&'static str, String)> {
    let reference = run.runs_on();
    let short = ["refs/heads/", "refs/tags/", "refs/pull/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix));
    vec![
        ("CI", "true".to_owned()),
        ("GITHUB_ACTIONS", "true".to_owned()),
        ("GITHUB_EVENT_NAME", run.event().to_owned()),
        ("GITHUB_REF", reference.clone()),
        ("GITHUB_REF_NAME", short.unwrap_or(&reference).to_owned()),
        ("GITHUB_REPOSITORY", run.repository.clone()),
        ("GITHUB_REPOSITORY_OWNER", run.owner().to_owned()),
        ("GITHUB_RUN_ID", "10563".to_owned()),
    ]
}
