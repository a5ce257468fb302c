//! A command in the lab has none of the person's keys and is led nowhere but to the gate.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use crate::machine::Machine;

/// In the value of whatever must not reach the command.
const CANARY: &str = "CANARY";

/// An emulator that says that it is well, whatever it is asked.
pub(crate) fn emulator() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    url
}

fn answer(mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    // A client that has gone away wants no answer.
    drop(stream.write_all(format!("{head}content-length: 2\r\n\r\n{{}}").as_bytes()));
}

/// `fed-lab exec` in a lab on a made-up emulator.
pub(crate) fn exec(
    machine: &Machine,
    command: &[&str],
    set: impl Fn(&mut Command),
) -> (String, String) {
    exec_with(machine, &[], command, set)
}

/// The same with options of the lab.
pub(crate) fn exec_with(
    machine: &Machine,
    options: &[&str],
    command: &[&str],
    set: impl Fn(&mut Command),
) -> (String, String) {
    let url = emulator();
    let lab = ["exec", "--backend", "external", "--endpoint", &url, "--seed", "none"];
    let mut fed_lab = machine.command(&[&lab[..], options, &["--"], command].concat());
    set(&mut fed_lab);
    let output = fed_lab.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{stderr}");
    (stdout, stderr)
}

/// Variables that lend credentials or lead elsewhere, as a person may have them set.
const PLANTED: [&str; 40] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AWS_CREDENTIAL_FILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "BOTO_CONFIG",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_STS_ENDPOINT",
    "TF_AWS_S3_ENDPOINT",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_S3_SECRET_ACCESS_KEY",
    "AWS_SDK_LOAD_CONFIG",
];

#[test]
fn nothing_that_was_planted_reaches_the_command() {
    let machine = Machine::new();
    let (stdout, _) = exec(&machine, &["/usr/bin/env"], |fed_lab| {
        for name in PLANTED {
            fed_lab.env(name, format!("{CANARY}-{name}"));
        }
        fed_lab.env("AWS_CA_BUNDLE", "/ca.pem").env("MY_OWN", "kept");
    });
    let leaked: Vec<&str> = stdout.lines().filter(|line| line.contains(CANARY)).collect();
    assert_eq!(leaked, Vec::<&str>::new());
    for kept in ["AWS_CA_BUNDLE=/ca.pem", "MY_OWN=kept", "AWS_EC2_METADATA_DISABLED=true"] {
        assert!(stdout.lines().any(|line| line == kept), "{kept}: {stdout}");
    }
    assert!(stdout.contains("\nAWS_ENDPOINT_URL=http://127.0.0.1:"), "{stdout}");
}

/// The files of a person's home are not those that AWS clients read; what they read is
/// there, empty, and can be written: `aws configure` works.
#[test]
fn the_profiles_are_the_labs_own() {
    let machine = Machine::new();
    fs::create_dir(machine.path(".aws")).unwrap();
    for file in [".aws/config", ".aws/credentials", ".boto"] {
        fs::write(machine.path(file), format!("[default]\nendpoint_url = {CANARY}\n")).unwrap();
    }
    let script = "for file in \"$AWS_CONFIG_FILE\" \"$AWS_SHARED_CREDENTIALS_FILE\" \
        \"$BOTO_CONFIG\" \"$AWS_CREDENTIAL_PROFILES_FILE\"; do \
        while read -r line; do echo \"$line\"; done <\"$file\" || exit 1; \
        echo '[profile x]' >>\"$file\" || exit 1; done; echo written";
    let (stdout, _) = exec(&machine, &["/bin/sh", "-c", script], |_| ());
    assert_eq!(stdout.lines().filter(|line| line.contains(CANARY)).count(), 0, "{stdout}");
    assert!(stdout.ends_with("written\n"), "{stdout}");
    let own = fs::read_to_string(machine.path(".aws/config")).unwrap();
    assert!(!own.contains("profile x"), "{own}");
}

#[test]
fn what_the_command_sets_itself_is_its_own() {
    let machine = Machine::new();
    let command = ["/usr/bin/env", "AWS_PROFILE=own", "/bin/sh", "-c", "echo $AWS_PROFILE"];
    let (stdout, _) = exec(&machine, &command, |_| ());
    assert_eq!(stdout, "own\n");
}

#[test]
fn an_aws_that_ignores_the_endpoint_is_warned_of() {
    for (version, warned) in [("1.27.100", true), ("2.9.19", true), ("2.13.0", false)] {
        let machine = Machine::new();
        machine.script("aws", &format!("echo aws-cli/{version} Python/3.11.2 Linux/6.1"));
        let (_, stderr) = exec(&machine, &["/usr/bin/true"], |_| ());
        let expected = format!(
            "warning: `{}` {version} ignores AWS_ENDPOINT_URL and would call the real AWS; use \
             2.13, 1.29 or newer, or give it --endpoint-url \"$AWS_ENDPOINT_URL\"\n",
            machine.path("bin/aws").display()
        );
        assert_eq!(stderr.contains(&expected), warned, "{stderr}");
        assert_eq!(stderr.contains("warning"), warned, "{stderr}");
    }
}

/// An aws CLI that an earlier lab has installed goes before an older one of the system's.
#[test]
fn the_labs_own_aws_comes_first() {
    let machine = Machine::new();
    machine.script("aws", "echo aws-cli/2.9.19 Python/3.11.2 Linux/6.1");
    machine.installed_aws_cli("echo the lab\\'s");
    let (stdout, stderr) = exec(&machine, &["aws", "--version"], |_| ());
    assert_eq!(stdout, "the lab's\n");
    assert!(!stderr.contains("warning"), "{stderr}");
}

#[test]
fn the_doctor_tells_where_calls_would_go_and_no_values() {
    let machine = Machine::new();
    machine.script("aws", "echo aws-cli/2.9.19 Python/3.11.2 Linux/6.1");
    machine.script("python3", "echo 1.29.100");
    let mut fed_lab = machine.command(&["doctor", "--", "python3", "x.py"]);
    fed_lab.env("AWS_PROFILE", CANARY).env("AWS_ENDPOINT_URL_STS", CANARY);
    let output = fed_lab.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(CANARY), "{text}");
    insta::assert_snapshot!(sorted(&text.replace(&machine.home(), "[home]")));

    let machine = Machine::new();
    machine.script("aws", "echo aws-cli/2.31.5 Python/3.13.7 Linux/6.1");
    machine.script("terraform", "exit 1");
    let output = machine.fed_lab(&["doctor", "--", "terraform", "plan"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!(sorted(&text.replace(&machine.home(), "[home]")));
}

#[test]
fn the_doctor_misses_a_program_that_is_not_there() {
    let output = Machine::new().fed_lab(&["doctor", "--", "nothing"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("broken nothing: it is not on the search path\n"), "{text}");
}

/// Variables come in no order.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}
