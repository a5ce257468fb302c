//! Policies mean the users and roles who bore the names in them when they were written.

use serde_json::{Value, json};

use super::{KEY, SOMEONE, TABLE, TOPIC, Use, hold, policy, send, uses};
use crate::client::{Answer, Signing};
use crate::emulator::{details, role, user};
use crate::lab::Lab;

/// A user called `someone` of this id, or by another name.
fn bearing(lab: &Lab, name: &str, id: &str) {
    let user = user(name, &[], &[]).replace(&format!("id-of-{name}"), id);
    lab.emulator.holds(details(&[user], &[], &[]));
}

async fn first(lab: &Lab) -> Signing {
    bearing(lab, "someone", "first");
    lab.key_of("someone").await
}

/// Somebody else who bears the name after the first one.
async fn second(lab: &Lab) -> Signing {
    bearing(lab, "someone", "second");
    lab.forgets().await;
    lab.key_of("someone").await
}

/// The call that writes a policy for what `it` uses.
fn writing(it: &Use, policy: &str) -> (&'static str, Value) {
    match it.service {
        "sqs" => {
            let attributes = json!({ "Policy": policy });
            let input = json!({ "QueueUrl": it.input["QueueUrl"], "Attributes": attributes });
            ("SetQueueAttributes", input)
        }
        "kms" => (
            "PutKeyPolicy",
            json!({ "KeyId": "alias/it", "PolicyName": "default", "Policy": policy,
                "BypassPolicyLockoutSafetyCheck": true }),
        ),
        "secretsmanager" => {
            ("PutResourcePolicy", json!({ "SecretId": "db", "ResourcePolicy": policy }))
        }
        "dynamodb" => ("PutResourcePolicy", json!({ "ResourceArn": TABLE, "Policy": policy })),
        _ => ("PutResourcePolicy", json!({ "policyName": "p", "policyDocument": policy })),
    }
}

async fn write(lab: &Lab, it: &Use, policy: &str) -> Answer {
    let (operation, input) = writing(it, policy);
    let target = format!("{}.{operation}", it.target);
    lab.as_root().json(lab.gate.url(), it.service, &target, &input.to_string()).send().await
}

async fn write_topic(lab: &Lab, policy: &str) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "SetTopicAttributes")
        .append_pair("TopicArn", TOPIC)
        .append_pair("AttributeName", "Policy")
        .append_pair("AttributeValue", policy)
        .finish();
    lab.query(&lab.as_root(), "sns", &form).send().await
}

async fn write_bucket(lab: &Lab, policy: &str) -> Answer {
    lab.as_root().s3(lab.gate.url(), "PUT", "/bucket?policy", &[], policy).send().await
}

async fn read_object(lab: &Lab, signing: &Signing) -> u16 {
    signing.s3(lab.gate.url(), "GET", "/bucket/key", &[], "").send().await.status
}

async fn publish(lab: &Lab, signing: &Signing) -> u16 {
    super::publish(lab, signing, TOPIC).await.status
}

#[tokio::test]
async fn a_name_that_another_bears_now_grants_nothing() {
    // Keys are not even the administrator's but by their policies.
    let allow = policy("Allow", json!({ "AWS": [SOMEONE, "278805249149"] }), "*");
    for it in uses() {
        let lab = Lab::start().await;
        let one = first(&lab).await;
        hold(&lab, &allow);
        write(&lab, &it, &allow).await.allowed();
        send(&lab, &one, &it).await.allowed();
        let other = second(&lab).await;
        assert_eq!(send(&lab, &other, &it).await.status, it.denied().0, "{}", it.service);
        // It is the second one's from when it is written anew. The account's policies for log
        // groups are one: whom another of them named stays.
        write(&lab, &it, &allow).await.allowed();
        let status = if it.service == "logs" { 400 } else { 200 };
        assert_eq!(send(&lab, &other, &it).await.status, status, "{}", it.service);
    }
}

