//! The other operations of STS.

use serde_json::json;

use crate::client::Signing;
use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_EC2, DESCRIBE, IDENTITY, Lab};

const TARGET: &str = "arn:aws:iam::278805249149:role/target";
const ALLOW_STS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;

fn call(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair("Version", "2011-06-15")
        .finish()
}

fn trusts(principal: &str, condition: serde_json::Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": principal },
            "Action": "sts:AssumeRole",
            "Condition": condition,
        }],
    })
    .to_string()
}

async fn lab_with(trust: &str, policy: &[(&str, &str)]) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(
        &[user("someone", policy, &[])],
        &[],
        &[role("target", trust, &[("ec2", ALLOW_EC2), ("sts", ALLOW_STS)])],
    ));
    let signing = lab.key_of("someone").await;
    (lab, signing)
}

fn assume(changes: &[(&str, &str)]) -> String {
    let mut pairs = vec![("Action", "AssumeRole"), ("RoleArn", TARGET), ("RoleSessionName", "s1")];
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend(changes);
    call(&pairs)
}

const ACCOUNT_ROOT: &str = "arn:aws:iam::278805249149:root";
const SOMEONE: &str = "arn:aws:iam::278805249149:user/someone";

fn denied() -> String {
    format!("User: {SOMEONE} is not authorized to perform: sts:AssumeRole on resource: {TARGET}")
}

#[tokio::test]
async fn a_role_is_assumed_when_both_sides_agree() {
    let (lab, someone) = lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[("sts", ALLOW_STS)]).await;
    let answer = lab.query(&someone, "sts", &assume(&[])).send().await;
    let session = lab.session(&answer);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    let identity = lab.query(&session, "sts", IDENTITY).send().await;
    assert_eq!(identity.text("Arn"), "arn:aws:sts::278805249149:assumed-role/target/s1");
}

#[tokio::test]
async fn a_role_that_trusts_the_account_needs_the_users_policy_too() {
    let (lab, someone) = lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[]).await;
    let answer = lab.query(&someone, "sts", &assume(&[])).send().await;
    answer.refused(403, "AccessDenied", &denied());
}

#[tokio::test]
async fn a_role_that_trusts_another_is_not_assumed() {
    let other = trusts("arn:aws:iam::278805249149:user/other", json!({}));
    let (lab, someone) = lab_with(&other, &[("sts", ALLOW_STS)]).await;
    let answer = lab.query(&someone, "sts", &assume(&[])).send().await;
    answer.refused(403, "AccessDenied", &denied());
    let missing = "arn:aws:iam::278805249149:role/missing";
    let answer = lab.query(&someone, "sts", &assume(&[("RoleArn", missing)])).send().await;
    answer.refused(403, "AccessDenied", &denied().replace(TARGET, missing));
}

#[tokio::test]
async fn an_external_id_must_be_the_one() {
    let condition = json!({ "StringEquals": { "sts:ExternalId": "secret-handshake" } });
    let (lab, someone) = lab_with(&trusts(SOMEONE, condition), &[]).await;
    for changes in [&[][..], &[("ExternalId", "other")]] {
        let answer = lab.query(&someone, "sts", &assume(changes)).send().await;
        answer.refused(403, "AccessDenied", &denied());
    }
    let right = assume(&[("ExternalId", "secret-handshake")]);
    lab.query(&someone, "sts", &right).send().await.allowed();
}

#[tokio::test]
async fn root_assumes_no_role() {
    let (lab, _) = lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[]).await;
    let answer = lab.query(&lab.as_root(), "sts", &assume(&[])).send().await;
    answer.refused(403, "AccessDenied", "Roles may not be assumed by root accounts.");
}

#[tokio::test]
async fn a_chained_role_lasts_an_hour_at_most() {
    let (lab, someone) = lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[("sts", ALLOW_STS)]).await;
    lab.emulator.answers("GetRole", "<Role><MaxSessionDuration>43200</MaxSessionDuration></Role>");
    let long = assume(&[("DurationSeconds", "7200")]);
    let session = lab.session(&lab.query(&someone, "sts", &long).send().await);
    lab.query(&session, "sts", &assume(&[])).send().await.allowed();
    lab.query(&session, "sts", &long).send().await.refused(
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
         chaining",
    );
}

