//! Resources that carry a policy of their own, and resources that are called by a name that
//! is not in their ARN.

mod bearers;
mod behind;
mod federated;
mod keys;
mod several;

use serde_json::{Value, json};

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const SOMEONE: &str = "arn:aws:iam::278805249149:user/someone";
const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:278805249149:jobs";
const TOPIC: &str = "arn:aws:sns:ap-northeast-2:278805249149:news";
const KEY: &str =
    "arn:aws:kms:ap-northeast-2:278805249149:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const SECRET: &str = "arn:aws:secretsmanager:ap-northeast-2:278805249149:secret:db-AbCdEf";
const TABLE: &str = "arn:aws:dynamodb:ap-northeast-2:278805249149:table/orders";

async fn lab_with(policies: &[(&str, &str)]) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", policies, &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn policy(effect: &str, principal: Value, action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": effect, "Principal": principal, "Action": action, "Resource": "*" },
    ]})
    .to_string()
}

/// What the emulator holds of each kind, under this policy; a key without a policy cannot be.
fn hold(lab: &Lab, policy: &str) {
    let emulator = &lab.emulator;
    emulator.answers_json("GetQueueAttributes", json!({ "Attributes": { "Policy": policy } }));
    let escaped = policy.replace('&', "&amp;");
    emulator.answers(
        "GetTopicAttributes",
        &format!(
            "<Attributes><entry><key>Policy</key><value>{escaped}</value></entry></Attributes>"
        ),
    );
    emulator.answers_json("DescribeKey", json!({ "KeyMetadata": { "Arn": KEY } }));
    emulator.answers_json("GetKeyPolicy", json!({ "Policy": policy }));
    emulator.answers_json("DescribeSecret", json!({ "ARN": SECRET }));
    emulator
        .answers_json("GetResourcePolicy", json!({ "ResourcePolicy": policy, "Policy": policy }));
    let logs = json!({ "resourcePolicies": [{ "policyName": "p", "policyDocument": policy }] });
    emulator.answers_json("DescribeResourcePolicies", logs);
}

/// One call on each kind of resource.
struct Use {
    service: &'static str,
    operation: &'static str,
    /// As the denial spells it.
    action: &'static str,
    resource: &'static str,
    target: &'static str,
    input: Value,
}

impl Use {
    /// Status and code of a denial: SQS keeps those of its Query protocol.
    fn denied(&self) -> (u16, &'static str) {
        match self.service {
            "sqs" => (403, "AccessDenied"),
            _ => (400, "AccessDeniedException"),
        }
    }

    /// Asserts that it is denied with this sentence.
    #[track_caller]
    fn refused(&self, answer: &Answer, sentence: &str) {
        let (status, code) = self.denied();
        answer.refused(status, code, sentence);
        // The header that clients of SQS go by.
        let of_query =
            answer.headers.get("x-amzn-query-error").map(|value| value.to_str().unwrap());
        assert_eq!(of_query, (self.service == "sqs").then_some("AccessDenied;Sender"));
    }
}

fn uses() -> Vec<Use> {
    let of = |service, operation, action, resource, target, input| Use {
        service,
        operation,
        action,
        resource,
        target,
        input,
    };
    let url = "http://sqs.ap-northeast-2.localhost.localstack.cloud:4566/278805249149/jobs";
    vec![
        of("sqs", "SendMessage", "sqs:sendmessage", QUEUE, "AmazonSQS", json!({ "QueueUrl": url })),
        of(
            "kms",
            "Encrypt",
            "kms:Encrypt",
            KEY,
            "TrentService",
            json!({ "KeyId": "alias/it", "Plaintext": "AAAA" }),
        ),
        of(
            "secretsmanager",
            "GetSecretValue",
            "secretsmanager:GetSecretValue",
            SECRET,
            "secretsmanager",
            json!({ "SecretId": "db" }),
        ),
        of(
            "dynamodb",
            "GetItem",
            "dynamodb:GetItem",
            TABLE,
            "DynamoDB_20120810",
            json!({ "TableName": "orders", "Key": {} }),
        ),
        of(
            "logs",
            "DeleteLogGroup",
            "logs:DeleteLogGroup",
            "arn:aws:logs:ap-northeast-2:278805249149:log-group:g:*",
            "Logs_20140328",
            json!({ "logGroupName": "g" }),
        ),
    ]
}

async fn send(lab: &Lab, signing: &Signing, it: &Use) -> Answer {
    let target = format!("{}.{}", it.target, it.operation);
    signing.json(lab.gate.url(), it.service, &target, &it.input.to_string()).send().await
}

async fn publish(lab: &Lab, signing: &Signing, topic: &str) -> Answer {
    let call = format!("Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=m");
    lab.query(signing, "sns", &call).send().await
}

