//! The terminal that gives each byte as it comes, for as long as this lives.

#[cfg(not(unix))]
use std::io;

/// What a key means to the program in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-\.
    Quit,
    /// Ctrl-Z.
    Stop,
}

#[cfg(unix)]
pub(super) use unix::RawTerminal;

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::process::{Signal as Sent, getpid, kill_process};
    use rustix::stdio::stdin;
    use rustix::termios::{
        LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcsetattr,
    };

    use super::Signal;

    /// Standard input without line editing, echo and keys that send signals. Dropped, it is as
    /// it was before.
    #[derive(Debug)]
    pub(in crate::host) struct RawTerminal {
        before: Option<Termios>,
    }

    impl RawTerminal {
        /// Of standard input; of no terminal where that is none.
        pub(in crate::host) fn of_stdin() -> Self {
            let before = isatty(stdin()).then(|| tcgetattr(stdin()).ok()).flatten();
            let terminal = Self { before };
            terminal.enter();
            terminal
        }

        /// Of no terminal.
        pub(in crate::host) fn of_nothing() -> Self {
            Self { before: None }
        }

        /// Whether there is a terminal.
        pub(in crate::host) fn is_there(&self) -> bool {
            self.before.is_some()
        }

        fn enter(&self) {
            let Some(before) = &self.before else { return };
            let mut raw = before.clone();
            raw.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
            raw.special_codes[SpecialCodeIndex::VMIN] = 1;
            raw.special_codes[SpecialCodeIndex::VTIME] = 0;
            set(&raw);
        }

        /// Puts the terminal back and sends this process the key's signal. Who was stopped and
        /// goes on finds the terminal raw again.
        pub(in crate::host) fn send(&self, signal: Signal) -> io::Result<()> {
            self.restore();
            let sent = match signal {
                Signal::Interrupt => Sent::INT,
                Signal::Quit => Sent::QUIT,
                Signal::Stop => Sent::TSTP,
            };
            kill_process(getpid(), sent)?;
            match signal {
                Signal::Stop => {
                    self.enter();
                    Ok(())
                }
                Signal::Interrupt | Signal::Quit => Err(io::ErrorKind::Interrupted.into()),
            }
        }

        /// Puts the terminal back.
        pub(in crate::host) fn restore(&self) {
            if let Some(before) = &self.before {
                set(before);
            }
        }
    }

    fn set(termios: &Termios) {
        if let Err(error) = tcsetattr(stdin(), OptionalActions::Now, termios) {
            tracing::debug!(%error, "the terminal keeps its mode");
        }
    }

    impl Drop for RawTerminal {
        fn drop(&mut self) {
            self.restore();
        }
    }
}

/// Other systems' terminals hand over lines of any length.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct RawTerminal;

#[cfg(not(unix))]
impl RawTerminal {
    pub(super) fn of_stdin() -> Self {
        Self
    }

    pub(super) fn of_nothing() -> Self {
        Self
    }

    pub(super) fn is_there(&self) -> bool {
        false
    }

    pub(super) fn restore(&self) {}

    pub(super) fn send(&self, _: Signal) -> io::Result<()> {
        Err(io::ErrorKind::Interrupted.into())
    }
}
