//! `exec --serve`: fresh credentials for as long as a command runs, for that command alone.

mod renewed;

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use fed_types::UnixTime;

use crate::aws::{ASSUMED, Aws, query_error};
use crate::sealed::Sealed;

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

fn sealed(aws: &Aws) -> Sealed {
    Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ))
    .env("TOK", TOKEN)
    .env("PATH", "/usr/bin:/bin")
}

/// A command that runs until it is let go, and what it was told.
struct Served {
    /// Its home is gone when this is.
    _sealed: Option<Sealed>,
    child: Child,
    stdin: Option<ChildStdin>,
    authority: String,
    token: String,
}

/// Says where it was sent to, then waits for the end of its input.
const WAIT: &str = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI $AWS_CONTAINER_AUTHORIZATION_TOKEN; \
                    cat; exit 7";

impl Served {
    fn start(sealed: Sealed) -> Self {
        let served = Self::start_in(&sealed);
        Self { _sealed: Some(sealed), ..served }
    }

    /// In a home that somebody else looks after.
    fn start_in(sealed: &Sealed) -> Self {
        let mut command = sealed.command(&["exec", "--serve", "--", "sh", "-c", WAIT]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let (uri, token) = line.trim().split_once(' ').unwrap();
        let authority = uri.strip_prefix("http://").unwrap().strip_suffix("/credentials").unwrap();
        let (authority, token) = (authority.to_owned(), token.to_owned());
        let stdin = child.stdin.take();
        Self { _sealed: None, child, stdin, authority, token }
    }

    fn ask(&self, head: &str) -> (u16, serde_json::Value) {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        // Whoever is never answered ends the test.
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// As an SDK asks.
    fn get(&self) -> (u16, serde_json::Value) {
        self.ask(&format!(
            "GET /credentials HTTP/1.1\r\nhost: {}\r\nauthorization: {}",
            self.authority, self.token
        ))
    }

    /// Lets the command end; its status, and what was said on stderr.
    fn end(mut self) -> (i32, String) {
        drop(self.stdin.take());
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code().unwrap(), stderr)
    }
}

#[test]
fn a_command_gets_credentials_by_asking_for_as_long_as_it_runs() {
    let aws = Aws::answering(200, ASSUMED);
    let served = Served::start(sealed(&aws));
    assert!(served.authority.starts_with("127.0.0.1:"), "{}", served.authority);
    assert_eq!(served.token.len(), 64);
    let answer = serde_json::json!({
        "AccessKeyId": "ASIAEXAMPLE",
        "SecretAccessKey": "canary-key",
        "Token": "canary-session",
        "Expiration": "2099-01-01T00:00:00Z",
        "RoleArn": "arn:aws:iam::278805249149:role/r",
    });
    assert_eq!(served.get(), (200, answer.clone()));
    assert_eq!(served.get(), (200, answer));
    assert_eq!(aws.requests().len(), 1, "they are fresh");
    let authority = served.authority.clone();
    assert_eq!(served.end(), (7, String::new()), "the command's own status");
    let after = TcpStream::connect(authority).unwrap_err().kind();
    assert_eq!(after, std::io::ErrorKind::ConnectionRefused, "it ends with the command");
}

// Long: a table.
#[test]
fn nobody_else_gets_any() {
    let aws = Aws::answering(200, ASSUMED);
    let served = Served::start(sealed(&aws));
    let (host, token) = (&served.authority, &served.token);
    let port = host.rsplit(':').next().unwrap();
    let wrong: String = token.chars().rev().collect();
    for (head, status, code) in [
        (format!("GET /credentials HTTP/1.1\r\nhost: {host}"), 403, "InvalidAuthorization"),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: {wrong}"),
            403,
            "InvalidAuthorization",
        ),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}0"),
            403,
            "InvalidAuthorization",
        ),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: {}", &token[..63]),
            403,
            "InvalidAuthorization",
        ),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization:"),
            403,
            "InvalidAuthorization",
        ),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: evil.example\r\nauthorization: {token}"),
            403,
            "ForeignHost",
        ),
        (
            format!(
                "GET /credentials HTTP/1.1\r\nhost: localhost:{port}\r\nauthorization: {token}"
            ),
            403,
            "ForeignHost",
        ),
        (
            format!("GET /credentials HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {token}"),
            403,
            "ForeignHost",
        ),
        (
            format!(
                "POST /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}\r\n\
                 content-length: 0"
            ),
            405,
            "MethodNotAllowed",
        ),
    ] {
        let (found, body) = served.ask(&head);
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{head}");
        assert!(!body.to_string().contains("canary"), "{body}");
    }
    for path in ["/", "/credentials/", "/other"] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}");
        assert_eq!(served.ask(&head).0, 404, "{path}");
    }
    assert_eq!(served.get().0, 200);
    assert_eq!(served.end().0, 7);
}

/// Credentials that end so many seconds from now.
fn ending_in(seconds: u64) -> String {
    let end = UnixTime::from(std::time::SystemTime::now());
    let end = end.plus(Duration::from_secs(seconds));
    ASSUMED.replace("2099-01-01T00:00:00Z", &end.to_string())
}

#[test]
fn they_are_renewed_before_they_end() {
    // Fifteen minutes of them are left: SDKs want others then.
    let aws = Aws::answering(200, &ending_in(0));
    let served = Served::start(sealed(&aws));
    let before = aws.requests().len();
    aws.answers_from_now_on(&[("", 200, ASSUMED.replace("ASIAEXAMPLE", "ASIANEW"))]);
    let (status, answer) = served.get();
    assert_eq!((status, answer["AccessKeyId"].as_str()), (200, Some("ASIANEW")));
    let after = aws.requests().len();
    assert!(after > before, "{after} > {before}");
    assert_eq!(served.get().1["AccessKeyId"], "ASIANEW");
    assert_eq!(aws.requests().len(), after);
    assert_eq!(served.end(), (7, String::new()));
}

