//! `fed-lab exec`: a lab for as long as one command runs.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use clap::Args;
use fed_lab::{Lab, LabError, LabName, NO_PROXY, Refused, Surroundings, unset_variables};
use tokio::process::{Child, Command};

use super::{audited, sealed, start};
use crate::aws_program::AwsProgram;
use crate::options::{LabOptions, OF_A_NEW_LAB};
use crate::signals::{self, Signals};

const EXAMPLE: &str = "\
Example, as the account's administrator:
  fed-lab exec -- sh -c 'AWS_ACCESS_KEY_ID=$FED_LAB_ADMIN_ACCESS_KEY_ID \\
    AWS_SECRET_ACCESS_KEY=$FED_LAB_ADMIN_SECRET_ACCESS_KEY aws ec2 describe-instances'";

/// A lab and the command that runs in it.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ExecOptions {
    #[command(flatten)]
    pub(super) lab: LabOptions,

    /// Run it in a lab that `fed-lab up` has started, in an account of its own that is closed
    /// at the end, instead of in a lab of its own
    #[arg(long, conflicts_with_all = OF_A_NEW_LAB)]
    pub(crate) reuse: bool,

    /// With --reuse, in which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME", requires = "reuse")]
    pub(super) name: Option<LabName>,

    /// Linux: has the command run in namespaces of its own with no network but the lab's, and
    /// the names of --names there without a proxy, for programs that go by none
    #[arg(long, group = "leading", conflicts_with = "reuse")]
    sealed: bool,

    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

/// Starts a lab, runs the command, stops the lab.
pub(crate) async fn exec(
    options: ExecOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    let search_path = surroundings.search_path.clone();
    let mut config = options.lab.into_config(surroundings)?;
    if options.sealed {
        // Before minutes of installing.
        sealed::possible().await?;
        (config.names, config.sealed) = (true, true);
    }
    let lab = match start(config, &mut signals).await? {
        Ok(lab) => lab,
        Err(signal) => return Ok(ExitCode::from(128 + signal)),
    };
    anstream::eprintln!("lab: {} ({})", lab.backend(), lab.backend_reason());
    audited::tell_begin(&lab);
    if lab.proxy_url().is_none()
        && !lab.aws_cli().is_absolute()
        && let Some(warning) = AwsProgram::find(&search_path).await.and_then(|aws| aws.warning())
    {
        anstream::eprintln!("warning: {warning}");
    }
    let place = Place {
        environment: lab.environment(),
        aws_cli: Some(lab.aws_cli().to_owned()),
        by_proxy: lab.proxy_url().is_some(),
        search_path: &search_path,
    };
    let code = match options.sealed {
        true => place.run_sealed(&lab, &options.command, &mut signals).await,
        false => Ok(place.run(&options.command, &mut signals).await),
    };
    tell_refused(&lab);
    audited::tell_end(&lab);
    lab.stop().await;
    code
}

/// Where a command runs: in a lab.
pub(super) struct Place<'a> {
    pub(super) environment: Vec<(String, String)>,
    pub(super) aws_cli: Option<PathBuf>,
    /// Whether names lead into the lab.
    pub(super) by_proxy: bool,
    pub(super) search_path: &'a OsString,
}

impl Place<'_> {
    /// Runs the command and waits for it; how it ended.
    pub(super) async fn run(&self, command: &[OsString], signals: &mut Signals) -> ExitCode {
        let Some((program, arguments)) = command.split_first() else { return ExitCode::from(2) };
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        self.surround(&mut command);
        let outcome = match command.spawn() {
            Ok(child) => wait(child, signals).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(status) => exit_code(status),
            Err(error) => not_run(Path::new(program), &error),
        }
    }

    /// The same in a world of its own, where the process itself says why it could not be started.
    async fn run_sealed(
        &self,
        lab: &Lab,
        command: &[OsString],
        signals: &mut Signals,
    ) -> Result<ExitCode, LabError> {
        let (child, _sealed) =
            sealed::spawn(lab, command, |process: &mut Command| self.surround(process)).await?;
        let program = command.first().map(Path::new).unwrap_or(Path::new(""));
        Ok(match wait(child, signals).await {
            Ok(status) => exit_code(status),
            Err(error) => not_run(program, &error),
        })
    }

    /// Gives the command the lab's environment: what it inherits but for what would lend it
    /// real credentials or lead it elsewhere, the lab's variables, and the lab's `aws` first.
    pub(super) fn surround(&self, command: &mut Command) {
        for name in unset_variables(std::env::vars_os().map(|(name, _)| name)) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let aws_cli = self.aws_cli.as_deref();
        if let Some(path) = aws_cli.and_then(|aws_cli| with_aws_cli(self.search_path, aws_cli)) {
            command.env("PATH", path);
        }
        if !self.by_proxy {
            command.envs(loopback_without_proxy(|name| std::env::var(name).ok()));
        }
    }
}

/// Tells that a command could not be started, and exits as POSIX shells do then.
pub(super) fn not_run(program: &Path, error: &io::Error) -> ExitCode {
    anstream::eprintln!("error: tried to run `{}`", program.display());
    anstream::eprintln!("  caused by: {error}");
    ExitCode::from(if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 })
}

/// Says which hosts the command's programs were kept from.
pub(super) fn tell_refused(lab: &Lab) {
    for refused in lab.refused() {
        let Refused { host, port, times, reason } = refused;
        let often = if times == 1 { String::new() } else { format!(" ({times} times)") };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        anstream::eprintln!("refused: {host}{port}{often}: {reason}");
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
    let all = known.chain([NO_PROXY.to_owned()]).collect::<Vec<_>>().join(",");
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
        let extended = "example.com,127.0.0.1,localhost,::1".to_owned();
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
