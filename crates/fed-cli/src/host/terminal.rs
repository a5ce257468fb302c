//! Standard input, output and error: data to stdout, everything else to stderr.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::streams::{LongLines, ProcessStreams, Streams};
use crate::environment::{Environment, NO_COLOR};
use fed_types::printable;

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

/// The streams, and which of them are a terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    stdin_is_terminal: bool,
    stderr_is_terminal: bool,
    no_color: bool,
    streams: Arc<dyn Streams>,
}

impl Terminal {
    /// As the process was started.
    pub fn of_this_process(environment: &Environment) -> Self {
        Self {
            stdin_is_terminal: io::stdin().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_color: environment.text(NO_COLOR).is_some(),
            streams: Arc::new(ProcessStreams),
        }
    }

    /// With other streams; a terminal at all of them, or at none.
    pub fn of(streams: Arc<dyn Streams>, is_interactive: bool) -> Self {
        Self {
            stdin_is_terminal: is_interactive,
            stderr_is_terminal: is_interactive,
            no_color: true,
            streams,
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
        self.streams.write_out(text)
    }

    /// Says something to a person on stderr. That nobody listens is no error.
    /// What the terminal would obey is replaced.
    pub fn say(&self, text: &str) {
        self.say_rendered(&printable(text));
    }

    /// The same for a text that has our own colours in it, and nothing else to obey.
    pub(crate) fn say_rendered(&self, text: &str) {
        let _ = self.streams.write_err(&format!("{text}\n"));
    }

    /// A question on stderr, and the line that answers it; `None` at the end of input.
    ///
    /// # Errors
    /// What the system says.
    pub fn ask(&self, question: &str) -> io::Result<Option<String>> {
        self.streams.write_err(&printable(question))?;
        Ok(self.streams.read_line()?.map(|line| line.trim().to_owned()))
    }

    /// Makes ready for a line of any length.
    pub(crate) fn long_lines(&self) -> LongLines {
        self.streams.long_lines()
    }

    /// A line of any length; `None` at the end of input.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn read_long_line(&self, lines: &LongLines) -> io::Result<Option<String>> {
        Ok(self.streams.read_long_line(lines)?.map(|line| line.trim().to_owned()))
    }

    /// The terminal device itself, for a message that must be seen although stderr is
    /// captured. `false` when there is none.
    pub fn say_on_device(&self, text: &str) -> bool {
        self.streams.write_device(&printable(text)).is_ok()
    }
}
