//! `bootstrap`, against an IAM that keeps state.

mod access_key;
#[cfg(target_os = "linux")]
mod between;
mod killed;
mod told;

use crate::account::{Account, Role};
use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]
issuer = 'https://accounts.google.com'
client_id = 'client.apps.googleusercontent.com'
role_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'
region = 'ap-northeast-2'
";

const SUBJECT: &str = "113632458324056836621";

const ROLE: &str = "google-oidc-role";

const EC2: &str = "arn:aws:iam::aws:policy/AmazonEC2FullAccess";

fn sealed_for(url: &str) -> Sealed {
    Sealed::with_config(PROFILE)
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
}

fn sealed(account: &Account) -> Sealed {
    sealed_for(account.url())
}

fn account() -> Account {
    Account::start(&["AmazonEC2FullAccess", "AdministratorAccess"])
}

/// The tutorial's trust policy: audience only.
const UNPINNED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"client.apps.googleusercontent.com"}}}]}"#;

/// With the tutorial's role, made by us or by others.
fn with_role(ours: bool) -> Account {
    let account = account();
    let tag = ("fed:made-by".to_owned(), "fed-cli bootstrap".to_owned());
    let record = ("fed:policy:fdc9a125944b873f".to_owned(), EC2.to_owned());
    let role = Role {
        path: "/".to_owned(),
        trust: UNPINNED.to_owned(),
        max_session_duration: "3600".to_owned(),
        tags: if ours { [tag, record].into() } else { [].into() },
        managed: [EC2.to_owned()].into(),
        ..Role::default()
    };
    account.state().roles.insert(ROLE.to_owned(), role);
    account
}

const APPLY: [&str; 5] = ["bootstrap", "apply", "--yes", "--subject", SUBJECT];

#[test]
fn plan_shows_what_is_missing_and_changes_nothing() {
    let account = account();
    let words = [
        "bootstrap",
        "plan",
        "--subject",
        SUBJECT,
        "--policy-arn",
        "AmazonEC2FullAccess",
        "--no-policy-user",
    ];
    insta::assert_snapshot!(sealed(&account).transcript(&words));
    assert_eq!(account.changes(), [""; 0]);
}

#[test]
fn plan_reports_to_programs() {
    let account = with_role(true);
    let words = ["bootstrap", "plan", "--subject", SUBJECT, "--output", "json"];
    let outcome = sealed(&account).run(&words);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\"change\": \"update-trust-policy\""), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\"change\": \"detach-role-policy\""), "{}", outcome.stdout);
}

#[test]
fn plan_says_to_scripts_whether_something_would_change() {
    let account = account();
    let sealed = sealed(&account);
    let words = ["bootstrap", "plan", "--subject", SUBJECT, "--detailed-exitcode"];
    assert_eq!(sealed.run(&words).status, 7);
    assert_eq!(sealed.run(&APPLY).status, 0);
    let outcome = sealed.run(&words);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (0, "nothing to change\n"));
}

#[test]
fn plan_as_markdown_is_for_a_review() {
    let account = with_role(true);
    let words = ["bootstrap", "plan", "--subject", SUBJECT, "--format", "markdown"];
    insta::assert_snapshot!(sealed(&account).transcript(&words));
}

#[test]
fn plan_finds_a_policy_that_is_not_there() {
    let account = account();
    let words = ["bootstrap", "plan", "--subject", SUBJECT, "--policy-arn", "NoSuchPolicy"];
    insta::assert_snapshot!(sealed(&account).transcript(&words));
}

#[test]
fn apply_pins_a_trust_policy_that_was_not() {
    let account = with_role(true);
    insta::assert_snapshot!(sealed(&account).transcript(&APPLY));
    assert!(account.state().roles[ROLE].trust.contains(SUBJECT));
}

#[test]
fn a_role_that_others_made_is_not_changed() {
    let account = with_role(false);
    insta::assert_snapshot!(sealed(&account).transcript(&APPLY));
    assert_eq!(account.changes(), [""; 0]);
    let adopted = sealed(&account).run(&[&APPLY[..], &["--adopt"]].concat());
    assert_eq!(adopted.status, 0, "{}", adopted.stderr);
}

