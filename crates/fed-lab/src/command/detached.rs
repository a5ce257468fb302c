//! A lab that outlives the command that starts it: the same program is started once more,
//! says on its standard output that the lab is ready, and then leaves the terminal.

#[cfg(unix)]
pub(super) use unix::{end_of, leave, stay};

#[cfg(not(unix))]
pub(super) use elsewhere::{end_of, leave, stay};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Write};
    use std::path::Path;
    use std::process::{ExitCode, Stdio};
    use std::time::Duration;

    use fed_lab::{Lab, LabError, RunningLabError};
    use rustix::process::{Pid, setsid, test_kill_process};
    use rustix::stdio::{dup2_stderr, dup2_stdout};
    use tokio::io::{AsyncBufReadExt, BufReader};
    use tokio::process::Command;

    use crate::signals::{self, Signals};

    /// What the lab says when it is ready.
    const READY: &str = "ready";
    /// How often the process is looked for that a lab belongs to.
    const POLL: Duration = Duration::from_millis(500);

    /// Starts the lab with what was typed, and returns when it is ready or has failed; what it
    /// tells meanwhile goes to the same terminal.
    pub(crate) async fn leave(signals: &mut Signals) -> Result<ExitCode, LabError> {
        let program = std::env::current_exe()
            .map_err(|source| LabError::Spawn { program: "fed-lab".into(), source })?;
        let typed = std::env::args_os().skip(1).filter(|argument| argument != "--detach");
        let mut command = Command::new(&program);
        command.args(typed).arg("--detached").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut lab = command.spawn().map_err(|source| LabError::Spawn { program, source })?;
        let mut line = String::new();
        if let Some(stdout) = lab.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            let reading = stdout.read_line(&mut line);
            tokio::pin!(reading);
            loop {
                tokio::select! {
                    _ = &mut reading => break,
                    // It gives the start up, and its output ends.
                    signal = signals.next() => signals::forward(signal, lab.id()),
                }
            }
        }
        if line.trim() == READY {
            return Ok(ExitCode::SUCCESS);
        }
        let status = lab.wait().await;
        let status = status.map_err(|error| RunningLabError::DidNotStart(error.to_string()))?;
        match status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0) {
            // It has said why.
            Some(code) => Ok(ExitCode::from(code)),
            None => Err(RunningLabError::DidNotStart(status.to_string()).into()),
        }
    }

    /// Says that the lab is ready and leaves the terminal: its log is a file from here on, and
    /// it is in a session of its own. `false` where nobody is there any more to be told.
    pub(crate) fn stay(lab: &Lab) -> Result<bool, LabError> {
        let path = lab.own_log();
        let log = private(&path).map_err(|source| LabError::File {
            what: "write",
            path: path.clone(),
            source,
        })?;
        let mut stdout = io::stdout();
        if writeln!(stdout, "{READY}").and_then(|()| stdout.flush()).is_err() {
            return Ok(false);
        }
        let moved = dup2_stderr(&log).and_then(|()| dup2_stdout(&log));
        moved.map_err(|error| LabError::File { what: "write", path, source: error.into() })?;
        // It fails for the leader of a group, which has no terminal to leave.
        let _ = setsid();
        Ok(true)
    }

    fn private(path: &Path) -> io::Result<File> {
        use std::os::unix::fs::OpenOptionsExt;

        File::options().create(true).append(true).mode(0o600).open(path)
    }

    /// Returns when there is no process of that number.
    pub(crate) async fn end_of(process: u32) {
        let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return };
        while test_kill_process(process) != Err(rustix::io::Errno::SRCH) {
            tokio::time::sleep(POLL).await;
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::process::ExitCode;

    use fed_lab::{Lab, LabError, RunningLabError};

    use crate::signals::Signals;

    /// A console's programs end with it.
    pub(crate) async fn leave(_: &mut Signals) -> Result<ExitCode, LabError> {
        Err(RunningLabError::CannotDetach.into())
    }

    pub(crate) fn stay(_: &Lab) -> Result<bool, LabError> {
        Err(RunningLabError::CannotDetach.into())
    }

    /// Not told here: the lab ends by Ctrl-C or `fed-lab down`.
    pub(crate) async fn end_of(_: u32) {
        std::future::pending().await
    }
}
