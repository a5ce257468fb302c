//! Tokens of machines.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use fake_issuer::{ActiveFault, Fault, IssuerConfig, Preset, TokenRequest};
use fed_types::Secret;
use oidc_client::{
    Clock, CommandSource, EnvironmentSource, FileSource, GcpMetadataSource, GithubActionsSource,
    GitlabSource, SourceError, Surroundings, TokenSource,
};
use url::Url;

use crate::fixture::{Fixture, NOW, Person, TestClock};

const AUDIENCE: &str = "sts.amazonaws.com";

async fn obtain(fixture: &Fixture, source: TokenSource) -> Result<String, SourceError> {
    obtain_by(fixture, source, &fixture.clock).await
}

async fn obtain_by(
    fixture: &Fixture,
    source: TokenSource,
    clock: &dyn Clock,
) -> Result<String, SourceError> {
    let person = Person::new(|_| panic!("no person is asked"));
    let surroundings = Surroundings { http: &fixture.http, clock, interaction: person.as_ref() };
    assert!(!source.needs_person());
    let obtained = source.obtain(surroundings).await?;
    Ok(obtained.claims().subject().unwrap().to_owned())
}

async fn refused(fixture: &Fixture, source: TokenSource, message: &str) -> String {
    let error = obtain(fixture, source).await.unwrap_err();
    assert_eq!(error.to_string(), message);
    error.hint().map(|hint| hint.to_string()).unwrap_or_default()
}

async fn github() -> (Fixture, GithubActionsSource) {
    let config = IssuerConfig::new(Preset::GithubActions, fake_issuer::Clock::fixed(NOW));
    let fixture = Fixture::with(config).await;
    let (url, token) = fixture.issuer.github_actions_request();
    let source = GithubActionsSource {
        request_url: Some(url),
        request_token: Some(Secret::new(token)),
        in_workflow: true,
        audience: AUDIENCE.into(),
    };
    (fixture, source)
}

#[tokio::test]
async fn a_github_job_gets_its_token_and_each_mistake_is_named() {
    let (fixture, good) = github().await;
    let subject = obtain(&fixture, TokenSource::GithubActions(good.clone())).await.unwrap();
    assert!(subject.starts_with("repo:"), "{subject}");
    let missing = "the job may not have an ID token: `ACTIONS_ID_TOKEN_REQUEST_URL` is not set";
    for (source, message) in [
        (GithubActionsSource { request_url: None, ..good.clone() }, missing),
        (GithubActionsSource { request_url: Some(String::new()), ..good.clone() }, missing),
        (
            GithubActionsSource { request_token: None, ..good.clone() },
            "the job may not have an ID token: `ACTIONS_ID_TOKEN_REQUEST_TOKEN` is not set",
        ),
        (
            GithubActionsSource { request_url: None, in_workflow: false, ..good.clone() },
            "this is no GitHub Actions job: `GITHUB_ACTIONS` is not `true`",
        ),
        (
            GithubActionsSource { request_url: Some("canary".into()), ..good.clone() },
            "`ACTIONS_ID_TOKEN_REQUEST_URL` is no URL",
        ),
        (
            GithubActionsSource {
                request_url: Some("http://example.com/?canary".into()),
                ..good.clone()
            },
            "cannot fetch the ID token from GitHub",
        ),
        (
            GithubActionsSource { request_token: Some(Secret::new("canary")), ..good.clone() },
            "cannot fetch the ID token from GitHub",
        ),
    ] {
        refused(&fixture, TokenSource::GithubActions(source), message).await;
    }
    let without = GithubActionsSource { request_url: None, ..good };
    let hint = refused(&fixture, TokenSource::GithubActions(without), missing).await;
    assert!(hint.starts_with("give the job `permissions: { id-token: write"), "{hint}");
}

#[tokio::test]
async fn a_platform_that_is_busy_for_a_moment_is_asked_again() {
    let (fixture, github) = github().await;
    let google = Fixture::start().await;
    let metadata = || {
        TokenSource::GcpMetadata(GcpMetadataSource {
            base_url: Url::parse(google.issuer.url()).unwrap(),
            audience: AUDIENCE.into(),
        })
    };
    let github = || TokenSource::GithubActions(github.clone());
    let failing = |status, times| ActiveFault {
        times,
        client_id: None,
        fault: Fault::WorkloadFailing { status },
    };
    for status in [500, 503, 429] {
        let began = (fixture.clock.now(), google.clock.now());
        fixture.issuer.add_fault(failing(status, Some(5)));
        obtain(&fixture, github()).await.unwrap();
        google.issuer.add_fault(failing(status, Some(5)));
        obtain(&google, metadata()).await.unwrap();
        let took = (
            fixture.clock.now().seconds() - began.0.seconds(),
            google.clock.now().seconds() - began.1.seconds(),
        );
        assert_eq!(took, (1 + 2 + 4 + 8 + 16, 1 + 2 + 4 + 8 + 16));
    }
    fixture.issuer.add_fault(failing(503, None));
    refused(&fixture, github(), "cannot fetch the ID token from GitHub").await;
    google.issuer.add_fault(failing(503, None));
    refused(&google, metadata(), "the metadata server answered with status 503, expected 200")
        .await;
    // What does not pass is not asked again.
    let began = (fixture.clock.now(), google.clock.now());
    for status in [403, 404] {
        fixture.issuer.clear_faults();
        fixture.issuer.add_fault(failing(status, Some(1)));
        refused(&fixture, github(), "cannot fetch the ID token from GitHub").await;
        google.issuer.clear_faults();
        google.issuer.add_fault(failing(status, Some(1)));
        obtain(&google, metadata()).await.unwrap_err();
    }
    assert_eq!((fixture.clock.now(), google.clock.now()), began);
}

