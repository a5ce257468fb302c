//! Labs in the background: found by name, two at once, ended, and nothing left of them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::machine::Machine;
use crate::sealing::emulator;

/// How long something that has to happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Labs {
    machine: Machine,
    emulator: String,
}

impl Labs {
    fn new() -> Self {
        Self { machine: Machine::new(), emulator: emulator() }
    }

    fn up(&self, options: &[&str]) -> Command {
        let on = ["up", "--backend", "external", "--endpoint", &self.emulator, "--seed", "none"];
        self.machine.command(&[&on[..], options].concat())
    }

    fn run(&self, arguments: &[&str]) -> String {
        said(&self.machine.fed_lab(arguments))
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.run(&["status", "--output", "json"])).unwrap()
    }

    fn variables(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).unwrap()
    }

    /// Folders of labs, alive or dead.
    fn folders(&self) -> usize {
        let entries = fs::read_dir(self.machine.path(".cache/fed/lab/runs")).unwrap().flatten();
        entries.filter(|entry| entry.path().is_dir()).count()
    }
}

/// Whatever a test leaves running ends with it.
impl Drop for Labs {
    fn drop(&mut self) {
        let _ = self.machine.fed_lab(&["down", "--all"]);
    }
}

/// Standard output of a command that succeeds.
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn until(what: &str, happened: impl Fn() -> bool) {
    let began = Instant::now();
    while !happened() {
        assert!(began.elapsed() < PATIENCE, "{what} did not happen");
        std::thread::yield_now();
    }
}

fn is_there(process: &Value) -> bool {
    fs::exists(format!("/proc/{process}")).unwrap()
}

