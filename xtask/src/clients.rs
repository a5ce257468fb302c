//! `cargo xtask clients`: programs that nobody changed, in the lab by AWS's own names.

mod environments;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, build, process};
use table::Outcome;

/// The clients, and what runs them.
pub(crate) const FOLDER: &str = "crates/fed-lab/tests/clients";
const DOCUMENT: &str = "docs/clients.md";

const USAGE: &str = "\
Usage: cargo xtask clients [CLIENT…]

Runs the clients of crates/fed-lab/tests/clients/each against a lab on this machine: in
namespaces of their own (`--sealed`), and those that are known to go by a proxy by `--names`.
Each has to be answered by the lab, and may connect nowhere else. Without a CLIENT it runs
all, and writes docs/clients.md anew. Linux only; those whose program is not here are left out.
";

/// Runs them, by both ways.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let folder = process::root().join(FOLDER);
    for client in arguments {
        if !folder.join("each").join(format!("{client}.sh")).is_file() {
            return Err(Failure::usage(format!("there is no client `{client}`"), USAGE));
        }
    }
    build::programs()?;
    let [new, old] = environments::prepare(&folder)?;
    let mut outcomes = Vec::new();
    for way in ["sealed", "names"] {
        outcomes.push((way, in_lab(way, &folder, [&new, &old], arguments)?));
    }
    let mut failed = 0;
    for (way, outcomes) in &outcomes {
        let count = |what: &str| outcomes.iter().filter(|outcome| outcome.what == what).count();
        failed += count("failed");
        println!(
            "clients ({way}): {} passed, {} failed, {} skipped",
            count("passed"),
            count("failed"),
            count("left out")
        );
        let ran = count("passed") + count("failed");
        if ran == 0 && arguments.is_empty() {
            return Err(Failure::new(format!("no client ran by --{way}")));
        }
    }
    if failed == 0 && arguments.is_empty() {
        let document = process::root().join(DOCUMENT);
        fs::write(&document, table::document(&outcomes))
            .map_err(|error| Failure::new(format!("could not write `{DOCUMENT}`: {error}")))?;
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// What came of each client in a lab with this option.
fn in_lab(
    way: &str,
    folder: &Path,
    [new, old]: [&PathBuf; 2],
    clients: &[String],
) -> Result<Vec<Outcome>, Failure> {
    let programs = process::built("fed-lab")?;
    let results = programs.with_file_name(format!("clients-{way}.tsv"));
    let mut path = programs.parent().map(PathBuf::from).into_iter().collect::<Vec<_>>();
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path = std::env::join_paths(path)
        .map_err(|error| Failure::new(format!("could not extend the search path: {error}")))?;
    let mut lab = Command::new(&programs);
    lab.args(["exec", "--backend", "host", "--services", "iam,sts,ec2,s3,sqs"]);
    lab.args([&format!("--{way}"), "--", "bash"]).arg(folder.join("run")).arg(way).arg(&results);
    lab.args(clients).env("PATH", path).env("NEW", new).env("OLD", old);
    // A client that failed is in the results.
    let ended = process::run(&mut lab);
    let text = fs::read_to_string(&results).unwrap_or_default();
    let outcomes: Vec<Outcome> = text.lines().filter_map(Outcome::read).collect();
    match ended {
        Err(failure) if !outcomes.iter().any(|outcome| outcome.what == "failed") => Err(failure),
        _ => Ok(outcomes),
    }
}
