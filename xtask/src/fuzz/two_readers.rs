//! `cargo xtask fuzz two-readers`: what the gate forwards, read by the emulators' own readers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, process};

/// The emulators, by the folders of their packages.
const READERS: [&str; 3] = ["localstack", "moto", "ministack"];

/// Sends the requests, then has each reader read what was forwarded.
pub(super) fn run(given: &[String], usage: &'static str) -> Result<ExitCode, Failure> {
    let (mut seed, mut each) = (20_261_128u64, 1u64);
    for (name, value) in arguments::options(given, &["--seed", "--each"], usage)? {
        let number = value.parse().map_err(|_| {
            Failure::usage(format!("`{name}` takes a number, found `{value}`"), usage)
        })?;
        if name == "--seed" { seed = number } else { each = number }
    }
    let folder = process::root().join("target/two-readers");
    fs::create_dir_all(&folder).map_err(|error| {
        Failure::new(format!("could not create `{}`: {error}", folder.display()))
    })?;
    let file = folder.join("forwarded.jsonl");
    eprintln!("two readers: seed {seed}, {each} of each operation (some minutes)");
    let mut send = process::cargo(["test", "-p", "iam-gate", "--test", "it", "two_readers"]);
    send.args(["--", "--nocapture"]);
    send.env("TWO_READERS_FILE", &file);
    send.env("TWO_READERS_SEED", seed.to_string());
    process::run(send.env("TWO_READERS_EACH", each.to_string()))?;
    for reader in READERS {
        let python = python(&folder, reader)?;
        let script = process::root().join("crates/fed-lab/python/two_readers.py");
        process::run(Command::new(python).arg(script).arg(reader).arg(&file))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The interpreter of an environment that holds the emulator, as the lab pins it.
fn python(folder: &Path, reader: &str) -> Result<PathBuf, Failure> {
    let venv = folder.join(reader);
    let python = venv.join("bin/python");
    let whole = venv.join("installed");
    if whole.is_file() {
        return Ok(python);
    }
    let requirements = process::root().join("crates/fed-lab/python").join(reader);
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r"]);
    process::run(install.arg(requirements.join("requirements.txt")))?;
    fs::write(&whole, "")
        .map_err(|error| Failure::new(format!("could not write `{}`: {error}", whole.display())))?;
    Ok(python)
}
