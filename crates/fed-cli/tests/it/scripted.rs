//! A person at a terminal, by script: what they type, and what they see. The program runs
//! in the test's own process; only what starts others, such as `exec`, cannot.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use fed_cli::environment::Environment;
use fed_cli::{Host, Streams, Terminal};
use fed_types::UnixTime;

use crate::sealed::Sealed;

/// Who answers what the program waits for, given all that it said so far; `None` ends the input.
type Answering = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The streams of one run.
struct Script {
    answering: Box<Answering>,
    stdout: Mutex<String>,
    stderr: Mutex<String>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

impl Streams for Script {
    fn write_out(&self, text: &str) -> io::Result<()> {
        self.stdout.lock().unwrap().push_str(text);
        Ok(())
    }

    fn write_err(&self, text: &str) -> io::Result<()> {
        self.stderr.lock().unwrap().push_str(text);
        Ok(())
    }

    fn read_line(&self) -> io::Result<Option<String>> {
        let said = self.stderr.lock().unwrap().clone();
        Ok((self.answering)(&said))
    }

    fn write_device(&self, _text: &str) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::NotFound))
    }
}

/// What a run at a terminal left behind.
pub(crate) struct Seen {
    pub(crate) status: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command in the place's environment, with a person at the terminal who types
/// `answers`, a line each, and then ends the input.
pub(crate) fn at_a_terminal(sealed: &Sealed, words: &[&str], answers: &[&str]) -> Seen {
    run(sealed, words, in_turn(answers), true)
}

/// The same with a person who answers by what was said.
pub(crate) fn answering(
    sealed: &Sealed,
    words: &[&str],
    answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Seen {
    run(sealed, words, Box::new(answer), true)
}

/// The same with pipes for streams: nobody can be asked.
pub(crate) fn through_pipes(sealed: &Sealed, words: &[&str], answers: &[&str]) -> Seen {
    run(sealed, words, in_turn(answers), false)
}

fn in_turn(answers: &[&str]) -> Box<Answering> {
    let lines: VecDeque<String> = answers.iter().map(|line| format!("{line}\n")).collect();
    let lines = Mutex::new(lines);
    Box::new(move |_| lines.lock().unwrap().pop_front())
}

fn run(sealed: &Sealed, words: &[&str], answering: Box<Answering>, is_interactive: bool) -> Seen {
    let script = Arc::new(Script { answering, stdout: Mutex::default(), stderr: Mutex::default() });
    let terminal = Terminal::of(script.clone(), is_interactive);
    let host = Host::of(Environment::new(sealed.variables()), terminal, now);
    let line = std::iter::once("fed-cli").chain(words.iter().copied()).map(OsString::from);
    let status = fed_cli::run(&host, line).code();
    let home = sealed.home().display().to_string();
    let seen = |text: &Mutex<String>| text.lock().unwrap().replace(&home, "[HOME]");
    Seen { status, stdout: seen(&script.stdout), stderr: seen(&script.stderr) }
}

fn now() -> UnixTime {
    UnixTime::from(std::time::SystemTime::now())
}
