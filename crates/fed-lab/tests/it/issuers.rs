//! The issuers of a lab, and what a command finds of them.

use std::fs;
use std::process::Output;

use crate::machine::Machine;
use crate::sealing::{exec, exec_with};

/// Each issuer that was asked for gives tokens, and a runner's request URL is there.
#[test]
fn the_issuers_that_were_asked_for_give_tokens() {
    let machine = Machine::new();
    let options = ["--issuer", "google,github-actions,gitlab,eks,https://login.example.com"];
    let fed_lab = env!("CARGO_BIN_EXE_fed-lab");
    let script = format!(
        "'{fed_lab}' token github --repository acme/app --pull-request 7 --immutable-subject && \
         '{fed_lab}' token gitlab --project acme/app && '{fed_lab}' token google && \
         '{fed_lab}' token eks --service-account shop/cart && \
         echo \"$ACTIONS_ID_TOKEN_REQUEST_URL\" && echo \"$FED_LAB_GITHUB_ACTIONS_ISSUER\""
    );
    let (stdout, _) = exec_with(&machine, &options, &["/bin/sh", "-c", &script], |_| ());
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 6, "{stdout}");
    for token in &lines[..4] {
        assert_eq!(token.split('.').count(), 3, "{token}");
    }
    assert!(lines[4].starts_with("http://127.0.0.1:"), "{stdout}");
    assert_eq!(lines[5], "https://token.actions.githubusercontent.com");
}

#[test]
fn an_issuer_that_the_lab_lacks_gives_no_token() {
    let output = Machine::new().fed_lab(&["token", "github", "--repository", "acme/app"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: expected a running lab with the issuer `github-actions`, found none\n\n\
         hint: start the lab with --issuer github-actions\n"
    );
}

/// The claims of a token, unverified.
fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    let script = format!(
        "import base64, sys; sys.stdout.buffer.write(base64.urlsafe_b64decode('{payload}==='))"
    );
    let printed = std::process::Command::new("python3").args(["-c", &script]).output().unwrap();
    serde_json::from_slice(&printed.stdout).unwrap()
}

#[test]
fn a_step_of_a_workflow_has_the_tokens_of_its_run() {
    let machine = Machine::new();
    let fed_lab = env!("CARGO_BIN_EXE_fed-lab");
    let step = "echo $GITHUB_REPOSITORY $GITHUB_REF $GITHUB_REF_NAME $GITHUB_EVENT_NAME $CI; \
        /usr/bin/curl -s -H \"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN\" \
        \"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com\"; exit 7";
    let script = format!(
        "'{fed_lab}' workflow --repository acme/app --pull-request 7 -- /bin/sh -c '{step}'; \
         test $? = 7"
    );
    let options = ["--issuer", "github-actions"];
    let (stdout, _) = exec_with(&machine, &options, &["/bin/sh", "-c", &script], |_| ());
    let (variables, answer) = stdout.split_once('\n').unwrap();
    assert_eq!(variables, "acme/app refs/pull/7/merge 7/merge pull_request true");
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
    let claims = claims(answer["value"].as_str().unwrap());
    assert_eq!(claims["sub"], "repo:acme/app:pull_request");
    assert_eq!(claims["aud"], "sts.amazonaws.com");
}

#[test]
fn a_pod_finds_its_token_and_its_role() {
    let machine = Machine::new();
    let role = "arn:aws:iam::278805249149:role/cart";
    let account = format!("shop/cart={role}");
    let script = "echo $AWS_ROLE_ARN; /usr/bin/stat -c %a $AWS_WEB_IDENTITY_TOKEN_FILE; \
        test $AWS_WEB_IDENTITY_TOKEN_FILE = $FED_LAB_EKS_TOKEN_FILE && \
        /bin/cat $AWS_WEB_IDENTITY_TOKEN_FILE";
    let options = ["--service-account", &account];
    let (stdout, _) = exec_with(&machine, &options, &["/bin/sh", "-c", script], |_| ());
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[..2], [role, "600"]);
    let claims = claims(lines[2]);
    assert_eq!(claims["sub"], "system:serviceaccount:shop:cart");
    assert_eq!(
        claims["iss"],
        "https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F"
    );
    // Without a role there is the file alone.
    let script = "echo ${AWS_ROLE_ARN-none} ${AWS_WEB_IDENTITY_TOKEN_FILE-none}; \
        test -s $FED_LAB_EKS_TOKEN_FILE && echo a token";
    let options = ["--service-account", "shop/cart"];
    let (stdout, _) = exec_with(&machine, &options, &["/bin/sh", "-c", script], |fed_lab| {
        fed_lab.env("AWS_ROLE_ARN", "mine").env("AWS_WEB_IDENTITY_TOKEN_FILE", "mine");
    });
    assert_eq!(stdout, "none none\na token\n");
    let (stdout, _) =
        exec(&machine, &["/bin/sh", "-c", "echo ${FED_LAB_EKS_TOKEN_FILE-none}"], |_| ());
    assert_eq!(stdout, "none\n");
}

