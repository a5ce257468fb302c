//! One role.

use std::error::Error;
use std::time::Duration;

use fed_types::{Proxies, UnixTime};
use sts_exchange::{
    ExchangeError, ExchangeRequest, RetryPolicy, SessionPolicy, StsEndpoint, StsErrorKind, exchange,
};

use crate::sts::{DATE, QUICKLY, ROLE, Sts, good, refusal, request};

const WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

#[tokio::test]
async fn a_good_answer_is_read_whole() {
    let sts = Sts::start([good(WEB_IDENTITY, "google")]).await;
    let assumed = exchange(&request(), &sts.endpoint, &RetryPolicy::NONE).await.unwrap();
    assert_eq!(assumed.credentials.access_key_id, "ASIAgoogle");
    assert_eq!(assumed.credentials.secret_access_key.expose(), "canary-key-google");
    assert_eq!(assumed.credentials.session_token.expose(), "canary-token-google");
    assert_eq!(assumed.credentials.expiration.to_string(), "2026-11-23T10:00:00Z");
    assert_eq!(assumed.assumed_role_id, "AROAgoogle:session");
    assert_eq!(assumed.subject.as_deref(), Some("113632458324056836621"));
    assert_eq!(assumed.provider.as_deref(), Some("accounts.google.com"));
    assert_eq!(assumed.audience.as_deref(), Some("client"));
    assert_eq!(assumed.source_identity.as_deref(), Some("ana"));
    assert_eq!(assumed.packed_policy_size, None);
    assert_eq!(assumed.server_date, Some(UnixTime::from_seconds(DATE.0)));
    assert!(!format!("{assumed:?}").contains("canary"));
}

#[tokio::test]
async fn the_call_is_unsigned_and_says_what_was_asked() {
    let sts = Sts::start([good(WEB_IDENTITY, "a"), good(WEB_IDENTITY, "a")]).await;
    exchange(&request(), &sts.endpoint, &RetryPolicy::NONE).await.unwrap();
    let full = ExchangeRequest {
        duration: Some("15m".parse().unwrap()),
        session_policy: SessionPolicy {
            document: Some("{}".into()),
            arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
        },
        ..request()
    };
    exchange(&full, &sts.endpoint, &RetryPolicy::NONE).await.unwrap();
    let [plain, full] = &sts.asked()[..] else { panic!("two calls") };
    assert_eq!(plain.parameters["Action"], WEB_IDENTITY);
    assert_eq!(plain.parameters["WebIdentityToken"], "canary.id.token");
    assert_eq!(plain.parameters["RoleSessionName"], "google-oidc-session");
    for absent in ["DurationSeconds", "Policy", "PolicyArns.member.1.arn"] {
        assert!(!plain.parameters.contains_key(absent), "{absent}");
    }
    for absent in ["authorization", "x-amz-security-token"] {
        assert!(!plain.headers.contains_key(absent), "{absent}");
    }
    assert_eq!(full.parameters["DurationSeconds"], "900");
    assert_eq!(full.parameters["Policy"], "%7B%7D");
    assert!(full.parameters["PolicyArns.member.1.arn"].ends_with("ReadOnlyAccess"));
}