/// IAM takes names only: without this check, the role of that name in the account of the
/// credentials would be read, made or deleted.
#[test]
fn credentials_of_another_account_are_refused_before_anything_else() {
    const ELSEWHERE: &str = "arn:aws:iam::999999999999:role/google-oidc-role";
    for command in ["plan", "apply", "destroy"] {
        let account = with_role(true);
        let before = account.state().clone();
        let mut words = vec!["bootstrap", command, "--role-arn", ELSEWHERE];
        if command != "destroy" {
            words.extend(["--subject", SUBJECT]);
        }
        if command != "plan" {
            words.push("--yes");
        }
        let outcome = sealed(&account).run(&words);
        assert_eq!(outcome.status, 5, "{command}");
        assert_eq!(
            outcome.stderr,
            "error: the credentials are of account 278805249149 \
             (`arn:aws:iam::278805249149:user/admin`), but the role \
             `arn:aws:iam::999999999999:role/google-oidc-role` is in account 999999999999\n\nhint: \
             use credentials of account 999999999999, for example with `AWS_PROFILE`, or correct \
             the role's ARN\n"
        );
        assert_eq!(account.calls(), ["GetCallerIdentity"], "{command}");
        assert_eq!(account.state().clone(), before);
    }
}

#[test]
fn without_a_terminal_nothing_happens_unless_told() {
    let mut apply = APPLY.to_vec();
    apply.retain(|word| *word != "--yes");
    for (words, done) in [(apply, "changed"), (vec!["bootstrap", "destroy"], "removed")] {
        let account = with_role(true);
        let outcome = sealed(&account).run(&words);
        assert_eq!(outcome.status, 2, "{}", outcome.stderr);
        assert_eq!(
            outcome.stderr,
            format!(
                "error: nothing was {done}: nobody can be asked without a terminal\n\nhint: look at \
                 what would happen with `bootstrap plan` or `destroy --dry-run`, then give `--yes`\n"
            )
        );
        assert_eq!(account.changes(), [""; 0]);
    }
}

#[test]
fn destroy_removes_ours_and_leaves_others() {
    let words = ["bootstrap", "destroy", "--yes"];
    let ours = with_role(true);
    insta::assert_snapshot!("destroy-ours", sealed(&ours).transcript(&words));
    assert_eq!(ours.state().roles.len(), 0);
    let others = with_role(false);
    insta::assert_snapshot!("destroy-others", sealed(&others).transcript(&words));
    assert_eq!(others.changes(), [""; 0]);
}

