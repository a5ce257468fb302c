//! `fed-lab exec`: a lab for as long as one command runs.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitCode, ExitStatus};

use clap::Args;
use fed_lab::{Lab, LabError, Refused, Surroundings, unset_variables};
use tokio::process::{Child, Command};

use super::start;
use crate::aws_program::AwsProgram;
use crate::options::LabOptions;
use crate::signals::{self, Signals};

const EXAMPLE: &str = "\
Example, as the account's administrator:
  fed-lab exec -- sh -c 'AWS_ACCESS_KEY_ID=$FED_LAB_ADMIN_ACCESS_KEY_ID \\
    AWS_SECRET_ACCESS_KEY=$FED_LAB_ADMIN_SECRET_ACCESS_KEY aws ec2 describe-instances'";

/// What no proxy can reach.
const LOOPBACK: &str = "127.0.0.1,localhost";

/// A lab and the command that runs in it.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ExecOptions {
    #[command(flatten)]
    lab: LabOptions,

    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Starts a lab, runs the command, stops the lab.
pub(crate) async fn exec(
    options: ExecOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    let search_path = surroundings.search_path.clone();
    let lab = match start(options.lab.into_config(surroundings)?, &mut signals).await? {
        Ok(lab) => lab,
        Err(signal) => return Ok(ExitCode::from(128 + signal)),
    };
    let (program, arguments) = match options.command.split_first() {
        Some(parts) => parts,
        None => return Ok(ExitCode::from(2)),
    };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    place(&mut command, &lab, &search_path);
    anstream::eprintln!("lab: {} ({})", lab.backend(), lab.backend_reason());
    if lab.proxy_url().is_none()
        && !lab.aws_cli().is_absolute()
        && let Some(warning) = AwsProgram::find(&search_path).await.and_then(|aws| aws.warning())
    {
        anstream::eprintln!("warning: {warning}");
    }
    let outcome = match command.spawn() {
        Ok(child) => wait(child, &mut signals).await,
        Err(error) => Err(error),
    };
    tell_refused(&lab);
    lab.stop().await;
    Ok(match outcome {
        Ok(status) => exit_code(status),
        Err(error) => not_run(Path::new(program), &error),
    })
}

/// Tells that a command could not be started, and exits as POSIX shells do then.
pub(super) fn not_run(program: &Path, error: &io::Error) -> ExitCode {
    anstream::eprintln!("error: tried to run `{}`", program.display());
    anstream::eprintln!("  caused by: {error}");
    ExitCode::from(if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 })
}

/// Gives the command the lab's environment: what it inherits but for what would lend it real
/// credentials or lead it elsewhere, the lab's variables, and the lab's `aws` first.
fn place(command: &mut Command, lab: &Lab, search_path: &OsString) {
    for name in unset_variables(std::env::vars_os().map(|(name, _)| name)) {
        command.env_remove(name);
    }
    command.envs(lab.environment());
    if let Some(path) = with_aws_cli(search_path, lab.aws_cli()) {
        command.env("PATH", path);
    }
    if lab.proxy_url().is_none() {
        command.envs(loopback_without_proxy(|name| std::env::var(name).ok()));
    }
}

/// Says which hosts the command's programs were kept from.
pub(super) fn tell_refused(lab: &Lab) {
    for refused in lab.refused() {
        let Refused { host, port, times, reason } = refused;
        let often = if times == 1 { String::new() } else { format!(" ({times} times)") };
        anstream::eprintln!("refused: {host}:{port}{often}: {reason}");
    }
}

/// Waits for the command, passing signals on. What the terminal sends it has sent
/// to the command too; only what came to us alone is passed on.
async fn wait(mut child: Child, signals: &mut Signals) -> io::Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => signals::forward(signal, child.id()),
        }
    }
}

/// The search path with the lab's `aws` before everything else: one that is installed
/// already may be too old to go where `AWS_ENDPOINT_URL` says.
pub(super) fn with_aws_cli(search_path: &OsString, aws_cli: &Path) -> Option<OsString> {
    let folder = aws_cli.parent().filter(|folder| folder.is_absolute())?;
    let folders = [folder.to_owned()].into_iter().chain(std::env::split_paths(search_path));
    std::env::join_paths(folders).ok()
}

/// Where a proxy is set, `NO_PROXY` with the loopback names in it: the gate listens
/// there, and no proxy reaches it.
fn loopback_without_proxy(
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].iter().all(|name| set(name).is_none())
    {
        return Vec::new();
    }
    let known = set("NO_PROXY").or_else(|| set("no_proxy")).into_iter();
    let all = known.chain([LOOPBACK.to_owned()]).collect::<Vec<_>>().join(",");
    vec![("NO_PROXY", all.clone()), ("no_proxy", all)]
}

/// The command's own code; 128 and the signal's number where a signal ended it.
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|number| 128 + number)).unwrap_or(1);
    ExitCode::from(u8::try_from(code & 0xff).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_labs_aws_comes_first_and_only_where_there_is_one() {
        let path = OsString::from("/usr/bin:/bin");
        let found = with_aws_cli(&path, Path::new("/cache/cli/aws"));
        assert_eq!(found, Some("/cache/cli:/usr/bin:/bin".into()));
        assert_eq!(with_aws_cli(&path, Path::new("aws")), None);
    }

    #[test]
    fn the_gate_is_reached_past_a_proxy() {
        let with = |set: &'static [(&str, &str)]| {
            loopback_without_proxy(move |name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(with(&[("HTTPS_PROXY", "http://p"), ("HTTP_PROXY", "")]), []);
        let extended = "example.com,127.0.0.1,localhost".to_owned();
        assert_eq!(
            with(&[("http_proxy", "http://p"), ("no_proxy", "example.com")]),
            [("NO_PROXY", extended.clone()), ("no_proxy", extended)]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_signal_counts_as_shells_count_it() {
        use std::os::unix::process::ExitStatusExt;

        assert_eq!(exit_code(ExitStatus::from_raw(9)), ExitCode::from(137));
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), ExitCode::from(3));
    }
}