#[tokio::test]
async fn tags_need_the_permission_to_tag() {
    let (lab, someone) = lab_with(&trusts(SOMEONE, json!({})), &[]).await;
    let tagged = assume(&[("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")]);
    let answer = lab.query(&someone, "sts", &tagged).send().await;
    answer.refused(403, "AccessDenied", &denied());
}

#[tokio::test]
async fn a_users_own_session_may_less_than_the_user() {
    let (lab, someone) = lab_with(
        &trusts(ACCOUNT_ROOT, json!({})),
        &[("ec2", ALLOW_EC2), ("iam", &ALLOW_EC2.replace("ec2:*", "iam:*"))],
    )
    .await;
    let get = call(&[("Action", "GetSessionToken")]);
    let session = lab.session(&lab.query(&someone, "sts", &get).send().await);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    lab.query(&someone, "iam", "Action=ListUsers&Version=2010-05-08").send().await.allowed();
    lab.query(&session, "iam", "Action=ListUsers&Version=2010-05-08").send().await.refused(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    for operation in ["GetSessionToken", "GetFederationToken"] {
        let again = call(&[("Action", operation), ("Name", "bob")]);
        lab.query(&session, "sts", &again).send().await.refused(
            403,
            "AccessDenied",
            &format!("Cannot call {operation} with session credentials"),
        );
    }
}

#[tokio::test]
async fn a_federated_user_may_what_user_and_policy_both_allow() {
    let (lab, someone) =
        lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[("ec2", ALLOW_EC2), ("sts", ALLOW_STS)]).await;
    let get = |policy: &[(&str, &str)]| {
        let mut pairs = vec![("Action", "GetFederationToken"), ("Name", "bob")];
        pairs.extend(policy);
        call(&pairs)
    };
    let with = lab.query(&someone, "sts", &get(&[("Policy", ALLOW_EC2)])).send().await;
    let session = lab.session(&with);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    let identity = lab.query(&session, "sts", IDENTITY).send().await;
    assert_eq!(identity.text("Arn"), "arn:aws:sts::278805249149:federated-user/bob");
    let without = lab.session(&lab.query(&someone, "sts", &get(&[])).send().await);
    lab.query(&without, "ec2", DESCRIBE).send().await.refused(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: \
         arn:aws:sts::278805249149:federated-user/bob is not authorized to perform: \
         ec2:DescribeInstances because no session policy allows the ec2:DescribeInstances action",
    );
}

#[tokio::test]
async fn an_encoded_message_is_read_by_who_may() {
    let (lab, someone) = lab_with(&trusts(ACCOUNT_ROOT, json!({})), &[]).await;
    let stop = "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let answer = lab.query(&someone, "ec2", stop).send().await;
    let message = answer.text("Message");
    let encoded = message.rsplit(' ').next().unwrap();
    let decode = |encoded: &str| {
        call(&[("Action", "DecodeAuthorizationMessage"), ("EncodedMessage", encoded)])
    };
    let denied = lab.query(&someone, "sts", &decode(encoded)).send().await;
    assert_eq!((denied.status, denied.text("Code").as_str()), (403, "AccessDenied"));
    let decoded = lab.query(&lab.as_root(), "sts", &decode(encoded)).send().await;
    let decoded: serde_json::Value =
        serde_json::from_str(&decoded.allowed().text("DecodedMessage")).unwrap();
    assert_eq!(decoded["context"]["action"], "ec2:StopInstances");
    lab.query(&lab.as_root(), "sts", &decode("AAAA")).send().await.refused(
        400,
        "InvalidAuthorizationMessageException",
        "Message is not valid.",
    );
}

#[tokio::test]
async fn an_unknown_operation_is_refused() {
    let lab = Lab::start().await;
    lab.query(&lab.as_root(), "sts", &call(&[("Action", "Nonesuch")])).send().await.refused(
        400,
        "InvalidAction",
        "Could not find operation Nonesuch for version 2011-06-15",
    );
}
