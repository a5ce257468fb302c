//! `cargo xtask fuzz`: each fuzz target for some seconds.

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask fuzz [--seconds N] [--target NAME]

Runs the targets of fuzz/fuzz_targets one after another, 30 seconds each unless
told otherwise. What breaks one is kept in fuzz/artifacts. Needs cargo-fuzz; a
nightly compiler it needs not.
";

/// Runs the targets of `fuzz/`, a workspace of its own.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let (mut seconds, mut only) = (30u64, None);
    for (name, value) in arguments::options(arguments, &["--seconds", "--target"], USAGE)? {
        if name == "--target" {
            only = Some(value);
        } else {
            seconds = value.parse().map_err(|_| {
                Failure::usage(format!("`--seconds` takes a number, found `{value}`"), USAGE)
            })?;
        }
    }
    let mut targets = all()?;
    targets.retain(|target| only.as_ref().is_none_or(|only| only == target));
    eprintln!("fuzz: {} targets, {seconds} s each, built first", targets.len());
    if targets.is_empty() {
        return Err(Failure::new("no fuzz target of that name in `fuzz/fuzz_targets`"));
    }
    process::output(&mut process::cargo(["fuzz", "--version"])).map_err(|_| {
        Failure::new("cargo has no `fuzz`, expected cargo-fuzz to be installed")
            .hint("cargo install --locked cargo-fuzz")
    })?;
    let limit = format!("-max_total_time={seconds}");
    for target in &targets {
        let mut fuzz = process::cargo(["fuzz", "run", target, "--"]);
        // The sanitizer's flag is a nightly one; the stable compiler knows it as well.
        process::run(fuzz.args([&limit, "-timeout=10"]).env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn all() -> Result<Vec<String>, Failure> {
    let folder = process::root().join("fuzz/fuzz_targets");
    let failed = |error| Failure::new(format!("could not read `{}`: {error}", folder.display()));
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if let (Some("rs"), Some(name)) =
            (path.extension().and_then(|extension| extension.to_str()), path.file_stem())
        {
            targets.push(name.display().to_string());
        }
    }
    targets.sort();
    Ok(targets)
}