#[test]
fn clients_of_files_are_known_to_google() {
    let machine = Machine::new();
    let file = r#"{"installed": {"client_id": "mine", "client_secret": "s"}}"#;
    fs::write(machine.path("desktop.json"), file).unwrap();
    let tv = r#"{"client_id": "box", "type": "tv", "client_secret": "s"}"#;
    fs::write(machine.path("tv.json"), tv).unwrap();
    let (desktop, tv) = (machine.path("desktop.json"), machine.path("tv.json"));
    let options =
        ["--oauth-client", desktop.to_str().unwrap(), "--oauth-client", tv.to_str().unwrap()];
    let script = "/usr/bin/curl -s $FED_LAB_ISSUER_URL/_control/clients; \
        /usr/bin/curl -s $FED_LAB_ISSUER_URL/device/code -d 'client_id=box&scope=openid'";
    let (stdout, _) = exec_with(&machine, &options, &["/bin/sh", "-c", script], |_| ());
    assert!(stdout.contains(r#"{"client_id":"mine","public":false,"type":"desktop"}"#), "{stdout}");
    assert!(stdout.contains(r#""user_code":"#), "{stdout}");
}

fn refused(machine: &Machine, arguments: &[&str]) -> String {
    let output: Output = machine.fed_lab(arguments);
    machine.seen(&output)
}

#[test]
fn what_is_no_client_no_callback_and_no_service_account() {
    let machine = Machine::new();
    fs::write(machine.path("web.json"), r#"{"client_id": "a", "type": "web"}"#).unwrap();
    let file = machine.path("web.json");
    let arguments = ["up", "--oauth-client", file.to_str().unwrap()];
    insta::assert_snapshot!(refused(&machine, &arguments), @r#"
    error: expected an OAuth client in `[home]/web.json`
      caused by: a client of type `web` needs `redirect_uris`

    hint: --oauth-client takes Google's client_secret_….json, or a file with {"client_id": "…", "type": "web", "desktop" or "tv"}
    exit code 5
    "#);
    insta::assert_snapshot!(refused(&machine, &["up", "--callback", "http://127.0.0.1:9000/a"]), @r"
    error: expected an address like `http://127.0.0.1:9000`, found `http://127.0.0.1:9000/a`

    hint: --callback http://127.0.0.1:9000
    exit code 5
    ");
    insta::assert_snapshot!(refused(&machine, &["up", "--service-account", "cart"]), @r"
    error: invalid value 'cart' for '--service-account <ACCOUNT>': expected a service account like `shop/cart`, found `cart`

    For more information, try '--help'.
    exit code 2
    ");
}

/// As Google's libraries find it: by variables, by its name, and at its address.
#[test]
fn a_machine_of_googles_is_told_who_it_is() {
    let machine = Machine::new();
    let path = "computeMetadata/v1/instance/service-accounts/default/identity?audience=me";
    for (options, host) in [
        (&[][..], "$GCE_METADATA_HOST"),
        (&["--names"], "$GCE_METADATA_IP"),
        #[cfg(target_os = "linux")]
        (&["--sealed"], "169.254.169.254"),
        #[cfg(target_os = "linux")]
        (&["--sealed"], "metadata.google.internal"),
    ] {
        let script = format!(
            "/usr/bin/curl -sS -D - -o /dev/null \"http://{host}/\" -w '%{{http_code}}\\n' | \
             /bin/grep -i -E '^metadata-flavor|^200'; \
             /usr/bin/curl -sSf -H 'Metadata-Flavor: Google' \"http://{host}/{path}\" | \
             /usr/bin/head -c 3"
        );
        let (stdout, stderr) = exec_with(&machine, options, &["/bin/sh", "-c", &script], |_| ());
        let stdout = stdout.replace('\r', "");
        assert_eq!(stdout, "metadata-flavor: Google\n200\neyJ", "{options:?} {host}: {stderr}");
    }
}
