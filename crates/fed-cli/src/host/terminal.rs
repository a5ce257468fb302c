//! Standard input, output and error: data to stdout, everything else to stderr.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use crate::environment::{Environment, NO_COLOR};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colors {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The three streams of the process.
#[derive(Clone, Debug)]
pub struct Terminal {
    stdin_is_terminal: bool,
    stderr_is_terminal: bool,
    no_color: bool,
}

impl Terminal {
    /// As the process was started.
    pub fn of_this_process(environment: &Environment) -> Self {
        Self {
            stdin_is_terminal: io::stdin().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_color: environment.text(NO_COLOR).is_some(),
        }
    }

    /// Whether a person can answer questions.
    pub fn is_interactive(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Whether a person sees what goes to stderr.
    pub fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Whether to colour what goes to stderr.
    pub fn colors_stderr(&self, colors: Colors) -> bool {
        match colors {
            Colors::Always => true,
            Colors::Never => false,
            Colors::Auto => self.stderr_is_terminal && !self.no_color,
        }
    }

    /// Writes data to stdout and flushes it.
    ///
    /// # Errors
    /// What the system says; `BrokenPipe` when nobody reads any more.
    pub fn data(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Says something to a person on stderr. That nobody listens is no error.
    pub fn say(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let _ = writeln!(stderr, "{text}");
    }

    /// A question on stderr, and the line that answers it; `None` at the end of input.
    ///
    /// # Errors
    /// What the system says.
    pub fn ask(&self, question: &str) -> io::Result<Option<String>> {
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question}")?;
        stderr.flush()?;
        let mut line = String::new();
        let length = io::stdin().lock().take(64 * 1024).read_line(&mut line)?;
        Ok((length > 0).then(|| line.trim().to_owned()))
    }

    /// The terminal device itself, for a message that must be seen although stderr is
    /// captured. `false` when there is none.
    pub fn say_on_device(&self, text: &str) -> bool {
        let device = if cfg!(windows) { "CONOUT$" } else { "/dev/tty" };
        std::fs::OpenOptions::new()
            .write(true)
            .open(device)
            .and_then(|mut device| writeln!(device, "{text}"))
            .is_ok()
    }
}
