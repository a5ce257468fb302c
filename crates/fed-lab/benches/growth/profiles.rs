//! `fed-cli` with so many profiles in its file, of which the middle one is asked for and has no
//! token: what is measured is the program's start and the reading of the file. Beside it the aws CLI
//! of the search path, which is asked for the region of the middle one, and a program that does nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Failure, tell, timed};

pub(crate) fn row(sizes: &[usize]) -> Result<(), Failure> {
    let program = Path::new(env!("CARGO_BIN_EXE_fed-lab")).with_file_name("fed-cli");
    if !program.is_file() {
        eprintln!("profiles are left out: `{}` is not built", program.display());
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let file = home.path().join("config.toml");
    for &size in sizes {
        let all: String = (0..size).map(profile).collect();
        fs::write(&file, all)?;
        let mut command = Command::new(&program);
        command.args(["credential-process", "--profile", &format!("p{}", size / 2)]);
        command.env_clear().env("HOME", home.path()).env("FED_CONFIG", &file);
        let times = timed(|| {
            let told = String::from_utf8(command.output()?.stderr)?;
            match told.contains("no-token") {
                true => Ok(()),
                false => Err(format!("expected that the token is missed, found: {told}").into()),
            }
        })?;
        tell("profiles", size, times);
    }
    of_the_aws_cli(home.path(), sizes)?;
    let mut nothing = Command::new("true");
    tell("an empty program", 1, timed(|| Ok(nothing.output().map(drop)?))?);
    Ok(())
}

fn of_the_aws_cli(home: &Path, sizes: &[usize]) -> Result<(), Failure> {
    if Command::new("aws").arg("--version").output().is_err() {
        eprintln!("the aws CLI is left out: there is none on the search path");
        return Ok(());
    }
    let file = home.join("aws-config");
    for &size in sizes {
        let profile = |number| format!("[profile p{number}]\nregion = ap-northeast-2\n\n");
        fs::write(&file, (0..size).map(profile).collect::<String>())?;
        let mut command = Command::new("aws");
        command.args(["configure", "get", "region", "--profile", &format!("p{}", size / 2)]);
        command.env("HOME", home).env("AWS_CONFIG_FILE", &file);
        let times = timed(|| match command.output()?.stdout == b"ap-northeast-2\n" {
            true => Ok(()),
            false => Err("expected the profile's region from the aws CLI".into()),
        })?;
        tell("profiles of the aws CLI", size, times);
    }
    Ok(())
}

fn profile(number: usize) -> String {
    format!(
        "[profile.p{number}]\nissuer = 'https://accounts.google.com'\nsource = 'file'\n\
         token_file = 'no-token'\nrole_arn = 'arn:aws:iam::278805249149:role/r'\n\
         region = 'ap-northeast-2'\n\n"
    )
}
