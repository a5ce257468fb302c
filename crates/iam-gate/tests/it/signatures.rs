//! What a signature lets through to the emulator.

use crate::client::Answer;
use crate::lab::{DESCRIBE, IDENTITY, Lab};

const EC2_BAD: &str = "AWS was not able to validate the provided access credentials";

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
async fn another_body_than_the_signed_one_is_refused() {
    let lab = Lab::start().await;
    let signed = lab.query(&lab.as_root(), "ec2", DESCRIBE);
    let answer = signed.with_body("Action=TerminateInstances&Version=2016-11-15").send().await;
    answer.refused(401, "AuthFailure", EC2_BAD);
    assert!(lab.emulator.seen("TerminateInstances").is_empty());
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
async fn the_account_of_another_administrator_is_out_of_reach() {
    let lab = Lab::start().await;
    let other = lab.gate.open_account(&"111122223333".parse().unwrap()).unwrap();
    let answer = lab.query(&lab.signing(&other), "sts", IDENTITY).send().await;
    assert_eq!(answer.allowed().text("Account"), "111122223333");
    lab.query(&lab.signing(&other), "ec2", DESCRIBE).send().await.allowed();
    let seen = lab.emulator.seen("DescribeInstances");
    assert!(seen[0].authorization.contains("Credential=111122223333/"));
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
