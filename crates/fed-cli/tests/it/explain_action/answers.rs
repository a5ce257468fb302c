//! `explain --action` believes no answer that is about something else, or none at all.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use crate::aws::Aws;

use super::live::{ROLE, all_powerful, role_with};
use super::{EVERYTHING, explain, response, sealed};
use crate::explain::with_administrator;

const QUEUE: &str = "arn:aws:sqs:us-east-1:278805249149:q";
const TOPIC: &str = "arn:aws:sns:us-east-1:278805249149:t";
const KEY: &str = "arn:aws:kms:us-east-1:278805249149:key/k";
const SECRET: &str = "arn:aws:secretsmanager:us-east-1:278805249149:secret:s-AbCdEf";
const INSTANCE: &str = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";

/// An account whose role may do everything, and these answers beside.
fn with(answers: &[(&'static str, String)]) -> Aws {
    let mut all = vec![("GetRole", 200, role_with(EVERYTHING))];
    all.extend(answers.iter().map(|(action, body)| (*action, 200, body.clone())));
    all_powerful(&all)
}

fn status(text: &str, status: i32) {
    assert!(text.ends_with(&format!("--- exit status {status}")), "{status}: {text}");
}

#[test]
fn another_account_may_have_one_of_the_same_name() {
    let user = |arn: &str| {
        response(
            "GetUser",
            &format!(
                "<User><Path>/</Path><UserName>ada</UserName><UserId>AIDA</UserId><Arn>{arn}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></User>"
            ),
        )
    };
    let none = "<IsTruncated>false</IsTruncated>";
    let aws = with(&[
        ("GetUser", user("arn:aws:iam::278805249149:user/ada")),
        ("ListAttachedUserPolicies", response("ListAttachedUserPolicies", none)),
        (
            "ListUserPolicies",
            response("ListUserPolicies", "<IsTruncated>false</IsTruncated><PolicyNames/>"),
        ),
        (
            "ListGroupsForUser",
            response("ListGroupsForUser", "<IsTruncated>false</IsTruncated><Groups/>"),
        ),
    ]);
    let sealed = with_administrator(sealed(), &aws);
    let told =
        |principal: &str| explain(&sealed, "s3:ListAllMyBuckets", &["--principal", principal]);
    for principal in [
        "arn:aws:iam::222222222222:role/google-oidc-role",
        "arn:aws:iam::278805249149:role/path/google-oidc-role",
        "arn:aws-cn:iam::278805249149:role/google-oidc-role",
        "arn:aws:sts::222222222222:assumed-role/google-oidc-role/ada",
    ] {
        let text = told(principal);
        let found = format!(
            "expected the role `{principal}`, found `{ROLE}` in the account of these credentials"
        );
        assert!(text.contains(&found), "{text}");
        assert!(
            text.contains("use credentials of the role's account, and the role's whole ARN"),
            "{text}"
        );
        status(&text, 3);
        assert!(!text.contains("allowed: "), "{text}");
    }
    // The session's own policy is not told, and nothing else is open.
    let session = told("arn:aws:sts::278805249149:assumed-role/google-oidc-role/ada");
    assert!(session.contains("\nit hangs on `a policy of the session`\n"), "{session}");
    status(&session, 6);
    let text = told("arn:aws:iam::222222222222:user/ada");
    assert!(text.contains("expected the user `arn:aws:iam::222222222222:user/ada`"), "{text}");
    status(&text, 3);
    assert!(told("arn:aws:iam::278805249149:user/ada").contains("denied: "));
}

/// Tags of a role that only has the name of the one in question are none of its own.
#[test]
fn tags_of_another_role_are_not_read() {
    let by_tag = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "keepers"}}}]}"#;
    let encoded: String = by_tag.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let inline = format!(
        "<RoleName>r</RoleName><PolicyName>mine</PolicyName><PolicyDocument>{encoded}</PolicyDocument>"
    );
    let aws = with(&[(
        "ListRoleTags",
        response("ListRoleTags", "<IsTruncated>false</IsTruncated><Tags/>"),
    )]);
    let mut answers = vec![("GetRolePolicy", 200, response("GetRolePolicy", &inline))];
    answers.extend(aws.answers());
    aws.answers_from_now_on(&answers);
    let sealed = with_administrator(sealed(), &aws);
    status(&explain(&sealed, "iam:GetRole", &["--resource", ROLE]), 0);
    let other = ROLE.replace("role/", "role/path/");
    let text = explain(&sealed, "iam:GetRole", &["--resource", &other]);
    status(&text, 6);
    assert!(
        text.contains("the role of that name in the account of these credentials is another"),
        "{text}"
    );
}

