//! Programs that a lab starts: each leads a process group that ends with its owner.

use std::io;
use std::process::ExitStatus;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// A running program and whatever it has started: killed together when dropped.
#[derive(Debug)]
pub(crate) struct ProcessGroup(Child);

impl ProcessGroup {
    /// Starts the program as the leader of a group of its own.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true).spawn().map(Self)
    }

    /// Its standard input, once. Waiting closes it if it is still here.
    pub(crate) fn stdin(&mut self) -> Option<ChildStdin> {
        self.0.stdin.take()
    }

    /// Its standard output, once.
    pub(crate) fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Its standard error, once.
    pub(crate) fn stderr(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }

    /// Waits until the leader has ended.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait().await
    }

    /// Kills all of it and waits until the leader has ended.
    pub(crate) async fn kill(mut self) {
        kill_group(self.0.id());
        if let Err(error) = self.0.wait().await {
            tracing::warn!(%error, "a killed program could not be waited for");
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        kill_group(self.0.id());
    }
}

/// Kills a process that leads a group, and the group. `None`: it is gone already.
pub(crate) fn kill_group(leader: Option<u32>) {
    #[cfg(unix)]
    if let Some(group) =
        leader.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
    {
        // It may have ended on its own in between.
        let killed = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        if let Err(error) = killed.or_else(|error| match error {
            rustix::io::Errno::SRCH => Ok(()),
            other => Err(other),
        }) {
            tracing::warn!(%error, "a process group could not be killed");
        }
    }
    #[cfg(not(unix))]
    let _ = leader;
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::process::Stdio;
    use std::time::Duration;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

    use super::*;

    /// A shell that has started another program, and the pipe that both hold open: its end is
    /// the end of both.
    async fn two_programs() -> (ProcessGroup, BufReader<ChildStdout>) {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo started; wait"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut group = ProcessGroup::spawn(&mut command).unwrap();
        let mut stdout = BufReader::new(group.stdout().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).await.unwrap();
        assert_eq!(line, "started\n");
        (group, stdout)
    }

    async fn ends(mut stdout: BufReader<ChildStdout>) {
        let mut rest = Vec::new();
        let end = stdout.read_to_end(&mut rest);
        let ended = tokio::time::timeout(Duration::from_secs(20), end).await;
        assert_eq!(ended.expect("something of the group lives on").unwrap(), 0);
    }

    #[tokio::test]
    async fn dropping_a_program_ends_what_it_started() {
        let (group, stdout) = two_programs().await;
        drop(group);
        ends(stdout).await;
    }

    #[tokio::test]
    async fn killing_a_program_ends_what_it_started() {
        let (group, stdout) = two_programs().await;
        let killed = tokio::time::timeout(Duration::from_secs(20), group.kill()).await;
        killed.expect("the leader lives on");
        ends(stdout).await;
    }

    #[tokio::test]
    async fn a_program_that_has_ended_by_itself_is_no_trouble() {
        let mut group = ProcessGroup::spawn(&mut Command::new("true")).unwrap();
        assert!(group.wait().await.unwrap().success());
        group.kill().await;
    }
}
