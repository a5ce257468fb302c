//! `bootstrap`, against an IAM that answers as told.

use crate::aws::{Aws, query_error};
use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]
issuer = 'https://accounts.google.com'
client_id = 'client.apps.googleusercontent.com'
role_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'
region = 'ap-northeast-2'
";

const SUBJECT: &str = "113632458324056836621";

fn sealed(aws: &Aws) -> Sealed {
    Sealed::with_config(PROFILE)
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
}

fn nothing_there() -> (u16, String) {
    (404, query_error("NoSuchEntity", "The role with name google-oidc-role cannot be found."))
}

fn result(action: &str, body: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>\
         {body}</{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
         </{action}Response>"
    )
}

fn role(trust: &str, tags: &str) -> String {
    let trust: String = trust.bytes().map(|byte| format!("%{byte:02X}")).collect();
    result(
        "GetRole",
        &format!(
            "<Role><Path>/</Path><RoleName>google-oidc-role</RoleName><RoleId>AROAEXAMPLE</RoleId>\
             <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn><CreateDate>\
             2026-11-23T10:00:00Z</CreateDate><AssumeRolePolicyDocument>{trust}\
             </AssumeRolePolicyDocument><MaxSessionDuration>3600</MaxSessionDuration><Tags>{tags}\
             </Tags></Role>"
        ),
    )
}

const OURS: &str = "<member><Key>fed:made-by</Key><Value>fed-cli bootstrap</Value></member>";

/// The tutorial's trust policy: audience only.
const UNPINNED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"client.apps.googleusercontent.com"}}}]}"#;

fn with_role(trust: &str, tags: &str) -> Aws {
    let attached = "<AttachedPolicies><member><PolicyName>AmazonEC2FullAccess</PolicyName>\
                    <PolicyArn>arn:aws:iam::aws:policy/AmazonEC2FullAccess</PolicyArn></member>\
                    </AttachedPolicies><IsTruncated>false</IsTruncated>";
    let none = "<PolicyNames/><IsTruncated>false</IsTruncated>";
    Aws::answering_by_action(&[
        ("GetRole", 200, role(trust, tags)),
        ("ListAttachedRolePolicies", 200, result("ListAttachedRolePolicies", attached)),
        ("ListRolePolicies", 200, result("ListRolePolicies", none)),
        ("GetUser", 404, nothing_there().1),
        ("UpdateAssumeRolePolicy", 200, result("UpdateAssumeRolePolicy", "")),
        ("DetachRolePolicy", 200, result("DetachRolePolicy", "")),
        ("DeleteRole", 200, result("DeleteRole", "")),
    ])
}

#[test]
fn plan_shows_what_is_missing_and_changes_nothing() {
    let (status, body) = nothing_there();
    let aws = Aws::answering(status, &body);
    let words = [
        "bootstrap",
        "plan",
        "--subject",
        SUBJECT,
        "--policy-arn",
        "AmazonEC2FullAccess",
        "--no-policy-user",
    ];
    insta::assert_snapshot!(sealed(&aws).transcript(&words));
    assert!(aws.requests().iter().all(|request| request.starts_with("Action=Get")));
}

#[test]
fn plan_reports_to_programs() {
    let aws = with_role(UNPINNED, OURS);
    let words = ["bootstrap", "plan", "--subject", SUBJECT, "--output", "json"];
    let outcome = sealed(&aws).run(&words);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\"change\": \"update-trust-policy\""), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\"note\": \"also-attached\""), "{}", outcome.stdout);
}

#[test]
fn apply_pins_a_trust_policy_that_was_not() {
    let aws = with_role(UNPINNED, OURS);
    let words = ["bootstrap", "apply", "--subject", SUBJECT];
    insta::assert_snapshot!(sealed(&aws).transcript(&words));
    let update = aws.requests().into_iter().find(|request| request.contains("Action=Update"));
    assert!(update.unwrap().contains(SUBJECT));
}

#[test]
fn a_role_that_others_made_is_not_changed() {
    let aws = with_role(UNPINNED, "");
    let words = ["bootstrap", "apply", "--subject", SUBJECT];
    insta::assert_snapshot!(sealed(&aws).transcript(&words));
    assert!(!aws.requests().iter().any(|request| request.contains("Action=Update")));
    let adopted = sealed(&aws).run(&["bootstrap", "apply", "--subject", SUBJECT, "--adopt"]);
    assert_eq!(adopted.status, 0, "{}", adopted.stderr);
}