/// A 200 that is not what was asked for does not say that there is no policy.
#[test]
fn an_answer_to_something_else_is_not_an_absence() {
    let page = "<html><body>Sign in</body></html>".to_owned();
    let topic =
        "<Attributes><entry><key>Owner</key><value>278805249149</value></entry></Attributes>";
    let no_tags = response("ListTagsForResource", "<Tags/>");
    for (action, resource, answers) in [
        (
            "sqs:SendMessage",
            QUEUE,
            vec![("GetQueueAttributes", page.clone()), ("ListQueueTags", page.clone())],
        ),
        (
            "sqs:SendMessage",
            QUEUE,
            vec![
                ("GetQueueAttributes", response("ListQueues", "")),
                ("ListQueueTags", response("ListQueueTags", "")),
            ],
        ),
        (
            "sns:Publish",
            TOPIC,
            vec![
                ("GetTopicAttributes", response("GetTopicAttributes", topic)),
                ("ListTagsForResource", no_tags.clone()),
            ],
        ),
        (
            "sns:Publish",
            TOPIC,
            vec![("GetTopicAttributes", page.clone()), ("ListTagsForResource", no_tags)],
        ),
        (
            "secretsmanager:GetSecretValue",
            SECRET,
            vec![("GetResourcePolicy", "{}".to_owned()), ("DescribeSecret", "{}".to_owned())],
        ),
        ("s3:GetObject", "arn:aws:s3:::b/k", vec![("GetBucketPolicy", String::new())]),
        ("s3:GetObject", "arn:aws:s3:::b/k", vec![("GetBucketPolicy", page)]),
    ] {
        let sealed = with_administrator(sealed(), &with(&answers));
        let text = explain(&sealed, action, &["--resource", resource]);
        status(&text, 6);
        assert!(text.contains("it hangs on `the resource's own policy`"), "{text}");
    }
    let no_policy = response("GetQueueAttributes", "");
    let queue =
        [("GetQueueAttributes", no_policy), ("ListQueueTags", response("ListQueueTags", ""))];
    let sealed = with_administrator(sealed(), &with(&queue));
    status(&explain(&sealed, "sqs:SendMessage", &["--resource", QUEUE]), 0);
}