#[tokio::test]
async fn a_github_token_can_be_verified_without_a_sign_in_endpoint() {
    let (fixture, source) = github().await;
    let party = fixture.party_with(AUDIENCE, fixture.rules()).await;
    let person = Person::new(|_| panic!("no person is asked"));
    let surroundings =
        Surroundings { http: &fixture.http, clock: &fixture.clock, interaction: person.as_ref() };
    let source = TokenSource::GithubActions(source);
    let oidc_client::Obtained::Presented(token) = source.obtain(surroundings).await.unwrap() else {
        panic!("a machine does not sign in");
    };
    party.verify_presented(token, &fixture.clock).await.unwrap();
    let error = fixture.sign_in(&party).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the issuer `https://token.actions.githubusercontent.com` offers no sign-in for people"
    );
}

#[tokio::test]
async fn a_google_machine_gets_its_token_and_each_mistake_is_named() {
    let fixture = Fixture::start().await;
    let at = |base: &str| {
        TokenSource::GcpMetadata(GcpMetadataSource {
            base_url: Url::parse(base).unwrap(),
            audience: AUDIENCE.into(),
        })
    };
    obtain(&fixture, at(fixture.issuer.url())).await.unwrap();
    let (github, _) = github().await;
    let hint = refused(
        &fixture,
        at(github.issuer.url()),
        "what answers is not Google's metadata server: `Metadata-Flavor: Google` is missing",
    )
    .await;
    assert!(hint.ends_with("on your own machine"), "{hint}");
    refused(
        &fixture,
        at("http://127.0.0.1:1/"),
        "this is no Google Cloud machine: the metadata server does not answer",
    )
    .await;
}

fn token(fixture: &Fixture) -> String {
    fixture.issuer.sign(&TokenRequest::default().claim("aud", AUDIENCE)).unwrap()
}

#[tokio::test]
async fn a_gitlab_job_gets_its_token_and_each_mistake_is_named() {
    let fixture = Fixture::start().await;
    let with = |variable: &str, value: Option<&str>, in_job| {
        TokenSource::Gitlab(GitlabSource {
            variable: variable.into(),
            value: value.map(Secret::new),
            in_job,
            audience: Some(AUDIENCE.into()),
        })
    };
    obtain(&fixture, with("ID_TOKEN", Some(&token(&fixture)), true)).await.unwrap();
    for (source, message) in [
        (with("ID_TOKEN", None, true), "the job has no ID token in `ID_TOKEN`"),
        (with("ID_TOKEN", Some(""), true), "the job has no ID token in `ID_TOKEN`"),
        (with("CI_JOB_JWT_V2", None, true), "GitLab 17 and later set no `CI_JOB_JWT_V2`"),
        (with("ID_TOKEN", None, false), "this is no GitLab CI job: `GITLAB_CI` is not `true`"),
        (
            with("CI_JOB_TOKEN", Some("glcbt-64_canary"), true),
            "the variable `CI_JOB_TOKEN` holds a GitLab job token (`CI_JOB_TOKEN`), expected an ID token (a JWT)",
        ),
    ] {
        refused(&fixture, source, message).await;
    }
}

