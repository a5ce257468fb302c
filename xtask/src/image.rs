//! `cargo xtask image`: the LocalStack image for the container backend.

use std::process::{Command, ExitCode, Stdio};

use crate::failure::Failure;
use crate::{arguments, process};

/// As in crates/fed-lab: the last LocalStack that runs on every Python from 3.10.
const IMAGE: &str = "localstack/localstack:4.13.1";

const USAGE: &str = "\
Usage: cargo xtask image [--image NAME:TAG] [--from any|registry|debian]

Sees that the Docker engine has the LocalStack image: it is there, or it is
pulled, or it is built under the same name from Debian and PyPI packages.

  --from registry  Pull it, or fail
  --from debian    Build it, even if it is there
";

/// Finds, pulls or builds the image.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let (mut image, mut from) = (IMAGE.to_owned(), "any".to_owned());
    for (name, value) in arguments::options(arguments, &["--image", "--from"], USAGE)? {
        if name == "--image" {
            image = value;
        } else {
            from = value;
        }
    }
    eprintln!("image: {image} (there: at once; pulled: a minute; built: two or three)");
    engine()?;
    let present = || quiet(docker().args(["image", "inspect", &image]));
    match from.as_str() {
        "any" if present() => eprintln!("the engine has it"),
        "any" if process::run(docker().args(["pull", "--quiet", &image])).is_ok() => {}
        "any" => {
            eprintln!("it cannot be pulled here: building it");
            build(&image)?;
        }
        "registry" => process::run(docker().args(["pull", "--quiet", &image]))?,
        "debian" => build(&image)?,
        other => return Err(Failure::usage(format!("`--from {other}` is not known"), USAGE)),
    }
    if !present() {
        return Err(Failure::new(format!("the engine still has no image `{image}`")));
    }
    println!("{image} is ready for `cargo xtask e2e --backend container`");
    Ok(ExitCode::SUCCESS)
}

fn build(image: &str) -> Result<(), Failure> {
    let script = process::root().join("docker/localstack/build.sh");
    process::run(Command::new("bash").arg(script).arg(image).current_dir(process::root()))
}

fn engine() -> Result<(), Failure> {
    if quiet(docker().args(["version", "--format", "{{.Server.Version}}"])) {
        return Ok(());
    }
    Err(Failure::new("there is no Docker engine to give the image to")
        .hint("start one, or run `cargo xtask e2e --backend host`, which needs none"))
}

fn docker() -> Command {
    Command::new("docker")
}

fn quiet(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