#[tokio::test]
async fn so_it_is_with_topics_and_buckets() {
    let lab = Lab::start().await;
    let one = first(&lab).await;
    let allow = policy("Allow", json!({ "AWS": SOMEONE }), "*");
    hold(&lab, &allow);
    lab.emulator.refuses("GET /bucket?policy", 200, &allow);
    write_topic(&lab, &allow).await.allowed();
    write_bucket(&lab, &allow).await.allowed();
    assert_eq!((publish(&lab, &one).await, read_object(&lab, &one).await), (200, 200));
    let other = second(&lab).await;
    assert_eq!((publish(&lab, &other).await, read_object(&lab, &other).await), (403, 403));
    write_topic(&lab, &allow).await.allowed();
    assert_eq!((publish(&lab, &other).await, read_object(&lab, &other).await), (200, 403));
    write_bucket(&lab, &allow).await.allowed();
    assert_eq!(read_object(&lab, &other).await, 200);
}

#[tokio::test]
async fn a_permission_that_is_added_brings_nobody_back() {
    let lab = Lab::start().await;
    first(&lab).await;
    let (it, allow) = (uses().remove(0), policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    hold(&lab, &allow);
    write(&lab, &it, &allow).await.allowed();
    let other = second(&lab).await;
    let add = json!({ "QueueUrl": it.input["QueueUrl"], "Label": "l",
        "AWSAccountIds": ["278805249149"], "Actions": ["SendMessage"] });
    let target = "AmazonSQS.AddPermission";
    lab.as_root().json(lab.gate.url(), "sqs", target, &add.to_string()).send().await.allowed();
    assert_eq!(send(&lab, &other, &it).await.status, it.denied().0);
}

#[tokio::test]
async fn what_is_made_again_brings_nobody_back() {
    let lab = Lab::start().await;
    let one = first(&lab).await;
    let (it, allow) = (uses().remove(0), policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    let make = async || {
        let input = json!({ "QueueName": "jobs", "Attributes": { "Policy": allow } }).to_string();
        let target = "AmazonSQS.CreateQueue";
        lab.as_root().json(lab.gate.url(), "sqs", target, &input).send().await.allowed();
    };
    make().await;
    hold(&lab, &allow);
    lab.forgets().await;
    send(&lab, &one, &it).await.allowed();
    let other = second(&lab).await;
    // The queue is there, and nothing of it is changed.
    make().await;
    assert_eq!(send(&lab, &other, &it).await.status, it.denied().0);
    let topic = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "CreateTopic")
        .append_pair("Name", "news")
        .append_pair("Attributes.entry.1.key", "Policy")
        .append_pair("Attributes.entry.1.value", &allow)
        .finish();
    write_topic(&lab, &allow).await.allowed();
    assert_eq!(publish(&lab, &other).await, 200);
    bearing(&lab, "someone", "third");
    lab.forgets().await;
    let last = lab.key_of("someone").await;
    lab.query(&lab.as_root(), "sns", &topic).send().await.allowed();
    assert_eq!(publish(&lab, &last).await, 403);
}

#[tokio::test]
async fn a_policy_that_was_refused_changes_nothing() {
    let lab = Lab::start().await;
    first(&lab).await;
    let (it, allow) = (uses().remove(0), policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    hold(&lab, &allow);
    write(&lab, &it, &allow).await.allowed();
    let other = second(&lab).await;
    lab.emulator.refuses("SetQueueAttributes", 400, r#"{"__type":"OverLimit","message":"m"}"#);
    assert_eq!(write(&lab, &it, &allow).await.status, 400);
    assert_eq!(send(&lab, &other, &it).await.status, it.denied().0);
}

#[tokio::test]
async fn where_nobody_knows_which_policy_was_written_neither_is_the_others() {
    let lab = Lab::start().await;
    first(&lab).await;
    let (it, allow) = (uses().remove(0), policy("Allow", json!({ "AWS": SOMEONE }), "*"));
    hold(&lab, &allow);
    write(&lab, &it, &allow).await.allowed();
    let other = second(&lab).await;
    lab.emulator.refuses("SetQueueAttributes", 500, r#"{"__type":"InternalError"}"#);
    write(&lab, &it, &allow).await;
    let answer = send(&lab, &other, &it).await;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with("the gate does not know whether the policy of"), "{message}");
}

#[tokio::test]
async fn a_deny_follows_whom_it_named_by_whatever_name() {
    let lab = Lab::start().await;
    let one = first(&lab).await;
    let it = uses().remove(0);
    let text = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Principal": { "AWS": SOMEONE }, "Action": "*", "Resource": "*" },
    ]})
    .to_string();
    hold(&lab, &text);
    write(&lab, &it, &text).await.allowed();
    assert_eq!(send(&lab, &one, &it).await.status, it.denied().0);
    bearing(&lab, "renamed", "first");
    lab.forgets().await;
    assert_eq!(send(&lab, &one, &it).await.status, it.denied().0);
    // Whoever bears the name now was never meant.
    let other = second(&lab).await;
    send(&lab, &other, &it).await.allowed();
}

