//! A person at a terminal who is asked before anything changes in the account: only a yes is
//! a yes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::account::Account;
use crate::aws::Aws;
use crate::scripted::at_a_terminal;
use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]
issuer = 'https://accounts.google.com'
client_id = 'client'
role_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'
region = 'ap-northeast-2'
source = 'file'
token_file = 'token'
";

fn sealed(url: &str, claims: &str) -> Sealed {
    let sealed = Sealed::with_config(PROFILE)
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator")
        // Nobody reaches the issuer.
        .env("HTTPS_PROXY", "http://127.0.0.1:1");
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let payload = format!("{{{claims},\"iat\":1700000000,\"exp\":4000000000}}");
    let token = format!("{}.{}.AAAA", encode(r#"{"alg":"RS256"}"#), encode(&payload));
    sealed.file(".config/fed/token", &token);
    sealed
}

const GOOGLE: &str =
    r#""iss":"https://accounts.google.com","azp":"client","aud":"client","sub":"42""#;

const NOS: [&[&str]; 5] = [&[], &[""], &["n"], &["no"], &["yesno"]];

#[test]
fn apply_and_destroy_ask_and_take_only_yes_for_one() {
    let account = Account::start(&[]);
    let sealed = sealed(account.url(), GOOGLE);
    let apply = ["bootstrap", "apply", "--subject", "113632458324056836621"];
    let destroy = ["bootstrap", "destroy"];
    for answers in NOS {
        let seen = at_a_terminal(&sealed, &apply, answers);
        assert_eq!((seen.status, account.changes().len()), (1, 0), "{answers:?} {}", seen.stderr);
        assert!(seen.stderr.contains("Carry this out? [y/N]"), "{}", seen.stderr);
    }
    let seen = at_a_terminal(&sealed, &apply, &["y"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert_eq!(account.state().roles.len(), 1);
    let before = account.changes().len();
    for answers in NOS {
        let seen = at_a_terminal(&sealed, &destroy, answers);
        let changes = account.changes().len();
        assert_eq!((seen.status, changes), (1, before), "{answers:?} {}", seen.stderr);
        assert!(seen.stderr.contains("Carry this out? [y/N]"), "{}", seen.stderr);
    }
    let seen = at_a_terminal(&sealed, &destroy, &["yes"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert_eq!(account.state().roles.len(), 0);
}

fn response(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>\
         {result}</{action}Result></{action}Response>"
    )
}

/// An account with the role, trusting another subject.
fn denying() -> Aws {
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"accounts.google.com:aud": "client", "accounts.google.com:sub": "7"}}}]}"#;
    let trust: String = trust.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let role = format!(
        "<Role><Path>/</Path><RoleName>google-oidc-role</RoleName><RoleId>AROA</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>\
         <MaxSessionDuration>3600</MaxSessionDuration></Role>"
    );
    let providers = "<OpenIDConnectProviderList/>";
    Aws::answering_by_action(&[
        ("GetRole", 200, response("GetRole", &role)),
        ("ListOpenIDConnectProviders", 200, response("ListOpenIDConnectProviders", providers)),
        ("UpdateAssumeRolePolicy", 200, response("UpdateAssumeRolePolicy", "")),
    ])
}

#[test]
fn a_mend_is_put_only_when_somebody_says_yes() {
    let put = |aws: &Aws| {
        let requests = aws.requests();
        requests.iter().filter(|body| body.contains("Action=UpdateAssumeRolePolicy")).count()
    };
    for answers in NOS {
        let aws = denying();
        let seen = at_a_terminal(&sealed(aws.url(), GOOGLE), &["explain", "--apply"], answers);
        assert_eq!((seen.status, put(&aws)), (3, 0), "{answers:?} {}", seen.stderr);
        let question = "put this on `google-oidc-role` in account 278805249149? [y/N]";
        assert!(seen.stderr.contains(question), "{}", seen.stderr);
    }
    let aws = denying();
    let seen = at_a_terminal(&sealed(aws.url(), GOOGLE), &["explain", "--apply"], &["y"]);
    assert_eq!((seen.status, put(&aws)), (0, 1), "{}{}", seen.stdout, seen.stderr);
    // One call for the role, one for the providers, at the same time; then the change.
    let calls: Vec<String> = aws.requests();
    assert_eq!(calls.len(), 3, "{calls:?}");
    let seen =
        at_a_terminal(&sealed(denying().url(), GOOGLE), &["explain", "--apply", "--yes"], &[]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    assert!(!seen.stderr.contains("[y/N]"), "{}", seen.stderr);
}

/// A service account's token names itself as `azp`: its audience is what `:oaud` must be.
#[test]
fn the_audience_of_a_service_account_is_pinned_too() {
    let account = Account::start(&[]);
    let claims = r#""iss":"https://accounts.google.com","azp":"100018646976219416293","aud":"https://aws.example","sub":"100018646976219416293""#;
    let sealed = sealed(account.url(), claims);
    let outcome = sealed.run(&["bootstrap", "apply", "--yes"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let trust = account.state().roles["google-oidc-role"].trust.clone();
    let trust: serde_json::Value = serde_json::from_str(&trust).unwrap();
    assert_eq!(
        trust["Statement"][0]["Condition"]["StringEquals"],
        serde_json::json!({
            "accounts.google.com:aud": "100018646976219416293",
            "accounts.google.com:oaud": "https://aws.example",
            "accounts.google.com:sub": "100018646976219416293",
        })
    );
}
