//! `cargo xtask bench`: every benchmark of the workspace, one after another.

mod credential_process;
mod growth;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask bench [NAME]

Runs the benchmarks in crates/*/benches and `credential-process` (fed-cli's start,
memory and size, beside an empty program and the aws CLI), or those whose name
contains NAME, in the release profile. Each prints its own table; a target that is
missed is an error. `growth` keeps its figures in reports/growth, draws them there, and
says which have moved since the figures that it finds there.
";

/// The benchmark of the program itself, which no crate's folder holds: it measures what a
/// release ships, and cargo builds that with other features for its own benchmarks.
const OF_THE_PROGRAM: &str = "credential-process";

/// Runs what is in `crates/*/benches`, then fed-cli's own.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = match arguments {
        [] => "",
        [name] => name.as_str(),
        _ => return Err(Failure::usage("bench takes one name at most", USAGE)),
    };
    let benches: Vec<(String, String)> =
        all()?.into_iter().filter(|(_, bench)| bench.contains(wanted)).collect();
    let program_too = OF_THE_PROGRAM.contains(wanted);
    let count = benches.len() + usize::from(program_too);
    if count == 0 {
        let found = format!("no benchmark in `crates/*/benches` matches `{wanted}`");
        return Err(Failure::new(format!("{found}, nor does `{OF_THE_PROGRAM}`")));
    }
    eprintln!("bench: {count} benchmarks, built optimized first");
    for (package, bench) in &benches {
        match bench.as_str() {
            growth::NAME => growth::run(package)?,
            _ => process::run(&mut process::cargo(["bench", "-p", package, "--bench", bench]))?,
        }
    }
    if program_too {
        credential_process::run()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Package and name of each benchmark, sorted.
fn all() -> Result<Vec<(String, String)>, Failure> {
    let read = |path: &Path| -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect()
    };
    let crates = process::root().join("crates");
    let packages = read(&crates)
        .map_err(|error| Failure::new(format!("could not read `{}`: {error}", crates.display())))?;
    let mut benches = Vec::new();
    for package in packages {
        // A package without benchmarks has no such folder.
        for file in read(&package.join("benches")).unwrap_or_default() {
            let is_rust = file.extension().is_some_and(|extension| extension == "rs")
                || file.join("main.rs").is_file();
            if let (true, Some(name), Some(bench)) =
                (is_rust, package.file_name(), file.file_stem())
            {
                benches.push((name.display().to_string(), bench.display().to_string()));
            }
        }
    }
    benches.sort();
    Ok(benches)
}
