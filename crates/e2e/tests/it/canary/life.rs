//! The life of a profile, every command of it at `-vvv`.

mod chromium;

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::journal::{Journal, Kind};
use crate::emulator::SIGNIN_TOKEN;
use crate::stand::{CLIENT, CLIENT_SECRET, ROLE, Stand};

/// The name of the command that `exec` runs: its environment holds the credentials.
pub(super) const EXEC_CHILD: &str = "exec-child";

/// What a command's stdout is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stdout {
    /// For everybody's eyes.
    Public,
    /// For whoever asked for the secret.
    Secret,
}

/// From `setup` to `console`.
pub(super) fn whole(stand: &Stand, journal: &mut Journal) {
    plant(stand, journal);
    let setup = [
        "setup",
        "--no-sign-in",
        "--profile=work",
        "--google-client-file=client_secret.json",
        "--region=ap-northeast-2",
        "--aws-profile=work",
    ];
    let role = format!("--role-arn={ROLE}");
    run(stand, journal, &[&setup[..], &[&role]].concat(), Stdout::Public);
    chromium::login(stand, journal);
    sign_in(stand, journal, &["login"], Stdout::Public);
    sign_in(stand, journal, &["token"], Stdout::Public);
    let printed = sign_in(stand, journal, &["token", "--show-secrets"], Stdout::Secret);
    harvest(&serde_json::from_slice(&printed.stdout).unwrap(), journal);
    for words in [&["token", "--raw"][..], &["credential-process"], &["assume"], &["console"]] {
        run(stand, journal, words, Stdout::Secret);
    }
    for format in ["sh", "fish", "powershell", "cmd", "dotenv", "json"] {
        run(stand, journal, &["env", "--format", format], Stdout::Secret);
    }
    for words in [
        &["probe"][..],
        &["probe", "--output", "json"],
        &["status"],
        &["status", "--output", "json"],
        &["doctor"],
        &["explain"],
        &["bootstrap", "export", "--subject", "1", "--format", "aws-cli"],
    ] {
        run_as_administrator(stand, journal, words);
    }
    exec(stand, journal);
    secret_of_a_command(stand, journal);
    files(stand, journal);
}

/// `logout`, and what is left.
pub(super) fn end(stand: &Stand, journal: &mut Journal) {
    stand.issuer.clear_faults();
    stand.configure("");
    sign_in(stand, journal, &["login"], Stdout::Public);
    run(stand, journal, &["credential-process"], Stdout::Secret);
    files(stand, journal);
    run(stand, journal, &["logout"], Stdout::Public);
    run(stand, journal, &["status"], Stdout::Public);
    walk(&stand.path(".local"), &mut |path| {
        if path.is_file() {
            let name = format!("`{}` after logout", path.display());
            journal.look(Kind::File, name, &std::fs::read(path).unwrap());
        }
    });
}

/// Secrets that are known from the start.
fn plant(stand: &Stand, journal: &mut Journal) {
    journal.secret("client secret", CLIENT_SECRET);
    let basic = STANDARD.encode(format!("{CLIENT}:{CLIENT_SECRET}"));
    journal.secret("client secret in a Basic header", &basic);
    journal.secret("sign-in token of the console", SIGNIN_TOKEN);
    let administrator = stand.root.secret_access_key.expose();
    journal.secret("administrator's secret access key", administrator);
    let keys = format!(
        "[admin]\naws_access_key_id = {}\naws_secret_access_key = {administrator}\n",
        stand.root.access_key_id
    );
    stand.file(".aws/credentials", &keys);
}

fn command(stand: &Stand, words: &[&str]) -> Command {
    let mut command = stand.command(&[&["-vvv"], words].concat());
    command.env("FED_PROFILE", "google").env("AWS_ENDPOINT_URL_SIGNIN", &stand.emulator);
    command
}