#[test]
fn destroy_says_what_stands_in_the_way_and_removes_nothing() {
    let account = with_role(true);
    {
        let mut state = account.state();
        let role = state.roles.get_mut(ROLE).unwrap();
        role.managed.insert("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
        role.inline.insert("by-hand".to_owned(), "{}".to_owned());
        role.instance_profiles.insert("web".to_owned());
    }
    let before = account.state().clone();
    let words = ["bootstrap", "destroy", "--yes"];
    insta::assert_snapshot!("destroy-stopped", sealed(&account).transcript(&words));
    let dry = sealed(&account).run(&["bootstrap", "destroy", "--dry-run"]);
    let real = sealed(&account).run(&words);
    assert_eq!((dry.status, dry.stdout, dry.stderr), (real.status, real.stdout, real.stderr));
    assert_eq!(account.changes(), [""; 0]);
    assert_eq!(account.state().clone(), before);
}

#[test]
fn destroy_needs_no_issuer() {
    let account = with_role(true);
    let sealed = Sealed::new()
        .env("AWS_ENDPOINT_URL", account.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator");
    let role = "arn:aws:iam::278805249149:role/google-oidc-role";
    let outcome = sealed.run(&["bootstrap", "destroy", "--yes", "--role-arn", role]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(account.state().roles.len(), 0);
}

#[test]
fn whoever_may_not_manage_iam_is_told() {
    let message = "User: arn:aws:iam::278805249149:user/a is not authorized to perform: \
                   iam:GetRole on resource: role google-oidc-role because no identity-based policy \
                   allows the iam:GetRole action";
    let caller = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>\
                  arn:aws:iam::278805249149:user/a</Arn><UserId>AIDA</UserId><Account>278805249149\
                  </Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let aws = Aws::answering_by_action(&[
        ("GetCallerIdentity", 200, caller.to_owned()),
        ("GetRole", 403, query_error("AccessDenied", message)),
    ]);
    insta::assert_snapshot!(sealed_for(aws.url()).transcript(&APPLY));
}

#[test]
fn an_unknown_key_is_told() {
    let message = "The security token included in the request is invalid.";
    let aws = Aws::answering(403, &query_error("InvalidClientTokenId", message));
    insta::assert_snapshot!(sealed_for(aws.url()).transcript(&["bootstrap", "destroy"]));
}

#[test]
fn missing_credentials_are_told() {
    let aws = Aws::answering(200, "");
    let sealed = Sealed::with_config(PROFILE)
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_EC2_METADATA_DISABLED", "true");
    insta::assert_snapshot!(sealed.transcript(&["bootstrap", "plan", "--subject", SUBJECT]));
}

#[test]
fn what_cannot_be_pinned_is_refused_before_aws_is_asked() {
    let account = account();
    let told =
        |words: &[&str]| sealed(&account).transcript(&[&["bootstrap", "apply"], words].concat());
    insta::assert_snapshot!("subject-wildcard", told(&["--subject", "1136*"]));
    insta::assert_snapshot!("subject-empty", told(&["--subject", ""]));
    insta::assert_snapshot!("subject-email", told(&["--subject", "ada@example.com"]));
    insta::assert_snapshot!(
        "audience",
        told(&["--subject", SUBJECT, "--audience", "sts.amazonaws.com"])
    );
    insta::assert_snapshot!(
        "session-duration",
        told(&["--subject", SUBJECT, "--max-session-duration", "15m"])
    );
    insta::assert_snapshot!(
        "policy-arn",
        told(&["--subject", SUBJECT, "--policy-arn", "arn:aws:s3:::bucket"])
    );
    insta::assert_snapshot!(
        "issuer",
        told(&["--subject", SUBJECT, "--issuer", "http://issuer.example"])
    );
    insta::assert_snapshot!(
        "issuer-port",
        told(&["--subject", SUBJECT, "--issuer", "https://issuer.example:8443"])
    );
    let original = ["--issuer", "https://gitlab.com", "--original-audience", "https://aws.example"];
    let refused = sealed(&account)
        .run(&[&["bootstrap", "apply", "--subject", "project_path:a/b:*"], &original[..]].concat());
    assert_eq!(refused.status, 5);
    assert_eq!(
        refused.stderr,
        "error: only Google's tokens have an original audience: `https://aws.example`\n\nhint: \
         name what the tokens are for with `--audience`\n"
    );
    let github = ["--issuer", "https://token.actions.githubusercontent.com", "--subject"];
    insta::assert_snapshot!("github-no-context", told(&[&github[..], &["repo:acme/app"]].concat()));
    insta::assert_snapshot!("github-strangers", told(&[&github[..], &["repo:acme*"]].concat()));
    assert_eq!(account.calls(), [""; 0]);
}

#[test]
fn github_needs_no_audience_and_may_have_patterns() {
    let sealed = Sealed::new();
    let export = |subject: &str| {
        sealed.run(&[
            "bootstrap",
            "export",
            "--issuer",
            "https://token.actions.githubusercontent.com",
            "--role-arn",
            "arn:aws:iam::278805249149:role/deploy",
            "--format",
            "json",
            "--subject",
            subject,
        ])
    };
    let safe = export("repo:acme/app:*");
    assert_eq!((safe.status, safe.stderr.as_str()), (0, ""));
    assert!(safe.stdout.contains("\"StringLike\""), "{}", safe.stdout);
    assert!(safe.stdout.contains("sts.amazonaws.com"), "{}", safe.stdout);
    let wide = export("repo:acme/*");
    assert_eq!(
        (wide.status, wide.stderr.as_str()),
        (0, "warning: `repo:acme/*` lets in more than one repository of `acme`\n")
    );
}

#[test]
fn an_inline_policy_is_checked_before_aws_is_asked() {
    let account = account();
    let sealed = sealed(&account);
    sealed.file("broken.json", "{\"Statement\": [}");
    let words =
        ["bootstrap", "apply", "--subject", SUBJECT, "--inline-policy", "extra=broken.json"];
    insta::assert_snapshot!(sealed.transcript(&words));
    assert_eq!(account.calls(), [""; 0]);
}

const APPLY_USER: [&str; 6] =
    ["bootstrap", "apply", "--yes", "--subject", SUBJECT, "--no-policy-user"];

const KEY_FILE: &str = "no-policy-user.access-key.json";

#[test]
fn an_access_key_file_that_is_there_stops_everything() {
    let account = account();
    let sealed = sealed(&account);
    sealed.file(KEY_FILE, "something");
    insta::assert_snapshot!(sealed.transcript(&APPLY_USER));
    assert_eq!(account.changes(), [""; 0]);
}

#[test]
fn export_needs_no_aws() {
    let sealed = Sealed::with_config(PROFILE);
    for format in ["cloudformation", "json", "terraform", "aws-cli"] {
        let words = [
            "bootstrap",
            "export",
            "--subject",
            SUBJECT,
            "--policy-arn",
            "AmazonEC2FullAccess",
            "--format",
            format,
        ];
        insta::assert_snapshot!(format!("export-{format}"), sealed.transcript(&words));
    }
}

#[test]
fn a_failure_leaves_no_empty_key_file() {
    let account = account();
    account.meanwhile("CreateRole", |state| {
        state.roles.insert(ROLE.to_owned(), Role { trust: "{}".to_owned(), ..Role::default() });
    });
    let sealed = sealed(&account);
    insta::assert_snapshot!(sealed.transcript(&APPLY_USER));
    assert!(!sealed.home().join(KEY_FILE).exists());
}
