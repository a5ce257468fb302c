//! Who is let in at all.

use crate::client::{Answer, Signed};
use crate::lab::{DESCRIBE, IDENTITY, Lab, claims};

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";
const EC2_BAD: &str = "AWS was not able to validate the provided access credentials";
const INSTANCE_TYPES: &str = "DynamoDB_20120810.ListTables";

#[tokio::test]
async fn the_administrator_is_known() {
    let lab = Lab::start().await;
    let answer = lab.query(&lab.as_root(), "sts", IDENTITY).send().await;
    answer.allowed();
    assert_eq!(answer.text("Arn"), "arn:aws:iam::278805249149:root");
    assert_eq!(answer.text("Account"), "278805249149");
    assert!(lab.emulator.seen("GetCallerIdentity").is_empty());
}

#[tokio::test]
async fn a_presigned_request_is_let_in() {
    let lab = Lab::start().await;
    let signed = lab.as_root().presigned(lab.gate.url(), "sts", IDENTITY);
    assert_eq!(signed.send().await.allowed().text("Account"), "278805249149");
}

#[tokio::test]
async fn what_is_forwarded_is_signed_for_the_account() {
    let lab = Lab::start().await;
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
    let seen = lab.emulator.seen("DescribeInstances");
    assert!(seen[0].authorization.contains(
        "Credential=278805249149/20261123/ap-northeast-2/ec2/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature="
    ));
    assert_eq!(seen[0].body, DESCRIBE);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_in_each_protocol() {
    let lab = Lab::start().await;
    let mut signing = lab.as_root();
    signing.secret_access_key.push('x');
    for service in ["sts", "iam"] {
        let answer = lab.query(&signing, service, IDENTITY).send().await;
        answer.refused(403, "SignatureDoesNotMatch", MISMATCH);
    }
    lab.query(&signing, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", EC2_BAD);
    let json = signing.json(lab.gate.url(), "dynamodb", INSTANCE_TYPES, "{}");
    json.send().await.refused(400, "InvalidSignatureException", MISMATCH);
}

#[tokio::test]
async fn an_unknown_key_is_refused_in_each_protocol() {
    let lab = Lab::start().await;
    let mut signing = lab.as_root();
    signing.access_key_id = "AKIAIOSFODNN7EXAMPLE".to_owned();
    let answer = lab.query(&signing, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
    lab.query(&signing, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", EC2_BAD);
    let json = signing.json(lab.gate.url(), "dynamodb", INSTANCE_TYPES, "{}");
    json.send().await.refused(400, "UnrecognizedClientException", INVALID_TOKEN);
}

#[tokio::test]
async fn the_account_id_is_no_key() {
    let lab = Lab::start().await;
    let mut signing = lab.as_root();
    signing.access_key_id = "278805249149".to_owned();
    let answer = lab.query(&signing, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    let lab = Lab::start().await;
    for (body, status, code, message) in [
        (IDENTITY, 403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
        (
            "Action=AssumeRole&Version=2011-06-15",
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
    ] {
        let signed = lab.query(&lab.as_root(), "sts", body);
        let unsigned = Signed {
            headers: signed
                .headers
                .into_iter()
                .filter(|(name, _)| name == "content-type")
                .collect(),
            ..signed
        };
        unsigned.send().await.refused(status, code, message);
    }
}

#[tokio::test]
async fn another_body_than_the_signed_one_is_refused() {
    let lab = Lab::start().await;
    let signed = lab.query(&lab.as_root(), "ec2", DESCRIBE);
    let answer = signed.with_body("Action=TerminateInstances&Version=2016-11-15").send().await;
    answer.refused(401, "AuthFailure", EC2_BAD);
    assert!(lab.emulator.seen("TerminateInstances").is_empty());
}

#[tokio::test]
async fn a_stated_hash_that_is_not_the_bodys_is_refused() {
    let lab = Lab::start().await;
    for stated in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "00"] {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-amz-content-sha256", stated),
        ];
        let signed = lab.as_root().post(lab.gate.url(), "sts", IDENTITY, &headers);
        signed.send().await.refused(403, "SignatureDoesNotMatch", MISMATCH);
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused() {
    let lab = Lab::start().await;
    let body = format!("{DESCRIBE}&Action=TerminateInstances");
    let answer = lab.query(&lab.as_root(), "ec2", &body).send().await;
    answer.refused(400, "MalformedQueryString", "parameter `Action` is given more than once");
    assert!(lab.emulator.seen("TerminateInstances").is_empty());
}

#[tokio::test]
async fn a_clock_that_is_off_by_more_than_a_quarter_of_an_hour_is_refused() {
    let lab = Lab::start().await;
    lab.gate.clock().set_offset(15 * 60);
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.allowed();
    lab.gate.clock().set_offset(15 * 60 + 1);
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.refused(
        403,
        "SignatureDoesNotMatch",
        "Signature expired: 20261123T100000Z is now earlier than 20261123T100001Z \
         (20261123T101501Z - 15 min.)",
    );
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", EC2_BAD);
    lab.gate.clock().set_offset(-15 * 60 - 1);
    lab.query(&lab.as_root(), "sts", IDENTITY).send().await.refused(
        403,
        "SignatureDoesNotMatch",
        "Signature not yet current: 20261123T100000Z is still later than 20261123T095959Z \
         (20261123T094459Z + 15 min.)",
    );
}

#[tokio::test]
async fn the_account_of_another_administrator_is_out_of_reach() {
    let lab = Lab::start().await;
    let other = lab.gate.open_account(&"111122223333".parse().unwrap()).unwrap();
    let answer = lab.query(&lab.signing(&other), "sts", IDENTITY).send().await;
    assert_eq!(answer.allowed().text("Account"), "111122223333");
    lab.query(&lab.signing(&other), "ec2", DESCRIBE).send().await.allowed();
    let seen = lab.emulator.seen("DescribeInstances");
    assert!(seen[0].authorization.contains("Credential=111122223333/"));
}

async fn expect_token_refusals(lab: &Lab, signing: &crate::client::Signing) {
    let answer = lab.query(signing, "sts", IDENTITY).send().await;
    answer.refused(403, "InvalidClientTokenId", INVALID_TOKEN);
    lab.query(signing, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", EC2_BAD);
}

#[tokio::test]
async fn a_session_needs_its_own_token() {
    let lab = Lab::start().await;
    let token = lab.keys.rs256(&claims());
    let session = lab.session(&lab.assume(&token, &[]).await);
    let other = lab.session(&lab.assume(&token, &[]).await);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    for wrong in [None, other.session_token, Some("tampered".to_owned()), Some(String::new())] {
        let mut signing = session.clone();
        signing.session_token = wrong;
        expect_token_refusals(&lab, &signing).await;
    }
    let mut root = lab.as_root();
    root.session_token = session.session_token;
    expect_token_refusals(&lab, &root).await;
}

#[tokio::test]
async fn a_session_ends() {
    let lab = Lab::start().await;
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    let hour = crate::client::Signing {
        time: session.time + std::time::Duration::from_secs(3600),
        ..session
    };
    lab.gate.clock().set_offset(3599);
    lab.query(&hour, "sts", IDENTITY).send().await.allowed();
    lab.gate.clock().set_offset(3600);
    lab.query(&hour, "sts", IDENTITY).send().await.refused(
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    );
    lab.query(&hour, "ec2", DESCRIBE).send().await.refused(
        400,
        "RequestExpired",
        "Request has expired.",
    );
    let json = hour.json(lab.gate.url(), "dynamodb", INSTANCE_TYPES, "{}");
    json.send().await.refused(
        400,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
}

#[tokio::test]
async fn what_is_not_query_or_json_is_refused() {
    let lab = Lab::start().await;
    let mut signed = lab.as_root().presigned(lab.gate.url(), "s3", "list-type=2");
    signed.url = signed.url.replace("/?", "/bucket?");
    let answer: Answer = signed.send().await;
    assert_ne!(answer.status, 200);
    assert!(lab.emulator.seen("").is_empty());
}

#[tokio::test]
async fn a_scope_cannot_smuggle_anything_to_the_emulator() {
    let lab = Lab::start().await;
    for (region, service, message) in [
        ("a, Credential=111122223333", "sts", "Credential should be scoped to a valid region."),
        ("a", "sts, Credential=111122223333", "Credential should be scoped to a correct service."),
        ("", "sts", "Credential should be scoped to a valid region."),
        ("a", "STS", "Credential should be scoped to a correct service."),
    ] {
        let mut signing = lab.as_root();
        signing.region = region.to_owned();
        let signed = signing.presigned(lab.gate.url(), service, IDENTITY);
        let answer = signed.send().await;
        answer.refused(403, "SignatureDoesNotMatch", message);
    }
}

#[tokio::test]
async fn a_wrong_service_in_the_scope_is_refused() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let answer = lab.query(&user, "sts", DESCRIBE).send().await;
    answer.refused(
        400,
        "InvalidAction",
        "Could not find operation DescribeInstances for version 2016-11-15",
    );
    let answer = lab.query(&user, "ec2", "Action=ListUsers&Version=2010-05-08").send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "UnauthorizedOperation"));
    assert!(lab.emulator.seen("ListUsers").is_empty());
}
