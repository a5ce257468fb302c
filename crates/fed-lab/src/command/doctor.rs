//! `fed-lab doctor`: where the calls of a program would go, before it makes any.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use fed_lab::{LabError, Surroundings, installed_aws_cli, reader_of, running_labs};

use super::exec::with_aws_cli;
use crate::aws_program::{self, AwsProgram};

/// The first botocore that reads `AWS_ENDPOINT_URL` (boto/botocore, `CHANGELOG.rst`).
const FIRST_BOTOCORE: (u32, u32) = (1, 31);
/// Prints the version of botocore that this Python would import, without running it.
const QUESTION: &str = "import importlib.metadata as m; print(m.version('botocore'))";
/// When others began to read it, in the words of the AWS SDKs and Tools Reference Guide,
/// "Service-specific endpoints".
const OTHERS: &str = "of the SDKs these read AWS_ENDPOINT_URL: Python (boto3 1.28), JavaScript 3, \
    Go 2, Java 2, Rust, .NET, Ruby 3, PHP 3; Go 1, Java 1 and JavaScript 2 do not";

/// A program, as `exec` would run it.
#[derive(Args)]
pub(crate) struct DoctorOptions {
    /// The command and its arguments, behind `--`; it is not run
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What was found out, and whether calls would leave the lab.
struct Report {
    leaves: bool,
}

impl Report {
    fn good(what: &str, text: &str) {
        anstream::println!("good   {what}: {text}");
    }

    fn broken(&mut self, what: &str, text: &str) {
        self.leaves = true;
        anstream::println!("broken {what}: {text}");
    }
}

/// Says where the calls of `aws` and of the program would go. Exits with 1 where they would
/// leave the lab.
pub(crate) async fn doctor(
    options: DoctorOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let mut report = Report { leaves: false };
    let own = installed_aws_cli(&surroundings.cache_dir);
    let search_path = own.and_then(|own| with_aws_cli(&surroundings.search_path, &own));
    let search_path = search_path.as_ref().unwrap_or(&surroundings.search_path);
    tell_endpoint(surroundings);
    tell_inherited();
    tell_aws(&mut report, search_path).await;
    if let Some(program) = options.command.first() {
        tell_program(&mut report, program, search_path).await;
    }
    Ok(ExitCode::from(u8::from(report.leaves)))
}

fn tell_endpoint(surroundings: &Surroundings) {
    let running = running_labs(&surroundings.cache_dir).into_iter().next().unwrap_or_default();
    match running.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL") {
        Some((_, gate)) => Report::good("endpoint", &format!("`{gate}`, of the lab that runs")),
        None => {
            Report::good("endpoint", "AWS_ENDPOINT_URL is the gate of the lab that `exec` starts")
        }
    }
    Report::good("profiles", "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are the lab's own");
}

/// Names alone: the values may be keys.
fn tell_inherited() {
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in set {
        if let Some(reader) = reader_of(&name) {
            Report::good(
                "unset",
                &format!("`{name}`, which is set here, is not passed on ({reader})"),
            );
        }
    }
}

async fn tell_aws(report: &mut Report, search_path: &OsStr) {
    match AwsProgram::find(search_path).await {
        None => Report::good("aws CLI", "none is on the search path"),
        Some(aws) => match aws.warning() {
            Some(warning) => report.broken("aws CLI", &warning),
            None => {
                let AwsProgram { path, version } = aws;
                Report::good(
                    "aws CLI",
                    &format!("`{}` {version} goes to the gate", path.display()),
                );
            }
        },
    }
}

async fn tell_program(report: &mut Report, program: &OsStr, search_path: &OsStr) {
    let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    let Some(path) = aws_program::on_path(program, search_path) else {
        report.broken(&name, "it is not on the search path");
        return;
    };
    if name == "aws" && Path::new(program).components().count() == 1 {
        return;
    }
    if name == "aws" {
        let folder = path.parent().map(Path::as_os_str).unwrap_or_default();
        tell_aws(report, folder).await;
        return;
    }
    if !name.starts_with("python") {
        Report::good(&name, &format!("`{}`; {OTHERS}", path.display()));
        return;
    }
    let Some(version) = aws_program::answer(&path, &["-c", QUESTION], search_path).await else {
        Report::good(&name, "it has no botocore");
        return;
    };
    let mut numbers = version.split('.').map_while(|part| part.parse::<u32>().ok());
    let number = numbers.next().zip(numbers.next());
    if number.is_some_and(|number| number >= FIRST_BOTOCORE) {
        Report::good(&name, &format!("botocore {version} goes to the gate"));
    } else {
        let text = format!(
            "botocore {version} ignores AWS_ENDPOINT_URL and would call the real AWS; use 1.31 \
             (boto3 1.28) or newer, or give its clients endpoint_url"
        );
        report.broken(&name, &text);
    }
}
