//! `cargo xtask sweep`: what the aws CLI may do with exactly the permission that AWS asks for, without
//! it, and in spite of it.

mod cases;
mod table;

use std::fs;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{build, process};
use cases::FOLDER;
use table::{DOCUMENT, Outcome};

/// Backends of the lab, and the emulator behind each.
const BACKENDS: [(&str, &str); 2] = [("host", "localstack"), ("external", "moto")];

const USAGE: &str = "\
Usage: cargo xtask sweep [--backend host|external] [SERVICE…]

Runs the cases of xtask/src/sweep/cases in labs, in front of LocalStack on this machine (host) and of
moto (external), by the aws CLI that the lab installs: each directly, by a role with exactly the
permission that AWS asks for, by one without it and by one that is denied it. SERVICE is the name of a
file there. Without a backend and a SERVICE it runs all, and writes docs/least-privilege.md anew.
";

/// Runs them, and fails where one came out otherwise than it has to.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if crate::arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let (backends, services) = wanted(arguments)?;
    eprintln!("sweep: the aws CLI in labs, with the least that it needs ({})", build::forecast());
    build::programs()?;
    let mut sections = Vec::new();
    let mut failed = 0;
    for (backend, emulator) in backends {
        let outcomes = in_lab(backend, emulator, &services)?;
        let faults: Vec<_> = outcomes.iter().filter_map(Outcome::fault).collect();
        for fault in &faults {
            eprintln!("{fault}");
        }
        failed += faults.len();
        let passed = outcomes.len() - faults.len();
        println!("sweep ({emulator}): {passed} passed, {} failed", faults.len());
        sections.push((emulator, outcomes));
    }
    if sections.iter().all(|(_, outcomes)| outcomes.is_empty()) {
        return Err(Failure::new("no case ran: none of these services is behind that backend"));
    }
    if failed == 0 && arguments.is_empty() {
        let path = process::root().join(DOCUMENT);
        fs::write(&path, table::document(&sections))
            .map_err(|error| Failure::new(format!("could not write `{DOCUMENT}`: {error}")))?;
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

type Backend = (&'static str, &'static str);

/// The backends to run in, and the services of which: none are all.
fn wanted(arguments: &[String]) -> Result<(Vec<Backend>, Vec<String>), Failure> {
    let (mut backends, mut services) = (BACKENDS.to_vec(), Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--backend" {
            let given = rest.next().map_or("", String::as_str);
            backends.retain(|(backend, _)| *backend == given);
        } else {
            services.push(argument.clone());
        }
    }
    if backends.is_empty() {
        return Err(Failure::usage("`--backend` takes `host` or `external`", USAGE));
    }
    for service in &services {
        if !cases::file(service).is_file() {
            return Err(Failure::usage(format!("there are no cases of `{service}`"), USAGE));
        }
    }
    Ok((backends, services))
}

/// What came of each case in a lab of its own.
fn in_lab(backend: &str, emulator: &str, services: &[String]) -> Result<Vec<Outcome>, Failure> {
    let place = OwnFolder::new("sweep")?;
    let results = place.path().join("results.tsv");
    let folder = process::root().join(FOLDER);
    let mut lab = Command::new(process::built("fed-lab")?);
    lab.args(["exec", "--backend", backend, "--seed", "none"]);
    if emulator == "localstack" {
        lab.args(["--services", &cases::in_localstack()?.join(",")]);
    }
    // The interpreter of the lab's own aws CLI.
    lab.args(["--", "sh", "-c", r#"exec "${FED_LAB_AWS_CLI%/*}/../bin/python" -I "$@""#, "sweep"]);
    lab.arg(folder.join("run.py")).arg(folder.join("cases")).arg(&results).arg(emulator);
    process::run(lab.args(services))?;
    let text = fs::read_to_string(&results)
        .map_err(|error| Failure::new(format!("could not read what came of it: {error}")))?;
    text.lines().map(Outcome::read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Result<(Vec<Backend>, Vec<String>), String> {
        let arguments: Vec<_> = arguments.iter().map(|&text| text.to_owned()).collect();
        wanted(&arguments).map_err(|failure| failure.to_string())
    }

    #[test]
    fn backends_and_services_are_chosen() {
        assert_eq!(given(&[]).unwrap(), (BACKENDS.to_vec(), Vec::new()));
        let (backends, services) = given(&["--backend", "host", "sqs", "sns"]).unwrap();
        assert_eq!(backends, [("host", "localstack")]);
        assert_eq!(services, ["sqs", "sns"]);
        assert_eq!(
            given(&["--backend", "aws"]).unwrap_err(),
            "`--backend` takes `host` or `external`"
        );
        assert_eq!(given(&["--backend"]).unwrap_err(), "`--backend` takes `host` or `external`");
        assert_eq!(given(&["sqx"]).unwrap_err(), "there are no cases of `sqx`");
    }
}
