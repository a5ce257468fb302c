//! AssumeRoleWithWebIdentity: one way in, and every way that is none.

use serde_json::json;

use crate::emulator::{details, role};
use crate::issuer::{Keys, token};
use crate::lab::{
    ALLOW_EC2, CLIENT, DESCRIBE, IDENTITY, Lab, NOW, ROLE, SUBJECT, claims, claims_with, trust,
};

const NOT_A_JWT: &str = "The ID Token provided is not a valid JWT. (You may see this error if \
                         you sent an Access Token)";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";
const NOT_VALID: &str = "The web identity token that was passed could not be validated by AWS. \
                         Get a new identity token from the identity provider and then retry the \
                         request.";
const DENIED: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

#[tokio::test]
async fn the_tutorials_token_gives_the_tutorials_answer() {
    let lab = Lab::start().await;
    let answer = lab.assume(&lab.keys.rs256(&claims()), &[]).await;
    answer.allowed();
    assert!(answer.text("AccessKeyId").starts_with("ASIA"));
    assert_eq!(answer.text("AccessKeyId").len(), 20);
    assert_eq!(answer.text("Expiration"), "2026-11-23T11:00:00Z");
    assert_eq!(answer.text("SubjectFromWebIdentityToken"), SUBJECT);
    assert_eq!(answer.text("AssumedRoleId"), "AROAAAAAAAAAAAAAAAAAA:google-oidc-session");
    assert_eq!(
        answer.text("Arn"),
        "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
    );
    assert_eq!(answer.text("Provider"), "accounts.google.com");
    assert_eq!(answer.text("Audience"), CLIENT);
    assert!(!answer.body.contains("PackedPolicySize"));
    let session = lab.session(&answer);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    let identity = lab.query(&session, "sts", IDENTITY).send().await;
    assert_eq!(identity.text("UserId"), "AROAAAAAAAAAAAAAAAAAA:google-oidc-session");
}

#[tokio::test]
async fn elliptic_curves_and_the_old_spelling_of_google_are_let_in() {
    let lab = Lab::start().await;
    lab.assume(&lab.keys.es256(&claims()), &[]).await.allowed();
    let old = claims_with(json!({ "iss": "accounts.google.com" }));
    lab.assume(&lab.keys.rs256(&old), &[]).await.allowed();
}

#[tokio::test]
async fn what_is_no_jwt_is_refused() {
    let lab = Lab::start().await;
    let good = lab.keys.rs256(&claims());
    let two = good.rsplit_once('.').unwrap().0;
    let float = lab.keys.rs256(&claims_with(json!({ "exp": 1.5 })));
    for jwt in ["garbage", "a.b.c", "....", two, &format!("{good}."), &format!("{good}=="), &float]
    {
        lab.assume(jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_A_JWT);
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let lab = Lab::start().await;
    for header in [json!({ "alg": "none" }), json!({ "alg": "None", "kid": "current-rsa" })] {
        let jwt = token(&header, &claims(), |_| Vec::new());
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_VALID);
    }
}

#[tokio::test]
async fn a_shared_secret_is_refused() {
    let lab = Lab::start().await;
    let jwt = lab.keys.hs256_with_the_public_key(&claims());
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_VALID);
}

#[tokio::test]
async fn a_foreign_key_is_refused() {
    let lab = Lab::start().await;
    let unknown = Keys::generate("foreign");
    let jwt = unknown.rs256(&claims());
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NO_KEY);
    let mut disguised = unknown;
    disguised.id = "current".to_owned();
    for jwt in [disguised.rs256(&claims()), disguised.es256(&claims())] {
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_VALID);
    }
}

#[tokio::test]
async fn a_tampered_token_is_refused() {
    let lab = Lab::start().await;
    let good = lab.keys.rs256(&claims());
    let other = lab.keys.rs256(&claims_with(json!({ "sub": "1" })));
    let parts: Vec<&str> = good.split('.').collect();
    let payload = other.split('.').nth(1).unwrap();
    let jwt = format!("{}.{payload}.{}", parts[0], parts[2]);
    lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_VALID);
}

#[tokio::test]
async fn a_claim_that_is_missing_is_named() {
    let lab = Lab::start().await;
    for claim in ["iss", "aud", "sub", "exp", "iat"] {
        let jwt = lab.keys.rs256(&claims_with(json!({ claim: null })));
        let message = format!("Missing a required claim: {claim}");
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", &message);
    }
}

