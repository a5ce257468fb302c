//! `exec` and `env`: no other credentials beside these, whoever reads the environment.

use std::process::{Command, Stdio};

use fed_cli::environment::OUTRANKING;

use crate::aws::{ASSUMED, Aws};
use crate::scripted::at_a_terminal;
use crate::sealed::Sealed;

const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSIsImV4cCI6NDA3MDkwODgwMH0.";

fn sealed(aws: &Aws) -> Sealed {
    Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ))
    .env("TOK", TOKEN)
    .env("PATH", "/usr/bin:/bin")
}

/// With every variable that could outrank or redirect the credentials set to `other`.
fn among_others(aws: &Aws) -> Sealed {
    let others = OUTRANKING.iter().map(|(name, _)| *name);
    let others = others.chain(["AWS_BEARER_TOKEN_NEW", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]);
    others.fold(sealed(aws), |sealed, name| sealed.env(name, "other"))
}

const THESE: [&str; 7] = [
    "AWS_ACCESS_KEY_ID=ASIAEXAMPLE",
    "AWS_CREDENTIAL_EXPIRATION=2099-01-01T00:00:00Z",
    "AWS_DEFAULT_REGION=us-east-1",
    "AWS_ENDPOINT_URL=[AWS]",
    "AWS_REGION=us-east-1",
    "AWS_SECRET_ACCESS_KEY=canary-key",
    "AWS_SESSION_TOKEN=canary-session",
];

fn variables(aws: &Aws, printed: &str) -> Vec<String> {
    printed.replace(aws.url(), "[AWS]").lines().map(str::to_owned).collect()
}

const SHOW: &str = "env | grep -E '^(AWS|ACTIONS)_' | LC_ALL=C sort";

#[test]
fn exec_leaves_no_other_credentials() {
    let aws = Aws::answering(200, ASSUMED);
    let outcome = among_others(&aws).run(&["exec", "--", "sh", "-c", SHOW]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert_eq!(variables(&aws, &outcome.stdout), THESE);
}

#[test]
fn env_leaves_no_other_credentials_in_real_shells() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = among_others(&aws);
    let program = crate::sealed::BINARY;
    let mut ran = Vec::new();
    for (shell, format, script) in [
        ("sh", "sh", format!("eval \"$('{program}' env --format sh)\"; {SHOW}")),
        ("bash", "sh", format!("eval \"$('{program}' env --format sh)\"; {SHOW}")),
        ("zsh", "sh", format!("eval \"$('{program}' env --format sh)\"; {SHOW}")),
        ("fish", "fish", format!("'{program}' env --format fish | source; {SHOW}")),
        (
            "pwsh",
            "powershell",
            format!("& '{program}' env --format powershell | Out-String | iex; sh -c \"{SHOW}\""),
        ),
    ] {
        let mut command = Command::new(shell);
        command.args(["-c", &script]).env_clear().envs(sealed.variables());
        // Where there is no such shell, there is nothing to read it.
        let Ok(output) = command.stdin(Stdio::null()).output() else { continue };
        let printed = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(variables(&aws, &printed), THESE, "{shell} {format}: {stderr}");
        ran.push(shell);
    }
    assert!(ran.contains(&"sh"), "{ran:?}");
}

#[test]
fn what_env_set_is_taken_out_of_real_shells_again() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws).env("AWS_PAGER", "mine");
    let program = crate::sealed::BINARY;
    let mut ran = Vec::new();
    for (shell, take) in [
        ("sh", format!("eval \"$('{program}' env ARGUMENTS)\"")),
        ("bash", format!("eval \"$('{program}' env ARGUMENTS)\"")),
        ("zsh", format!("eval \"$('{program}' env ARGUMENTS)\"")),
        ("fish", format!("'{program}' env --format fish ARGUMENTS | source")),
    ] {
        let both = [take.replace("ARGUMENTS", ""), take.replace("ARGUMENTS", "--unset")];
        let script = format!("{}; env | grep -c ^AWS_; {}; {SHOW}", both[0], both[1]);
        let mut command = Command::new(shell);
        command.args(["-c", &script]).env_clear().envs(sealed.variables());
        // Where there is no such shell, there is nothing to read it.
        let Ok(output) = command.stdin(Stdio::null()).output() else { continue };
        let printed = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(printed, format!("{}\nAWS_PAGER=mine\n", THESE.len() + 1), "{shell}: {stderr}");
        ran.push(shell);
    }
    assert!(ran.contains(&"sh"), "{ran:?}");
    assert_eq!(aws.requests().len(), 1, "nobody is asked to be rid of them");
}

/// What the shell had of its own stays: an endpoint that is not the profile's is somebody else's.
#[test]
fn an_endpoint_that_env_did_not_set_stays() {
    let aws = Aws::answering(200, ASSUMED);
    let names = |sealed: Sealed| {
        let outcome = sealed.run(&["env", "--unset", "--format", "sh"]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        outcome.stdout
    };
    let without = || {
        Sealed::with_config(
            "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
             role_arn = 'arn:aws:iam::278805249149:role/r'\n",
        )
    };
    for (sealed, is_taken) in [
        (sealed(&aws), true),
        (sealed(&aws).env("AWS_ENDPOINT_URL", aws.url()), true),
        (sealed(&aws).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), false),
        (without(), false),
        (without().env("AWS_ENDPOINT_URL", aws.url()), false),
    ] {
        let names = names(sealed);
        assert!(names.contains("AWS_SESSION_TOKEN"), "{names}");
        assert_eq!(names.contains("AWS_ENDPOINT_URL"), is_taken, "{names}");
    }
}

