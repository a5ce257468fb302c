//! Signals that end the lab, and passing them on to a command.

#[cfg(unix)]
pub(crate) use unix::{Signals, forward};

#[cfg(not(unix))]
pub(crate) use elsewhere::{Signals, forward};

#[cfg(unix)]
mod unix {
    use std::io::IsTerminal;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{SignalKind, signal};

    const HANGUP: u8 = 1;
    const INTERRUPT: u8 = 2;
    const TERMINATE: u8 = 15;

    /// From its making on, SIGINT, SIGTERM and SIGHUP no longer end the process.
    pub(crate) struct Signals {
        streams: [(u8, Option<tokio::signal::unix::Signal>); 3],
    }

    impl Signals {
        pub(crate) fn listen() -> Self {
            let stream = |number: u8| (number, signal(SignalKind::from_raw(number.into())).ok());
            Self { streams: [stream(INTERRUPT), stream(TERMINATE), stream(HANGUP)] }
        }

        /// The number of the next signal.
        pub(crate) async fn next(&mut self) -> u8 {
            let waiting = self.streams.iter_mut().map(|(number, stream)| {
                Box::pin(async move {
                    match stream {
                        Some(stream) => drop(stream.recv().await),
                        None => std::future::pending().await,
                    }
                    *number
                })
            });
            futures::future::select_all(waiting).await.0
        }
    }

    /// Passes a signal on, unless the terminal has sent it to the command as well.
    pub(crate) fn forward(signal: u8, child: Option<u32>) {
        let from_terminal = signal == INTERRUPT && std::io::stdin().is_terminal();
        let child = child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let signal = match signal {
            INTERRUPT => Signal::INT,
            HANGUP => Signal::HUP,
            _ => Signal::TERM,
        };
        if let Some(child) = child.filter(|_| !from_terminal) {
            let _ = kill_process(child, signal);
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    /// Ctrl-C.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn listen() -> Self {
            Self
        }

        /// The number Unix gives to what Ctrl-C sends.
        pub(crate) async fn next(&mut self) -> u8 {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            2
        }
    }

    /// The console sends Ctrl-C to the command as well.
    pub(crate) fn forward(_: u8, _: Option<u32>) {}
}