#[tokio::test]
async fn what_cannot_pass_is_tried_once() {
    for (status, code, message) in [
        (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
        (
            400,
            "ExpiredTokenException",
            "Token expired: current date/time 1795428000 must be before the expiration date/time 1795424400",
        ),
        (400, "InvalidIdentityToken", "Incorrect token audience"),
        (
            400,
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        ),
        (
            400,
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://idp.example.com",
        ),
        (403, "IDPRejectedClaim", "rejected"),
        (
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        (
            400,
            "PackedPolicyTooLarge",
            "Packed policy consumes 118% of allotted space, please use smaller policy.",
        ),
        (400, "MalformedPolicyDocument", "bad"),
        (403, "RegionDisabledException", "disabled"),
        (400, "Novelty", "new"),
    ] {
        let sts = Sts::start([refusal(status, code, message), good(WEB_IDENTITY, "a")]).await;
        let error = exchange(&request(), &sts.endpoint, &QUICKLY).await.unwrap_err();
        assert_eq!(sts.asked().len(), 1, "{code}");
        assert_eq!(
            error.to_string(),
            format!(
                "AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: {code}: {message}"
            )
        );
        let refused = error.refusal().unwrap();
        assert_eq!((refused.status(), refused.request_id()), (status, Some("request-1")));
        assert_eq!((refused.code(), refused.message()), (code, message));
        assert_eq!((refused.role_arn().as_str(), refused.attempts()), (ROLE, 1));
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let key = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
    for (status, code, message) in [
        (400, "InvalidIdentityToken", key),
        (400, "IDPCommunicationError", "x"),
        (400, "Throttling", "Rate exceeded"),
        (503, "ServiceUnavailable", "x"),
        (500, "InternalFailure", "x"),
    ] {
        let bad = || refusal(status, code, message);
        let sts = Sts::start([bad(), bad(), good(WEB_IDENTITY, "a")]).await;
        exchange(&request(), &sts.endpoint, &QUICKLY).await.unwrap();
        assert_eq!(sts.asked().len(), 3, "{code}");
        let sts = Sts::start([bad(), bad(), bad(), bad(), good(WEB_IDENTITY, "a")]).await;
        let error = exchange(&request(), &sts.endpoint, &QUICKLY).await.unwrap_err();
        assert_eq!(sts.asked().len(), 4, "{code}");
        assert!(error.to_string().ends_with(" (after 4 tries)"), "{error}");
        assert_eq!(error.refusal().unwrap().attempts(), 4);
        assert!(!error.is_denial());
    }
}

#[tokio::test]
async fn a_broken_answer_is_not_repeated() {
    let incomplete = good(WEB_IDENTITY, "a").1.replace("Credentials>", "Kredentials>");
    let without = |part: &str| good(WEB_IDENTITY, "a").1.replace(part, "");
    for (status, body, tries, message) in [
        (200, "<html>canary</html>".to_owned(), 1, " cannot be read (status 200)"),
        (200, incomplete, 1, " cannot be read (status 200)"),
        (200, without("ASIAa"), 1, " cannot be read (status 200)"),
        (200, without("canary-key-a"), 1, " cannot be read (status 200)"),
        (200, without("canary-token-a"), 1, " cannot be read (status 200)"),
        (200, String::new(), 1, " cannot be read (status 200)"),
        (403, "<html>canary proxy</html>".to_owned(), 1, " cannot be read (status 403)"),
        (502, "<html>canary proxy</html>".to_owned(), 4, " cannot be read (status 502)"),
    ] {
        let sts = Sts::start(vec![(status, body.clone()); 4]).await;
        let error = exchange(&request(), &sts.endpoint, &QUICKLY).await.unwrap_err();
        assert!(error.to_string().ends_with(message), "{body}: {error}");
        assert_eq!(sts.asked().len(), tries, "{body}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_in_awss_message_is_taken_out() {
    let message = "1 validation error detected: Value 'canary.id.token' at 'webIdentityToken' failed to satisfy constraint: Member must have length less than or equal to 20000";
    let sts = Sts::start([refusal(400, "ValidationError", message)]).await;
    let error = exchange(&request(), &sts.endpoint, &QUICKLY).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().kind(), &StsErrorKind::Parameter);
    assert!(error.to_string().contains("Value '[redacted]' at 'webIdentityToken'"), "{error}");
    assert!(!format!("{error:?}").contains("canary"));
}

#[tokio::test]
async fn nobody_there_is_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let endpoint = StsEndpoint {
        region: "ap-northeast-2".into(),
        endpoint_url: Some(url.clone()),
        proxies: Proxies::none(),
        certificate_authorities: None,
    };
    let error = exchange(&request(), &endpoint, &QUICKLY).await.unwrap_err();
    assert!(matches!(error, ExchangeError::NoAnswer { attempts: 4, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("no answer from STS at `{url}` (after 4 tries)"));
    assert_eq!(
        error.hint().unwrap().to_string(),
        "check the network, any proxy (`HTTPS_PROXY`, `NO_PROXY`), the region and `AWS_ENDPOINT_URL`"
    );
    let mut text = format!("{error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text += &error.to_string();
        source = error.source();
    }
    assert!(!text.contains("canary"), "{text}");
}

/// Takes connections and never answers: the aws CLI that waits for us waits as long.
#[tokio::test]
async fn an_sts_that_says_nothing_is_waited_for_as_long_as_was_said() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint_url = Some(format!("http://{}", listener.local_addr().unwrap()));
    let region = "ap-northeast-2".into();
    let endpoint = StsEndpoint {
        region,
        endpoint_url,
        proxies: Proxies::none(),
        certificate_authorities: None,
    };
    let briefly =
        RetryPolicy { attempts: 2, answer_time: Duration::from_millis(50), ..RetryPolicy::NONE };
    let request = request();
    let given_up = exchange(&request, &endpoint, &briefly);
    let error = tokio::time::timeout(Duration::from_secs(60), given_up).await;
    let error = error.expect("it is waited for for ever").unwrap_err();
    assert!(matches!(error, ExchangeError::NoAnswer { attempts: 2, .. }), "{error:?}");
    assert!(RetryPolicy::STANDARD.answer_time <= Duration::from_secs(10));
}

#[tokio::test]
async fn what_aws_would_refuse_is_not_sent() {
    let sts = Sts::start([good(WEB_IDENTITY, "a")]).await;
    let region = StsEndpoint { region: "evil.example/".into(), ..sts.endpoint.clone() };
    let error = exchange(&request(), &region, &QUICKLY).await.unwrap_err();
    assert_eq!(error.to_string(), "expected a region like `ap-northeast-2`, found `evil.example/`");
    let policy = SessionPolicy { document: None, arns: vec!["a".into(); 11] };
    let request = ExchangeRequest { session_policy: policy, ..request() };
    let error = exchange(&request, &sts.endpoint, &QUICKLY).await.unwrap_err();
    assert_eq!(error.to_string(), "expected at most 10 session policy ARNs, found 11");
    assert!(sts.asked().is_empty());
}