#[test]
fn a_file_that_can_unset_nothing_is_told() {
    let aws = Aws::answering(200, ASSUMED);
    for format in ["dotenv", "json"] {
        let outcome = sealed(&aws).run(&["env", "--unset", "--format", format]);
        assert_eq!(
            (outcome.status, outcome.stdout.as_str(), outcome.stderr.as_str()),
            (
                2,
                "",
                "error: this format sets variables, and unsets none\n\n\
                 hint: take a shell's: `fed-cli env --unset --format sh`\n"
            )
        );
    }
    assert_eq!(sealed(&aws).run(&["env", "--unset", "--min-life", "1h"]).status, 2);
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn values_that_are_commands_reach_no_shell() {
    for (good, bad) in [
        ("ASIAEXAMPLE", "ASIA\nLD_PRELOAD=x"),
        ("canary-key", "a\" &amp; calc &amp; rem \""),
        ("canary-session", "a\u{2019}; calc; \u{2019}"),
        ("canary-session", "$(calc)"),
    ] {
        let aws = Aws::answering(200, &ASSUMED.replace(good, bad));
        for words in [
            &["env", "--format", "cmd"][..],
            &["env", "--format", "dotenv"],
            &["env", "--format", "powershell"],
            &["env"],
            &["exec", "--", "true"],
        ] {
            let outcome = sealed(&aws).run(words);
            assert_eq!((outcome.status, outcome.stdout.as_str()), (1, ""), "{words:?} {bad}");
            assert!(
                outcome.stderr.starts_with("error: STS gave what cannot be `AWS_"),
                "{words:?}: {}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn a_command_that_cannot_be_run_ends_as_posix_says() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    let file = sealed.file("no-program", "text");
    let status = |command: &str| sealed.run(&["exec", "--", command]).status;
    assert_eq!(status("no-such-command"), 127);
    assert_eq!(status(file.to_str().unwrap()), 126);
    assert_eq!(status("false"), 1);
}

#[test]
fn min_life_gets_new_credentials_where_kept_ones_end_too_soon() {
    // They end in 2099: more than any life that can be wanted.
    let aws = Aws::answering(200, ASSUMED);
    let lasting = sealed(&aws);
    for words in [&["exec", "--", "true"][..], &["exec", "--min-life", "1h", "--", "true"]] {
        assert_eq!(lasting.run(words).status, 0);
    }
    assert_eq!(aws.requests().len(), 1);
    // Half an hour is enough for `exec`, but not for this one.
    let soon = fed_types::UnixTime::from(std::time::SystemTime::now())
        .plus(std::time::Duration::from_secs(30 * 60));
    let aws = Aws::answering(200, &ASSUMED.replace("2099-01-01T00:00:00Z", &soon.to_string()));
    let ending = sealed(&aws);
    for (words, requests) in [
        (&["exec", "--", "true"][..], 1),
        (&["exec", "--", "true"], 1),
        (&["exec", "--min-life", "20m", "--", "true"], 1),
        (&["exec", "--min-life", "45m", "--", "true"], 2),
        (&["env", "--min-life", "45m"], 3),
    ] {
        assert_eq!(ending.run(words).status, 0);
        assert_eq!(aws.requests().len(), requests, "{words:?}");
    }
}

#[test]
fn more_life_than_a_session_has_is_told() {
    let aws = Aws::answering(200, ASSUMED);
    insta::assert_snapshot!(sealed(&aws).transcript(&["exec", "--min-life", "2h", "--", "true"]));
    assert_eq!(sealed(&aws).run(&["env", "--min-life", "2h", "--duration", "2h"]).status, 0);
    assert_eq!(aws.requests().len(), 1);
}

#[test]
fn without_a_command_a_person_gets_their_shell_and_a_script_is_told() {
    let aws = Aws::answering(200, ASSUMED);
    let outcome = sealed(&aws).run(&["exec"]);
    assert_eq!(outcome.status, 2);
    assert_eq!(
        outcome.stderr,
        "error: no command was given, and there is no terminal\n\n\
         hint: name one: `fed-cli exec -- COMMAND`\n"
    );
    assert_eq!(aws.requests().len(), 0, "told before anything is asked for");
    // A shell that is not there, because the true one would replace this test.
    let seen = at_a_terminal(&sealed(&aws).env("SHELL", "/nonexistent/shell"), &["exec"], &[]);
    assert_eq!(seen.status, 127);
    assert_eq!(
        seen.stderr.lines().take(2).collect::<Vec<_>>(),
        [
            "a shell as `arn:aws:iam::278805249149:role/r` until 2099-01-01T00:00:00Z; `exit` ends it",
            "error: could not run `/nonexistent/shell`",
        ]
    );
}
