//! A command that we wait for, instead of becoming it.

use std::io;
use std::process::{Command, ExitStatus};

use tokio::process::Child;

use crate::Exit;

/// Starts the command and waits for its end. Ctrl-C reaches it by the terminal; what would end
/// this process alone is handed on. Signals are listened to before the command can tell anybody
/// of this process: one that came in between would end it and leave the command alone.
pub(super) async fn run(command: Command) -> io::Result<Exit> {
    let signals = system::Signals::listen()?;
    let mut child = tokio::process::Command::from(command).spawn()?;
    signals.wait(&mut child).await.map(exit)
}

fn exit(status: ExitStatus) -> Exit {
    let code = status.code().or_else(|| system::signal(status).map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(Exit::Unexpected, Exit::Of)
}

#[cfg(unix)]
mod system {
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{Signal as Received, SignalKind, signal as signals};

    use super::{Child, ExitStatus, io};

    pub(super) fn signal(status: ExitStatus) -> Option<i32> {
        status.signal()
    }

    /// What is listened to.
    pub(super) struct Signals {
        interrupts: Received,
        quits: Received,
        ends: Received,
        hangups: Received,
    }

    impl Signals {
        pub(super) fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupts: signals(SignalKind::interrupt())?,
                quits: signals(SignalKind::quit())?,
                ends: signals(SignalKind::terminate())?,
                hangups: signals(SignalKind::hangup())?,
            })
        }

        pub(super) async fn wait(mut self, child: &mut Child) -> io::Result<ExitStatus> {
            let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
            let hand_on = |signal| {
                // It may have ended just now.
                let _ = pid.map(|pid| kill_process(pid, signal));
            };
            loop {
                tokio::select! {
                    status = child.wait() => return status,
                    // The terminal sends these to its whole process group.
                    Some(()) = self.interrupts.recv() => {}
                    Some(()) = self.quits.recv() => {}
                    Some(()) = self.ends.recv() => hand_on(Signal::TERM),
                    Some(()) = self.hangups.recv() => hand_on(Signal::HUP),
                }
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

    /// Ctrl-C, which is listened to from the wait on.
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn wait(self, child: &mut Child) -> io::Result<ExitStatus> {
            loop {
                tokio::select! {
                    status = child.wait() => return status,
                    // Where Ctrl-C cannot be listened to, the child alone is waited for.
                    Ok(()) = tokio::signal::ctrl_c() => {}
                }
            }
        }
    }
}
