//! A person at a real terminal of 80 columns.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use unicode_width::UnicodeWidthStr as _;

use crate::sealed::{BINARY, Sealed};

/// What they see and type.
pub(crate) struct Pty {
    script: Child,
    types: ChildStdin,
    sees: ChildStdout,
    /// All that was shown so far.
    pub(crate) seen: String,
    /// How much of it was waited for.
    done: usize,
}

impl Pty {
    /// Runs the command in a terminal of its own.
    pub(crate) fn run(sealed: &Sealed, words: &str) -> Self {
        Self::of(sealed, &format!("exec '{BINARY}' {words}"))
    }

    /// Has a shell there do this.
    pub(crate) fn of(sealed: &Sealed, script: &str) -> Self {
        let line = format!("stty cols 80; {script}");
        let mut script = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "dumb")
            .env("NO_COLOR", "1")
            .envs(sealed.variables())
            .current_dir(sealed.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (types, sees) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
        Self { script, types, sees, seen: String::new(), done: 0 }
    }

    /// Waits until the text is shown, after what was waited for before.
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        let mut some = [0; 4096];
        loop {
            if let Some(at) = self.seen[self.done..].find(text) {
                self.done += at + text.len();
                return self;
            }
            let length = self.sees.read(&mut some).unwrap();
            assert!(length > 0, "no `{text}` in: {}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&some[..length]).replace('\r', ""));
        }
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) -> &mut Self {
        self.types.write_all(format!("{line}\n").as_bytes()).unwrap();
        self.types.flush().unwrap();
        self
    }

    /// Waits for the end: the exit status, and all that was seen.
    pub(crate) fn ends(mut self) -> (i32, String) {
        let mut rest = Vec::new();
        self.sees.read_to_end(&mut rest).unwrap();
        self.seen.push_str(&String::from_utf8_lossy(&rest).replace('\r', ""));
        drop(self.types);
        (self.script.wait().unwrap().code().unwrap(), self.seen)
    }
}

/// Addresses have to be whole, and what is typed is the person's.
pub(crate) fn no_line_is_wider(seen: &str) {
    for line in seen.lines().filter(|line| !line.contains("://")) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}
