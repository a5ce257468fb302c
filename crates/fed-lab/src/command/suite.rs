//! The command whose permissions are in question, run in an account of its own as often as
//! there are questions.

use std::ffi::OsString;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clap::Args;
use fed_lab::{Lab, LabAccount, LabError, LessonError, Seed, Surroundings, Usage};
use tokio::process::Command;

use super::{audited, exec, start};
use crate::options::LabOptions;
use crate::signals::Signals;

/// How much of what a command said is shown where it failed, in bytes.
const TAIL: u64 = 2000;

/// The command, and what it needs to be there.
#[derive(Args, Clone)]
pub(crate) struct SuiteOptions {
    /// A shell command that puts into the account what the command expects there, as its
    /// administrator, before each run
    #[arg(long, value_name = "COMMAND")]
    setup: Option<String>,

    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// The command in a lab.
pub(crate) struct Suite<'a> {
    pub(crate) lab: &'a Lab,
    options: &'a SuiteOptions,
    search_path: &'a OsString,
    /// What each account holds at its start.
    seed: Seed,
    /// Accounts of runs under way.
    open: Mutex<Vec<LabAccount>>,
}

/// Where what the command says goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// To standard error, all of it: what is learned goes to standard output.
    Shown,
    /// Nowhere but into [`Run::said`].
    Kept,
}

/// One run.
pub(crate) struct Run {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it did.
    pub(crate) usage: Usage,
    /// The ARN of the role that it ran as.
    pub(crate) role_arn: String,
    /// The end of what it said, where that was kept.
    pub(crate) said: String,
}

impl Run {
    pub(crate) fn passed(&self) -> bool {
        self.code == Some(0)
    }
}

/// Starts a lab that notes what is used, has `work` run the command in it, and stops the lab;
/// `work` is given up where a signal comes first.
pub(crate) async fn in_lab(
    lab: LabOptions,
    options: &SuiteOptions,
    surroundings: Surroundings,
    work: impl AsyncFnOnce(&Suite<'_>) -> Result<ExitCode, LabError>,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    let search_path = surroundings.search_path.clone();
    let config = lab.into_config_of_all_services(surroundings)?;
    let seed = config.seed;
    let lab = match start(config, &mut signals).await? {
        Ok(lab) => lab,
        Err(signal) => return Ok(ExitCode::from(128 + signal)),
    };
    audited::tell_begin(&lab);
    lab.record_usage();
    let open = Mutex::default();
    let suite = Suite { lab: &lab, options, search_path: &search_path, seed, open };
    let outcome = tokio::select! {
        outcome = work(&suite) => outcome,
        signal = signals.next() => Ok(ExitCode::from(128 + signal)),
    };
    suite.close_all().await;
    exec::tell_refused(&lab);
    audited::tell_end(&lab);
    drop(suite);
    lab.stop().await;
    outcome
}

impl Suite<'_> {
    /// Runs it in a fresh account with these policies alone, or as one who may do everything,
    /// and closes the account. What is told of it is told as if it had been the lab's first
    /// account, and policies are given so.
    pub(crate) async fn run(
        &self,
        policies: Option<&[(String, String)]>,
        output: Output,
    ) -> Result<Run, LabError> {
        let account = self.lab.account_as_first(self.seed).await?;
        self.open().push(account.clone());
        let home = self.lab.account_id();
        let there = |text: &String| text.replace(home.as_str(), account.id.as_str());
        let policies: Option<Vec<(String, String)>> = policies
            .map(|all| all.iter().map(|(name, text)| (name.clone(), there(text))).collect());
        let run = self.run_in(&account, policies.as_deref(), output).await;
        self.open().retain(|open| open.id != account.id);
        self.lab.close_account(&account).await?;
        let run = run?;
        let role_arn = run.role_arn.replace(account.id.as_str(), home.as_str());
        Ok(Run { usage: run.usage.moved(&account.id, home), role_arn, ..run })
    }

    /// Closes the accounts of runs that were given up.
    async fn close_all(&self) {
        let open = std::mem::take(&mut *self.open());
        for account in open {
            if let Err(error) = self.lab.close_account(&account).await {
                tracing::warn!(%error, account = %account.id, "an account stays open");
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, Vec<LabAccount>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run_in(
        &self,
        account: &LabAccount,
        policies: Option<&[(String, String)]>,
        output: Output,
    ) -> Result<Run, LabError> {
        if let Some(setup) = &self.options.setup {
            self.set_up(setup, account).await?;
        }
        let trial = self.lab.trial(account, policies).await?;
        // What came before was the setup's.
        drop(self.lab.take_usage(account));
        let Some((program, arguments)) = self.options.command.split_first() else {
            return Err(not_run("", std::io::ErrorKind::InvalidInput.into()));
        };
        let mut command = Command::new(program);
        command.args(arguments);
        self.place(&mut command, &trial.environment);
        let failed = |error| not_run(&program.to_string_lossy(), error);
        let (status, said) = finish(command, output).await.map_err(failed)?;
        let usage = self.lab.take_usage(account);
        Ok(Run { code: status.code(), usage, role_arn: trial.role_arn, said })
    }

    async fn set_up(&self, setup: &str, account: &LabAccount) -> Result<(), LabError> {
        let key = &account.administrator;
        let mut environment = account.environment();
        environment.extend([
            ("AWS_ACCESS_KEY_ID".to_owned(), key.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), key.secret_access_key.expose().to_owned()),
        ]);
        let mut command = Command::new("sh");
        command.args(["-c", setup]);
        self.place(&mut command, &environment);
        let (status, said) =
            finish(command, Output::Kept).await.map_err(|error| not_run("sh", error))?;
        match status.success() {
            true => Ok(()),
            false => Err(LessonError::Setup { status: status.to_string(), said }.into()),
        }
    }

    fn place(&self, command: &mut Command, environment: &[(String, String)]) {
        command.kill_on_drop(true).stdin(Stdio::null());
        let place = exec::Place {
            environment: self.lab.environment(),
            aws_cli: Some(self.lab.aws_cli().to_owned()),
            by_proxy: self.lab.proxy_url().is_some(),
            search_path: self.search_path,
        };
        place.surround(command);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
    }
}

async fn finish(
    mut command: Command,
    output: Output,
) -> Result<(ExitStatus, String), std::io::Error> {
    if output == Output::Shown {
        command.stdout(std::io::stderr());
        return Ok((command.status().await?, String::new()));
    }
    let mut said = tempfile::tempfile()?;
    command.stdout(said.try_clone()?).stderr(said.try_clone()?);
    let status = command.status().await?;
    let length = said.seek(SeekFrom::End(0))?;
    said.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    said.read_to_end(&mut tail)?;
    Ok((status, String::from_utf8_lossy(&tail).into_owned()))
}

fn not_run(program: &str, source: std::io::Error) -> LabError {
    LessonError::NotRun { program: Path::new(program).to_owned(), source }.into()
}
