//! What S3 tells of an error beside code and message, by which a person finds what was signed
//! otherwise.

use crate::client::Answer;
use crate::lab::Lab;

/// The elements of the error, in order.
fn fields(answer: &Answer) -> Vec<(String, String)> {
    let document = roxmltree::Document::parse(&answer.body).unwrap();
    let elements = document.root_element().children().filter(roxmltree::Node::is_element);
    elements
        .map(|node| (node.tag_name().name().to_owned(), node.text().unwrap_or_default().to_owned()))
        .collect()
}

fn names(fields: &[(String, String)]) -> Vec<&str> {
    fields.iter().map(|(name, _)| name.as_str()).collect()
}

fn bytes_of(spaced: &str) -> String {
    let bytes = spaced.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}

#[tokio::test]
async fn another_signature_is_told_with_what_was_to_be_signed() {
    let lab = Lab::start().await;
    let mut signing = lab.as_root();
    signing.secret_access_key.push('x');
    let signed = signing.s3(lab.gate.url(), "GET", "/bucket/a%20b", &[], "");
    let authorization = signed.headers.iter().find(|(name, _)| name == "authorization").unwrap();
    let presented = authorization.1.rsplit_once("Signature=").unwrap().1.to_owned();
    let answer = signed.send().await;
    let found = fields(&answer);
    assert_eq!(
        names(&found),
        [
            "Code",
            "Message",
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes",
            "RequestId",
            "HostId",
        ]
    );
    assert_eq!(answer.text("AWSAccessKeyId"), signing.access_key_id);
    assert_eq!(answer.text("SignatureProvided"), presented);
    let canonical = answer.text("CanonicalRequest");
    assert!(canonical.starts_with("GET\n/bucket/a%20b\n\nhost:"), "{canonical}");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
    let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let to_sign = answer.text("StringToSign");
    assert_eq!(to_sign.lines().last(), Some(hash.as_str()), "{to_sign}");
    assert_eq!(bytes_of(&answer.text("StringToSignBytes")), to_sign);
    assert_eq!(bytes_of(&answer.text("CanonicalRequestBytes")), canonical);
    // Other services tell no more than that it is another.
    let answer = lab.query(&signing, "sts", crate::lab::IDENTITY).send().await;
    assert!(!answer.body.contains("StringToSign"), "{}", answer.body);
}

/// AWS repeats the whole request; answers are kept in logs and reports, where a token has no place.
#[tokio::test]
async fn the_session_token_is_not_repeated() {
    let lab = Lab::start().await;
    let call = "Action=GetSessionToken&Version=2011-06-15";
    let user = lab.key_of("ec2-user").await;
    let given = lab.query(&user, "sts", call).send().await;
    let mut session = lab.session(given.allowed());
    session.secret_access_key.push('x');
    let token = session.session_token.clone().unwrap();
    let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    for signed in [
        session.s3(lab.gate.url(), "GET", "/bucket/a", &[], ""),
        session.presigned(lab.gate.url(), "s3", "x-id=ListBuckets"),
    ] {
        let answer = signed.send().await;
        assert_eq!(answer.text("Code"), "SignatureDoesNotMatch");
        let canonical = answer.text("CanonicalRequest");
        assert!(canonical.contains("[redacted]"), "{canonical}");
        let bytes = bytes_of(&answer.text("CanonicalRequestBytes"));
        for text in [&answer.body, &canonical, &bytes] {
            assert!(!text.contains(&token) && !text.contains(&encoded), "{text}");
        }
    }
}

#[tokio::test]
async fn headers_that_are_not_signed_are_named_together() {
    let lab = Lab::start().await;
    let mut signed = lab.as_root().s3(lab.gate.url(), "PUT", "/bucket/a", &[], "hello");
    for name in ["x-amz-meta-a", "x-amz-acl"] {
        signed.headers.push((name.to_owned(), "private".to_owned()));
    }
    let answer = signed.send().await;
    answer.refused(
        403,
        "AccessDenied",
        "There were headers present in the request which were not signed",
    );
    assert_eq!(
        names(&fields(&answer)),
        ["Code", "Message", "HeadersNotSigned", "RequestId", "HostId"]
    );
    assert_eq!(answer.text("HeadersNotSigned"), "x-amz-meta-a, x-amz-acl");
    assert!(lab.emulator.seen("/bucket/a").is_empty());
}

#[tokio::test]
async fn what_is_out_of_time_is_told_with_the_times() {
    let lab = Lab::start().await;
    let presigned = lab.as_root().presigned(lab.gate.url(), "s3", "x-id=ListBuckets");
    let signed = lab.as_root().s3(lab.gate.url(), "GET", "/", &[], "");
    lab.gate.clock().set_offset(901);
    let found = fields(&presigned.send().await);
    let expected = [
        ("Code", "AccessDenied"),
        ("Message", "Request has expired"),
        ("X-Amz-Expires", "60"),
        ("Expires", "2026-11-23T10:01:00Z"),
        ("ServerTime", "2026-11-23T10:15:01Z"),
    ];
    let told = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    assert_eq!(found[..5], expected.iter().map(told).collect::<Vec<_>>());
    let found = fields(&signed.send().await);
    let expected = [
        ("Code", "RequestTimeTooSkewed"),
        ("Message", "The difference between the request time and the current time is too large."),
        ("RequestTime", "2026-11-23T10:00:00Z"),
        ("ServerTime", "2026-11-23T10:15:01Z"),
        ("MaxAllowedSkewMilliseconds", "900000"),
    ];
    assert_eq!(found[..5], expected.iter().map(told).collect::<Vec<_>>());
    assert!(lab.emulator.seen("GET /").is_empty());
}
