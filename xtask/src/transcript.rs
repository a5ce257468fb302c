//! `cargo xtask transcript`: a person's session at a terminal, run against a lab and written down
//! as it went; or run and compared with what is written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{arguments, build, codegen, process};

const USAGE: &str = "\
Usage: cargo xtask transcript [--check]

Runs the session of docs/transcript.md in a lab on this machine, whose clock is moved by hours
meanwhile, and writes the document anew. With --check it writes nothing and fails if the session
went otherwise. Needs bash, curl (which stands in for the browser), Python and libfaketime.
";

/// What is typed.
const SESSION: &str = include_str!("transcript/session.txt");

/// The home that it is typed in.
const PREPARATION: &str = include_str!("transcript/preparation.sh");

/// Who types it.
const TERMINAL: &str = include_str!("transcript/terminal.py");

/// Runs the session and writes the document.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        _ => return Err(Failure::usage("transcript takes `--check` or nothing", USAGE)),
    };
    let clock = library()?;
    eprintln!("transcript: a session in a lab, written down ({})", build::forecast());
    build::programs()?;
    let home = OwnFolder::new("transcript")?;
    let printed = session(home.path(), &clock)?;
    codegen::put("docs/transcript.md", &document(&printed), check)?;
    Ok(ExitCode::SUCCESS)
}

/// The library that gives programs another clock, as Debian and others install it.
fn library() -> Result<PathBuf, Failure> {
    let places = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    let below = places.iter().flat_map(|place| fs::read_dir(place).into_iter().flatten().flatten());
    let folders = below.map(|entry| entry.path()).chain(places.clone());
    let mut libraries = folders.map(|folder| folder.join("faketime/libfaketime.so.1"));
    libraries.find(|library| library.is_file()).ok_or_else(|| {
        Failure::new("there is no libfaketime here").hint("apt-get install faketime")
    })
}

fn session(home: &Path, library: &Path) -> Result<String, Failure> {
    let programs = home.join(".local/bin");
    let clock = home.join("clock");
    let installed = fs::create_dir_all(&programs).and_then(|()| {
        let built = process::built("fed-cli").map_err(io::Error::other)?;
        fs::copy(built, programs.join("fed-cli"))?;
        for (name, text) in
            [("session.txt", SESSION), ("preparation.sh", PREPARATION), ("terminal.py", TERMINAL)]
        {
            fs::write(home.join(name), text)?;
        }
        fs::write(&clock, "+0\n")
    });
    installed.map_err(|error| Failure::new(format!("could not prepare a home: {error}")))?;
    let mut lab = Command::new(process::built("fed-lab")?);
    lab.env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", clock)
        .env("FAKETIME_NO_CACHE", "1")
        // Pauses are as long as they are.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .args(["exec", "--backend", "external", "--", "env"])
        .arg(format!("HOME={}", home.display()))
        .args(["bash", "-c", ". ~/preparation.sh && python3 ~/terminal.py ~/session.txt"]);
    process::output(&mut lab)
}

/// Marks a line that is not the terminal's.
const SAYS: &str = "\u{1}";

/// The session as Markdown.
fn document(printed: &str) -> String {
    let mut text = String::from(
        "# A session\n\n<!-- Written by `cargo xtask transcript` from a run; do not edit. -->\n\n\
         Run in a lab, at a terminal of 80 columns, as it stands here; the home folder is shown as \
         `~`, and what is another in every run (ports, ids, `state`) as something that is not.\n",
    );
    for part in printed.split(SAYS).filter(|part| !part.trim().is_empty()) {
        let (words, terminal) = part.split_once('\n').unwrap_or((part, ""));
        text.push_str(&format!("\n{words}\n\n```console\n{}\n```\n", terminal.trim_end()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_what_was_said_and_what_the_terminal_showed() {
        let text = document("\u{1}One.\n$ a\nx\n\n\u{1}Two.\n$ b\n$ c\ny\n");
        let (_, parts) = text.split_once("that is not.\n").unwrap();
        assert_eq!(
            parts,
            "\nOne.\n\n```console\n$ a\nx\n```\n\nTwo.\n\n```console\n$ b\n$ c\ny\n```\n"
        );
    }

    #[test]
    fn every_line_of_the_session_is_a_step() {
        let known = ["= ", "$ ", "> ", "! ", "# ", "    "];
        for line in SESSION.lines() {
            assert!(known.iter().any(|kind| line.starts_with(kind)), "{line}");
        }
        // A question and its answer.
        for line in SESSION.lines().filter(|line| line.starts_with("> ")) {
            assert!(line.contains('|'), "{line}");
        }
    }
}
