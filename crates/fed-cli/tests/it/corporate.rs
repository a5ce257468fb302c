//! Machines that are not one's own: no home, disks that are read-only or full, variables of a
//! cluster. Credentials are given all the same, and what is not kept is said.

use std::process::{Command, Stdio};

use crate::aws::{ASSUMED, Aws};
use crate::sealed::{BINARY, Outcome, Sealed};

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

fn sealed(aws: &Aws) -> Sealed {
    Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ))
    .env("TOK", TOKEN)
}

fn gives(outcome: &Outcome) {
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("ASIAEXAMPLE"), "{}", outcome.stdout);
}

#[test]
fn without_a_home_credentials_are_given_and_it_is_said_that_none_are_kept() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    let config = sealed.home().join(".config/fed/config.toml");
    let run = |words: &[&str]| {
        let output = Command::new(BINARY)
            .args(words)
            .env_clear()
            .env("FED_CONFIG", &config)
            .env("TOK", TOKEN)
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    };
    for words in [
        &["credential-process"][..],
        &["env"],
        &["exec", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"],
    ] {
        let outcome = run(words);
        gives(&outcome);
        assert_eq!(
            outcome.stderr,
            "warning: the credentials are not kept: there is no place for them; set `HOME` or \
             `FED_STATE_DIR`\n",
            "{words:?}"
        );
    }
    let profiles = ["setup", "--no-sign-in", "--source", "file", "--region", "eu-west-1"];
    let role = ["--role-arn", "arn:aws:iam::278805249149:role/r", "--aws-profile", "mine"];
    let setup = run(&[&profiles[..], &role].concat());
    assert_eq!(
        (setup.status, setup.stderr.as_str()),
        (
            5,
            "error: there is no place for `~/.aws/config`\n\n\
             hint: set `HOME` or `AWS_CONFIG_FILE`\n"
        )
    );
    let served = run(&["exec", "--serve", "--", "sh", "-c", "echo $AWS_CONFIG_FILE"]);
    assert_eq!(served.stdout, "/dev/null\n", "whose `default` nobody knows: {}", served.stderr);
    assert_eq!(run(&["status"]).status, 0);
    assert_eq!(run(&["doctor", "--offline"]).status, 0);
    assert_eq!(run(&["logout"]).status, 0);
}

#[test]
fn where_nothing_can_be_written_credentials_are_given_each_time() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    // As root, nothing is forbidden: a file in the way is.
    let file = sealed.file("file", "");
    let sealed = sealed.env("FED_STATE_DIR", file.join("below").to_str().unwrap());
    for _ in 0..2 {
        let outcome = sealed.run(&["credential-process"]);
        gives(&outcome);
        assert!(
            outcome.stderr.starts_with("warning: the credentials are not kept: "),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(aws.requests().len(), 2);
}

/// Runs with a small disk of its own for what is kept, where the system lets us have one.
#[cfg(target_os = "linux")]
fn on_a_disk(sealed: &Sealed, options: &str, before: &str) -> Option<Outcome> {
    on_a_disk_do(sealed, options, &format!("{before}; exec '{BINARY}' credential-process"))
}

/// The same with something else that is done there.
#[cfg(target_os = "linux")]
fn on_a_disk_do(sealed: &Sealed, options: &str, script: &str) -> Option<Outcome> {
    let state = sealed.home().join("disk");
    std::fs::create_dir_all(&state).unwrap();
    let state = state.display().to_string();
    let script = format!("mount -t tmpfs -o {options} tmpfs '{state}' || exit 77; {script}");
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script])
        .env_clear()
        .envs(sealed.variables())
        .env("FED_STATE_DIR", &state)
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let status = output.status.code()?;
    let stderr = String::from_utf8(output.stderr).unwrap();
    // Where user namespaces are forbidden, there is no disk.
    if status == 77 || stderr.starts_with("unshare:") {
        return None;
    }
    Some(Outcome { status, stdout: String::from_utf8(output.stdout).unwrap(), stderr })
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_full_disk_and_on_one_that_is_read_only() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    let fill = "cat /dev/zero > \"$FED_STATE_DIR/full\" 2>/dev/null";
    let remount = "mount -o remount,ro \"$FED_STATE_DIR\"";
    for (what, options, before) in [("full", "size=64k", fill), ("read-only", "size=1m", remount)] {
        let Some(outcome) = on_a_disk(&sealed, options, before) else { return };
        gives(&outcome);
        assert!(
            outcome.stderr.starts_with("warning: the credentials are not kept: "),
            "{what}: {}",
            outcome.stderr
        );
    }
    let good = on_a_disk(&sealed, "size=1m", "true").unwrap();
    assert_eq!(good.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn setup_on_a_full_disk_leaves_nothing_half_done_and_says_how_to_go_on() {
    let aws = Aws::answering(200, ASSUMED);
    for (name, head) in [("default", "default"), ("other", "profile other")] {
        let place = Sealed::new();
        let config = place.home().join("disk/config").display().to_string();
        let place = place.env("AWS_CONFIG_FILE", config);
        let setup = format!(
            "'{BINARY}' setup --no-sign-in --source file --role-arn arn:aws:iam::278805249149:role/r \
             --region eu-west-1 --endpoint-url {} --aws-profile {name}",
            aws.url()
        );
        let script = format!(
            "cd \"$FED_STATE_DIR\"; printf '[default]\\nregion = x\\n' > config; \
             cat /dev/zero > full 2>/dev/null; {setup}; status=$?; ls; cat config; exit $status"
        );
        let Some(outcome) = on_a_disk_do(&place, "size=64k", &script) else { return };
        assert_eq!(outcome.status, 1, "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "config\nfull\n[default]\nregion = x\n");
        let (_, told) = outcome.stderr.split_once("\n\nhint: ").unwrap();
        let line = format!("credential_process = {BINARY} credential-process --profile google\n");
        assert!(told.starts_with(&format!("put this there yourself:\n[{head}]\n{line}")), "{told}");
        assert!(place.home().join(".config/fed/config.toml").exists());
    }
}

#[test]
fn a_cluster_names_the_role_beside_the_token_file() {
    let aws = Aws::answering(200, ASSUMED);
    let config = format!(
        "[profile.pod]\nsource = 'file'\nregion = 'us-east-1'\nendpoint_url = '{}'\n",
        aws.url()
    );
    let sealed = Sealed::with_config(&config);
    let token = sealed.file("token", TOKEN);
    let role = "arn:aws:iam::278805249149:role/pod";
    let sealed = sealed
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap())
        .env("AWS_ROLE_ARN", role)
        .env("AWS_ROLE_SESSION_NAME", "the-pod");
    gives(&sealed.run(&["credential-process"]));
    let request = aws.requests().remove(0);
    assert!(request.contains("role%2Fpod") && request.contains("the-pod"), "{request}");
    // Half of the pair is none, and a role of the profile outranks theirs.
    let alone = Sealed::with_config(&config).env("AWS_ROLE_ARN", role);
    assert_eq!(alone.run(&["credential-process"]).status, 5);
    let own =
        sealed.run(&["credential-process", "--role-arn", "arn:aws:iam::278805249149:role/own"]);
    assert_eq!(own.status, 0);
    assert!(aws.requests()[1].contains("role%2Fown"));
}