#[tokio::test]
async fn who_was_spared_by_name_is_another_now() {
    let lab = Lab::start().await;
    let one = first(&lab).await;
    let it = uses().remove(0);
    let text = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "NotPrincipal": { "AWS": [SOMEONE, "278805249149"] }, "Action": "*",
          "Resource": "*" },
    ]})
    .to_string();
    hold(&lab, &text);
    write(&lab, &it, &text).await.allowed();
    send(&lab, &one, &it).await.allowed();
    let other = second(&lab).await;
    assert_eq!(send(&lab, &other, &it).await.status, it.denied().0);
}

#[tokio::test]
async fn what_is_made_with_a_policy_carries_it_so_too() {
    let allow = policy("Allow", json!({ "AWS": SOMEONE }), "*");
    for (at, operation, input) in [
        (0, "CreateQueue", json!({ "QueueName": "jobs", "Attributes": { "Policy": allow } })),
        (1, "CreateKey", json!({ "Policy": allow, "BypassPolicyLockoutSafetyCheck": true })),
        (
            3,
            "CreateTable",
            json!({ "TableName": "orders", "ResourcePolicy": allow, "KeySchema": [],
                "AttributeDefinitions": [] }),
        ),
    ] {
        let it = uses().remove(at);
        let lab = Lab::start().await;
        let one = first(&lab).await;
        hold(&lab, &allow);
        lab.emulator.answers_json("CreateKey", json!({ "KeyMetadata": { "Arn": KEY } }));
        let target = format!("{}.{operation}", it.target);
        let make = lab.as_root().json(lab.gate.url(), it.service, &target, &input.to_string());
        make.send().await.allowed();
        send(&lab, &one, &it).await.allowed();
        let other = second(&lab).await;
        assert_eq!(send(&lab, &other, &it).await.status, it.denied().0, "{operation}");
    }
}

