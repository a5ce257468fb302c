//! The command line of `credential-process` by itself: SDKs start it again and again, and
//! to describe all the other commands takes longer than to read a fresh entry.

use std::ffi::OsString;

use clap::Parser;

use super::{Arguments, Command};
use crate::arguments::GlobalArguments;
use crate::commands::credential_process::CredentialProcessArguments;
use crate::settings::Asking;

const NAME: &str = "credential-process";

#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    global: GlobalArguments,
    #[command(flatten)]
    arguments: CredentialProcessArguments,
}

/// Reads `fed-cli credential-process …`, the program's name first. `None` for any other
/// command and for whatever has to be told, such as help or a mistake: the whole command
/// line's definition knows how.
pub(crate) fn read_credential_process(words: &[OsString]) -> Option<Arguments> {
    let [program, command, rest @ ..] = words else { return None };
    if command != NAME {
        return None;
    }
    let alone = match usual(rest) {
        Some(alone) => alone,
        None => Alone::try_parse_from(std::iter::once(program).chain(rest)).ok()?,
    };
    let command = Command::CredentialProcess(alone.arguments);
    Some(Arguments { global: alone.global, command })
}

/// What `setup` writes into `~/.aws/config`, and what most SDKs therefore run: no option but
/// the profile. `None` for anything else.
fn usual(rest: &[OsString]) -> Option<Alone> {
    let profile = match rest {
        [] => None,
        [option, name] if option == "--profile" => {
            Some(name.to_str().filter(|name| !name.is_empty() && !name.starts_with('-'))?)
        }
        _ => return None,
    };
    let profile = profile.map(str::to_owned);
    let mut arguments = CredentialProcessArguments::default();
    arguments.sign_in.login_timeout = Asking::TIMEOUT;
    Some(Alone { global: GlobalArguments { profile, ..Default::default() }, arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(line: &str) -> Option<Arguments> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        read_credential_process(&words)
    }

    #[test]
    fn what_it_reads_means_the_same_as_in_the_whole() {
        for line in [
            "fed-cli credential-process",
            "fed-cli credential-process --profile google",
            "fed-cli credential-process -p google -vv --color never --config /c.toml",
            "fed-cli credential-process --profile=a --role-arn arn:aws:iam::1:role/r --duration 1h",
            "fed-cli credential-process --endpoint-url http://127.0.0.1:1 --region r --no-browser",
            "fed-cli credential-process --web-identity-token-file - --login-timeout 10s",
        ] {
            let whole = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(format!("{:?}", alone(line).unwrap()), format!("{whole:?}"), "{line}");
        }
    }

    #[test]
    fn only_the_usual_is_read_without_a_definition() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert!(usual(&[]).is_some() && usual(&words("--profile google")).is_some());
        for line in ["--profile", "--profile -p", "--profile ", "-p google", "--profile a b", "-h"]
        {
            assert!(usual(&words(line)).is_none(), "{line}");
        }
    }

    #[test]
    fn what_has_to_be_told_is_left_to_the_whole() {
        for line in [
            "fed-cli",
            "fed-cli --profile google credential-process",
            "fed-cli credential-proces",
            "fed-cli exec -- credential-process",
            "fed-cli credential-process --help",
            "fed-cli credential-process -h",
            "fed-cli credential-process --version",
            "fed-cli credential-process --nonsense",
            "fed-cli credential-process more",
            "fed-cli credential-process --profile",
            "fed-cli credential-process --source file --web-identity-token-file -",
        ] {
            assert!(alone(line).is_none(), "{line}");
        }
    }
}
