//! What is beyond the bounds of AWS's models is refused in the service's own sentence, in its own
//! form, and the emulator sees nothing of it. Who lacks the permission is told that alone.

use serde_json::{Value, json};

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// A user who may do everything, and one who may do nothing.
async fn lab_with_two() -> (Lab, Signing, Signing) {
    let lab = Lab::start().await;
    let users = [user("someone", &[("all", ALLOW_ALL)], &[]), user("nobody", &[], &[])];
    lab.emulator.holds(details(&users, &[], &[]));
    let (someone, nobody) = (lab.key_of("someone").await, lab.key_of("nobody").await);
    (lab, someone, nobody)
}

/// Calls beyond their bounds: service, target, input, code, sentence.
#[rustfmt::skip]
fn beyond() -> Vec<(&'static str, &'static str, Value, &'static str, &'static str)> {
    vec![
        ("kms", "TrentService.GenerateRandom", json!({ "NumberOfBytes": 1025 }), "ValidationException",
         "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024"),
        // Told before the key is looked for, which is not there.
        ("kms", "TrentService.GenerateDataKey", json!({ "KeyId": KEY, "NumberOfBytes": 0 }), "ValidationException",
         "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1"),
        ("kms", "TrentService.DescribeKey", json!({}), "ValidationException",
         "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null"),
        ("events", "AWSEvents.DescribeRule", json!({ "Name": "a/b" }), "ValidationException",
         "1 validation error detected: Value 'a/b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"),
        ("logs", "Logs_20140328.DescribeLogStreams", json!({ "logGroupName": "g", "limit": 51 }), "InvalidParameterException",
         "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"),
        ("dynamodb", "DynamoDB_20120810.GetItem", json!({ "TableName": "t", "ReturnConsumedCapacity": "ALL" }), "ValidationException",
         "2 validation errors detected: Value null at 'key' failed to satisfy constraint: Member must not be null; \
          Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"),
        ("kinesis", "Kinesis_20131202.DescribeStream", json!({ "StreamName": "a b" }), "ValidationException",
         "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
        ("secretsmanager", "secretsmanager.GetSecretValue", json!({}), "ValidationException",
         "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null"),
    ]
}

#[tokio::test]
async fn it_is_refused_in_the_services_sentence() {
    let (lab, someone, _) = lab_with_two().await;
    for (service, target, body, code, sentence) in beyond() {
        lab.emulator.forgets();
        let answer = someone.json(lab.gate.url(), service, target, &body.to_string()).send().await;
        answer.refused(400, code, sentence);
        let line = lab.gate.decisions().last().cloned().unwrap();
        assert_eq!(line.code.as_deref(), Some(code), "{target}");
        let operation = target.rsplit('.').next().unwrap();
        assert!(lab.emulator.seen(operation).is_empty(), "{target}");
    }
}

#[tokio::test]
async fn by_a_form_it_is_refused_in_xml() {
    let (lab, someone, _) = lab_with_two().await;
    let set = |value: &str| {
        format!(
            "Action=SetAlarmState&Version=2010-08-01&AlarmName=a&StateReason=r&StateValue={value}"
        )
    };
    let answer = lab.query(&someone, "monitoring", &set("INVALID")).send().await;
    answer.refused(
        400,
        "ValidationError",
        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy \
         constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    );
    assert!(lab.emulator.seen("SetAlarmState").is_empty());
    lab.query(&someone, "monitoring", &set("ALARM")).send().await.allowed();
    assert_eq!(lab.emulator.seen("SetAlarmState").len(), 1);
}

#[tokio::test]
async fn who_may_not_is_told_that_alone() {
    let (lab, _, nobody) = lab_with_two().await;
    for (service, target, body) in [
        ("logs", "Logs_20140328.DescribeLogStreams", json!({ "logGroupName": "g", "limit": 51 })),
        (
            "dynamodb",
            "DynamoDB_20120810.GetItem",
            json!({ "TableName": "t", "ReturnConsumedCapacity": "ALL" }),
        ),
    ] {
        let answer = nobody.json(lab.gate.url(), service, target, &body.to_string()).send().await;
        let said: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(said["__type"], "AccessDeniedException", "{target}: {}", answer.body);
        let message = said["message"].as_str().unwrap();
        assert!(message.contains("is not authorized to perform"), "{target}: {message}");
        assert!(!message.contains("failed to satisfy"), "{target}: {message}");
    }
}

#[tokio::test]
async fn at_its_bounds_it_goes_on() {
    let (lab, ..) = lab_with_two().await;
    for (service, target, body) in [
        ("logs", "Logs_20140328.DescribeLogStreams", json!({ "logGroupName": "g", "limit": 50 })),
        ("events", "AWSEvents.DescribeRule", json!({ "Name": "a.b" })),
        // Of which nothing is on record.
        ("events", "AWSEvents.PutRule", json!({ "Name": "r", "State": "INVALID" })),
    ] {
        let operation = target.rsplit('.').next().unwrap();
        lab.emulator.answers_json(operation, json!({}));
        let root = lab.as_root();
        root.json(lab.gate.url(), service, target, &body.to_string()).send().await.allowed();
        assert_eq!(lab.emulator.seen(operation).len(), 1, "{target}");
    }
}
