//! `cargo xtask fuzz`: each fuzz target for some seconds.

mod two_readers;

use std::fs;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::{arguments, process};

const USAGE: &str = "\
Usage: cargo xtask fuzz [--seconds N] [--target NAME]
       cargo xtask fuzz two-readers [--seed N] [--each N]

Runs the targets of fuzz/fuzz_targets one after another, 30 seconds each unless
told otherwise, with the words of fuzz/words.dict and what is in fuzz/seeds.
What breaks one is kept in fuzz/artifacts. Needs cargo-fuzz; a nightly compiler
it needs not.

two-readers sends hostile requests, made from AWS's models with --seed, --each of every
operation, through the gate and lets LocalStack's and moto's own readers read what is
forwarded. Their packages are installed into target/two-readers the first time.
";

/// Runs the targets of `fuzz/`, a workspace of its own.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((first, rest)) = arguments.split_first()
        && first == "two-readers"
    {
        return two_readers::run(rest, USAGE);
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
    if let Some(only) = only {
        if !targets.contains(&only) {
            let known = targets.join(", ");
            let message = format!("expected a target out of {known}, found `{only}`");
            return Err(Failure::usage(message, USAGE));
        }
        targets = vec![only];
    }
    process::output(&mut process::cargo(["fuzz", "--version"])).map_err(|_| {
        Failure::new("cargo has no `fuzz`, expected cargo-fuzz to be installed")
            .hint("cargo install --locked cargo-fuzz")
    })?;
    eprintln!("fuzz: {seconds} s for each of {}, built first", targets.join(", "));
    let limit = format!("-max_total_time={seconds}");
    let dictionary = format!("-dict={}", process::root().join("fuzz/words.dict").display());
    for target in &targets {
        let mut fuzz = process::cargo(["fuzz", "run", target]);
        let seeds = process::root().join("fuzz/seeds").join(target);
        if seeds.is_dir() {
            // What is found is kept in the first folder, the corpus; the second is read.
            let corpus = process::root().join("fuzz/corpus").join(target);
            fs::create_dir_all(&corpus).map_err(|error| {
                Failure::new(format!("could not create `{}`: {error}", corpus.display()))
            })?;
            fuzz.arg(corpus).arg(seeds);
        }
        // By the clock, so a machine that is busy needs the patience; what hangs hangs.
        fuzz.args(["--", &limit, &dictionary, "-timeout=60"]);
        // The sanitizer's flag is a nightly one; the stable compiler knows it as well.
        process::run(fuzz.env("RUSTC_BOOTSTRAP", "1"))?;
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
