//! The world outside: one value built in `main`, the seam for tests.

mod browser;
mod files;
mod keyring;
mod long_line;
mod raw_terminal;
mod streams;
mod terminal;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use credential_store::Keyring;
use fed_types::UnixTime;

pub(crate) use browser::Browser;
pub(crate) use files::{Files, PrivateFile};
pub use streams::{LongLines, Streams};
pub(crate) use terminal::Colors;
pub use terminal::Terminal;

use crate::environment::Environment;

/// Everything the program sees and touches outside itself, apart from the network
/// calls of the libraries it hands its values to.
#[derive(Clone, Debug)]
pub struct Host {
    /// The environment variables at the start.
    pub environment: Environment,
    /// Reading and writing files.
    pub files: Files,
    /// Standard input, output and error.
    pub terminal: Terminal,
    /// What opens URLs.
    pub browser: Browser,
    /// The operating system's keyring; `None` where there is no way to one.
    pub keyring: Option<Arc<dyn Keyring>>,
    /// Where this program is, for configuration that calls it.
    pub program: PathBuf,
    /// What time it is.
    pub clock: fn() -> UnixTime,
}

impl Host {
    /// The real one.
    pub fn of_this_process() -> Self {
        let environment = Environment::new(std::env::vars_os());
        let terminal = Terminal::of_this_process(&environment);
        Self::of(environment, terminal, || UnixTime::from(SystemTime::now()))
    }

    /// With this environment, these streams and this clock; the rest follows from the
    /// environment.
    pub fn of(environment: Environment, terminal: Terminal, clock: fn() -> UnixTime) -> Self {
        Self {
            browser: Browser::of(&environment),
            terminal,
            files: Files::of(&environment),
            keyring: keyring::of(&environment),
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("fed-cli")),
            clock,
            environment,
        }
    }

    /// What time it is.
    pub fn now(&self) -> UnixTime {
        (self.clock)()
    }
}
