//! `setup` and `doctor`: what is written, what is refused, what is found.

use std::os::unix::fs::PermissionsExt;

use crate::scripted::at_a_terminal;
use crate::sealed::Sealed;

const CLIENT: &str = r#"{"web": {"client_id": "client.apps.googleusercontent.com",
    "client_secret": "canary-secret",
    "redirect_uris": ["http://127.0.0.1:3000/auth/google/callback"]}}"#;

const SETUP: [&str; 7] = [
    "setup",
    "--no-sign-in",
    "--google-client-file",
    "client.json",
    "--role-arn",
    "arn:aws:iam::278805249149:role/google-oidc-role",
    "--region=ap-northeast-2",
];

fn sealed() -> Sealed {
    let sealed = Sealed::new();
    sealed.file("client.json", CLIENT);
    sealed
}

fn read(sealed: &Sealed, name: &str) -> String {
    let text = std::fs::read_to_string(sealed.home().join(name)).unwrap_or_default();
    text.replace(&sealed.home().display().to_string(), "[HOME]")
        .replace(crate::sealed::BINARY, "[PROGRAM]")
}

#[test]
fn a_client_file_becomes_a_profile_that_holds_no_secret() {
    let sealed = sealed();
    insta::assert_snapshot!("setup", sealed.transcript(&SETUP));
    let written = read(&sealed, ".config/fed/config.toml");
    assert!(!written.contains("canary"), "{written}");
    insta::assert_snapshot!("setup-config", written);
    let used = sealed.run(&["credential-process"]);
    assert_eq!(used.status, 4, "the profile is complete: {}", used.stderr);
}

#[test]
fn what_is_there_stays_as_it_is() {
    let sealed = sealed();
    let before = "# mine\n[profile.other]\nregion = 'x'";
    sealed.file(".config/fed/config.toml", before);
    assert_eq!(sealed.run(&SETUP).status, 0);
    let after = read(&sealed, ".config/fed/config.toml");
    assert!(after.starts_with(&format!("{before}\n\n[profile.google]\n")), "{after}");
    insta::assert_snapshot!("setup-again", sealed.transcript(&SETUP));
    assert_eq!(read(&sealed, ".config/fed/config.toml"), after);
}

#[test]
fn a_name_cannot_become_another_setting() {
    for name in ["", "a b", "a]", "x]\nrole_arn = y", "a\"b", "../x", "a;b", "$(a)"] {
        for option in ["--profile", "--aws-profile"] {
            let sealed = sealed();
            let outcome = sealed.run(&[&SETUP[..], &[option, name]].concat());
            let message =
                format!("error: expected a name of letters, digits and `-_.@+=,` for `{option}`");
            assert!(outcome.stderr.starts_with(&message), "{name:?}: {}", outcome.stderr);
            assert_eq!(outcome.status, 2, "{name:?}");
            assert!(!sealed.home().join(".aws/config").exists(), "{name:?}");
            assert!(!sealed.home().join(".config/fed/config.toml").exists(), "{name:?}");
        }
    }
    let words = [&SETUP[..], &["--aws-profile=dev", "--endpoint-url=http://h/\nrole_arn = x"]];
    let sealed = sealed();
    assert_eq!(sealed.run(&words.concat()).status, 5);
    assert!(!sealed.home().join(".aws/config").exists());
}

#[test]
fn other_aws_tools_are_told_which_configuration_was_named() {
    let sealed = sealed();
    let words = [&SETUP[..], &["--aws-profile", "dev", "--config", "my fed.toml"]].concat();
    assert_eq!(sealed.run(&words).status, 0);
    let written = read(&sealed, ".aws/config");
    let line = "credential_process = [PROGRAM] credential-process --profile google --config '[HOME]/my fed.toml'\n";
    assert!(written.contains(line), "{written}");
}

#[test]
fn an_aws_configuration_that_cannot_be_read_is_not_replaced() {
    let sealed = sealed();
    std::fs::create_dir_all(sealed.home().join(".aws")).unwrap();
    std::fs::write(sealed.home().join(".aws/config"), [b'[', 0xff, b']']).unwrap();
    let outcome = sealed.run(&[&SETUP[..], &["--aws-profile", "dev"]].concat());
    assert_eq!(outcome.status, 5, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("caused by: not valid UTF-8"), "{}", outcome.stderr);
    assert!(!sealed.home().join(".config/fed/config.toml").exists());
}

#[test]
fn other_aws_tools_get_a_profile_of_their_own() {
    let sealed = sealed();
    sealed.file(".aws/config", "[default]\nregion = us-east-1\n");
    let words = [&SETUP[..], &["--aws-profile", "dev"]].concat();
    assert_eq!(sealed.run(&words).status, 0);
    insta::assert_snapshot!("setup-aws-config", read(&sealed, ".aws/config"));
}

#[test]
fn another_credential_style_is_not_clobbered() {
    for style in ["sso_session = x", "role_arn = x", "credential_process = other"] {
        let sealed = sealed();
        let before = format!("[profile dev]\n{style}\n");
        sealed.file(".aws/config", &before);
        let words = [&SETUP[..], &["--aws-profile", "dev"]].concat();
        let outcome = sealed.run(&words);
        let key = style.split(' ').next().unwrap_or_default();
        assert_eq!(outcome.status, 5);
        assert!(
            outcome.stderr.starts_with(&format!(
                "error: profile `dev` in `[HOME]/.aws/config` gets its credentials by `{key}` \
                 already"
            )),
            "{}",
            outcome.stderr
        );
        assert_eq!(read(&sealed, ".aws/config"), before);
        assert_eq!(read(&sealed, ".config/fed/config.toml"), "", "nothing is half written");
    }
}

