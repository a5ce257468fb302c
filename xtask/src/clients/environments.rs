//! Python's packages that are clients, or that clients need, pinned by hash: those of today, and
//! those of before AWS's tools could be told an endpoint.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// The environments of `requirements.txt` and `requirements-old.txt`, made where they are not
/// as these say.
pub(super) fn prepare(folder: &Path) -> Result<[PathBuf; 2], Failure> {
    Ok([of(folder, "requirements.txt")?, of(folder, "requirements-old.txt")?])
}

fn of(folder: &Path, requirements: &str) -> Result<PathBuf, Failure> {
    let wanted = folder.join(requirements);
    let environment = process::built(&format!("python-{}", requirements.replace(".txt", "")))?;
    let told = |error| Failure::new(format!("could not read `{}`: {error}", wanted.display()));
    let text = fs::read(&wanted).map_err(told)?;
    let made = environment.join("made-of.txt");
    if fs::read(&made).is_ok_and(|found| found == text) {
        return Ok(environment);
    }
    // A folder that is not there is gone, too.
    let _ = fs::remove_dir_all(&environment);
    let python = std::env::var_os("FED_PYTHON").unwrap_or_else(|| "python3".into());
    process::run(Command::new(python).args(["-m", "venv"]).arg(&environment))?;
    let mut install = Command::new(environment.join("bin/python"));
    install.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
    process::run(install.arg("--require-hashes").arg("--requirement").arg(&wanted))?;
    fs::write(&made, &text)
        .map_err(|error| Failure::new(format!("could not write `{}`: {error}", made.display())))?;
    Ok(environment)
}