#[tokio::test]
async fn a_role_trusts_whom_it_named() {
    const ROLE: &str = "arn:aws:iam::278805249149:role/r";
    let lab = Lab::start().await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": SOMEONE }, "Action": "sts:AssumeRole" },
    ]})
    .to_string();
    let holds = |id: &str| {
        let user = user("someone", &[], &[]).replace("id-of-someone", id);
        lab.emulator.holds(details(&[user], &[], &[role("r", &trust, &[])]));
    };
    holds("first");
    let write = async |operation: &str, parameter: &str| {
        let made = "<Role><RoleId>AROAAAAAAAAAAAAAAAAAA</RoleId></Role>";
        lab.emulator.answers("CreateRole", made);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", operation)
            .append_pair("Version", "2010-05-08")
            .append_pair("RoleName", "r")
            .append_pair(parameter, &trust)
            .finish();
        lab.query(&lab.as_root(), "iam", &form).send().await.allowed();
    };
    let assume = async |signing: &Signing| {
        let call =
            format!("Action=AssumeRole&Version=2011-06-15&RoleArn={ROLE}&RoleSessionName=session");
        lab.query(signing, "sts", &call).send().await
    };
    let one = lab.key_of("someone").await;
    write("CreateRole", "AssumeRolePolicyDocument").await;
    assume(&one).await.allowed();
    holds("second");
    lab.forgets().await;
    let other = lab.key_of("someone").await;
    assume(&other).await.refused(
        403,
        "AccessDenied",
        &format!(
            "User: {SOMEONE} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
        ),
    );
    write("UpdateAssumeRolePolicy", "PolicyDocument").await;
    assume(&other).await.allowed();
    holds("third");
    lab.forgets().await;
    let last = lab.key_of("someone").await;
    assert_eq!(assume(&last).await.status, 403);
}

#[tokio::test]
async fn nobody_is_named_who_is_not_there() {
    let lab = Lab::start().await;
    first(&lab).await;
    for gone in [
        SOMEONE.replace("someone", "gone"),
        SOMEONE.replace("user/", "user/path/"),
        SOMEONE.replace("user/", "role/"),
    ] {
        for element in ["Principal", "NotPrincipal"] {
            let text = policy("Deny", json!({ "AWS": [SOMEONE, gone] }), "*");
            let text = text.replace("\"Principal\"", &format!("\"{element}\""));
            hold(&lab, &policy("Allow", json!({ "AWS": "278805249149" }), "*"));
            for it in uses() {
                let code = match it.service {
                    "sqs" => "InvalidAttributeValue",
                    "dynamodb" => "ValidationException",
                    "logs" => "InvalidParameterException",
                    _ => "MalformedPolicyDocumentException",
                };
                let message = match it.service {
                    "sqs" => "Invalid value for the parameter Policy.".to_owned(),
                    "kms" => "Policy contains a statement with one or more invalid principals."
                        .to_owned(),
                    "secretsmanager" => {
                        "This resource policy contains an unsupported principal.".to_owned()
                    }
                    _ => format!("Invalid principal in policy: \"AWS\":\"{gone}\""),
                };
                write(&lab, &it, &text).await.refused(400, code, &message);
                assert!(lab.emulator.seen(writing(&it, &text).0).is_empty(), "{}", it.service);
            }
            let answer = write_topic(&lab, &text).await;
            let message = "Invalid parameter: Policy Error: PrincipalNotFound";
            answer.refused(400, "InvalidParameter", message);
            let answer = write_bucket(&lab, &text).await;
            answer.refused(400, "MalformedPolicy", "Invalid principal in policy");
        }
    }
    assert!(lab.emulator.seen("SetTopicAttributes").is_empty());
    assert!(lab.emulator.seen("PUT /bucket?policy").is_empty());
}

#[tokio::test]
async fn a_value_that_is_called_as_the_policy_is_does_not_hide_it() {
    let lab = Lab::start().await;
    let form = |pairs: &[(&str, &str)]| {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    for pairs in [
        [("Attribute.1.Name", "Policy"), ("Attribute.1.Value", "{}")].as_slice(),
        &[
            ("Attribute.1.Name", "Other"),
            ("Attribute.1.Value", "Policy"),
            ("Attribute.2.Name", "Policy"),
            ("Attribute.2.Value", "{}"),
        ],
    ] {
        let queue = [("Action", "CreateQueue"), ("QueueName", "Policy")];
        let call = form(&[&queue[..], pairs].concat());
        let message = "Invalid value for the parameter Policy.";
        let answer = lab.query(&lab.as_root(), "sqs", &call).send().await;
        answer.refused(400, "InvalidAttributeValue", message);
    }
    assert!(lab.emulator.seen("CreateQueue").is_empty());
}
