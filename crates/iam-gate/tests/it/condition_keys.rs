//! Condition keys that a request brings: those that AWS has for the action, and no others.

use crate::client::{Answer, Signing};
use crate::emulator::{details, role, user};
use crate::lab::{Lab, trust};

async fn with_policy(document: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    let runner = role("runner", &trust(), &[]);
    lab.emulator.holds(details(&[user("someone", &[("p", document)], &[])], &[], &[runner]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn allow_put_if(condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
            "Action":["s3:PutObject","s3:GetObject"],"Resource":"*","Condition":{condition}}}]}}"#
    )
}

async fn put(lab: &Lab, signing: &Signing, headers: &[(&str, &str)]) -> Answer {
    signing.s3(lab.gate.url(), "PUT", "/bucket/key", headers, "hello").send().await
}

/// What a client chooses freely is not what AWS decides by.
#[tokio::test]
async fn a_header_is_a_key_only_where_the_reference_lists_it() {
    for (key, header, value) in [
        ("s3:x-amz-meta-team", "x-amz-meta-team", "red"),
        ("s3:x-amz-checksum-crc32", "x-amz-checksum-crc32", "NhCmhg=="),
        ("s3:x-amz-tagging", "x-amz-tagging", "team=red"),
        ("s3:x-amz-expected-bucket-owner", "x-amz-expected-bucket-owner", "278805249149"),
        (
            "s3:x-amz-server-side-encryption-customer-key-md5",
            "x-amz-server-side-encryption-customer-key-md5",
            "md5",
        ),
    ] {
        let condition = format!(r#"{{"StringEquals":{{"{key}":"{value}"}}}}"#);
        let (lab, someone) = with_policy(&allow_put_if(&condition)).await;
        let answer = put(&lab, &someone, &[(header, value)]).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"), "{key}");
        assert!(lab.emulator.seen("PUT /bucket/key").is_empty(), "{key}");
    }
    // Listed, though for writing alone.
    let storage = r#"{"StringEquals":{"s3:x-amz-storage-class":"STANDARD_IA"}}"#;
    let (lab, someone) = with_policy(&allow_put_if(storage)).await;
    let header = [("x-amz-storage-class", "STANDARD_IA")];
    put(&lab, &someone, &header).await.allowed();
    let answer = someone.s3(lab.gate.url(), "GET", "/bucket/key", &header, "").send().await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

/// A key that encrypts objects is a secret, whatever a policy or the gate's owner asks for.
#[tokio::test]
async fn a_customers_key_is_never_written_down() {
    const SECRET: &str = "c2VjcmV0LWtleS1vZi1hLWN1c3RvbWVyLTMyLWJ5dGU=";
    let names = [
        "x-amz-server-side-encryption-customer-key",
        "x-amz-server-side-encryption-customer-key-md5",
        "x-amz-server-side-encryption-customer-algorithm",
    ];
    let conditions = names.map(|name| format!(r#""s3:{name}":"another""#)).join(",");
    let policy = allow_put_if(&format!(r#"{{"StringEquals":{{{conditions}}}}}"#));
    let (lab, someone) = with_policy(&policy).await;
    lab.gate.record_condition_keys(names.map(|name| format!("s3:{name}")).to_vec());
    let headers = [(names[0], SECRET), (names[1], SECRET), (names[2], "AES256")];
    let answer = put(&lab, &someone, &headers).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    let record = lab.gate.decisions().last().cloned().unwrap();
    let algorithm = ("s3:x-amz-server-side-encryption-customer-algorithm", "AES256");
    let told: Vec<_> =
        record.demands[0].keys.iter().map(|(key, of)| (key.as_str(), of[0].as_str())).collect();
    assert_eq!(told, [algorithm]);
    let written = serde_json::to_string(&*record).unwrap();
    assert!(!written.contains(SECRET), "{written}");
}

/// A bucket's policy may ask for signed content, as the S3 reference shows.
#[tokio::test]
async fn a_policy_sees_whether_the_content_is_signed() {
    let unsigned = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":
            {"s3:x-amz-content-sha256":"UNSIGNED-PAYLOAD"}}}]}"#;
    let (lab, someone) = with_policy(unsigned).await;
    put(&lab, &someone, &[]).await.allowed();
    let signable = aws_sigv4::http_request::SignableBody::UnsignedPayload;
    let sent = someone.s3_with(lab.gate.url(), "PUT", "/bucket/key", &[], signable, "hello");
    let answer = sent.send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"));
    let answer = someone.presigned(lab.gate.url(), "s3", "x-id=ListBuckets").send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"));
}

/// The tags of what is launched are no keys of the role that is passed to it.
#[tokio::test]
async fn tags_are_keys_of_what_is_tagged_alone() {
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"ec2:*","Resource":"*"},
        {"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
         "Condition":{"StringEquals":{"aws:RequestTag/team":"red"}}}]}"#;
    let (lab, someone) = with_policy(policy).await;
    lab.emulator.answers(
        "GetInstanceProfile",
        "<InstanceProfile><InstanceProfileName>p</InstanceProfileName>\
         <Arn>arn:aws:iam::278805249149:instance-profile/p</Arn><Roles><member><Path>/</Path>\
         <RoleName>runner</RoleName><RoleId>r</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/runner</Arn></member></Roles></InstanceProfile>",
    );
    let call = |further: &str| {
        format!(
            "Action=RunInstances&Version=2016-11-15&ImageId=ami-0123456789abcdef0&MinCount=1\
             &MaxCount=1&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=team\
             &TagSpecification.1.Tag.1.Value=red{further}"
        )
    };
    lab.query(&someone, "ec2", &call("")).send().await.allowed();
    let answer = lab.query(&someone, "ec2", &call("&IamInstanceProfile.Name=p")).send().await;
    assert_eq!(answer.text("Code"), "UnauthorizedOperation", "{}", answer.body);
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.demands.last().unwrap().action, "iam:PassRole");
    assert_eq!(lab.emulator.seen("RunInstances").len(), 1);
}

/// A list has a bound whether or not the call says so.
#[tokio::test]
async fn a_list_without_a_bound_has_one_that_nobody_tells() {
    for (effect, operator) in [("Allow", "NumericLessThanEquals"), ("Deny", "NumericGreaterThan")] {
        let bounded = format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"{effect}","Action":"s3:ListBucket","Resource":"*",
              "Condition":{{"{operator}":{{"s3:max-keys":"10"}}}}}},
            {{"Effect":"{other}","Action":"s3:ListBucket","Resource":"*",
              "Condition":{{"Bool":{{"aws:SecureTransport":"{other_holds}"}}}}}}]}}"#,
            other = if effect == "Deny" { "Allow" } else { "Deny" },
            other_holds = effect == "Deny",
        );
        let (lab, someone) = with_policy(&bounded).await;
        for (query, status) in [("", 403), ("&max-keys=11", 403), ("&max-keys=10", 200)] {
            let path = format!("/bucket?list-type=2{query}");
            let answer = someone.s3(lab.gate.url(), "GET", &path, &[], "").send().await;
            assert_eq!(answer.status, status, "{effect} {query} {}", answer.body);
        }
    }
}