/// Runs a command that is done, and looks at what it said.
fn run(stand: &Stand, journal: &mut Journal, words: &[&str], stdout: Stdout) -> Output {
    let output = command(stand, words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    told(stand, journal, &words.join(" "), &output, stdout);
    output
}

/// With the keys that may manage IAM; whether it comes to an end here is its own affair.
fn run_as_administrator(stand: &Stand, journal: &mut Journal, words: &[&str]) {
    let mut command = command(stand, words);
    let output = command.env("AWS_PROFILE", "admin").output().unwrap();
    told(stand, journal, &words.join(" "), &output, Stdout::Public);
}

/// Runs a command for which Ada signs in.
pub(super) fn sign_in(
    stand: &Stand,
    journal: &mut Journal,
    words: &[&str],
    stdout: Stdout,
) -> Output {
    let words = [words, &["--no-browser"]].concat();
    let signed_in = stand.sign_in(command(stand, &words));
    let name = words.join(" ");
    let callback = reqwest::Url::parse(&signed_in.callback).unwrap();
    let code = callback.query_pairs().find(|(name, _)| name == "code");
    if let Some((_, code)) = code {
        journal.secret("authorization code", &code);
    }
    journal.look(Kind::Page, format!("page of `{name}`"), signed_in.page.as_bytes());
    told(stand, journal, &name, &signed_in.output, stdout);
    signed_in.output
}

/// Looks at what a command said, and learns the secrets that it left in the store.
pub(super) fn told(
    stand: &Stand,
    journal: &mut Journal,
    name: &str,
    output: &Output,
    stdout: Stdout,
) {
    journal.look(Kind::Told, format!("stderr of `{name}`"), &output.stderr);
    match stdout {
        Stdout::Public => {
            journal.look(Kind::Told, format!("stdout of `{name}`"), &output.stdout);
        }
        Stdout::Secret => journal.except(format!("stdout of `{name}`"), &output.stdout),
    }
    walk(&stand.path(".local"), &mut |path| {
        if let Some(document) = read_json(path) {
            harvest(&document, journal);
        }
    });
}

fn read_json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Learns the secrets in a JSON document.
fn harvest(document: &Value, journal: &mut Journal) {
    const NAMES: [(&str, &str); 6] = [
        ("access_token", "access token"),
        ("refresh_token", "refresh token"),
        ("id_token", "ID token"),
        ("IDToken", "ID token"),
        ("secret_access_key", "secret access key"),
        ("session_token", "session token"),
    ];
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                let known = NAMES.iter().find(|(known, _)| known == name);
                match (known, value) {
                    (Some((_, what)), Value::String(secret)) => journal.secret(what, secret),
                    _ => harvest(value, journal),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| harvest(item, journal)),
        _ => {}
    }
}

/// What `exec` runs sees the credentials in its environment, and not in its arguments.
fn exec(stand: &Stand, journal: &mut Journal) {
    // Nothing but the shell itself: what it started would have the same environment.
    let child = stand.script(EXEC_CHILD, "echo \"$0 $@\"; export -p >&2");
    let output = command(stand, &["exec", "--", child.to_str().unwrap(), "argument"]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (environment, logged): (Vec<&str>, Vec<&str>) =
        stderr.lines().partition(|line| line.starts_with("export "));
    journal.look(Kind::Argv, "arguments of what `exec` runs", &output.stdout);
    journal.look(Kind::Told, "stderr of `exec`", logged.join("\n").as_bytes());
    journal.except("environment of what `exec` runs", environment.join("\n").as_bytes());
}

/// `client_secret_command` sees no secret but the one it gives.
fn secret_of_a_command(stand: &Stand, journal: &mut Journal) {
    let record = stand.path("secret-command.record");
    let script = stand.script(
        "secret-command",
        &format!(
            "{{ tr '\\0' ' ' < /proc/$$/cmdline; env; }} >> '{}'\n\
             sed 's/.*client_secret\":\"//; s/\".*//' client_secret.json",
            record.display()
        ),
    );
    stand.configure(&format!(
        "client_secret_file =\nclient_id = \"{CLIENT}\"\nclient_secret_command = [\"{}\"]",
        script.display()
    ));
    sign_in(stand, journal, &["login"], Stdout::Public);
    run(stand, journal, &["credential-process"], Stdout::Secret);
    let recorded = std::fs::read(record).unwrap();
    journal.look(Kind::Environ, "environment of `client_secret_command`", &recorded);
    stand.configure("");
}

/// Every file that was written, and every mode.
pub(super) fn files(stand: &Stand, journal: &mut Journal) {
    for folder in [".config", ".aws", ".local", "tmp"] {
        walk(&stand.path(folder), &mut |path| {
            journal.private(path);
            let name = path.strip_prefix(stand.home.path()).unwrap().display().to_string();
            if path.is_dir() || name == ".aws/credentials" {
                return;
            }
            let bytes = std::fs::read(path).unwrap();
            let is_kept = name.starts_with(".local/state/fed/") && holds_secrets(&bytes);
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") if is_kept => {
                    journal.except("entries of the store (0600, in a folder of 0700)", &bytes);
                }
                Some("set-aside") if is_kept => {
                    journal.except("damaged entries set aside (0600)", &bytes);
                }
                _ => journal.look(Kind::File, format!("file `{name}`"), &bytes),
            }
        });
    }
}

/// Whether an entry, be it a damaged one, holds more than the memory of a failure.
fn holds_secrets(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    ["refresh_token", "id_token", "secret_access_key"]
        .iter()
        .any(|name| text.contains(&format!("\"{name}\":\"")))
}

fn walk(path: &Path, visit: &mut dyn FnMut(&Path)) {
    if path.symlink_metadata().is_err() {
        return;
    }
    visit(path);
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().for_each(|path| walk(path, visit));
    }
}
