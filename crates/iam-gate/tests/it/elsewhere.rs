//! Members that lead to something else than what a table decides on: they need what nobody has
//! written down, so that no policy lets them through.

use serde_json::{Value, json};

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

async fn lab_with_someone() -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn key_sentence(action: &str, service: &str) -> String {
    format!(
        "the gate does not ask KMS for the permissions that what `{action}` encrypts needs later, \
         so it lets nothing be encrypted by a key but AWS's own (`alias/aws/{service}`)"
    )
}

// Long: a table of cases.
#[tokio::test]
async fn nothing_is_encrypted_by_a_key_that_is_not_asked_for() {
    let (lab, someone) = lab_with_someone().await;
    let attributes = |key: &str| json!({ "KmsMasterKeyId": key });
    let calls = |key: &str| {
        [
            (
                "secretsmanager",
                "secretsmanager.CreateSecret",
                json!({ "Name": "s", "KmsKeyId": key }),
            ),
            (
                "secretsmanager",
                "secretsmanager.UpdateSecret",
                json!({ "SecretId": "s", "KmsKeyId": key }),
            ),
            ("ssm", "AmazonSSM.PutParameter", json!({ "Name": "/p", "Value": "v", "KeyId": key })),
            (
                "sqs",
                "AmazonSQS.CreateQueue",
                json!({ "QueueName": "q", "Attributes": attributes(key) }),
            ),
            (
                "logs",
                "Logs_20140328.CreateLogGroup",
                json!({ "logGroupName": "g", "kmsKeyId": key }),
            ),
            (
                "dynamodb",
                "DynamoDB_20120810.CreateTable",
                json!({ "TableName": "t", "SSESpecification": { "KMSMasterKeyId": key } }),
            ),
        ]
    };
    for key in ["arn:aws:kms:ap-northeast-2:278805249149:key/k", "alias/mine", "k"] {
        for (service, target, input) in calls(key) {
            let operation = target.rsplit('.').next().unwrap();
            let sentence = key_sentence(&format!("{service}:{operation}"), service);
            for signing in [&someone, &lab.as_root()] {
                let body = input.to_string();
                let answer = signing.json(lab.gate.url(), service, target, &body).send().await;
                match service {
                    "sqs" => answer.refused(403, "AccessDenied", &sentence),
                    _ => answer.refused(400, "AccessDeniedException", &sentence),
                }
            }
            assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        }
    }
    let secret = "arn:aws:secretsmanager:ap-northeast-2:278805249149:secret:s-abcdef";
    lab.emulator.answers_json("DescribeSecret", json!({ "ARN": secret, "Name": "s" }));
    for (service, target, input) in calls("alias/aws/x") {
        let answer = someone.json(lab.gate.url(), service, target, &input.to_string()).send().await;
        answer.allowed();
    }
    for (service, call) in [
        (
            "sqs",
            "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=KmsMasterKeyId&Attribute.1.Value=k",
        ),
        (
            "sns",
            "Action=CreateTopic&Version=2010-03-31&Name=t&Attributes.entry.1.key=KmsMasterKeyId&Attributes.entry.1.value=k",
        ),
        (
            "sns",
            "Action=SetTopicAttributes&Version=2010-03-31&TopicArn=arn:aws:sns:ap-northeast-2:278805249149:t&AttributeName=KmsMasterKeyId&AttributeValue=k",
        ),
    ] {
        let operation = call.split(['=', '&']).nth(1).unwrap();
        let before = lab.emulator.seen(operation).len();
        let answer = lab.query(&someone, service, call).send().await;
        assert_eq!(
            answer.text("Message"),
            key_sentence(&format!("{service}:{operation}"), service)
        );
        assert_eq!(lab.emulator.seen(operation).len(), before);
    }
}

const TABLE_POLICY: &str = r#"{"Statement":[
    {"Effect":"Deny","Principal":"*","Action":"dynamodb:*","Resource":"*"}]}"#;

#[tokio::test]
async fn what_leads_elsewhere_is_the_administrators() {
    let (lab, someone) = lab_with_someone().await;
    for (service, target, body) in [
        (
            "logs",
            "Logs_20140328.GetLogEvents",
            json!({ "logGroupName": "a", "logStreamName": "s", "logGroupIdentifier": "b" }),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.CreateTable",
            json!({ "TableName": "t", "ResourcePolicy": TABLE_POLICY }),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.UpdateTable",
            json!({ "TableName": "t", "ReplicaUpdates": [{ "Create": { "RegionName": "eu-west-1" } }] }),
        ),
        (
            "secretsmanager",
            "secretsmanager.CreateSecret",
            json!({ "Name": "s", "AddReplicaRegions": [{ "Region": "eu-west-1" }] }),
        ),
    ] {
        let operation = target.rsplit('.').next().unwrap();
        let body: Value = body;
        let send = |signing: &Signing| {
            signing.json(lab.gate.url(), service, target, &body.to_string()).send()
        };
        send(&someone).await.refused(
            400,
            "AccessDeniedException",
            &format!(
                "the gate does not know which permissions `{service}:{operation}` needs, so it \
                 cannot allow it"
            ),
        );
        assert!(lab.emulator.seen(operation).is_empty());
        send(&lab.as_root()).await.allowed();
    }
}

#[tokio::test]
async fn ec2_calls_that_name_what_is_anothers_are_the_administrators() {
    let (lab, someone) = lab_with_someone().await;
    for (call, member) in [
        ("Action=CreateVolume&AvailabilityZone=a&Encrypted=true&KmsKeyId=k", "KmsKeyId"),
        (
            "Action=RunInstances&ImageId=ami-0123456789abcdef0&MinCount=1&MaxCount=1&BlockDeviceMapping.1.Ebs.KmsKeyId=k",
            "BlockDeviceMapping.1.Ebs.KmsKeyId",
        ),
        (
            "Action=CreateFlowLogs&ResourceId.1=vpc-0123456789abcdef0&ResourceType=VPC&LogDestination=arn:aws:s3:::bucket",
            "LogDestination",
        ),
        (
            "Action=CreateClientVpnEndpoint&ClientCidrBlock=10.0.0.0/22&ServerCertificateArn=arn:aws:acm:ap-northeast-2:278805249149:certificate/c",
            "ServerCertificateArn",
        ),
        ("Action=CreateSpotDatafeedSubscription&Bucket=b", "Bucket"),
    ] {
        let operation = call.split(['=', '&']).nth(1).unwrap();
        let call = format!("{call}&Version=2016-11-15");
        lab.query(&someone, "ec2", &call).send().await.refused(
            403,
            "UnauthorizedOperation",
            &format!(
                "the gate does not know which permissions `{member}` needs in another service, so \
                 it cannot allow `ec2:{operation}`"
            ),
        );
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        lab.query(&lab.as_root(), "ec2", &call).send().await.allowed();
    }
    let own = "Action=CreateVolume&Version=2016-11-15&AvailabilityZone=a&KmsKeyId=alias/aws/ebs";
    lab.query(&someone, "ec2", own).send().await.allowed();
}