#[test]
fn what_aws_denies_meanwhile_is_told_and_nothing_given() {
    let aws = Aws::answering(200, &ending_in(0));
    let served = Served::start(sealed(&aws));
    let no = query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    aws.answers_from_now_on(&[("", 403, no)]);
    for _ in 0..2 {
        let (status, answer) = served.get();
        assert_eq!((status, answer["code"].as_str()), (403, Some("NoCredentials")));
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains("Not authorized to perform"), "{message}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
    let (status, stderr) = served.end();
    assert_eq!(status, 7);
    assert_eq!(stderr.matches("error: ").count(), 1, "once, not for each request: {stderr}");
}

#[test]
fn nothing_that_sdks_ask_first_is_left() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws)
        .env("AWS_ACCESS_KEY_ID", "AKIAOTHER")
        .env("AWS_SECRET_ACCESS_KEY", "other")
        .env("AWS_SESSION_TOKEN", "other")
        .env("AWS_CREDENTIAL_EXPIRATION", "other")
        .env("AWS_PROFILE", "other")
        .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/other")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/other")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/other");
    sealed.file(".aws/credentials", "[default]\naws_access_key_id = AKIAOTHER\n");
    sealed.file(".aws/config", "[default]\nregion = us-east-1\n");
    let show =
        "env | grep ^AWS_ | LC_ALL=C sort | sed 's/:[0-9][0-9]*\\//:PORT\\//; s/TOKEN=.*/TOKEN=/'";
    let outcome = sealed.run(&["exec", "--serve", "--", "sh", "-c", show]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(
        outcome.stdout.replace(aws.url(), "[AWS]"),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN=\n\
         AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:PORT/credentials\n\
         AWS_DEFAULT_REGION=us-east-1\nAWS_ENDPOINT_URL=[AWS]\nAWS_REGION=us-east-1\n\
         AWS_SHARED_CREDENTIALS_FILE=/dev/null\n"
    );
    assert_eq!(
        outcome.stderr,
        "warning: `[HOME]/.aws/credentials` has credentials for `default`, which outrank these: \
         the command does not see that file\n"
    );
}

#[test]
fn signals_and_statuses_are_the_commands() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    assert_eq!(sealed.run(&["exec", "--serve", "--", "no-such-command"]).status, 127);
    let killed = sealed.run(&["exec", "--serve", "--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(killed.status, 128 + 9);
    let trap = "trap 'echo ended; exit 5' TERM; echo $PPID; while :; do read -r line || :; done";
    let mut command = sealed.command(&["exec", "--serve", "--", "sh", "-c", trap]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pid = lines.next().unwrap().unwrap();
    assert_eq!(pid, child.id().to_string());
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    // The shell's `read` ends by the signal, or by the input that ends.
    drop(child.stdin.take());
    assert_eq!(lines.next().unwrap().unwrap(), "ended");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn a_shell_in_a_shell_is_refused() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws).env("FED_SHELL_PROFILE", "ci");
    let outcome = sealed.run(&["exec"]);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (
            2,
            "error: this shell has the credentials of profile `ci` already\n\nhint: `exit` it \
             first; a command needs no other shell: `fed-cli exec -- COMMAND`\n"
        )
    );
    assert_eq!(sealed.run(&["exec", "--", "true"]).status, 0);
    assert_eq!(aws.requests().len(), 1);
}

#[test]
fn the_profile_default_is_seen_by_both_of_its_names_and_a_file_nobody_can_read_is_no_empty_one() {
    let other = "credential_process = other\n";
    for (name, text, why) in [
        (
            ".aws/config",
            format!("[profile default]\n{other}").into_bytes(),
            "has credentials for `default`, which outrank these",
        ),
        (
            ".aws/config",
            format!("[default]\nregion = x\n[profile \"default\"]\n{other}").into_bytes(),
            "has credentials for `default`, which outrank these",
        ),
        (
            ".aws/credentials",
            b"[default]\naws_access_key_id: AKIAOTHER\n".to_vec(),
            "has credentials for `default`, which outrank these",
        ),
        (
            ".aws/credentials",
            b"[default]\naws_access_key_id = AKIAOTHER\n# \xff\n".to_vec(),
            "cannot be read, and what it says could outrank these",
        ),
    ] {
        let aws = Aws::answering(200, ASSUMED);
        let sealed = sealed(&aws);
        let path = sealed.file(name, "");
        std::fs::write(path, &text).unwrap();
        let variable = match name {
            ".aws/config" => "AWS_CONFIG_FILE",
            _ => "AWS_SHARED_CREDENTIALS_FILE",
        };
        let show = format!("echo ${variable}");
        let outcome = sealed.run(&["exec", "--serve", "--", "sh", "-c", &show]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (0, "/dev/null\n"), "{text:?}");
        assert_eq!(
            outcome.stderr,
            format!("warning: `[HOME]/{name}` {why}: the command does not see that file\n")
        );
    }
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    sealed.file(".aws/config", "[profile default]\nregion = x\n[profile other]\nrole_arn = x\n");
    let outcome = sealed.run(&["exec", "--serve", "--", "sh", "-c", "echo $AWS_CONFIG_FILE"]);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("\n", ""));
}
