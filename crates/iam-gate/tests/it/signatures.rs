//! What a signature lets through to the emulator.

use aws_sigv4::http_request::SignableBody;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};

use crate::client::{Answer, Signed};
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
        (
            "eu-west-1",
            "sts, Credential=111122223333",
            "Credential should be scoped to a correct service.",
        ),
        ("", "sts", "Credential should be scoped to a valid region."),
        ("nowhere-9", "sts", "Credential should be scoped to a valid region."),
        ("us-gov-west-1", "iam", "Credential should be scoped to a valid region."),
        ("eu-west-1", "STS", "Credential should be scoped to a correct service."),
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
    answer.refused(
        400,
        "NoSuchVersion",
        "The requested version (2010-05-08) of service AmazonEC2 does not exist",
    );
    assert!(lab.emulator.seen("ListUsers").is_empty());
}

/// An upload of `hello` to S3 whose signature is over `signable`.
async fn upload(lab: &Lab, signable: SignableBody<'_>, trailer: &str, body: &str) -> Signed {
    let mut headers = vec![("content-encoding", "aws-chunked,gzip")];
    if body != "hello" {
        headers.push(("x-amz-decoded-content-length", "5"));
    }
    if !trailer.is_empty() {
        headers.push(("x-amz-trailer", trailer));
    }
    lab.as_root().s3_with(lab.gate.url(), "PUT", "/bucket/key", &headers, signable, body)
}

/// What came through: the body, and these headers.
fn arrived(lab: &Lab) -> Vec<(String, Option<String>, Option<String>)> {
    let seen = lab.emulator.seen("PUT /bucket/key");
    let header = |seen: &crate::emulator::Seen, name: &str| {
        seen.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    seen.iter()
        .map(|seen| {
            let encoding = header(seen, "content-encoding");
            (seen.body.clone(), encoding, header(seen, "x-amz-checksum-crc32"))
        })
        .collect()
}

#[tokio::test]
async fn a_body_that_s3_leaves_unsigned_arrives() {
    let lab = Lab::start().await;
    upload(&lab, SignableBody::UnsignedPayload, "", "hello").await.send().await.allowed();
    assert_eq!(arrived(&lab)[0].0, "hello");
}

#[tokio::test]
async fn unsigned_chunks_arrive_whole_with_their_checksum_or_not_at_all() {
    let lab = Lab::start().await;
    const TRAILER: &str = "x-amz-checksum-crc32";
    let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let put = |body: String, trailer: &'static str| {
        let lab = &lab;
        async move {
            let signable = SignableBody::StreamingUnsignedPayloadTrailer;
            upload(lab, signable, trailer, &body).await.send().await
        }
    };
    put(good.to_owned(), TRAILER).await.allowed();
    let whole = ("hello".to_owned(), Some("gzip".to_owned()), Some("NhCmhg==".to_owned()));
    assert_eq!(arrived(&lab), [whole]);
    let trailers = "The request contained trailing data that was not well-formed or did not \
                    conform to our published schema.";
    let checksum = "The CRC32 you specified did not match the calculated checksum.";
    let length =
        "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    for (body, trailer, code, message) in [
        (good.replace("hello", "hallo"), TRAILER, "BadDigest", checksum),
        (good.to_owned(), "x-amz-checksum-sha256", "MalformedTrailerError", trailers),
        (good.to_owned(), "", "MalformedTrailerError", trailers),
        (good.replace("5\r\nhello", "4\r\nhell"), TRAILER, "IncompleteBody", length),
    ] {
        let answer = put(body.clone(), trailer).await;
        let found = (answer.status, answer.text("Code"), answer.text("Message"));
        assert_eq!(found, (400, code.to_owned(), message.to_owned()), "{body}");
    }
    assert_eq!(arrived(&lab).len(), 1);
}

#[tokio::test]
async fn signed_chunks_arrive_whole_or_not_at_all() {
    let lab = Lab::start().await;
    let form = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let signed = upload(&lab, SignableBody::Precomputed(form.to_owned()), "", "in chunks").await;
    let authorization = signed.headers.iter().find(|(name, _)| name == "authorization").unwrap();
    let seed = authorization.1.rsplit('=').next().unwrap();
    let root = lab.as_root();
    let key = generate_signing_key(&root.secret_access_key, root.time, &root.region, "s3");
    let chunk = |previous: &str, hash: &str| {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n20261123T100000Z\n\
             20261123/ap-northeast-2/s3/aws4_request\n{previous}\n{empty}\n{hash}"
        );
        calculate_signature(&key, text.as_bytes())
    };
    let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let first = chunk(seed, hello);
    let last = chunk(&first, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let body = format!("5;chunk-signature={first}\r\nhello\r\n0;chunk-signature={last}\r\n\r\n");
    for wrong in [
        body.replace("hello", "hallo"),
        body.replace(&first, &last),
        body.replace(&last, &first),
        format!("0;chunk-signature={last}\r\n\r\n"),
        "hello".to_owned(),
    ] {
        let answer = signed.clone().with_body(&wrong).send().await;
        assert!(matches!(answer.status, 400 | 403), "{wrong}: {}", answer.body);
    }
    assert!(arrived(&lab).is_empty());
    signed.with_body(&body).send().await.allowed();
    assert_eq!(arrived(&lab), [("hello".to_owned(), Some("gzip".to_owned()), None)]);
}
