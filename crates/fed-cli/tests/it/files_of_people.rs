//! Files as people and their tools make them: with a byte-order mark, in UTF-16, with more in
//! them than was meant.

use crate::aws::{ASSUMED, Aws};
use crate::sealed::Sealed;

/// The ways in which an editor or PowerShell writes a text.
fn ways(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{text}");
    let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
    vec![
        ("plain", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", marked.clone().into_bytes()),
        ("UTF-16, little", units(&marked).into_iter().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16, big", units(&marked).into_iter().flat_map(u16::to_be_bytes).collect()),
        ("Windows lines", text.replace('\n', "\r\n").into_bytes()),
    ]
}

// {"iss":"i","sub":"s","exp":4070908800}
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

fn config(aws: &Aws) -> String {
    format!(
        "[profile.ci]\nsource = 'file'\ntoken_file = '~/token'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    )
}

#[test]
fn a_token_file_and_a_configuration_in_any_encoding() {
    let aws = Aws::answering(200, ASSUMED);
    for ((way, token), (_, config)) in
        ways(&format!("{TOKEN}\n")).into_iter().zip(ways(&config(&aws)))
    {
        let sealed = Sealed::new();
        std::fs::write(sealed.file("token", ""), &token).unwrap();
        std::fs::write(sealed.file(".config/fed/config.toml", ""), &config).unwrap();
        let outcome = sealed.run(&["assume"]);
        assert_eq!(outcome.status, 0, "{way}: {}", outcome.stderr);
        let sent = aws.requests().last().unwrap().clone();
        assert!(sent.contains(TOKEN), "{way}: {sent}");
    }
}

#[test]
fn what_else_is_read_in_any_encoding() {
    let aws = Aws::answering(200, ASSUMED);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#;
    let kubeconfig = "users:\n- name: cluster\n  user:\n    exec:\n      command: kubectl\n      \
        args: [oidc-login, get-token, --oidc-issuer-url=https://i.example, --oidc-client-id=k]\n";
    let certificate = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
    let aws_config = "[profile mine]\nregion = eu-west-1\n";
    let given = [policy, kubeconfig, &certificate.cert.pem(), aws_config].map(ways);
    for (number, (way, _)) in given[0].iter().enumerate() {
        let sealed = Sealed::with_config(&format!(
            "{}session_policy_file = '~/policy'\nca_bundle = '~/authorities'\n",
            config(&aws)
        ));
        sealed.file("token", TOKEN);
        for (name, files) in
            ["policy", "kubeconfig", "authorities", ".aws/config"].iter().zip(&given)
        {
            std::fs::write(sealed.file(name, ""), &files[number].1).unwrap();
        }
        let outcome = sealed.run(&["assume"]);
        assert_eq!(outcome.status, 0, "{way}: {}", outcome.stderr);
        assert!(aws.requests().last().unwrap().contains("s3%3AGetObject"), "{way}");
        let linted = sealed.run(&["policy", "lint", "policy"]);
        assert_eq!(linted.status, 0, "{way}: {}", linted.stdout);
        let taken = sealed.run(&["setup", "--import", "kubeconfig"]);
        assert!(taken.stderr.contains("`cluster`\n"), "{way}: {}", taken.stderr);
        let words = ["setup", "--no-sign-in", "--profile", "new", "--source", "file"];
        let role = ["--role-arn", "arn:aws:iam::278805249149:role/r", "--region", "eu-west-1"];
        let setup = sealed.run(&[&words[..], &role, &["--aws-profile", "mine"]].concat());
        assert_eq!(setup.status, 0, "{way}: {}", setup.stderr);
        let written = std::fs::read_to_string(sealed.home().join(".aws/config")).unwrap();
        assert!(written.starts_with("[profile mine]"), "{way}: {written}");
        assert_eq!(written.matches("credential_process = ").count(), 1, "{way}: {written}");
    }
}

#[test]
fn a_client_file_in_any_encoding_is_never_sent_as_a_secret() {
    let file = r#"{"installed":{"client_id":"the-client","client_secret":"canary-secret"}}"#;
    for (way, bytes) in ways(file) {
        let sealed = Sealed::with_config(
            "[profile.p]\nissuer = 'https://127.0.0.1:1'\nclient_id = 'another'\n\
             client_secret_file = '~/client.json'\n",
        );
        std::fs::write(sealed.file("client.json", ""), bytes).unwrap();
        let outcome = sealed.run(&["token", "--no-browser"]);
        assert_eq!(
            outcome.stderr.lines().next().unwrap(),
            "error: `client_secret_file` is not usable: expected the secret of client `another`, \
             found that of `the-client`",
            "{way}"
        );
        assert_eq!(outcome.status, 5, "{way}");
    }
}

#[test]
fn a_token_with_something_around_it_is_named() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = Sealed::with_config(&config(&aws));
    for (text, found) in [
        (format!("Bearer {TOKEN}"), "an `Authorization` header"),
        (format!("ID_TOKEN={TOKEN}"), "an assignment (`NAME=…`)"),
        (format!("{TOKEN}\n{TOKEN}\n"), "several words"),
    ] {
        sealed.file("token", &text);
        let outcome = sealed.run(&["assume"]);
        let first = outcome.stderr.lines().next().unwrap();
        assert_eq!(
            (outcome.status, first),
            (
                5,
                format!(
                    "error: the file `[HOME]/token` holds {found}, expected an ID token (a JWT)"
                )
                .as_str()
            )
        );
        assert!(!outcome.stderr.contains("eyJhbGciOiJub25lIn0"), "{}", outcome.stderr);
    }
    assert_eq!(aws.requests().len(), 0);
}