#[test]
fn two_labs_at_once_are_told_apart_by_name_and_leave_nothing() {
    let labs = Labs::new();
    for name in ["shop", "till"] {
        let output = labs.up(&["--detach", "--name", name]).output().unwrap();
        assert_eq!(said(&output), "", "only data goes to stdout");
    }
    let status = labs.status();
    let names: Vec<&Value> =
        status["running"].as_array().unwrap().iter().map(|lab| &lab["name"]).collect();
    assert_eq!(names, ["till", "shop"]);
    let gate_of = |name| {
        labs.variables(&["env", "--format", "json", "--name", name])["AWS_ENDPOINT_URL"].clone()
    };
    assert_eq!(gate_of("shop"), status["running"][1]["gate_url"]);
    assert_eq!(gate_of("till"), status["running"][0]["gate_url"]);

    let taken = labs.up(&["--detach", "--name", "shop"]).output().unwrap();
    insta::assert_snapshot!(labs.machine.seen(&taken), @r"
    error: a lab named `shop` is running already

    hint: give it another name with --name, or end the other: fed-lab down
    exit code 1
    ");
    insta::assert_snapshot!(labs.machine.seen(&labs.machine.fed_lab(&["down"])), @r"
    error: expected one running lab, found 2: till, shop

    hint: choose one with --name NAME
    exit code 1
    ");
    insta::assert_snapshot!(labs.machine.seen(&labs.machine.fed_lab(&["env", "--name", "x"])), @r"
    error: expected a running lab named `x`, found none

    hint: fed-lab status shows those that run
    exit code 1
    ");

    let processes = [&status["running"][0]["process"], &status["running"][1]["process"]];
    assert!(processes.into_iter().all(is_there));
    labs.run(&["down", "--name", "shop"]);
    assert_eq!(labs.status()["running"][0]["name"], "till");
    labs.run(&["down"]);
    assert_eq!(labs.folders(), 0);
    until("the end of their processes", || !processes.into_iter().any(is_there));
    insta::assert_snapshot!(labs.machine.seen(&labs.machine.fed_lab(&["down"])), @r"
    error: expected a running lab, found none

    hint: start one in another terminal: fed-lab up
    exit code 1
    ");
}

#[test]
fn a_lab_that_cannot_start_in_the_background_says_why() {
    let labs = Labs::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = labs.up(&["--detach", "--gate-port", &port]).output().unwrap();
    insta::assert_snapshot!(labs.machine.seen(&output).replace(&port, "[port]"), @r"
    error: tried to listen on `127.0.0.1:[port]` for the gate
      caused by: Address already in use

    hint: leave the port out to get a free one, or end what listens there
    exit code 1
    ");
    assert_eq!(labs.folders(), 0);
}

#[test]
fn a_lab_ends_with_the_process_that_it_belongs_to() {
    let labs = Labs::new();
    let mut owner = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let number = owner.id().to_string();
    said(&labs.up(&["--detach", "--ends-with", &number]).output().unwrap());
    assert_eq!(labs.status()["running"].as_array().unwrap().len(), 1);
    drop(owner.stdin.take());
    owner.wait().unwrap();
    until("the lab's end", || labs.folders() == 0);
}

#[test]
fn a_lab_that_was_killed_is_recognised_and_what_it_left_is_removed() {
    let labs = Labs::new();
    said(&labs.up(&["--detach", "--name", "shop"]).output().unwrap());
    let process = labs.status()["running"][0]["process"].clone();
    let kill = Command::new("kill").args(["-9", &process.to_string()]).status().unwrap();
    assert!(kill.success());
    until("its death", || {
        let status = labs.machine.fed_lab(&["status"]);
        String::from_utf8_lossy(&status.stderr).contains("no lab is running")
    });
    let dead = labs.status()["dead"][0].as_str().unwrap().to_owned();
    assert!(dead.starts_with(&format!("lab-{process}-")), "{dead}");

    let down = labs.machine.fed_lab(&["down"]);
    assert_eq!(
        labs.machine.seen(&down),
        format!("removed: what `{dead}` left when it died\nexit code 0")
    );
    assert_eq!(labs.folders(), 0);
    // Its name is free.
    said(&labs.up(&["--detach", "--name", "shop"]).output().unwrap());
}

#[test]
fn a_shell_opens_an_account_and_closes_it() {
    let labs = Labs::new();
    said(&labs.up(&["--detach"]).output().unwrap());
    let account = labs.variables(&["account", "new", "--format", "json"]);
    let names: Vec<&String> = account.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["FED_LAB_ACCOUNT_ID", "FED_LAB_ADMIN_ACCESS_KEY_ID", "FED_LAB_ADMIN_SECRET_ACCESS_KEY"]
    );
    let id = account["FED_LAB_ACCOUNT_ID"].as_str().unwrap();
    let first = labs.variables(&["env", "--format", "json"])["FED_LAB_ACCOUNT_ID"].clone();
    assert_ne!(first, id);
    assert_eq!(labs.status()["running"][0]["accounts"], 2);
    labs.run(&["account", "close", id]);
    assert_eq!(
        labs.machine.seen(&labs.machine.fed_lab(&["reset", id])).lines().next().unwrap(),
        format!("error: expected an account of this lab, found `{id}`")
    );
    assert_eq!(
        labs.machine.seen(&labs.machine.fed_lab(&["account", "close", first.as_str().unwrap()])),
        format!(
            "error: `{}` is the account that the lab began with, and ends with it\n\n\
             hint: fed-lab reset takes everything out of it\nexit code 1",
            first.as_str().unwrap()
        )
    );
}

/// What a lab in the background logs is in a file that others cannot read.
#[test]
fn the_log_of_a_lab_in_the_background_is_shown() {
    let labs = Labs::new();
    let mut up = labs.up(&["--detach"]);
    said(&up.env("FED_LAB_LOG", "info,iam_gate=debug").output().unwrap());
    labs.run(&["account", "new"]);
    let output = labs.machine.fed_lab(&["logs"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("==> "), "{told}");
    let path = told.trim_start_matches("==> ").lines().next().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_a_lab_decided_is_printed_and_cleared() {
    let labs = Labs::new();
    said(&labs.up(&["--detach", "--enforce", "audit"]).output().unwrap());
    let gate = labs.variables(&["env", "--format", "json"])["FED_LAB_GATE_URL"].clone();
    let gate = gate.as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&gate).unwrap();
    write!(stream, "GET /?Action=x HTTP/1.1\r\nhost: {gate}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("x-iam-gate-enforcement: audit"), "{answer}");

    let header = labs.run(&["decisions", "--principal", "nobody"]);
    assert_eq!(header.lines().count(), 1, "{header}");
    let denied = labs.run(&["decisions", "--denied", "--since", "1h", "--format", "json"]);
    let decision: Value = serde_json::from_str(denied.trim()).unwrap();
    assert_eq!((&decision["decision"], &decision["enforced"]), (&"Refused".into(), &true.into()));
    assert_eq!(decision["endpoint"], gate.as_str());
    labs.run(&["decisions", "--clear"]);
    assert_eq!(labs.run(&["decisions", "--format", "json"]), "");
}
