//! `cargo xtask snippets`: types what the documents show, in a lab, and holds what comes
//! against what they show.

mod compare;
mod document;
mod script;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{arguments, build, process};
use document::Document;

const USAGE: &str = "\
Usage: cargo xtask snippets [FILE…]

Runs every `console` block of the README and of docs/start.md and docs/guides in a lab of the
document's own, and fails where something else is printed than is shown. In what is shown `…`
stands for any text in a line and, alone in a line, for any lines.
";

/// Runs the documents named, or all.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("snippets: the documents' commands, typed in labs ({})", build::forecast());
    build::programs()?;
    let files = if arguments.is_empty() {
        all()?
    } else {
        arguments.iter().map(|file| process::root().join(file)).collect()
    };
    let (mut commands, mut wrong) = (0, 0);
    let mut documents = 0;
    for file in files {
        let document = Document::read(&file)?;
        if document.commands.is_empty() {
            continue;
        }
        documents += 1;
        commands += document.commands.len();
        eprintln!("{}: {} commands", document.name, document.commands.len());
        for complaint in walk(&document)? {
            wrong += 1;
            eprintln!("{complaint}");
        }
    }
    println!("snippets: {documents} documents, {} passed, {wrong} failed", commands - wrong);
    Ok(ExitCode::from(u8::from(wrong > 0)))
}

/// The README, the first page, and the guides in the order of their names.
fn all() -> Result<Vec<PathBuf>, Failure> {
    let root = process::root();
    let guides = root.join("docs/guides");
    let listed = fs::read_dir(&guides).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut files = listed
        .map_err(|error| Failure::new(format!("could not list `{}`: {error}", guides.display())))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files.splice(0..0, [root.join("README.md"), root.join("docs/start.md")]);
    Ok(files)
}

/// What is not as it is shown.
fn walk(document: &Document) -> Result<Vec<String>, Failure> {
    // With nobody's settings.
    let home = OwnFolder::new("snippets")?;
    let printed = typed(document, home.path())?;
    Ok(compare::complaints(&document.name, &document.commands, &script::answers(&printed)))
}

/// What one shell in one lab printed to all commands.
fn typed(document: &Document, home: &Path) -> Result<String, Failure> {
    let programs = process::built("fed-lab")?;
    let folder = programs.parent().unwrap_or(process::root()).to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path)))
        .map_err(|error| Failure::new(format!("could not put fed-cli on the PATH: {error}")))?;
    let mut shell = Command::new("bash");
    if document.in_lab {
        shell = Command::new(programs);
        shell.arg("exec").args(&document.lab).args(["--", "bash"]);
    }
    shell
        .args(["--noprofile", "--norc", "-c", &script::script(&document.commands)])
        .current_dir(home)
        .env("HOME", home)
        .env("PATH", path)
        .env_remove("FED_CONFIG")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_STATE_HOME");
    process::output(&mut shell)
}