#[tokio::test]
async fn a_file_is_read_anew_and_each_mistake_is_named() {
    let fixture = Fixture::start().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    let source =
        |path: PathBuf| TokenSource::File(FileSource { path, audience: Some(AUDIENCE.into()) });
    let shown = path.display();
    refused(&fixture, source(path.clone()), &format!("cannot read the token file `{shown}`")).await;
    let expired = TokenRequest::default().claim("aud", AUDIENCE).expires_in(-301);
    for (contents, message) in [
        (String::new(), format!("the file `{shown}` is empty")),
        ("canary".into(), format!("the file `{shown}` holds no ID token")),
        ("x".repeat(20_001), format!("the token file `{shown}` is longer than 20000 bytes")),
        (
            fixture.issuer.sign(&expired).unwrap(),
            format!(
                "the file `{shown}` holds an ID token that expired at 2026-11-23T09:54:59Z, and it is 2026-11-23T10:00:00Z"
            ),
        ),
        (
            fixture.issuer.sign(&TokenRequest::default().claim("aud", "other")).unwrap(),
            format!(
                "the file `{shown}` holds an ID token for `other`, expected one for `sts.amazonaws.com`"
            ),
        ),
    ] {
        std::fs::write(&path, contents).unwrap();
        refused(&fixture, source(path.clone()), &message).await;
    }
    let token = token(&fixture);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for contents in [
        format!("{token}\n").into_bytes(),
        format!("\u{feff}{token}\r\n").into_bytes(),
        utf16(&format!("\u{feff}{token}\r\n")),
    ] {
        std::fs::write(&path, contents).unwrap();
        obtain(&fixture, source(path.clone())).await.unwrap();
    }
}

#[tokio::test]
async fn a_variable_is_taken_as_given() {
    let fixture = Fixture::start().await;
    let with = |value: Option<&str>| {
        TokenSource::Environment(EnvironmentSource {
            name: "MY_TOKEN".into(),
            value: value.map(Secret::new),
            audience: None,
        })
    };
    obtain(&fixture, with(Some(&token(&fixture)))).await.unwrap();
    let hint = refused(&fixture, with(None), "the variable `MY_TOKEN` is not set").await;
    assert_eq!(hint, "set it to an ID token, and export it: `export MY_TOKEN=…`");
    refused(&fixture, with(Some(" ")), "the variable `MY_TOKEN` is empty").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_prints_a_token_or_its_failure_is_told() {
    let fixture = Fixture::start().await;
    let run = |command: &[&str], timeout| {
        TokenSource::Command(CommandSource {
            talks: false,
            command: command.iter().map(|part| (*part).to_owned()).collect(),
            timeout,
            audience: None,
        })
    };
    let long = Duration::from_secs(20);
    let never = Held(fixture.clock.clone(), Arc::default());
    let good = run(&["printf", "%s\n", &token(&fixture)], long);
    obtain_by(&fixture, good, &never).await.unwrap();
    let loud = format!("echo 'not signed in {}' >&2; exit 3", "canary".repeat(20));
    for (source, message) in [
        (run(&[], long), "`token_command` is empty"),
        (run(&["fed-no-such-program"], long), "cannot start `fed-no-such-program`"),
        (run(&["echo token"], long), "cannot start `echo token`"),
        (run(&["true"], long), "the output of `true` is empty"),
        (run(&["false"], long), "`false` failed (exit status: 1)"),
        (run(&["sh", "-c", &loud], long), "`sh` failed (exit status: 3): not signed in [redacted]"),
        (
            run(&["echo", "ya29.canary"], long),
            "the output of `echo` holds a Google access token, expected an ID token (a JWT)",
        ),
    ] {
        let error = obtain_by(&fixture, source, &never).await.unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

/// A clock that stands still until it is told to go on.
struct Held(TestClock, Arc<tokio::sync::Notify>);

impl Clock for Held {
    fn now(&self) -> fed_types::UnixTime {
        self.0.now()
    }

    fn wait(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.1.notified())
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_takes_too_long_is_ended() {
    let fixture = Fixture::start().await;
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    // One that nobody ever writes to: who reads it waits for good, whatever becomes of its output.
    let never = directory.path().join("never");
    let made = std::process::Command::new("mkfifo").args([&pipe, &never]).status().unwrap();
    assert!(made.success());
    let clock = Held(fixture.clock.clone(), Arc::default());
    let (time_is_over, (sender, ended)) = (Arc::clone(&clock.1), std::sync::mpsc::channel());
    let reader = pipe.clone();
    std::thread::spawn(move || {
        // Opened once the command has it open, read to the end once the command is gone.
        let mut opened = std::fs::File::open(reader).unwrap();
        time_is_over.notify_one();
        let mut nothing = Vec::new();
        std::io::Read::read_to_end(&mut opened, &mut nothing).unwrap();
        sender.send(nothing.len()).unwrap();
    });
    let script = format!("exec cat '{}' 3>'{}'", never.display(), pipe.display());
    let source = TokenSource::Command(CommandSource {
        talks: false,
        command: ["sh", "-c", &script].map(str::to_owned).to_vec(),
        timeout: Duration::from_secs(60),
        audience: None,
    });
    let error = obtain_by(&fixture, source, &clock).await.unwrap_err();
    assert_eq!(error.to_string(), "`sh` printed no token within 60 s");
    // Killed processes are gone at once; this ends the test where nobody killed it.
    assert_eq!(ended.recv_timeout(Duration::from_secs(20)), Ok(0), "it lives on");
}
