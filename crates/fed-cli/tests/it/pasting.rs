//! A real terminal, in which a person pastes the address they end up at.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::aws::{ASSUMED, Aws};
use crate::issuer::{Provider, redirected};
use crate::pty::Pty;
use crate::sealed::BINARY;

/// What a terminal in canonical mode hands over at most, in bytes.
const CUT: usize = 4095;

#[test]
fn an_address_longer_than_a_terminals_line_is_pasted_whole() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    // `script` gives the command a terminal of its own.
    let mut person = Command::new("script")
        .args(["-qec", &format!("{BINARY} token --raw; stty -a"), "/dev/null"])
        .env_clear()
        .envs(provider.sealed.variables())
        .env("PATH", "/usr/bin:/bin")
        .current_dir(provider.sealed.home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut types, mut sees) = (person.stdin.take().unwrap(), person.stdout.take().unwrap());
    let mut seen = String::new();
    let mut some = [0; 4096];
    while !seen.contains("Paste that address here:") {
        let length = sees.read(&mut some).unwrap();
        assert!(length > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&some[..length]));
    }
    // Entra's `session_state` and codes make such addresses.
    let address = redirected(&seen).unwrap().replace("code=", "session_state=CANARY&code=");
    let address = address.replace("CANARY", &"x".repeat(2 * CUT));
    assert!(address.find("&code=").unwrap() > CUT);
    types.write_all(format!("{address}\n").as_bytes()).unwrap();
    types.flush().unwrap();
    let mut rest = Vec::new();
    sees.read_to_end(&mut rest).unwrap();
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(rest.contains("\r\neyJ"), "no token: {}", &rest[rest.len().saturating_sub(800)..]);
    // The terminal is as it was.
    for mode in [" icanon ", " echo ", " isig "] {
        assert!(rest.replace(['\r', '\n'], " ").contains(mode), "{mode}: {rest}");
    }
    drop(types);
    assert_eq!(person.wait().unwrap().code(), Some(0));
    provider.stop();
}

#[test]
fn an_address_longer_than_any_is_told_and_its_rest_is_nobodys_command() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let mut person =
        Pty::of(&provider.sealed, &format!("{BINARY} token --raw; read rest; echo \"[$rest]\""));
    person.sees("Paste that address here:");
    let address = redirected(&person.seen).unwrap();
    let long = format!("{address}&session_state={}; touch gone", "x".repeat(64 * 1024));
    person.types(&long).sees("cannot read the pasted address");
    person.sees("caused by: the line is longer than 65536 bytes").types("mine");
    let (status, seen) = person.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.ends_with("[mine]\n"), "{}", &seen[seen.len().saturating_sub(200)..]);
    provider.stop();
}
