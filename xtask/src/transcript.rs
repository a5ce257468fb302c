//! `cargo xtask transcript`: a terminal session of a newcomer, run against a lab and
//! written down as it went.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::{arguments, build, process};

const USAGE: &str = "\
Usage: cargo xtask transcript

Runs the commands of docs/transcript.md against a lab on this machine and writes the
document anew. Needs `curl` (which stands in for the browser) on the PATH.
";

/// What is typed, each with the words before it.
const SESSION: &[(&str, &str)] = &[
    (
        "From the file that Google offers for download to profiles for fed-cli and for every \
         other AWS tool. Only `--discovery-url` and `--account` are owed to the lab: its Google \
         is elsewhere, and nobody clicks.",
        "fed-cli setup --google-client-file ~/Downloads/client_secret.json \\
    --role-arn arn:aws:iam::278805249149:role/google-oidc-role --region ap-northeast-2 \\
    --discovery-url $FED_LAB_ISSUER_URL/.well-known/openid-configuration \\
    --account ada@example.com --aws-profile google",
    ),
    ("Neither file holds a secret.", "cat ~/.config/fed/config.toml ~/.aws/config"),
    (
        "The aws CLI asks fed-cli for credentials.",
        "aws ec2 describe-instances --profile google --output table \\
    --query 'Reservations[].Instances[].[InstanceId, InstanceType, KeyName, State.Name]'",
    ),
    ("What is kept now.", "fed-cli status"),
    (
        "Programs that know no profiles get the credentials in their environment.",
        "fed-cli exec -- aws sts get-caller-identity",
    ),
    ("The end.", "fed-cli logout"),
    ("", "fed-cli status"),
    (
        "From here on a person is needed again, and every AWS tool says so.",
        "aws sts get-caller-identity --profile google",
    ),
];

/// The client file, and a browser that follows redirects.
const PREPARATION: &str = r#"set -u
export PATH=~/.local/bin:"$PATH" AWS_CONFIG_FILE=~/.aws/config
printf '{"web": {"client_id": "%s", "client_secret": "%s", "redirect_uris": ["%s"]}}' \
    "$FED_LAB_CLIENT_ID" "$(cat "$FED_LAB_CLIENT_SECRET_FILE")" \
    http://127.0.0.1:3000/auth/google/callback >~/Downloads/client_secret.json
export BROWSER='curl -sSL -o /dev/null'
"#;

/// Runs the session and writes the document.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    if arguments::asks_help(arguments) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.is_empty() {
        return Err(Failure::usage("transcript takes no arguments", USAGE));
    }
    eprintln!("transcript: a session in a lab, written down ({})", build::forecast());
    build::programs()?;
    let home = std::env::temp_dir().join(format!("fed-transcript-{}", std::process::id()));
    let text = session(&home);
    // What cannot be removed is the system's to tidy up.
    let _ = fs::remove_dir_all(&home);
    let path = process::root().join("docs/transcript.md");
    fs::write(&path, text?)
        .map_err(|error| Failure::new(format!("could not write `{}`: {error}", path.display())))?;
    println!("docs/transcript.md written");
    Ok(ExitCode::SUCCESS)
}

fn session(home: &Path) -> Result<String, Failure> {
    let programs = home.join(".local/bin");
    let installed = fs::create_dir_all(&programs)
        .and_then(|()| fs::create_dir_all(home.join("Downloads")))
        .and_then(|()| {
            let name = format!("fed-cli{}", std::env::consts::EXE_SUFFIX);
            let built = process::built("fed-cli").map_err(std::io::Error::other)?;
            fs::copy(built, programs.join(name)).map(drop)
        });
    installed.map_err(|error| Failure::new(format!("could not prepare a home: {error}")))?;
    let mut lab = Command::new(process::built("fed-lab")?);
    lab.args(["exec", "--backend", "host", "--", "env"])
        .arg(format!("HOME={}", home.display()))
        .args(["sh", "-c", &script()]);
    let printed = process::output(&mut lab)?;
    Ok(document(&printed.replace(&home.display().to_string(), "~")))
}

/// Prints each command behind a `$`, then what it prints itself.
fn script() -> String {
    let mut script = String::from(PREPARATION);
    for (words, command) in SESSION {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        if !words.is_empty() {
            script.push_str(&format!("printf '%s\\n' {}\n", quoted(&format!("{SAYS}{words}"))));
        }
        script.push_str(&format!("printf '$ %s\\n' {}\n{command} 2>&1\n", quoted(command)));
    }
    script.push_str("true\n");
    script
}

/// Marks a line that is not the terminal's.
const SAYS: &str = "\u{1}";

/// The session as Markdown.
fn document(printed: &str) -> String {
    let mut text = String::from(
        "# A session\n\n<!-- Written by `cargo xtask transcript` from a run; do not edit. -->\n\n\
         Run in a lab as it stands here; the home folder is shown as `~`. The first command \
         waits until Ada has signed in in her browser.\n",
    );
    for part in printed.split(SAYS).filter(|part| !part.trim().is_empty()) {
        let (words, terminal) = part.split_once('\n').unwrap_or((part, ""));
        let lines: Vec<&str> = terminal.trim_end().lines().map(str::trim_end).collect();
        text.push_str(&format!("\n{words}\n\n```console\n{}\n```\n", lines.join("\n")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_what_was_said_and_what_the_terminal_showed() {
        let text = document("\u{1}One.\n$ a\nx  \n\n\u{1}Two.\n$ b\n$ c\ny\n");
        let (_, parts) = text.split_once("browser.\n").unwrap();
        assert_eq!(
            parts,
            "\nOne.\n\n```console\n$ a\nx\n```\n\nTwo.\n\n```console\n$ b\n$ c\ny\n```\n"
        );
    }

    #[test]
    fn every_command_is_shown_as_it_is_run() {
        let script = script();
        for (_, command) in SESSION {
            assert!(script.contains(&format!("\n{command} 2>&1\n")), "{command}");
        }
        assert!(script.contains(r"--query '\''Reservations"));
    }
}
