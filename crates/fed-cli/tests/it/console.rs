//! `console` at a terminal: one step, and no secret on a command line.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use crate::aws::{ASSUMED, Aws};
use crate::scripted::at_a_terminal;
use crate::sealed::Sealed;

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

fn sealed(aws: &Aws, signin: &Aws) -> Sealed {
    Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ))
    .env("TOK", TOKEN)
    .env("AWS_ENDPOINT_URL_SIGNIN", signin.url())
}

fn get(address: &str) -> Option<String> {
    let (host, path) = address.strip_prefix("http://")?.split_once('/')?;
    let mut stream = TcpStream::connect(host).ok()?;
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn at_a_terminal_the_browser_is_led_there_once() {
    let aws = Aws::answering(200, ASSUMED);
    let signin = Aws::answering(200, "{\"SigninToken\": \"canary-signin\"}");
    let sealed = sealed(&aws, &signin);
    // The browser writes what it was started with into a pipe.
    let pipe = sealed.home().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let browser = sealed.file("browser", &format!("echo \"$@\" > '{}'\n", pipe.display()));
    let sealed = sealed.env("BROWSER", format!("/bin/sh '{}'", browser.display()));
    let (seen, started_with, answers) = std::thread::scope(|scope| {
        let opened = scope.spawn(|| {
            let address = std::fs::read_to_string(&pipe).unwrap();
            let answers = [get(address.trim()), get(address.trim())];
            (address, answers)
        });
        let seen = at_a_terminal(&sealed, &["console"], &[]);
        let (address, answers) = opened.join().unwrap();
        (seen, address, answers)
    });
    assert_eq!((seen.status, seen.stdout.as_str()), (0, ""), "{}", seen.stderr);
    assert_eq!(
        seen.stderr,
        "the console of `arn:aws:iam::278805249149:role/r` opens in your browser\n"
    );
    assert!(started_with.starts_with("http://127.0.0.1:"), "{started_with}");
    assert!(!started_with.contains("canary"), "no secret on a command line: {started_with}");
    let [first, second] = answers;
    let first = first.unwrap();
    assert!(first.starts_with("HTTP/1.1 303 "), "{first}");
    assert!(first.contains("SigninToken=canary-signin"), "{first}");
    assert!(second.is_none_or(|second| !second.contains("canary")), "once");
}

#[test]
fn without_a_browser_the_address_is_printed() {
    let aws = Aws::answering(200, ASSUMED);
    let signin = Aws::answering(200, "{\"SigninToken\": \"canary-signin\"}");
    let sealed = sealed(&aws, &signin);
    for words in [&["console", "--no-browser"][..], &["console"]] {
        let sealed = self::sealed(&aws, &signin).env("FED_NO_BROWSER", "1");
        let seen = at_a_terminal(&sealed, words, &[]);
        assert_eq!(seen.status, 0, "{}", seen.stderr);
        assert!(seen.stdout.contains("SigninToken=canary-signin"), "{}", seen.stdout);
    }
    let absent = sealed.env("BROWSER", "/nonexistent/browser");
    let seen = at_a_terminal(&absent, &["console"], &[]);
    assert!(seen.stdout.contains("SigninToken=canary-signin"), "{}", seen.stdout);
}
