//! Everything that fails, at `-vvv`: what is said then must hold no secret either, not even
//! when the other side repeats it.

use std::process::Command;

use fake_issuer::Fault;

use super::journal::{Journal, Kind};
use super::life::{self, Stdout};
use crate::stand::{CLIENT, CLIENT_SECRET, ROLE, Stand};

/// All of them.
pub(super) fn all(stand: &Stand, journal: &mut Journal) {
    sign_ins(stand, journal);
    renewals(stand, journal);
    exchanges(stand, journal);
    hostile_servers(stand, journal);
    proxies(stand, journal);
    configurations(stand, journal);
    presented_tokens(stand, journal);
    damaged_entries(stand, journal);
    life::files(stand, journal);
}

fn command(stand: &Stand, words: &[&str]) -> Command {
    stand.command(&[&["-vvv"], words].concat())
}

/// Runs what must fail, and looks at what it said.
fn fails(stand: &Stand, journal: &mut Journal, name: &str, mut command: Command) {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{name}");
    life::told(stand, journal, name, &output, Stdout::Public);
}

fn sign_ins(stand: &Stand, journal: &mut Journal) {
    let missing = |claim: &str| Fault::MissingClaim { claim: claim.to_owned() };
    for fault in [
        Fault::BadSignature,
        Fault::UnknownKey,
        Fault::AlgNone,
        Fault::AlgHs256,
        Fault::WrongIssuer,
        Fault::WrongAudience,
        Fault::WrongNonce,
        Fault::WrongAtHash,
        missing("sub"),
        missing("nonce"),
        Fault::Expired,
        Fault::NoIdToken,
        Fault::WrongState,
        Fault::MissingState,
        Fault::WrongResponseIssuer,
        Fault::JwksGarbage,
        Fault::JwksFailing { status: 500 },
        Fault::TokenFailing { status: 400 },
        Fault::TokenFailing { status: 503 },
    ] {
        stand.issuer.add_fault(fault.clone());
        // After an answer to another request the wait goes on.
        let words = ["-vvv", "login", "--no-browser", "--login-timeout", "2s"];
        let signed_in = stand.sign_in(stand.command(&words));
        stand.issuer.clear_faults();
        let name = format!("login, {fault:?}");
        assert!(!signed_in.output.status.success(), "{name}");
        journal.look(Kind::Page, format!("page of `{name}`"), signed_in.page.as_bytes());
        life::told(stand, journal, &name, &signed_in.output, Stdout::Public);
    }
    stand.issuer.add_fault(Fault::DiscoveryWrongIssuer);
    fails(stand, journal, "login, another issuer", command(stand, &["login", "--no-browser"]));
    stand.issuer.clear_faults();
}

fn renewals(stand: &Stand, journal: &mut Journal) {
    for fault in [
        Fault::TokenFailing { status: 503 },
        Fault::TokenFailing { status: 400 },
        Fault::WrongSubject,
        Fault::BadSignature,
        Fault::DiscoveryFailing { status: 500 },
        Fault::RefreshRevoked,
    ] {
        stand.sign_in_to_be_renewed();
        stand.issuer.add_fault(fault.clone());
        let name = format!("credential-process, {fault:?}");
        fails(stand, journal, &name, command(stand, &["credential-process"]));
        // Again, from memory.
        fails(stand, journal, &name, command(stand, &["credential-process"]));
        stand.issuer.clear_faults();
        forget(stand);
    }
}

fn exchanges(stand: &Stand, journal: &mut Journal) {
    life::sign_in(stand, journal, &["login"], Stdout::Public);
    let other = ROLE.replace("google-oidc-role", "other");
    let nobody = "http://127.0.0.1:9";
    for words in [
        &["credential-process", "--role-arn", &other][..],
        &["assume", "--duration", "12h"],
        &["env", "--role-session-name", "no spaces allowed"],
        &["exec", "--endpoint-url", nobody, "--", "true"],
        &["probe", "--role-arn", &other],
        &["explain", "--role-arn", &other],
        &["exec", "--", "/nonexistent/canary"],
    ] {
        fails(stand, journal, &words.join(" "), command(stand, words));
    }
    for signin in [nobody.to_owned(), format!("{}/echo/", stand.emulator)] {
        let mut console = command(stand, &["console"]);
        console.env("AWS_ENDPOINT_URL_SIGNIN", signin);
        fails(stand, journal, "console, no sign-in token", console);
    }
    forget(stand);
}

/// An issuer and an STS that put the whole request into their error.
fn hostile_servers(stand: &Stand, journal: &mut Journal) {
    let echo = format!("{}/echo", stand.emulator);
    life::sign_in(stand, journal, &["login"], Stdout::Public);
    for words in [&["credential-process"][..], &["assume"], &["probe"], &["explain"]] {
        let words = [words, &["--endpoint-url", &echo]].concat();
        fails(stand, journal, &words.join(" "), command(stand, &words));
    }
    forget(stand);
    stand.configure(&format!("discovery_url = \"{echo}/.well-known/openid-configuration\""));
    let words = ["-vvv", "login", "--no-browser"];
    let signed_in = stand.sign_in(stand.command(&words));
    assert!(!signed_in.output.status.success(), "the echoing issuer signs nobody in");
    journal.look(Kind::Page, "page of the echoing issuer", signed_in.page.as_bytes());
    life::told(stand, journal, "login, echo", &signed_in.output, Stdout::Public);
    stand.configure("");
    forget(stand);
}