fn denial(it: &Use, because: &str) -> String {
    let Use { action, resource, .. } = it;
    format!(
        "User: {SOMEONE} is not authorized to perform: {action} on resource: {resource} {because}"
    )
}

#[tokio::test]
async fn either_policy_suffices_within_an_account() {
    let (lab, someone) = lab_with(&[]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    for it in uses() {
        send(&lab, &someone, &it).await.allowed();
    }
    publish(&lab, &someone, TOPIC).await.allowed();
}

#[tokio::test]
async fn a_policy_for_somebody_else_does_not_allow() {
    let (lab, someone) = lab_with(&[]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": SOMEONE.replace("someone", "else") }), "*"));
    for it in uses() {
        let kind = if it.service == "kms" { "resource" } else { "identity" };
        let because = format!("because no {kind}-based policy allows the {} action", it.action);
        it.refused(&send(&lab, &someone, &it).await, &denial(&it, &because));
        assert!(lab.emulator.seen(it.operation).is_empty());
    }
    publish(&lab, &someone, TOPIC).await.refused(
        403,
        "AuthorizationError",
        &format!(
            "User: {SOMEONE} is not authorized to perform: SNS:Publish on resource: {TOPIC} \
             because no identity-based policy allows the SNS:Publish action"
        ),
    );
}

#[tokio::test]
async fn a_deny_outweighs_everything_also_for_the_administrator() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    hold(&lab, &policy("Deny", json!("*"), "*"));
    for it in uses() {
        let because = "with an explicit deny in a resource-based policy";
        it.refused(&send(&lab, &someone, &it).await, &denial(&it, because));
        assert_eq!(send(&lab, &lab.as_root(), &it).await.status, it.denied().0);
        assert!(lab.emulator.seen(it.operation).is_empty());
    }
    assert_eq!(publish(&lab, &someone, TOPIC).await.status, 403);
    assert_eq!(publish(&lab, &lab.as_root(), TOPIC).await.status, 403);
}

#[tokio::test]
async fn a_key_is_for_whom_its_own_policy_allows_alone() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let it = &uses()[1];
    let refused = "because no resource-based policy allows the kms:Encrypt action";
    hold(&lab, &policy("Allow", json!({ "AWS": SOMEONE }), "kms:Decrypt"));
    send(&lab, &someone, it).await.refused(400, "AccessDeniedException", &denial(it, refused));
    let root = "arn:aws:iam::278805249149:root";
    hold(&lab, &policy("Allow", json!({ "AWS": root }), "kms:*"));
    lab.forgets().await;
    send(&lab, &someone, it).await.allowed();
    let (lab, nobody) = lab_with(&[]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": root }), "kms:*"));
    let refused = "because no identity-based policy allows the kms:Encrypt action";
    send(&lab, &nobody, it).await.refused(400, "AccessDeniedException", &denial(it, refused));
}

#[tokio::test]
async fn what_is_written_counts_at_once_and_what_is_not_is_kept() {
    let (lab, someone) = lab_with(&[]).await;
    let it = &uses()[0];
    for _ in 0..3 {
        assert_eq!(send(&lab, &someone, it).await.status, 403);
    }
    assert_eq!(lab.emulator.seen("GetQueueAttributes").len(), 1);
    hold(&lab, &policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    assert_eq!(send(&lab, &someone, it).await.status, 403);
    lab.forgets().await;
    send(&lab, &someone, it).await.allowed();
    send(&lab, &someone, it).await.allowed();
    assert_eq!(lab.emulator.seen("GetQueueAttributes").len(), 2);
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_or_understood_denies() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    hold(&lab, "{\"Version\":");
    for it in uses() {
        let answer = send(&lab, &someone, &it).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let (status, code) = it.denied();
        assert_eq!((answer.status, &body["__type"]), (status, &json!(code)));
        let message = body["message"].as_str().unwrap();
        assert!(message.contains("cannot be understood") || message.contains("cannot be read"));
    }
    for operation in [
        "GetQueueAttributes",
        "GetTopicAttributes",
        "DescribeKey",
        "DescribeSecret",
        "GetResourcePolicy",
        "DescribeResourcePolicies",
    ] {
        lab.emulator.refuses(operation, 500, "{\"__type\":\"InternalError\"}");
    }
    lab.forgets().await;
    for it in uses() {
        let answer = send(&lab, &someone, &it).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let message = body["message"].as_str().unwrap();
        assert!(message.contains("cannot be read, and it might deny"), "{message}");
        assert!(lab.emulator.seen(it.operation).is_empty());
    }
    assert_eq!(publish(&lab, &someone, TOPIC).await.status, 403);
}

#[tokio::test]
async fn across_accounts_both_must_allow() {
    let foreign = TOPIC.replace("278805249149", "111122223333");
    let sentence = |because: &str| {
        format!(
            "User: {SOMEONE} is not authorized to perform: SNS:Publish on resource: {foreign} \
             because no {because}-based policy allows the SNS:Publish action"
        )
    };
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": "111122223333" }), "*"));
    let answer = publish(&lab, &someone, &foreign).await;
    answer.refused(403, "AuthorizationError", &sentence("resource"));
    // Asked as the topic's owner, since nobody else is told.
    let asked = &lab.emulator.seen("GetTopicAttributes")[0];
    assert!(asked.authorization.contains("Credential=111122223333/"));
    hold(&lab, &policy("Allow", json!({ "AWS": "278805249149" }), "sns:Publish"));
    lab.forgets().await;
    publish(&lab, &someone, &foreign).await.allowed();
    let (lab, nobody) = lab_with(&[]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": SOMEONE }), "sns:Publish"));
    let answer = publish(&lab, &nobody, &foreign).await;
    answer.refused(403, "AuthorizationError", &sentence("identity"));
}

#[tokio::test]
async fn a_queue_is_where_the_call_is_or_nowhere() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    send(&lab, &someone, &uses()[0]).await.allowed();
    let forwarded: Value = serde_json::from_str(&lab.emulator.seen("SendMessage")[0].body).unwrap();
    assert_eq!(forwarded["QueueUrl"], "http://sqs.ap-northeast-2.amazonaws.com/278805249149/jobs");
    let elsewhere = "http://sqs.eu-west-1.localhost.localstack.cloud:4566/278805249149/jobs";
    let it = Use { input: json!({ "QueueUrl": elsewhere }), ..uses().remove(0) };
    send(&lab, &someone, &it).await.refused(
        404,
        "InvalidAddress",
        &format!("The address {elsewhere} is not valid for this endpoint."),
    );
    assert_eq!(lab.emulator.seen("SendMessage").len(), 1);
}

#[tokio::test]
async fn a_secret_is_told_by_its_name() {
    let read = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:db-??????",
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
    let (lab, someone) = lab_with(&[("read", read)]).await;
    let it = &uses()[2];
    for (team, allowed) in [("b", false), ("a", true)] {
        let secret = json!({ "ARN": SECRET, "Tags": [{ "Key": "team", "Value": team }] });
        lab.emulator.answers_json("DescribeSecret", secret);
        lab.forgets().await;
        assert_eq!(send(&lab, &someone, it).await.status == 200, allowed, "{team}");
    }
    let absent = r#"{"__type":"ResourceNotFoundException","message":"m"}"#;
    lab.emulator.refuses("DescribeSecret", 400, absent);
    lab.forgets().await;
    let because =
        "because no identity-based policy allows the secretsmanager:GetSecretValue action";
    let sentence = denial(it, because).replace(SECRET, "db");
    send(&lab, &someone, it).await.refused(400, "AccessDeniedException", &sentence);
}

#[tokio::test]
async fn malformed_resource_policies_are_refused() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    for (service, target, input, code) in [
        (
            "sqs",
            "AmazonSQS.SetQueueAttributes",
            json!({ "QueueUrl": "http://h/278805249149/q", "Attributes": { "Policy": "{" } }),
            "InvalidAttributeValue",
        ),
        (
            "sqs",
            "AmazonSQS.CreateQueue",
            json!({ "QueueName": "q", "Attributes": { "Policy": ALLOW_ALL } }),
            "InvalidAttributeValue",
        ),
        (
            "kms",
            "TrentService.CreateKey",
            json!({ "Policy": "{}" }),
            "MalformedPolicyDocumentException",
        ),
        (
            "secretsmanager",
            "secretsmanager.PutResourcePolicy",
            json!({ "SecretId": "db", "ResourcePolicy": "[]" }),
            "MalformedPolicyDocumentException",
        ),
        (
            "logs",
            "Logs_20140328.PutResourcePolicy",
            json!({ "policyName": "p", "policyDocument": "x" }),
            "InvalidParameterException",
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.PutResourcePolicy",
            json!({ "ResourceArn": TABLE, "Policy": "x" }),
            "ValidationException",
        ),
    ] {
        lab.emulator.answers_json("DescribeSecret", json!({ "ARN": SECRET }));
        let answer = root.json(lab.gate.url(), service, target, &input.to_string()).send().await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &body["__type"]), (400, &json!(code)), "{target}");
        let (_, operation) = target.rsplit_once('.').unwrap();
        assert!(lab.emulator.seen(operation).is_empty(), "{target}");
    }
    let call =
        format!("Action=SetTopicAttributes&TopicArn={TOPIC}&AttributeName=Policy&AttributeValue=x");
    let answer = lab.query(&root, "sns", &call).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (400, "InvalidParameter"));
    assert!(lab.emulator.seen("SetTopicAttributes").is_empty());
}