#[tokio::test]
async fn an_unknown_issuer_is_told_before_the_role_is_looked_at() {
    let lab = Lab::start().await;
    for iss in
        ["https://issuer.example", "https://accounts.google.com/", "http://accounts.google.com"]
    {
        let jwt = lab.keys.rs256(&claims_with(json!({ "iss": iss })));
        let message = format!("No OpenIDConnect provider found in your account for {iss}");
        for role in [ROLE, "arn:aws:iam::278805249149:role/no-such-role"] {
            let answer = lab.assume(&jwt, &[("RoleArn", role)]).await;
            answer.refused(400, "InvalidIdentityToken", &message);
        }
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_after_five_minutes_grace() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    lab.gate.clock().set_offset(3590 + 300);
    lab.assume(&jwt, &[]).await.allowed();
    lab.gate.clock().set_offset(3590 + 301);
    let (now, end) = (NOW + 3590 + 301, NOW + 3590);
    lab.assume(&jwt, &[]).await.refused(
        400,
        "ExpiredTokenException",
        &format!(
            "Token expired: current date/time {now} must be before the expiration date/time {end}"
        ),
    );
}

#[tokio::test]
async fn a_token_of_the_future_is_refused() {
    let lab = Lab::start().await;
    for changes in [json!({ "iat": NOW + 301 }), json!({ "nbf": NOW + 301 })] {
        let jwt = lab.keys.rs256(&claims_with(changes));
        lab.assume(&jwt, &[]).await.refused(400, "InvalidIdentityToken", NOT_VALID);
    }
}

#[tokio::test]
async fn another_audience_is_not_authorized() {
    let lab = Lab::start().await;
    for changes in [
        json!({ "aud": "other", "azp": null }),
        json!({ "azp": "other" }),
        json!({ "aud": CLIENT.to_ascii_uppercase(), "azp": null }),
    ] {
        let jwt = lab.keys.rs256(&claims_with(changes));
        lab.assume(&jwt, &[]).await.refused(403, "AccessDenied", DENIED);
    }
}

#[tokio::test]
async fn a_role_that_is_missing_or_trusts_another_is_not_authorized() {
    let lab = Lab::start().await;
    let pinned = trust().replace("accounts.google.com:aud", "accounts.google.com:sub");
    let broken = trust().replace("Allow", "Alow");
    lab.emulator.holds(details(
        &[],
        &[],
        &[role("pinned", &pinned, &[]), role("broken", &broken, &[])],
    ));
    let jwt = lab.keys.rs256(&claims());
    for role in [
        "arn:aws:iam::278805249149:role/pinned",
        "arn:aws:iam::278805249149:role/broken",
        "arn:aws:iam::278805249149:role/missing",
        "arn:aws:iam::278805249149:role/path/pinned",
        "arn:aws:iam::999999999999:role/pinned",
    ] {
        let answer = lab.assume(&jwt, &[("RoleArn", role)]).await;
        answer.refused(403, "AccessDenied", DENIED);
    }
}

#[tokio::test]
async fn a_roles_claim_must_name_the_role() {
    let lab = Lab::start().await;
    let claim = "https://aws.amazon.com/roles";
    for roles in [json!(ROLE), json!(["other", ROLE])] {
        let jwt = lab.keys.rs256(&claims_with(json!({ claim: roles })));
        lab.assume(&jwt, &[]).await.allowed();
    }
    for roles in [json!("other"), json!([]), json!(["arn:aws:iam::278805249149:role/*"]), json!(7)]
    {
        let jwt = lab.keys.rs256(&claims_with(json!({ claim: roles })));
        lab.assume(&jwt, &[]).await.refused(
            400,
            "InvalidIdentityToken",
            "The target role ARN is not present in the roles claim of the identity token",
        );
    }
}

#[tokio::test]
async fn parameters_have_limits() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    let one = "1 validation error detected: Value";
    let fails = "failed to satisfy constraint: Member must";
    for (name, value, message) in [
        (
            "DurationSeconds",
            "100",
            format!(
                "{one} '100' at 'durationSeconds' {fails} have value greater than or equal to 900"
            ),
        ),
        (
            "DurationSeconds",
            "43201",
            format!(
                "{one} '43201' at 'durationSeconds' {fails} have value less than or equal to 43200"
            ),
        ),
        (
            "RoleArn",
            "short",
            format!("{one} 'short' at 'roleArn' {fails} have length greater than or equal to 20"),
        ),
        ("RoleArn", "arn:aws:iam::278805249149:user/x", "Request ARN is invalid".to_owned()),
        (
            "RoleSessionName",
            "x",
            format!(
                "{one} 'x' at 'roleSessionName' {fails} have length greater than or equal to 2"
            ),
        ),
        (
            "RoleSessionName",
            "a b",
            format!(
                "{one} 'a b' at 'roleSessionName' {fails} satisfy regular expression pattern: [\\w+=,.@-]*"
            ),
        ),
        (
            "WebIdentityToken",
            "abc",
            format!("{one} at 'webIdentityToken' {fails} have length greater than or equal to 4"),
        ),
        (
            "DurationSeconds",
            "7200",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
                .to_owned(),
        ),
    ] {
        let answer = lab.assume(&jwt, &[(name, value)]).await;
        answer.refused(400, "ValidationError", &message);
    }
    lab.assume(&jwt, &[("ProviderId", "www.amazon.com")]).await.refused(
        403,
        "AccessDenied",
        "the gate cannot check the access tokens of `www.amazon.com`, so it refuses them",
    );
}