#[test]
fn destroy_removes_ours_and_leaves_others() {
    let ours = with_role(UNPINNED, OURS);
    insta::assert_snapshot!("destroy-ours", sealed(&ours).transcript(&["bootstrap", "destroy"]));
    let others = with_role(UNPINNED, "");
    insta::assert_snapshot!(
        "destroy-others",
        sealed(&others).transcript(&["bootstrap", "destroy"])
    );
    assert!(!others.requests().iter().any(|request| request.contains("Action=De")));
}

#[test]
fn whoever_may_not_manage_iam_is_told() {
    let message = "User: arn:aws:iam::278805249149:user/a is not authorized to perform: \
                   iam:GetRole on resource: role google-oidc-role because no identity-based policy \
                   allows the iam:GetRole action";
    let aws = Aws::answering(403, &query_error("AccessDenied", message));
    let words = ["bootstrap", "apply", "--subject", SUBJECT];
    insta::assert_snapshot!(sealed(&aws).transcript(&words));
}

#[test]
fn an_unknown_key_is_told() {
    let message = "The security token included in the request is invalid.";
    let aws = Aws::answering(403, &query_error("InvalidClientTokenId", message));
    let words = ["bootstrap", "destroy"];
    insta::assert_snapshot!(sealed(&aws).transcript(&words));
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
    let aws = Aws::answering(200, "");
    let told = |words: &[&str]| sealed(&aws).transcript(&[&["bootstrap", "apply"], words].concat());
    insta::assert_snapshot!("subject-wildcard", told(&["--subject", "1136*"]));
    insta::assert_snapshot!("subject-empty", told(&["--subject", ""]));
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
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn an_inline_policy_is_checked_before_aws_is_asked() {
    let aws = Aws::answering(200, "");
    let sealed = sealed(&aws);
    sealed.file("broken.json", "{\"Statement\": [}");
    let words =
        ["bootstrap", "apply", "--subject", SUBJECT, "--inline-policy", "extra=broken.json"];
    insta::assert_snapshot!(sealed.transcript(&words));
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn an_access_key_file_that_is_there_stops_everything() {
    let (status, body) = nothing_there();
    let aws = Aws::answering(status, &body);
    let sealed = sealed(&aws);
    sealed.file("no-policy-user.access-key.json", "");
    let words = ["bootstrap", "apply", "--subject", SUBJECT, "--no-policy-user"];
    insta::assert_snapshot!(sealed.transcript(&words));
    assert!(aws.requests().iter().all(|request| request.starts_with("Action=Get")));
}

#[test]
fn export_needs_no_aws() {
    let sealed = Sealed::with_config(PROFILE);
    for format in ["cloudformation", "json", "aws-cli"] {
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
    let (_, missing) = nothing_there();
    let aws = Aws::answering_by_action(&[
        ("GetRole", 404, missing.clone()),
        ("GetUser", 404, missing),
        ("CreateRole", 409, query_error("LimitExceeded", "Cannot exceed quota for roles")),
    ]);
    let sealed = sealed(&aws);
    let words = ["bootstrap", "apply", "--subject", SUBJECT, "--no-policy-user"];
    insta::assert_snapshot!(sealed.transcript(&words));
    assert!(!sealed.home().join("no-policy-user.access-key.json").exists());
}

#[test]
fn the_access_key_goes_to_a_private_file_and_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;

    let (_, missing) = nothing_there();
    let user = "<User><Path>/</Path><UserName>no-policy-user</UserName><UserId>AIDAEXAMPLE</UserId>\
                <Arn>arn:aws:iam::278805249149:user/no-policy-user</Arn><CreateDate>\
                2026-11-23T10:00:00Z</CreateDate></User>";
    let key = "<AccessKey><UserName>no-policy-user</UserName><AccessKeyId>AKIANEW</AccessKeyId>\
               <Status>Active</Status><SecretAccessKey>canary-new</SecretAccessKey></AccessKey>";
    let role = role(UNPINNED, "").replace("GetRole", "CreateRole");
    let aws = Aws::answering_by_action(&[
        ("GetRole", 404, missing.clone()),
        ("GetUser", 404, missing),
        ("CreateRole", 200, role),
        ("CreateUser", 200, result("CreateUser", user)),
        ("CreateAccessKey", 200, result("CreateAccessKey", key)),
    ]);
    let sealed = sealed(&aws);
    let words = ["bootstrap", "apply", "-vvv", "--subject", SUBJECT, "--no-policy-user"];
    let outcome = sealed.run(&words);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(!outcome.stdout.contains("canary") && !outcome.stderr.contains("canary"));
    let path = sealed.home().join("no-policy-user.access-key.json");
    assert!(std::fs::read_to_string(&path).unwrap().contains("canary-new"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}
