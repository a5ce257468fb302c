//! The three streams of a process, and the terminal device beside them.

use std::fmt::Debug;
use std::io::{self, BufRead, Read, Write};

use super::long_line;
use super::raw_terminal::RawTerminal;

/// Standard input, output and error, as bytes come and go. A test puts its own in place.
pub trait Streams: Debug + Send + Sync {
    /// Writes data to stdout and flushes it.
    ///
    /// # Errors
    /// What the system says; `BrokenPipe` when nobody reads any more.
    fn write_out(&self, text: &str) -> io::Result<()>;

    /// Writes to stderr and flushes it.
    ///
    /// # Errors
    /// What the system says.
    fn write_err(&self, text: &str) -> io::Result<()>;

    /// A line of stdin with its end; `None` at the end of input.
    ///
    /// # Errors
    /// What the system says.
    fn read_line(&self) -> io::Result<Option<String>>;

    /// Makes a terminal give the bytes as they come, so that no line is cut.
    fn long_lines(&self) -> LongLines {
        LongLines(RawTerminal::of_nothing())
    }

    /// A line of any length.
    ///
    /// # Errors
    /// What the system says.
    fn read_long_line(&self, terminal: &LongLines) -> io::Result<Option<String>> {
        let _ = terminal;
        self.read_line()
    }

    /// Writes a line to the terminal device itself.
    ///
    /// # Errors
    /// What the system says, also where there is no terminal.
    fn write_device(&self, text: &str) -> io::Result<()>;
}

/// A terminal that hands over lines of any length; dropped, it is as it was before.
#[derive(Debug)]
pub struct LongLines(RawTerminal);

impl LongLines {
    /// Puts the terminal back.
    pub(crate) fn restore(&self) {
        self.0.restore();
    }
}

/// Those of this process.
#[derive(Debug)]
pub(super) struct ProcessStreams;

/// No answer to a question is longer, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

impl Streams for ProcessStreams {
    fn write_out(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    fn write_err(&self, text: &str) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }

    fn read_line(&self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let room = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX).saturating_add(1);
        let length = io::stdin().lock().take(room).read_line(&mut line)?;
        if line.trim_end().len() > LONGEST_LINE {
            return Err(long_line::too_long(LONGEST_LINE));
        }
        Ok((length > 0).then_some(line))
    }

    fn long_lines(&self) -> LongLines {
        LongLines(RawTerminal::of_stdin())
    }

    fn read_long_line(&self, terminal: &LongLines) -> io::Result<Option<String>> {
        if !terminal.0.is_there() {
            return self.read_line();
        }
        long_line::read(&mut io::stdin().lock(), &mut io::stderr(), &terminal.0, LONGEST_LINE)
    }

    fn write_device(&self, text: &str) -> io::Result<()> {
        let device = if cfg!(windows) { "CONOUT$" } else { "/dev/tty" };
        let mut device = std::fs::OpenOptions::new().write(true).open(device)?;
        writeln!(device, "{text}")
    }
}