#[test]
fn keys_that_outrank_the_profile_are_told() {
    let sealed = sealed();
    sealed.file(".aws/credentials", "[dev]\naws_access_key_id = AKIAEXAMPLE\n");
    let words = [&SETUP[..], &["--aws-profile", "dev"]].concat();
    let outcome = sealed.run(&words);
    assert_eq!(outcome.status, 0);
    assert!(outcome.stderr.starts_with("warning: `[HOME]/.aws/credentials` holds keys"));
}

#[test]
fn setup_says_what_is_missing() {
    insta::assert_snapshot!("setup-missing", Sealed::new().transcript(&["setup"]));
    let sealed = sealed();
    sealed.file("client.json", "{\"type\": \"service_account\", \"private_key\": \"canary\"}");
    insta::assert_snapshot!("setup-service-account", sealed.transcript(&SETUP));
}

#[test]
fn doctor_tells_good_doubtful_and_broken() {
    let sealed = sealed();
    sealed.run(&SETUP);
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(sealed.home().join("client.json"), mode).unwrap();
    insta::assert_snapshot!("doctor", sealed.transcript(&["doctor", "--offline"]));
    let empty = Sealed::new().env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
    insta::assert_snapshot!("doctor-empty", empty.transcript(&["doctor", "--offline"]));
    let broken = Sealed::with_config("[profile.google]\nclientid = 'x'\n");
    insta::assert_snapshot!("doctor-broken", broken.transcript(&["doctor", "--offline"]));
}

#[test]
fn the_profile_default_is_the_section_that_aws_tools_read() {
    let sealed = sealed();
    let before = "[default]\nregion = a\n\n[profile default]\noutput = json\n";
    sealed.file(".aws/config", before);
    let words = [&SETUP[..], &["--aws-profile", "default"]].concat();
    let outcome = sealed.run(&words);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let written = read(&sealed, ".aws/config");
    assert_eq!(
        written,
        "[default]\nregion = a\n\n[profile default]\ncredential_process = [PROGRAM] \
         credential-process --profile google\nregion = ap-northeast-2\noutput = json\n"
    );
    for section in ["default", "profile default"] {
        let sealed = self::sealed();
        let before = format!("[{section}]\nrole_arn = x\n");
        sealed.file(".aws/config", &before);
        let outcome = sealed.run(&words);
        assert_eq!(outcome.status, 5, "{section}");
        assert_eq!(read(&sealed, ".aws/config"), before, "{section}");
    }
    let sealed = self::sealed();
    assert_eq!(sealed.run(&words).status, 0);
    assert!(read(&sealed, ".aws/config").starts_with("[default]\ncredential_process = "));
}

#[test]
fn what_is_written_is_the_file_that_was_typed_and_nothing_of_one_shell() {
    let sealed = Sealed::new();
    sealed.file("here/secret", "canary-secret");
    sealed.file("here/token", "t");
    let bundle = sealed.file("bundle.pem", "");
    let sealed = sealed.env("AWS_CA_BUNDLE", bundle.to_str().unwrap());
    let common = ["setup", "--no-sign-in", "--role-arn", "arn:aws:iam::278805249149:role/r"];
    for (profile, options, line) in [
        (
            "typed",
            &["--client-secret-file", "here/secret"][..],
            Some("client_secret_file = \"[HOME]/here/secret\""),
        ),
        (
            "home",
            &["--client-secret-file", "~/here/secret"],
            Some("client_secret_file = \"[HOME]/here/secret\""),
        ),
        ("token", &["--token-file", "here/token"], Some("token_file = \"[HOME]/here/token\"")),
        ("input", &["--token-file", "-"], Some("token_file = \"-\"")),
    ] {
        let person = ["--issuer", "https://issuer.example", "--client-id", "c"];
        let rest = ["--region", "us-east-1", "--profile", profile];
        let words = [&common[..], &person, options, &rest].concat();
        let outcome = sealed.run(&words);
        assert_eq!(outcome.status, 0, "{profile}: {}", outcome.stderr);
        let written = read(&sealed, ".config/fed/config.toml");
        let section = written.rsplit("[profile.").next().unwrap();
        assert!(line.is_none_or(|line| section.lines().any(|it| it == line)), "{section}");
        assert!(!written.contains("ca_bundle"), "{written}");
    }
}

#[test]
fn where_nobody_signs_in_no_issuer_is_asked_for() {
    let sealed = Sealed::new();
    let words = [
        "setup",
        "--source",
        "file",
        "--role-arn",
        "arn:aws:iam::278805249149:role/r",
        "--region",
        "us-east-1",
    ];
    let seen = at_a_terminal(&sealed, &words, &["-"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert!(!seen.stderr.contains("signs you in"), "{}", seen.stderr);
    assert!(read(&sealed, ".config/fed/config.toml").contains("source = \"file\"\n"));
    // Where somebody does, it is.
    let seen = at_a_terminal(&Sealed::new(), &["setup", "--source", "device"], &[]);
    assert_eq!(seen.status, 2);
    assert!(seen.stderr.contains("signs you in"), "{}", seen.stderr);
}