/// Proxies with a password that lead nowhere, or are none. The variable is the user's own.
fn proxies(stand: &Stand, journal: &mut Journal) {
    const PASSWORD: &str = "canary-proxy-password-6e2b90d1";
    journal.secret("proxy password", PASSWORD);
    let far = "https://sts.invalid";
    let elsewhere = "--discovery-url=https://issuer.invalid/.well-known/openid-configuration";
    for proxy in [
        format!("http://ada:{PASSWORD}@127.0.0.1:9"),
        format!("socks9://ada:{PASSWORD}@127.0.0.1:9"),
        format!("http://ada:{PASSWORD}@"),
        format!("ada:{PASSWORD}"),
    ] {
        for words in [
            &["login", "--no-browser", elsewhere][..],
            &["assume", "--no-browser", elsewhere],
            &["credential-process", "--endpoint-url", far],
            &["explain", "--no-browser", elsewhere],
        ] {
            let mut command = command(stand, words);
            command.env("HTTPS_PROXY", &proxy).env("https_proxy", &proxy);
            fails(stand, journal, &format!("{}, by a proxy", words.join(" ")), command);
        }
        let mut doctor = command(stand, &["doctor"]);
        let output = doctor.env("HTTPS_PROXY", &proxy).output().unwrap();
        life::told(stand, journal, "doctor, by a proxy", &output, Stdout::Public);
    }
}

fn configurations(stand: &Stand, journal: &mut Journal) {
    for line in [
        format!("client_secret = \"{CLIENT_SECRET}\""),
        format!("client_secret_file = \"{CLIENT_SECRET}"),
        format!("client_secret_env = [\"{CLIENT_SECRET}\"]"),
        format!("client_secret_command = \"{CLIENT_SECRET}\""),
    ] {
        stand.configure(&line);
        // The file is the user's own mistake; what is said about it is looked at.
        fails(stand, journal, "a secret in the configuration", command(stand, &["login"]));
    }
    let printing = stand.script("printing", &format!("echo '{CLIENT_SECRET}'; exit 3"));
    stand.configure(&format!(
        "client_secret_file =\nclient_id = \"{CLIENT}\"\nclient_secret_command = [\"{}\"]",
        printing.display()
    ));
    fails(stand, journal, "client_secret_command that fails", command(stand, &["login"]));
    let broken = stand.file("broken.json", &format!("{{\"web\": {{\"x\": \"{CLIENT_SECRET}\"}}}}"));
    let given = format!("--client-secret-file={}", broken.display());
    stand.configure("client_secret_file =");
    fails(stand, journal, "a client file that is none", command(stand, &["login", &given]));
    stand.configure("");
}

/// Tokens in the wrong place: an access token for an ID token, a secret for a token.
fn presented_tokens(stand: &Stand, journal: &mut Journal) {
    let access_token = format!("ya29.canary-{}", "a1".repeat(20));
    journal.secret("presented access token", &access_token);
    let file = stand.file("presented", &access_token);
    stand.configure(&format!("source = \"file\"\ntoken_file = \"{}\"", file.display()));
    fails(stand, journal, "an access token in the file", command(stand, &["assume"]));
    let printing = stand.script("printing", &format!("cat '{}'", file.display()));
    let source = format!("source = \"command\"\ntoken_command = [\"{}\"]", printing.display());
    stand.configure(&source);
    fails(stand, journal, "an access token from the command", command(stand, &["assume"]));
    stand.script("printing", &format!("cat '{}' >&2; exit 1", file.display()));
    let output = command(stand, &["credential-process"]).output().unwrap();
    assert!(!output.status.success());
    // What the command itself says on stderr is its own; fed-cli's words are the rest.
    let own = String::from_utf8_lossy(&output.stderr).replacen(&access_token, "", 1);
    journal.look(Kind::Told, "stderr of a token command that fails", own.as_bytes());
    stand.configure("");
}

/// An entry cut in two is set aside, and its text is not repeated.
fn damaged_entries(stand: &Stand, journal: &mut Journal) {
    life::sign_in(stand, journal, &["login"], Stdout::Public);
    for entry in std::fs::read_dir(stand.path(".local/state/fed")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() - 2]).unwrap();
        }
    }
    fails(stand, journal, "a damaged entry", command(stand, &["credential-process"]));
    for words in [&["status"][..], &["doctor", "--offline"]] {
        let output = command(stand, words).output().unwrap();
        life::told(stand, journal, &words.join(" "), &output, Stdout::Public);
    }
}

/// Forgets what is kept, and with it the remembered failure.
fn forget(stand: &Stand) {
    let output = stand.command(&["logout", "--local"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
