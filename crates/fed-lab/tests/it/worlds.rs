//! World files: what is told of them without a lab, and what the gate does not take of them.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use fed_lab::{Backend, Lab, LabError, Surroundings, World};

use crate::machine::Machine;

const EXAMPLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/two-accounts/world.toml");

fn seen(machine: &Machine, arguments: &[&str]) -> String {
    machine.seen(&machine.fed_lab(arguments))
}

#[test]
fn the_example_is_a_world() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.path("two")).unwrap();
    for entry in std::fs::read_dir(Path::new(EXAMPLE).parent().unwrap()).unwrap().flatten() {
        std::fs::copy(entry.path(), machine.path("two").join(entry.file_name())).unwrap();
    }
    let file = machine.path("two/world.toml");
    insta::assert_snapshot!(seen(&machine, &["world", "check", file.to_str().unwrap()]), @r"
    nothing is wrong with `[home]/two/world.toml`
    exit code 0
    ");
}

#[test]
fn what_is_wrong_with_a_world_is_told_before_anything_starts() {
    let machine = Machine::new();
    let file = machine.path("world.toml");
    std::fs::write(&file, "[[account]]\nid = \"111122223333\"\n\n[[account.rolle]]\n").unwrap();
    let file = file.to_str().unwrap();
    for arguments in [
        &["world", "check", file][..],
        &["exec", "--world", file, "--", "true"],
        &["up", "--world", file],
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(seen(&machine, arguments), @r"
            error: `[home]/world.toml` line 4, column 11: unknown key `rolle` of `account`
                |
              4 | [[account.rolle]]
                |           ^^^^^

            hint: did you mean `role`?
            exit code 5
            ");
        }
    }
    insta::assert_snapshot!(seen(&machine, &["exec", "--world", "/nowhere", "--", "true"]), @r"
    error: tried to read the world file `/nowhere`
      caused by: No such file or directory

    hint: --world takes the path of a TOML file
    exit code 5
    ");
}

#[test]
fn what_the_file_says_is_not_said_beside_it() {
    let machine = Machine::new();
    for (option, value) in [
        ("--account", "111122223333"),
        ("--region", "eu-west-1"),
        ("--seed", "none"),
        ("--service-control-policies", "scp.json"),
    ] {
        let arguments = ["exec", "--world", "world.toml", option, value, "--", "true"];
        let output = machine.fed_lab(&arguments);
        assert_eq!(output.status.code(), Some(2), "{option}");
        let told = String::from_utf8(output.stderr).unwrap();
        let expected = "error: the argument '--world <FILE>' cannot be used with '";
        assert!(told.starts_with(expected) && told.contains(option), "{told}");
    }
}

/// An emulator that holds nothing.
fn empty_emulator() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let (status, kind, text) = match first.starts_with("POST") {
                true => ("404 Not Found", "text/xml", NO_SUCH_ENTITY),
                false => ("200 OK", "application/json", "{}"),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close");
            let length = text.len();
            let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{text}");
            // A client that has gone away wants no answer.
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    url
}

const NO_SUCH_ENTITY: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
    <Message>It is not there.</Message></Error><RequestId>1</RequestId></ErrorResponse>";

#[tokio::test]
async fn what_aws_refuses_is_refused_with_its_place() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("world.toml");
    // Trust in an issuer that many share, without the claim that tells them apart.
    let trust = r#"'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":
        {"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}}}'"#;
    let trust = trust.replace("\n", "").replace("        ", "");
    let text = format!(
        "[[account]]\nid = \"111122223333\"\n[[account.role]]\nname = \"open\"\n\
         trust_policy = {trust}\n"
    );
    std::fs::write(&file, text).unwrap();
    let cache = home.path().to_owned();
    let surroundings =
        Surroundings::read(|name| (name == "FED_LAB_CACHE_DIR").then(|| cache.clone().into()));
    let started = Lab::builder()
        .backend(Backend::External { endpoint: empty_emulator().parse().unwrap() })
        .surroundings(surroundings.unwrap())
        .world(World::read(&file).unwrap())
        .start()
        .await;
    let Err(LabError::World(error)) = started else { panic!("a role that trusts everybody") };
    assert_eq!((error.line(), error.column()), (4, 8));
    let told = error.to_string();
    let expected =
        "line 4, column 8: `CreateRole` was answered with 400 `MalformedPolicyDocument`: ";
    assert!(told.contains(expected), "{told}");
    assert_eq!(std::fs::read_dir(home.path().join("runs")).unwrap().count(), 0);
}
