//! A command that we wait for, instead of becoming it.

use std::io;
use std::process::{Command, ExitStatus};

use tokio::process::Child;

use crate::Exit;

/// Starts the command and waits for its end. Ctrl-C reaches it by the terminal; what would end
/// this process alone is handed on.
pub(super) async fn run(command: Command) -> io::Result<Exit> {
    let mut child = tokio::process::Command::from(command).spawn()?;
    system::wait(&mut child).await.map(exit)
}

fn exit(status: ExitStatus) -> Exit {
    let code = status.code().or_else(|| system::signal(status).map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(Exit::Unexpected, Exit::Of)
}

#[cfg(unix)]
mod system {
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{SignalKind, signal as signals};

    use super::{Child, ExitStatus, io};

    pub(super) fn signal(status: ExitStatus) -> Option<i32> {
        status.signal()
    }

    pub(super) async fn wait(child: &mut Child) -> io::Result<ExitStatus> {
        // The terminal sends these to its whole process group.
        let mut interrupts = signals(SignalKind::interrupt())?;
        let mut quits = signals(SignalKind::quit())?;
        let mut ends = signals(SignalKind::terminate())?;
        let mut hangups = signals(SignalKind::hangup())?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        let hand_on = |signal| {
            // It may have ended just now.
            let _ = pid.map(|pid| kill_process(pid, signal));
        };
        loop {
            tokio::select! {
                status = child.wait() => return status,
                Some(()) = interrupts.recv() => {}
                Some(()) = quits.recv() => {}
                Some(()) = ends.recv() => hand_on(Signal::TERM),
                Some(()) = hangups.recv() => hand_on(Signal::HUP),
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Child, ExitStatus, io};

    pub(super) fn signal(_: ExitStatus) -> Option<i32> {
        None
    }

    pub(super) async fn wait(child: &mut Child) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                // Where Ctrl-C cannot be listened to, the child alone is waited for.
                Ok(()) = tokio::signal::ctrl_c() => {}
            }
        }
    }
}
