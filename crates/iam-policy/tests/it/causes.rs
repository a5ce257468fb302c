//! What is said to be the cause, where the first look would be another.

use fed_types::Claims;
use iam_policy::sts::{ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    Clock, Parameters, Presented, Providers, Question, Signature, causes, decide,
};
use iam_policy::{Context, Policy, PolicyKind};
use serde_json::{Value, json};

fn first(claims: &Value, conditions: &Value) -> String {
    let claims = Claims::from(claims.as_object().unwrap().clone());
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::278805249149:oidc-provider/issuer.example"},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": conditions,
    });
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let policy = Policy::parse(&text, PolicyKind::Trust).unwrap();
    let question = Question {
        parameters: Parameters::new("arn:aws:iam::278805249149:role/deploy", "session"),
        token: Presented::Claims(&claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: Providers::IncludeTheIssuer,
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&policy),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(&[]),
        surroundings: &Context::new(),
    };
    let causes = causes(&question, &decide(&question));
    causes.first().map(|cause| cause.text.clone()).unwrap_or_default()
}

fn token(issuer: &str) -> Value {
    json!({"iss": issuer, "aud": "client", "sub": "ada"})
}

/// Only `https` has providers, and a colon of `http://` is no port.
#[test]
fn an_issuer_of_another_scheme_has_no_port() {
    let told = |issuer: &str| first(&token(issuer), &json!({}));
    for issuer in ["http://issuer.example", "http://issuer.example:8080", "HTTPS://issuer.example"]
    {
        let expected =
            format!("`{issuer}` is no https URL, and IAM takes no other for an OIDC provider");
        assert_eq!(told(issuer), expected);
    }
    assert_eq!(
        told("https://issuer.example:8443"),
        "`https://issuer.example:8443` has a port, and the URL of an IAM OIDC provider has none"
    );
}

/// What an operator keeps out differs in nothing from what it keeps out.
#[test]
fn a_value_that_is_kept_out_does_not_differ_in_case() {
    let told = |operator: &str, value: &str| {
        let conditions = json!({operator: {"issuer.example:sub": value}});
        first(&token("https://issuer.example"), &conditions)
    };
    assert_eq!(
        told("StringNotEquals", "ada"),
        "`issuer.example:sub`: StringNotEquals keeps `ada` out, the token has `ada`"
    );
    assert_eq!(
        told("StringNotLike", "a*"),
        "`issuer.example:sub`: StringNotLike keeps `a*` out, the token has `ada`"
    );
    assert_eq!(
        told("StringEquals", "Ada"),
        "`issuer.example:sub` differs only in case: asked for `Ada`, the token has `ada`"
    );
}

#[test]
fn a_tag_that_is_refused_is_named() {
    let tagged = |tags: Value| {
        let mut claims = token("https://issuer.example");
        claims["https://aws.amazon.com/tags"] = json!({ "principal_tags": tags });
        first(&claims, &json!({}))
    };
    assert_eq!(
        tagged(json!({"team": "a"})),
        "the tag `team` of the claim `https://aws.amazon.com/tags` is not a list of one text"
    );
    let reserved = tagged(json!({"aws:team": ["a"]}));
    assert!(reserved.ends_with("do not begin with `aws:`"), "{reserved}");
    let twice = tagged(json!({"team": ["a"], "Team": ["a"]}));
    assert!(twice.contains("Duplicate tag keys found"), "{twice}");
}
