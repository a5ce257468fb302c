//! Calls that need more than the permission of their own name, and encryption contexts that stand
//! under other names than `EncryptionContext`.

use serde_json::{Value, json};

use super::{KEY, hold, lab_with, policy};
use crate::client::{Answer, Signing};
use crate::lab::Lab;

const ROOT: &str = "arn:aws:iam::278805249149:root";

async fn call(lab: &Lab, who: &Signing, operation: &str, input: Value) -> Answer {
    let (service, target) = match operation {
        "ValidateResourcePolicy" => ("secretsmanager", "secretsmanager"),
        _ => ("kms", "TrentService"),
    };
    let target = format!("{target}.{operation}");
    who.json(lab.gate.url(), service, &target, &input.to_string()).send().await
}

/// What somebody with these permissions, and a Deny on these, is answered.
async fn answered(allowed: &[&str], denied: &Value, operation: &str, input: &Value) -> (u16, Lab) {
    let mut statements = vec![json!({ "Effect": "Allow", "Action": allowed, "Resource": "*" })];
    if !denied.is_null() {
        statements.push(denied.clone());
    }
    let own = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let (lab, someone) = lab_with(&[("own", &own)]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": ROOT }), "kms:*"));
    let status = call(&lab, &someone, operation, input.clone()).await.status;
    (status, lab)
}

#[tokio::test]
async fn every_permission_that_is_required_is_asked_for() {
    let replicate = json!({ "KeyId": KEY, "ReplicaRegion": "eu-west-1" });
    let validate = json!({ "SecretId": "db", "ResourcePolicy": "{}" });
    for (operation, input, permissions) in [
        ("ReplicateKey", &replicate, ["kms:ReplicateKey", "kms:CreateKey"]),
        (
            "ValidateResourcePolicy",
            &validate,
            ["secretsmanager:ValidateResourcePolicy", "secretsmanager:PutResourcePolicy"],
        ),
    ] {
        for alone in permissions {
            let (status, lab) = answered(&[alone], &Value::Null, operation, input).await;
            assert_eq!(status, 400, "{alone}");
            assert!(lab.emulator.seen(operation).is_empty(), "{alone}");
        }
        let (status, lab) = answered(&permissions, &Value::Null, operation, input).await;
        assert_eq!((status, lab.emulator.seen(operation).len()), (200, 1), "{operation}");
    }
    // The replica is made where it is to be.
    let elsewhere = json!({ "Effect": "Deny", "Action": "kms:CreateKey", "Resource": "*",
        "Condition": { "StringEquals": { "aws:RequestedRegion": "eu-west-1" } } });
    let (status, _) = answered(&["kms:*"], &elsewhere, "ReplicateKey", &replicate).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn an_encryption_context_is_a_key_whatever_its_member_is_called() {
    // Of the key `1234abcd-12ab-34cd-56ef-1234567890ab`.
    let blob = "MTIzNGFiY2QtMTJhYi0zNGNkLTU2ZWYtMTIzNDU2Nzg5MGFiAAAA";
    let reencrypt = |source: &str, destination: &str| {
        json!({ "CiphertextBlob": blob, "DestinationKeyId": KEY,
            "SourceEncryptionContext": { "of": source },
            "DestinationEncryptionContext": { "of": destination } })
    };
    let grant = |constraint: &str, of: &str| {
        json!({ "KeyId": KEY, "GranteePrincipal": ROOT, "Operations": ["Decrypt"],
            "Constraints": { constraint: { "of": of } } })
    };
    for (denied, operation, input, status) in [
        ("kms:ReEncryptFrom", "ReEncrypt", reencrypt("secret", "x"), 400),
        ("kms:ReEncryptFrom", "ReEncrypt", reencrypt("x", "secret"), 200),
        ("kms:ReEncryptTo", "ReEncrypt", reencrypt("x", "secret"), 400),
        ("kms:ReEncryptTo", "ReEncrypt", reencrypt("secret", "x"), 200),
        ("kms:CreateGrant", "CreateGrant", grant("EncryptionContextEquals", "secret"), 400),
        ("kms:CreateGrant", "CreateGrant", grant("EncryptionContextSubset", "secret"), 400),
        ("kms:CreateGrant", "CreateGrant", grant("EncryptionContextSubset", "x"), 200),
    ] {
        let deny = json!({ "Effect": "Deny", "Action": denied, "Resource": "*",
            "Condition": { "StringEquals": { "kms:EncryptionContext:of": "secret" } } });
        let (found, _) = answered(&["kms:*"], &deny, operation, &input).await;
        assert_eq!(found, status, "{denied} {input}");
        let keys = json!({ "Effect": "Deny", "Action": denied, "Resource": "*",
            "Condition": { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "of" } } });
        let (found, _) = answered(&["kms:*"], &keys, operation, &input).await;
        assert_eq!(found, 400, "{denied} {input}");
    }
}
