//! Several roles, one after the other.

use fed_types::RoleArn;
use sts_exchange::{ExchangeRequest, SessionPolicy, StsErrorKind, exchange};

use crate::sts::{QUICKLY, Sts, good, refusal, request};

fn chained() -> ExchangeRequest {
    let role = |name| format!("arn:aws:iam::278805249149:role/{name}").parse::<RoleArn>().unwrap();
    ExchangeRequest {
        chain: vec![role("second"), role("third")],
        duration: Some("15m".parse().unwrap()),
        session_policy: SessionPolicy { document: Some("{}".into()), arns: Vec::new() },
        ..request()
    }
}

#[tokio::test]
async fn each_role_is_asked_for_with_the_credentials_before() {
    let answers = [
        good("AssumeRoleWithWebIdentity", "first"),
        good("AssumeRole", "second"),
        good("AssumeRole", "third"),
    ];
    let sts = Sts::start(answers).await;
    let assumed = exchange(&chained(), &sts.endpoint, &QUICKLY).await.unwrap();
    assert_eq!(assumed.credentials.access_key_id, "ASIAthird");
    assert_eq!(assumed.assumed_role_arn, "arn:aws:sts::278805249149:assumed-role/third/session");
    assert_eq!(assumed.subject.as_deref(), Some("113632458324056836621"), "kept from the first");
    assert_eq!(assumed.packed_policy_size, Some(6));
    let [first, second, third] = &sts.asked()[..] else { panic!("three calls") };
    assert!(!first.headers.contains_key("authorization"));
    for (asked, credentials) in [(second, "first"), (third, "second")] {
        assert_eq!(asked.parameters["Action"], "AssumeRole");
        assert_eq!(asked.parameters["RoleSessionName"], "google-oidc-session");
        let authorization = asked.headers["authorization"].to_str().unwrap();
        assert!(authorization.contains(&format!("Credential=ASIA{credentials}/")));
        assert_eq!(asked.headers["x-amz-security-token"], format!("canary-token-{credentials}"));
        assert!(!asked.parameters.contains_key("WebIdentityToken"));
    }
    // Duration and session policy are for the last role alone.
    for (asked, last) in [(first, false), (second, false), (third, true)] {
        assert_eq!(asked.parameters.contains_key("DurationSeconds"), last);
        assert_eq!(asked.parameters.contains_key("Policy"), last);
    }
}

#[tokio::test]
async fn a_refusal_names_the_role_that_was_refused() {
    let message = "User: arn:aws:sts::278805249149:assumed-role/first/session is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::278805249149:role/second";
    let answers =
        [good("AssumeRoleWithWebIdentity", "first"), refusal(403, "AccessDenied", message)];
    let sts = Sts::start(answers).await;
    let error = exchange(&chained(), &sts.endpoint, &QUICKLY).await.unwrap_err();
    assert!(error.is_denial());
    let refused = error.refusal().unwrap();
    assert_eq!(refused.kind(), &StsErrorKind::NotAuthorized);
    assert_eq!(refused.role_arn().name(), "second");
    assert_eq!(sts.asked().len(), 2);
    assert!(!format!("{error:?}").contains("canary"));
}

#[tokio::test]
async fn a_chain_lasts_an_hour_at_most() {
    let sts = Sts::start([]).await;
    let request = ExchangeRequest { duration: Some("2h".parse().unwrap()), ..chained() };
    let error = exchange(&request, &sts.endpoint, &QUICKLY).await.unwrap_err();
    assert_eq!(error.to_string(), "expected at most 3600 s for a role chain, found 7200 s");
    assert!(sts.asked().is_empty());
}
