//! Resources behind others: keys behind ciphertexts, secrets behind parameters.

use serde_json::{Value, json};

use crate::client::Signing;
use crate::lab::ALLOW_ALL;

use super::{KEY, SECRET, SOMEONE, hold, lab_with, policy};

#[tokio::test]
async fn what_a_ciphertext_was_made_with_is_told() {
    let root = "arn:aws:iam::278805249149:root";
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": root }), "kms:ReEncrypt*"));
    let decrypt = |blob: &str| {
        let input = json!({ "CiphertextBlob": blob }).to_string();
        someone.json(lab.gate.url(), "kms", "TrentService.Decrypt", &input).send()
    };
    // `1234abcd-12ab-34cd-56ef-1234567890ab` and what follows.
    let blob = "MTIzNGFiY2QtMTJhYi0zNGNkLTU2ZWYtMTIzNDU2Nzg5MGFiAAAA";
    let answer = decrypt(blob).await;
    assert!(answer.body.contains("associated with this ciphertext"), "{}", answer.body);
    let asked: Value = serde_json::from_str(&lab.emulator.seen("DescribeKey")[0].body).unwrap();
    assert_eq!(asked["KeyId"], "1234abcd-12ab-34cd-56ef-1234567890ab");
    hold(&lab, &policy("Allow", json!({ "AWS": root }), "kms:Decrypt"));
    lab.forgets().await;
    decrypt(blob).await.allowed();
    for blob in ["", "AA==", "not base64", "Li4vLi4vLi4vLi4vLi4vLi4vLi4vLi4vLi4vLi4vLi4vLi4v"] {
        assert_eq!(decrypt(blob).await.status, 400, "{blob}");
    }
    assert_eq!(lab.emulator.seen("Decrypt").len(), 1);
}

#[tokio::test]
async fn a_ciphertext_is_of_the_key_that_is_named() {
    let root = "arn:aws:iam::278805249149:root";
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    hold(&lab, &policy("Allow", json!({ "AWS": root }), "kms:*"));
    let own = KEY.replace("1234abcd", "00000000");
    for name in [own.as_str(), "alias/own", "00000000-12ab-34cd-56ef-1234567890ab"] {
        let answer = json!({ "KeyMetadata": { "Arn": own } }).to_string();
        let about = format!("\"KeyId\":\"{name}\"");
        lab.emulator.answers_about("DescribeKey", &about, &answer);
    }
    // Of the key `1234abcd-12ab-34cd-56ef-1234567890ab`.
    let blob = "MTIzNGFiY2QtMTJhYi0zNGNkLTU2ZWYtMTIzNDU2Nzg5MGFiAAAA";
    let send = |operation: &str, parameter: &str, name: &str| {
        let mut input = json!({ "CiphertextBlob": blob });
        input[parameter] = name.into();
        if operation == "ReEncrypt" {
            input["DestinationKeyId"] = own.clone().into();
        }
        let target = format!("TrentService.{operation}");
        someone.json(lab.gate.url(), "kms", &target, &input.to_string()).send()
    };
    for (operation, parameter) in [("Decrypt", "KeyId"), ("ReEncrypt", "SourceKeyId")] {
        for name in [own.as_str(), "alias/own", "00000000-12ab-34cd-56ef-1234567890ab"] {
            send(operation, parameter, name).await.refused(
                400,
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this \
                 operation.",
            );
        }
        assert!(lab.emulator.seen(operation).is_empty());
        send(operation, parameter, "alias/right").await.allowed();
    }
}

// Long: a table of cases, and what the emulator holds for them.
#[tokio::test]
async fn a_secret_behind_a_parameter_is_a_secret() {
    let parameters = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ssm:*", "Resource": "*" },
    ]});
    let denied = format!(
        "User: {SOMEONE} is not authorized to perform: secretsmanager:GetSecretValue on resource: \
         {SECRET} because no identity-based policy allows the secretsmanager:GetSecretValue action"
    );
    let (lab, someone) = lab_with(&[("ssm", &parameters.to_string())]).await;
    lab.emulator.answers_json("DescribeSecret", json!({ "ARN": SECRET }));
    let send = |signing: &Signing, operation: &str, input: Value| {
        let target = format!("AmazonSSM.{operation}");
        signing.json(lab.gate.url(), "ssm", &target, &input.to_string()).send()
    };
    let arn = "arn:aws:ssm:ap-northeast-2:278805249149:parameter/aws/reference/secretsmanager/db";
    for name in [
        "/aws/reference/secretsmanager/db",
        "aws/reference/secretsmanager/db",
        "/aws/reference/secretsmanager/db:AWSPREVIOUS",
        arn,
    ] {
        for (operation, input) in [
            ("GetParameter", json!({ "Name": name })),
            ("GetParameters", json!({ "Names": ["/public", name] })),
        ] {
            let answer = send(&someone, operation, input.clone()).await;
            answer.refused(400, "AccessDeniedException", &denied);
        }
    }
    // In operations that take no reference, and of secrets that cannot be told.
    for (operation, input) in [
        ("GetParameterHistory", json!({ "Name": "/aws/reference/secretsmanager/db" })),
        ("GetParametersByPath", json!({ "Path": "/aws/reference/secretsmanager" })),
        ("PutParameter", json!({ "Name": "/aws/reference/secretsmanager/db" })),
    ] {
        let answer = send(&someone, operation, input).await;
        let message = format!(
            "the gate does not know which permissions `ssm:{operation}` needs, so it cannot allow \
             it"
        );
        answer.refused(400, "AccessDeniedException", &message);
    }
    for name in [
        "//aws//reference/secretsmanager/db",
        "/aws/reference/secretsmanager//db",
        "/aws/reference/secretsmanager/",
        &format!("/aws/reference/secretsmanager/{SECRET}"),
    ] {
        let answer = send(&someone, "GetParameter", json!({ "Name": name })).await;
        answer.refused(
            400,
            "ValidationException",
            "Invalid parameter name. Please use correct syntax for referencing a version/label \
             <name>:<version/label>",
        );
    }
    assert!(lab.emulator.seen("GetParameter").is_empty());
    send(&someone, "GetParameter", json!({ "Name": "/aws/reference" })).await.allowed();
    let both = format!(
        "{}",
        json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["ssm:*", "secretsmanager:*"], "Resource": "*" },
        ]})
    );
    let (lab, someone) = lab_with(&[("both", &both)]).await;
    lab.emulator.answers_json("DescribeSecret", json!({ "ARN": SECRET }));
    let input = r#"{"Name":"/aws/reference/secretsmanager/db"}"#;
    let get = someone.json(lab.gate.url(), "ssm", "AmazonSSM.GetParameter", input);
    get.send().await.allowed();
}
