//! Who comes with a token is a provider's, and no caller of whom AWS says more.

use super::*;
use crate::web_identity::doubt_caller;

const PROVIDER: &str = "arn:aws:iam::278805249149:oidc-provider/issuer.example/a";
const OPEN: &str = "open: whether `*` under `Principal` means a token, which AWS does not document";

/// What is answered to `ada` by a trust policy of these statements, where nothing is known of the
/// caller.
fn by(statements: &Value) -> String {
    let claims = claims(json!({}));
    let text = json!({"Version": "2012-10-17", "Statement": statements});
    let trust = Policy::parse(&text.to_string(), PolicyKind::Trust).unwrap();
    let mut surroundings = Context::new();
    doubt_caller(&mut surroundings);
    current(&claims, &trust, &[], &surroundings)
}

fn statement(effect: &str, principal: &Value, condition: &Value) -> Value {
    json!({"Effect": effect, "Principal": principal, "Action": ACTION, "Condition": condition})
}

#[test]
fn everybody_is_perhaps_nobody_with_a_token() {
    let subject = json!({"StringEquals": {"issuer.example/a:sub": "ada"}});
    let another = json!({"StringEquals": {"issuer.example/a:sub": "bob"}});
    for everybody in [json!("*"), json!({"AWS": "*"}), json!({"Federated": "*"})] {
        let told = |condition: &Value| by(&json!([statement("Allow", &everybody, condition)]));
        assert_eq!(told(&subject), OPEN, "{everybody}");
        // What is true either way stays so.
        assert_eq!(told(&another), NOT_AUTHORIZED, "{everybody}");
        let own = json!({"Federated": PROVIDER});
        let beside = |effect: &str| {
            by(&json!([
                statement("Allow", &own, &subject),
                statement(effect, &everybody, &json!({})),
            ]))
        };
        assert_eq!(beside("Allow"), "allowed", "{everybody}");
        assert_eq!(beside("Deny"), NOT_AUTHORIZED, "{everybody}");
    }
    for other in [json!({"AWS": "278805249149"}), json!({"Service": "*"})] {
        let told = by(&json!([statement("Allow", &other, &subject)]));
        assert_eq!(told, NOT_AUTHORIZED, "{other}");
    }
}

#[test]
fn keys_of_the_caller_are_not_known() {
    let own = json!({"Federated": PROVIDER});
    let allow = |condition: Value| by(&json!([statement("Allow", &own, &condition)]));
    let unless = |condition: Value| {
        by(&json!([statement("Allow", &own, &json!({})), statement("Deny", &own, &condition)]))
    };
    for (operator, key, value) in [
        ("StringEquals", "aws:PrincipalAccount", "278805249149"),
        ("StringNotEquals", "aws:PrincipalAccount", "278805249149"),
        ("Null", "aws:PrincipalArn", "true"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a"),
        ("StringEquals", "aws:PrincipalTag/team", "blue"),
        ("StringEquals", "aws:PrincipalType", "User"),
        ("StringEquals", "aws:userid", "ada"),
        ("StringEquals", "aws:ResourceTag/team", "blue"),
        ("StringEquals", "iam:ResourceTag/team", "blue"),
    ] {
        let open = format!("open: what `{}` is in the request", key.to_ascii_lowercase());
        assert_eq!(allow(json!({operator: {key: value}})), open, "{operator} {key}");
        assert_eq!(unless(json!({operator: {key: value}})), open, "{operator} {key}");
    }
    // Without credentials there are none of these.
    for key in [
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalServiceName",
        "aws:TokenIssueTime",
        "aws:username",
    ] {
        assert_eq!(allow(json!({"Null": {key: "true"}})), "allowed", "{key}");
        assert_eq!(unless(json!({"Null": {key: "true"}})), NOT_AUTHORIZED, "{key}");
    }
    let provider = |value: &str| allow(json!({"ArnEquals": {"aws:FederatedProvider": value}}));
    assert_eq!(provider(PROVIDER), "allowed");
    assert_eq!(provider(&format!("{PROVIDER}/b")), NOT_AUTHORIZED);
}

/// Two audiences beside an `azp`: which of them `:oaud` is, nobody knows.
#[test]
fn the_original_of_two_audiences_is_not_known() {
    let told = |audience: Value| {
        let claims =
            claims(json!({"iss": "https://accounts.google.com", "aud": audience, "azp": "party"}));
        let text = json!({"Version": "2012-10-17", "Statement": statement("Allow",
            &json!({"Federated": "accounts.google.com"}),
            &json!({"StringEquals": {"accounts.google.com:oaud": "client"}}))});
        let trust = Policy::parse(&text.to_string(), PolicyKind::Trust).unwrap();
        current(&claims, &trust, &[], &Context::new())
    };
    assert_eq!(told(json!("client")), "allowed");
    assert_eq!(told(json!(["client"])), "allowed");
    assert_eq!(told(json!("other")), NOT_AUTHORIZED);
    let open = "open: what `accounts.google.com:oaud` is in the request";
    assert_eq!(told(json!(["client", "other"])), open);
}
