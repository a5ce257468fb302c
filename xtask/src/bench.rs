//! `cargo xtask bench`: every benchmark of the workspace, one after another.

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask bench [NAME]

Runs the benchmarks in crates/*/benches, or those whose name contains NAME, in
the release profile. Each prints its own table.
";

/// Runs what is in `crates/*/benches`.
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
    eprintln!("bench: {} benchmarks, built optimized first", benches.len());
    if benches.is_empty() {
        return Err(Failure::new(format!("no benchmark in `crates/*/benches` matches `{wanted}`")));
    }
    for (package, bench) in &benches {
        process::run(&mut process::cargo(["bench", "-p", package, "--bench", bench]))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Package and name of each benchmark, sorted.
fn all() -> Result<Vec<(String, String)>, Failure> {
    let read = |path: &std::path::Path| -> std::io::Result<Vec<std::path::PathBuf>> {
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