#[tokio::test]
async fn a_role_may_allow_longer_sessions() {
    let lab = Lab::start().await;
    lab.emulator.answers("GetRole", "<Role><MaxSessionDuration>7200</MaxSessionDuration></Role>");
    let jwt = lab.keys.rs256(&claims());
    let answer = lab.assume(&jwt, &[("DurationSeconds", "7200")]).await;
    assert_eq!(answer.allowed().text("Expiration"), "2026-11-23T12:00:00Z");
    lab.assume(&jwt, &[("DurationSeconds", "7201")]).await.refused(
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
}

#[tokio::test]
async fn a_session_policy_narrows_what_the_role_may() {
    let lab = Lab::start().await;
    let policy = ALLOW_EC2.replace("ec2:*", "ec2:DescribeVpcs");
    let jwt = lab.keys.rs256(&claims());
    let answer = lab.assume(&jwt, &[("Policy", &policy)]).await;
    assert_ne!(answer.text("PackedPolicySize"), "");
    let session = lab.session(&answer);
    let vpcs = "Action=DescribeVpcs&Version=2016-11-15";
    lab.query(&session, "ec2", vpcs).send().await.allowed();
    lab.query(&session, "ec2", DESCRIBE).send().await.refused(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: \
         arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not \
         authorized to perform: ec2:DescribeInstances because no session policy allows the \
         ec2:DescribeInstances action",
    );
    let answer = lab.assume(&jwt, &[("Policy", "{")]).await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (400, "MalformedPolicyDocument"));
}

#[tokio::test]
async fn policies_that_do_not_fit_are_refused() {
    let lab = Lab::start().await;
    let arns: Vec<(String, String)> = (1..=10)
        .map(|number| {
            let arn = format!("arn:aws:iam::278805249149:policy/{}", "p".repeat(100));
            (format!("PolicyArns.member.{number}.arn"), arn)
        })
        .collect();
    let policy = format!("{ALLOW_EC2}{}", " ".repeat(2000 - ALLOW_EC2.len()));
    let mut changes: Vec<(&str, &str)> =
        arns.iter().map(|(name, arn)| (name.as_str(), arn.as_str())).collect();
    changes.push(("Policy", &policy));
    lab.assume(&lab.keys.rs256(&claims()), &changes).await.refused(
        400,
        "PackedPolicyTooLarge",
        "Packed policy consumes 162% of allotted space, please use smaller policy.",
    );
}

#[tokio::test]
async fn a_signature_on_the_call_does_not_matter() {
    let lab = Lab::start().await;
    let jwt = lab.keys.rs256(&claims());
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={ROLE}&RoleSessionName=ab&\
         WebIdentityToken={jwt}"
    );
    let mut signing = lab.as_root();
    signing.secret_access_key.push('x');
    signing.session_token = Some("x".to_owned());
    lab.query(&signing, "sts", &body).send().await.allowed();
    let garbage = body.replace(&jwt, "garbage");
    let answer = lab.query(&lab.as_root(), "sts", &garbage).send().await;
    answer.refused(400, "InvalidIdentityToken", NOT_A_JWT);
}

#[tokio::test]
async fn the_subject_stays_with_the_session() {
    let lab = Lab::start().await;
    let own = ALLOW_EC2.replace(
        "\"Resource\":\"*\"",
        "\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"accounts.google.com:sub\":\"1\"}}",
    );
    lab.emulator.holds(details(&[], &[], &[role("google-oidc-role", &trust(), &[("own", &own)])]));
    for (subject, status) in [("1", 200), (SUBJECT, 403)] {
        let jwt = lab.keys.rs256(&claims_with(json!({ "sub": subject })));
        let session = lab.session(&lab.assume(&jwt, &[]).await);
        assert_eq!(lab.query(&session, "ec2", DESCRIBE).send().await.status, status);
    }
}
