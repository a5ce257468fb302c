//! Keys of KMS: what is said of one that the caller does not name, or that is another account's,
//! and policies that would lock out who writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{KEY, SOMEONE, hold, lab_with, policy};
use crate::client::{Answer, Signing};
use crate::lab::{ALLOW_ALL, Lab};

const DARK: &str = "because the resource does not exist in this Region, no resource-based policies \
                    allow access, or a resource-based policy explicitly denies access";
const ROOT: &str = "arn:aws:iam::278805249149:root";
const LOCKED_OUT: &str =
    "The new key policy will not allow you to update the key policy in the future.";

async fn kms(lab: &Lab, who: &Signing, operation: &str, input: Value) -> Answer {
    let target = format!("TrentService.{operation}");
    who.json(lab.gate.url(), "kms", &target, &input.to_string()).send().await
}

/// As emulators make them: the key's id stands before what is encrypted.
fn ciphertext() -> String {
    STANDARD.encode(b"1234abcd-12ab-34cd-56ef-1234567890ab and what is encrypted")
}

#[tokio::test]
async fn a_ciphertexts_key_is_not_told() {
    let on = format!(
        "User: {SOMEONE} is not authorized to perform: kms:Decrypt on the resource associated \
         with this ciphertext"
    );
    let of_account = policy("Allow", json!({ "AWS": ROOT }), "kms:*");
    let denied = policy("Deny", json!({ "AWS": SOMEONE }), "kms:Decrypt");
    let no_decrypt = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}]}"#;
    for (own, of_key, because) in [
        (None, &of_account, DARK),
        (Some(ALLOW_ALL), &policy("Allow", json!({ "AWS": ROOT }), "kms:Encrypt"), DARK),
        (Some(ALLOW_ALL), &denied, DARK),
        (Some(no_decrypt), &of_account, "with an explicit deny in an identity-based policy"),
    ] {
        let own: Vec<_> = own.into_iter().map(|text| ("own", text)).collect();
        let (lab, someone) = lab_with(&own).await;
        hold(&lab, of_key);
        let input = json!({ "CiphertextBlob": ciphertext() });
        let sentence = format!("{on} {because}");
        kms(&lab, &someone, "Decrypt", input).await.refused(
            400,
            "AccessDeniedException",
            &sentence,
        );
        // Who names the key is told of it.
        let named = json!({ "CiphertextBlob": ciphertext(), "KeyId": KEY });
        let answer = kms(&lab, &someone, "Decrypt", named).await;
        assert!(
            answer.body.contains(&format!("kms:Decrypt on resource: {KEY} ")),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn of_another_accounts_key_nothing_is_told() {
    const OTHER: &str = "111122223333";
    let (lab, someone) = lab_with(&[("own", ALLOW_ALL)]).await;
    lab.gate.open_account(&OTHER.parse().unwrap()).unwrap();
    let key = KEY.replace("278805249149", OTHER);
    lab.emulator.answers_json("DescribeKey", json!({ "KeyMetadata": { "Arn": key } }));
    let its_root = format!("arn:aws:iam::{OTHER}:root");
    lab.emulator.answers_json(
        "GetKeyPolicy",
        json!({ "Policy": policy("Allow", json!({ "AWS": its_root }), "kms:*") }),
    );
    let answer =
        kms(&lab, &someone, "GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" }));
    answer.await.refused(
        400,
        "AccessDeniedException",
        &format!(
            "User: {SOMEONE} is not authorized to perform: kms:GenerateDataKey on resource: {key} \
             {DARK}"
        ),
    );
}

#[tokio::test]
async fn a_policy_that_locks_its_writer_out_is_refused() {
    let (lab, someone) = lab_with(&[("own", ALLOW_ALL)]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": ROOT }), "kms:*"));
    lab.emulator.answers_json("CreateKey", json!({ "KeyMetadata": { "Arn": KEY } }));
    lab.emulator.answers_json("PutKeyPolicy", json!({}));
    let root = lab.as_root();
    for (who, principal, action, is_taken) in [
        (&someone, json!({ "AWS": ROOT }), "kms:*", true),
        (&someone, json!({ "AWS": SOMEONE }), "kms:PutKeyPolicy", true),
        (&someone, json!({ "AWS": SOMEONE }), "kms:Encrypt", false),
        (&someone, json!({ "Service": "logs.amazonaws.com" }), "kms:*", false),
        (&root, json!({ "AWS": ROOT }), "kms:*", true),
        (&root, json!({ "AWS": SOMEONE }), "kms:*", false),
    ] {
        let text = policy("Allow", principal, action);
        for (operation, mut input) in [
            ("CreateKey", json!({ "Policy": text })),
            ("PutKeyPolicy", json!({ "KeyId": KEY, "Policy": text })),
        ] {
            lab.emulator.forgets();
            let answer = kms(&lab, who, operation, input.clone()).await;
            match is_taken {
                true => _ = answer.allowed(),
                false => answer.refused(400, "MalformedPolicyDocumentException", LOCKED_OUT),
            }
            assert_eq!(lab.emulator.seen(operation).len(), usize::from(is_taken), "{text}");
            input["BypassPolicyLockoutSafetyCheck"] = true.into();
            kms(&lab, who, operation, input).await.allowed();
        }
    }
    // A Deny counts as well, and another key is not this one.
    let denied = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": ROOT }, "Action": "kms:*", "Resource": "*" },
        { "Effect": "Deny", "Principal": "*", "Action": "kms:Put*", "Resource": "*" },
    ]});
    let this_one = |resource: &str| {
        json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Principal": { "AWS": ROOT }, "Action": "kms:*", "Resource": resource },
        ]})
    };
    for (text, is_taken) in [
        (denied, false),
        (this_one(KEY), true),
        (this_one(&KEY.replace("1234abcd", "abcd1234")), false),
    ] {
        let input = json!({ "KeyId": KEY, "Policy": text.to_string() });
        let answer = kms(&lab, &someone, "PutKeyPolicy", input).await;
        match is_taken {
            true => _ = answer.allowed(),
            false => answer.refused(400, "MalformedPolicyDocumentException", LOCKED_OUT),
        }
    }
}
