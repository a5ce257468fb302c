//! What was read is kept until it may have changed, and not a moment longer.

use std::sync::Arc;

use serde_json::json;

use crate::emulator::{Fault, details, role, user};
use crate::lab::{ALLOW_EC2, DESCRIBE, IDENTITY, Lab, claims, trust};

const UNKNOWN: &str = "AWS was not able to validate the provided access credentials";

fn holding(inline: &[(&str, &str)]) -> String {
    details(&[user("ec2-user", inline, &[])], &[], &[])
}

#[tokio::test]
async fn what_is_read_while_an_iam_write_goes_on_is_not_kept() {
    let lab = Arc::new(Lab::start().await);
    lab.emulator.holds(holding(&[("ec2", ALLOW_EC2)]));
    let user = lab.key_of("ec2-user").await;
    lab.emulator.holds_back("DeleteUserPolicy");
    let write = tokio::spawn({
        let lab = Arc::clone(&lab);
        let call = "Version=2010-05-08&Action=DeleteUserPolicy&UserName=ec2-user&PolicyName=ec2";
        async move { lab.query(&lab.as_root(), "iam", call).send().await }
    });
    lab.emulator.is_waited_for().await;
    // The emulator has not done it yet.
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.holds(holding(&[]));
    lab.emulator.answers_at_last();
    write.await.unwrap().allowed();
    assert_eq!(lab.query(&user, "ec2", DESCRIBE).send().await.status, 403);
}

#[tokio::test]
async fn what_is_read_while_a_resources_policy_is_written_is_not_kept() {
    let lab = Arc::new(Lab::start().await);
    let user = lab.key_of("no-policy-user").await;
    let policy = |effect: &str| {
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": effect, "Principal": "*", "Action": "sqs:*", "Resource": "*" },
        ]});
        json!({ "Attributes": { "Policy": policy.to_string() } })
    };
    lab.emulator.answers_json("GetQueueAttributes", policy("Allow"));
    let input = r#"{"QueueUrl":"http://h/278805249149/jobs"}"#;
    let send = || user.json(lab.gate.url(), "sqs", "AmazonSQS.SendMessage", input).send();
    send().await.allowed();
    lab.emulator.holds_back("TagQueue");
    let write = tokio::spawn({
        let lab = Arc::clone(&lab);
        async move {
            let root = lab.as_root();
            root.json(lab.gate.url(), "sqs", "AmazonSQS.TagQueue", input).send().await
        }
    });
    lab.emulator.is_waited_for().await;
    send().await.allowed();
    lab.emulator.answers_json("GetQueueAttributes", policy("Deny"));
    lab.emulator.answers_at_last();
    write.await.unwrap().allowed();
    assert_eq!(send().await.status, 403);
}

#[tokio::test]
async fn an_emulator_that_failed_may_be_another_one() {
    let lab = Lab::impatient().await;
    let user = lab.key_of("ec2-user").await;
    lab.query(&user, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.fails(Some(Fault::Silence));
    assert_eq!(lab.query(&user, "ec2", DESCRIBE).send().await.status, 503);
    lab.emulator.fails(None);
    lab.emulator.holds(details(&[], &[], &[]));
    lab.query(&user, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", UNKNOWN);
}

#[tokio::test]
async fn a_role_that_is_made_again_gives_old_sessions_nothing() {
    let lab = Lab::start().await;
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    lab.query(&session, "ec2", DESCRIBE).send().await.allowed();
    let again = role("google-oidc-role", &trust(), &[("ec2", ALLOW_EC2)])
        .replace("AROAAAAAAAAAAAAAAAAAA", "AROABBBBBBBBBBBBBBBBB");
    lab.emulator.holds(details(&[], &[], &[again]));
    let delete = "Version=2010-05-08&Action=DeleteRole&RoleName=google-oidc-role";
    lab.query(&lab.as_root(), "iam", delete).send().await.allowed();
    lab.query(&session, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", UNKNOWN);
    let answer = lab.query(&session, "sts", IDENTITY).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "InvalidClientTokenId"));
}

#[tokio::test]
async fn a_roles_permissions_boundary_limits() {
    let lab = Lab::start().await;
    let bounded = role("google-oidc-role", &trust(), &[("ec2", ALLOW_EC2)]).replace(
        "<AttachedManagedPolicies/>",
        "<AttachedManagedPolicies/><PermissionsBoundary><PermissionsBoundaryArn>\
         arn:aws:iam::aws:policy/Nothing</PermissionsBoundaryArn></PermissionsBoundary>",
    );
    lab.emulator.holds(details(&[], &[], &[bounded]));
    lab.emulator.answers("GetPolicy", "<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>");
    let document = ALLOW_EC2.replace("ec2:*", "s3:*");
    let version = format!("<PolicyVersion><Document>{document}</Document></PolicyVersion>");
    lab.emulator.answers("GetPolicyVersion", &version);
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    lab.query(&session, "ec2", DESCRIBE).send().await.refused(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: \
         arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not \
         authorized to perform: ec2:DescribeInstances because no permissions boundary allows the \
         ec2:DescribeInstances action",
    );
}
