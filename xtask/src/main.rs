//! The project's own commands, `cargo xtask COMMAND`: one file each, standard
//! library only, so that the first line appears within seconds on a machine
//! that has built nothing yet.

mod arguments;
mod bench;
mod book;
mod build;
mod ci;
mod clients;
mod codegen;
mod data;
mod e2e;
mod failure;
mod fuzz;
mod image;
mod lab;
mod mutants;
mod own_folder;
mod pictures;
mod process;
mod public_api;
mod release;
mod snippets;
mod sweep;
mod test;
mod transcript;

use std::process::ExitCode;

use crate::failure::Failure;

const USAGE: &str = "\
Usage: cargo xtask COMMAND [OPTIONS]

Commands:
  e2e         Run the features end to end: LocalStack, fake Google, gate, aws CLI, fed-cli
  test        Everything the README promises: tidy, unit, crate and conformance tests, then e2e
  ci          What the pipeline runs, on this machine (.ci/run)
  clients     Run programs that nobody changed in a lab by AWS's own names
  lab         Start a lab: what follows goes to fed-lab
  image       Make the LocalStack image: pulled or, without a registry, built
  bench       Run the benchmarks
  fuzz        Run the fuzz targets for some seconds each
  mutants     Break the code on purpose, and hold what no test notices against docs/mutants.md
  book        Make a site of the documents, and follow its links
  codegen     Write the generated documents, or --check them
  public-api  Hold what the libraries give to others against the last release
  data        Make the data of AWS anew from the packages it is pinned to
  pictures    Make the pictures of the documents anew
  release     What the release workflow would publish, made here (--dry-run)
  snippets    Type what README and guides show, in labs, and compare what comes
  sweep       Call AWS with exactly the permissions it asks for, without them and in spite of them
  transcript  Run a person's session against a lab and write it down, or check it

`cargo xtask COMMAND --help` tells more.
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(mut arguments: Vec<String>) -> Result<ExitCode, Failure> {
    if arguments.is_empty() {
        eprint!("{USAGE}");
        return Ok(ExitCode::from(2));
    }
    let command = arguments.remove(0);
    match command.as_str() {
        "e2e" => e2e::run(&arguments),
        "test" => test::run(&arguments),
        "ci" => ci::run(&arguments),
        "clients" => clients::run(&arguments),
        "lab" => lab::run(&arguments),
        "image" => image::run(&arguments),
        "bench" => bench::run(&arguments),
        "fuzz" => fuzz::run(&arguments),
        "mutants" => mutants::run(&arguments),
        "book" => book::run(&arguments),
        "codegen" => codegen::run(&arguments),
        "data" => data::run(&arguments),
        "public-api" => public_api::run(&arguments),
        "pictures" => pictures::run(&arguments),
        "release" => release::run(&arguments),
        "snippets" => snippets::run(&arguments),
        "sweep" => sweep::run(&arguments),
        "transcript" => transcript::run(&arguments),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => Err(Failure::usage(format!("there is no command `{unknown}`"), USAGE)),
    }
}