/// Tags that do not come whole, or not as tags, do not say that there are no others.
#[test]
fn tags_that_cannot_be_read_are_not_none() {
    let trusts = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal":
        {"AWS": "arn:aws:iam::278805249149:root"}, "Action": "*", "Resource": "*"}}"#;
    let policy = serde_json::json!({"Policy": trusts}).to_string();
    let secret = |more: &str| format!(r#"{{"ARN": "{SECRET}", "Name": "s"{more}}}"#);
    let tags = |inner: &str| format!("<DescribeTagsResponse>{inner}</DescribeTagsResponse>");
    let kms =
        |tags: &str| vec![("GetKeyPolicy", policy.clone()), ("ListResourceTags", tags.to_owned())];
    let of_secret =
        |more: &str| vec![("GetResourcePolicy", secret("")), ("DescribeSecret", secret(more))];
    for (action, resource, answers, expected) in [
        ("kms:Decrypt", KEY, kms(r#"{"Tags": [], "Truncated": false}"#), 0),
        ("kms:Decrypt", KEY, kms(r#"{"Tags": [], "Truncated": true}"#), 6),
        ("kms:Decrypt", KEY, kms("{}"), 6),
        ("kms:Decrypt", KEY, kms(r#"{"Tags": {"team": "prod"}}"#), 6),
        ("kms:Decrypt", KEY, kms(r#"{"Tags": [{"Key": "team", "Value": "prod"}]}"#), 6),
        ("secretsmanager:GetSecretValue", SECRET, of_secret(""), 0),
        ("secretsmanager:GetSecretValue", SECRET, of_secret(r#", "Tags": "none""#), 6),
        ("ec2:StopInstances", INSTANCE, vec![("DescribeTags", tags("<tagSet/>"))], 0),
        (
            "ec2:StopInstances",
            INSTANCE,
            vec![("DescribeTags", tags("<tagSet/><nextToken>n</nextToken>"))],
            6,
        ),
        ("ec2:StopInstances", INSTANCE, vec![("DescribeTags", tags(""))], 6),
        (
            "ec2:StopInstances",
            INSTANCE,
            vec![("DescribeTags", tags("<tagSet><item><key>team</key></item></tagSet>"))],
            6,
        ),
        ("ec2:StopInstances", INSTANCE, vec![("DescribeTags", "<html/>".to_owned())], 6),
    ] {
        let but = EVERYTHING.replace(
            "\"Statement\": {",
            "\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:ResourceTag/team\": \"prod\"}}}, {",
        );
        let but = format!("{}]}}", but.strip_suffix('}').unwrap());
        let encoded: String = but.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let inline = format!(
            "<RoleName>r</RoleName><PolicyName>mine</PolicyName><PolicyDocument>{encoded}</PolicyDocument>"
        );
        let aws = with(&answers);
        let mut all = vec![("GetRolePolicy", 200, response("GetRolePolicy", &inline))];
        all.extend(aws.answers());
        aws.answers_from_now_on(&all);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain(&sealed, action, &["--resource", resource]);
        assert!(text.ends_with(&format!("--- exit status {expected}")), "{answers:?}: {text}");
    }
}

/// What a bucket's own policy denies is denied of a pattern of its objects as well.
#[test]
fn the_policy_of_a_bucket_bears_on_patterns_of_its_objects() {
    let denies = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/secret/*"}]}"#;
    let sealed = with_administrator(sealed(), &with(&[("GetBucketPolicy", denies.to_owned())]));
    for (resource, expected) in [
        ("arn:aws:s3:::b/*", 6),
        ("arn:aws:s3:::b/secret/*", 3),
        ("arn:aws:s3:::b*/k", 6),
        ("arn:aws:s3:::b/k", 0),
        // Not read, since it is no bucket: an access point.
        ("arn:aws:s3:us-east-1:278805249149:accesspoint/a/object/k", 6),
    ] {
        let text = explain(&sealed, "s3:GetObject", &["--resource", resource]);
        status(&text, expected);
    }
}

/// The session's token goes to no host that an ARN makes up.
#[test]
fn a_region_that_is_none_is_asked_nothing() {
    let queue = [
        ("GetQueueAttributes", response("GetQueueAttributes", "")),
        ("ListQueueTags", response("ListQueueTags", "")),
    ];
    for region in ["evil.example#", "evil.example?", "a@evil.example", "US-EAST-1"] {
        let aws = with(&queue);
        let sealed = with_administrator(sealed(), &aws);
        let resource = format!("arn:aws:sqs:{region}:278805249149:q");
        let text = explain(&sealed, "sqs:SendMessage", &["--resource", &resource]);
        assert!(!text.contains("allowed: "), "{text}");
        let requests = aws.requests().join("\n");
        assert!(requests.contains("Action=GetRole&"), "{requests}");
        assert!(!requests.contains("Queue"), "{region}: {requests}");
    }
}

/// An S3 whose bucket is in `eu-west-1`: asked in another region it says so, in that one it tells
/// the policy.
fn bucket_elsewhere(says: &'static str, policy: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head = head(&stream);
            let there = head.contains("/eu-west-1/s3/aws4_request");
            let (status, body) = if there {
                (200, policy)
            } else {
                (301, "<Error><Code>PermanentRedirect</Code></Error>")
            };
            let answer = format!(
                "HTTP/1.1 {status} Answer\r\nx-amz-bucket-region: {says}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

fn head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_bucket_in_another_region_is_asked_there() {
    const DENIES: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/secret/*"}]}"#;
    let aws = with(&[]);
    for (says, object, expected) in [
        ("eu-west-1", "secret/x", 3),
        ("eu-west-1", "open/x", 0),
        ("us-west-2", "open/x", 6),
        ("evil.example#", "open/x", 6),
    ] {
        let sealed = with_administrator(sealed(), &aws)
            .env("AWS_ENDPOINT_URL_S3", bucket_elsewhere(says, DENIES));
        let resource = format!("arn:aws:s3:::b/{object}");
        let text = explain(&sealed, "s3:GetObject", &["--resource", &resource]);
        status(&text, expected);
    }
}

/// An answer without an end is not waited for.
#[test]
fn an_answer_that_is_too_long_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            head(&stream);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n");
            let _ = stream.write_all(&vec![b' '; 1024 * 1024 + 1]);
            held.push(stream);
        }
    });
    let sealed = with_administrator(sealed(), &with(&[])).env("AWS_ENDPOINT_URL_S3", url);
    let text = explain(&sealed, "s3:GetObject", &["--resource", "arn:aws:s3:::b/k"]);
    assert!(text.contains("`GetBucketPolicy` was answered with more than 1048576 bytes"), "{text}");
    status(&text, 6);
}
