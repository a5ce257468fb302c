//! The tags that a copy takes with it are read there and put here.

use serde_json::json;

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::Lab;

const TAGS: &str =
    "<Tagging><TagSet><Tag><Key>team</Key><Value>red</Value></Tag></TagSet></Tagging>";
const TO: &str = "PUT /into/b";

/// A user who may do this, and an object `from/a` with these tags.
async fn lab_with(statements: &[serde_json::Value], tags: (u16, &str)) -> (Lab, Signing) {
    let lab = Lab::start().await;
    let copying = json!({ "Effect": "Allow", "Resource": "*",
        "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"] });
    let statements: Vec<_> = std::iter::once(&copying).chain(statements).collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    lab.emulator.holds(details(&[user("someone", &[("p", &policy)], &[])], &[], &[]));
    for target in ["GET /from/a?tagging", "GET /from/a?tagging&versionId=v"] {
        lab.emulator.refuses(target, tags.0, tags.1);
    }
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn allow(action: &str, resource: &str) -> serde_json::Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": format!("arn:aws:s3:::{resource}") })
}

async fn copy(lab: &Lab, someone: &Signing, headers: &[(&str, &str)]) -> Answer {
    let source = [("x-amz-copy-source", "from/a")];
    let headers = match headers.iter().any(|(name, _)| *name == "x-amz-copy-source") {
        true => headers.to_vec(),
        false => [&source[..], headers].concat(),
    };
    someone.s3(lab.gate.url(), "PUT", "/into/b", &headers, "").send().await
}

#[track_caller]
fn is_denied(answer: &Answer, action: &str, resource: &str) {
    let message = format!(
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: {action} on \
         resource: \"arn:aws:s3:::{resource}\" because no identity-based policy allows the \
         {action} action"
    );
    answer.refused(403, "AccessDenied", &message);
}

#[tokio::test]
async fn tags_that_are_copied_need_both_permissions() {
    for tags in [(200, TAGS), (200, "<Tagging><TagSet><Tag"), (200, ""), (403, "")] {
        let (lab, someone) = lab_with(&[], tags).await;
        for headers in [
            &[][..],
            &[("x-amz-tagging-directive", "COPY")],
            &[("x-amz-tagging-directive", "replace")],
            &[("x-amz-metadata-directive", "REPLACE")],
        ] {
            let answer = copy(&lab, &someone, headers).await;
            is_denied(&answer, "s3:GetObjectTagging", "from/a");
        }
        let version = [("x-amz-copy-source", "from/a?versionId=v")];
        let answer = copy(&lab, &someone, &version).await;
        is_denied(&answer, "s3:GetObjectVersionTagging", "from/a");
        assert!(lab.emulator.seen(TO).is_empty());
    }
    let reading = allow("s3:GetObjectTagging", "from/a");
    let (lab, someone) = lab_with(std::slice::from_ref(&reading), (200, TAGS)).await;
    is_denied(&copy(&lab, &someone, &[]).await, "s3:PutObjectTagging", "into/b");
    let elsewhere = allow("s3:PutObjectTagging", "from/*");
    let (lab, someone) = lab_with(&[reading.clone(), elsewhere], (200, TAGS)).await;
    is_denied(&copy(&lab, &someone, &[]).await, "s3:PutObjectTagging", "into/b");
    let writing = allow("s3:PutObjectTagging", "into/b");
    let (lab, someone) = lab_with(&[reading, writing], (200, TAGS)).await;
    copy(&lab, &someone, &[]).await.allowed();
}

#[tokio::test]
async fn what_has_no_tags_or_gets_others_needs_neither() {
    let none = "<Tagging><TagSet></TagSet></Tagging>";
    for tags in [(200, none), (404, "<Error><Code>NoSuchKey</Code></Error>")] {
        let (lab, someone) = lab_with(&[], tags).await;
        copy(&lab, &someone, &[]).await.allowed();
        copy(&lab, &someone, &[("x-amz-copy-source", "from/a?versionId=v")]).await.allowed();
    }
    let (lab, someone) = lab_with(&[], (200, TAGS)).await;
    let replace = ("x-amz-tagging-directive", "REPLACE");
    copy(&lab, &someone, &[replace]).await.allowed();
    let answer = copy(&lab, &someone, &[replace, ("x-amz-tagging", "team=blue")]).await;
    is_denied(&answer, "s3:PutObjectTagging", "into/b");
}

#[tokio::test]
async fn whether_copied_tags_are_the_requests_nobody_says() {
    let all = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let reading = allow("s3:GetObjectTagging", "from/a");
    let on = |effect: &str, key: &str, value: &str| {
        json!({ "Effect": effect, "Action": "s3:PutObjectTagging", "Resource": "*",
            "Condition": { "StringEquals": { key: value } } })
    };
    for (statement, effect, key, status) in [
        (&all, "Deny", "s3:RequestObjectTag/team", 403),
        (&all, "Deny", "s3:RequestObjectTag/other", 200),
        (&reading, "Allow", "s3:RequestObjectTag/team", 403),
    ] {
        let statements = [statement.clone(), on(effect, key, "red")];
        let (lab, someone) = lab_with(&statements, (200, TAGS)).await;
        assert_eq!(copy(&lab, &someone, &[]).await.status, status, "{effect} {key}");
    }
}
