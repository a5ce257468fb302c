//! What a request brings that AWS's models do not have is refused in the service's own form;
//! the rest is written anew in one way.

use serde_json::{Value, json};

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, IDENTITY, Lab};

/// A user who may do everything, so that nothing else refuses.
async fn lab_with_someone() -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

/// Nothing of it reaches the emulator, and the log has one line for it.
#[track_caller]
fn refused(lab: &Lab, lines: usize, answer: &Answer, status: u16, code: &str, message: &str) {
    answer.refused(status, code, message);
    assert_eq!(lab.gate.decisions().len(), lines + 1);
    let line = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(line.code.as_deref(), Some(code));
}

// Long: a table of cases.
#[tokio::test]
async fn what_the_model_lacks_is_refused_by_json_services() {
    let (lab, someone) = lab_with_someone().await;
    let unknown = |member: &str, action: &str| {
        format!(
            "`{member}` is no member of `{action}` by AWS's models of {}",
            aws_model::data_date()
        )
    };
    for (service, target, body, code, message) in [
        (
            "ssm",
            "AmazonSSM.DescribeParameters",
            json!({ "Name": "/s" }),
            "SerializationException",
            unknown("Name", "ssm:DescribeParameters"),
        ),
        (
            "ssm",
            "AmazonSSM.DescribeParameters",
            json!({ "Filters": [{ "Key": "Name", "Values": ["a"], "value": "b" }] }),
            "SerializationException",
            unknown("Filters.value", "ssm:DescribeParameters"),
        ),
        (
            "ssm",
            "AmazonSSM.DescribeParameters",
            json!({ "maxResults": 7 }),
            "SerializationException",
            unknown("maxResults", "ssm:DescribeParameters"),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.DescribeEndpoints",
            json!({ "TableName": "t" }),
            "SerializationException",
            unknown("TableName", "dynamodb:DescribeEndpoints"),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.GetItem",
            json!({ "TableName": "t", "Key": { "k": { "X": "a" } } }),
            "SerializationException",
            unknown("Key.X", "dynamodb:GetItem"),
        ),
        (
            "sqs",
            "AmazonSQS.SendMessage",
            json!({ "QueueUrl": "http://h/278805249149/q", "DelaySeconds": "5" }),
            "SerializationException",
            "STRING_VALUE can not be converted to an Integer: `DelaySeconds`".to_owned(),
        ),
        (
            "kms",
            "TrentService.Encrypt",
            json!({ "KeyId": "k", "Plaintext": "no base64" }),
            "SerializationException",
            "STRING_VALUE can not be converted to a ByteBuffer: `Plaintext`".to_owned(),
        ),
        (
            "logs",
            "Logs_20140328.DescribeLogGroups",
            json!({ "limit": 1.5 }),
            "SerializationException",
            "NUMBER_VALUE can not be converted to an Integer: `limit`".to_owned(),
        ),
        (
            "logs",
            "Logs_20140328.DescribeLogGroups",
            json!({ "accountIdentifiers": [null] }),
            "SerializationException",
            "NULL_VALUE can not be converted to a String: `accountIdentifiers`".to_owned(),
        ),
        ("ssm", "AmazonSSM.NoSuch", json!({}), "UnknownOperationException", String::new()),
        ("ssm", "NoSuch.GetParameter", json!({}), "UnknownOperationException", String::new()),
        ("nonesuch", "NoSuch.DoIt", json!({}), "UnknownOperationException", String::new()),
        (
            "dynamodb",
            "AmazonSQS.ListQueues",
            json!({}),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'sqs'. ".to_owned(),
        ),
    ] {
        let lines = lab.gate.decisions().len();
        let answer = someone.json(lab.gate.url(), service, target, &body.to_string()).send().await;
        refused(&lab, lines, &answer, 400, code, &message);
        let operation = target.rsplit('.').next().unwrap();
        assert!(lab.emulator.seen(operation).is_empty(), "{target} {body}");
    }
}

// Long: a table of cases.
#[tokio::test]
async fn what_the_model_lacks_is_refused_by_query_services() {
    let (lab, someone) = lab_with_someone().await;
    let date = aws_model::data_date();
    for (service, call, code, message) in [
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&Foo=bar",
            "UnknownParameter",
            "The parameter Foo is not recognized".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=a&Filter.1.Val.1=b",
            "UnknownParameter",
            "The parameter Filter.1.Val.1 is not recognized".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&InstanceId=i-0123456789abcdef0",
            "UnknownParameter",
            "The parameter InstanceId is not recognized".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=a&InstanceId.3=b",
            "InvalidParameterValue",
            "the numbers of `InstanceId` do not run from 1 without a gap".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&InstanceId.01=a",
            "InvalidParameterValue",
            "the numbers of `InstanceId` do not run from 1 without a gap".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&MaxResults=many",
            "InvalidParameterValue",
            "Invalid value for parameter MaxResults: expected an Integer".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15&DryRun=1",
            "InvalidParameterValue",
            "Invalid value for parameter DryRun: expected a Boolean".to_owned(),
        ),
        (
            "ec2",
            "Action=NoSuchThing&Version=2016-11-15",
            "InvalidAction",
            "The action NoSuchThing is not valid for this web service.".to_owned(),
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2010-05-08",
            "NoSuchVersion",
            "The requested version (2010-05-08) of service AmazonEC2 does not exist".to_owned(),
        ),
        (
            "iam",
            "Action=GetUser&Version=2010-05-08&RoleName=r",
            "ValidationError",
            format!("`RoleName` is no member of `iam:GetUser` by AWS's models of {date}"),
        ),
        (
            "iam",
            "Action=ListUsers",
            "InvalidAction",
            "Could not find operation ListUsers for version NO_VERSION_SPECIFIED".to_owned(),
        ),
        (
            "iam",
            "Action=ListUsers&Version=2011-06-15",
            "InvalidAction",
            "Could not find operation ListUsers for version 2011-06-15".to_owned(),
        ),
        (
            "sqs",
            "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Value=a",
            "ValidationError",
            format!("`Attribute.1` is no member of `sqs:CreateQueue` by AWS's models of {date}"),
        ),
        (
            "sqs",
            "Action=CreateQueue&Version=2012-11-05&QueueName=q&Tag.1.Key=a&Tag.1.Value=b\
             &Tag.2.Key=a&Tag.2.Value=c",
            "MalformedInput",
            "the numbers of `Tag.2` do not run from 1 without a gap".to_owned(),
        ),
        (
            "elasticloadbalancing",
            "Action=DescribeTargetGroups&Version=2012-06-01",
            "InvalidAction",
            "Could not find operation DescribeTargetGroups for version 2012-06-01".to_owned(),
        ),
    ] {
        // Who calls is known by now.
        lab.query(&someone, "sts", IDENTITY).send().await.allowed();
        lab.emulator.forgets();
        let lines = lab.gate.decisions().len();
        let answer = lab.query(&someone, service, call).send().await;
        refused(&lab, lines, &answer, 400, code, &message);
        assert_eq!(lab.emulator.actions(), [""; 0], "{call}");
    }
}

#[tokio::test]
async fn a_form_is_written_in_one_way() {
    let (lab, someone) = lab_with_someone().await;
    for (service, call, written) in [
        (
            "ec2",
            "Version=2016-11-15&Filter.1.Value.2=b&Filter.1.Name=tag%3Aa&Filter.1.Value.1=a\
             &Action=DescribeInstances&DryRun=FALSE&MaxResults=+7",
            "",
        ),
        (
            "ec2",
            "Version=2016-11-15&Filter.1.Value.2=b%26&Filter.1.Name=tag%3Aa&Filter.1.Value.1=a\
             &Action=DescribeInstances&DryRun=FALSE&MaxResults=7",
            "Action=DescribeInstances&DryRun=false&Filter.1.Name=tag%3Aa&Filter.1.Value.1=a&\
             Filter.1.Value.2=b%26&MaxResults=7&Version=2016-11-15",
        ),
        (
            "sqs",
            "Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5",
            "Action=CreateQueue&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&QueueName=q&\
             Version=2012-11-05",
        ),
        (
            "iam",
            "Action=ListUsers&Version=2010-05-08&MaxItems=0010&PathPrefix=/a%20b/",
            "Action=ListUsers&MaxItems=10&PathPrefix=%2Fa%20b%2F&Version=2010-05-08",
        ),
    ] {
        let operation = call.split(['=', '&']).skip_while(|part| *part != "Action").nth(1).unwrap();
        let before = lab.emulator.seen(operation).len();
        let answer = lab.query(&someone, service, call).send().await;
        let seen = lab.emulator.seen(operation);
        match written.is_empty() {
            true => assert_eq!((answer.status, seen.len()), (400, before), "{}", answer.body),
            false => assert_eq!(seen.last().unwrap().body, written),
        }
    }
}

#[tokio::test]
async fn json_is_written_without_what_is_absent() {
    let (lab, someone) = lab_with_someone().await;
    let body = json!({
        "MaxResults": 5.0, "NextToken": null, "Filters": [{ "Key": "Name", "Values": ["a"] }],
        "Shared": false,
    });
    let target = "AmazonSSM.DescribeParameters";
    someone.json(lab.gate.url(), "ssm", target, &body.to_string()).send().await.allowed();
    let seen = lab.emulator.seen("DescribeParameters").pop().unwrap();
    let written: Value = serde_json::from_str(&seen.body).unwrap();
    let filters = json!([{ "Key": "Name", "Values": ["a"] }]);
    assert_eq!(written, json!({ "MaxResults": 5, "Filters": filters, "Shared": false }));
    assert!(seen.body.contains("\"MaxResults\":5,") || seen.body.contains("\"MaxResults\":5}"));
}

#[tokio::test]
async fn deep_and_long_names_are_refused_at_once() {
    let (lab, someone) = lab_with_someone().await;
    let deep = "a.".repeat(200_000);
    let call = format!("Action=DescribeInstances&Version=2016-11-15&{deep}=x");
    let shown: String = deep.chars().take(200).collect();
    let message = format!("The parameter {shown} is not recognized");
    lab.query(&someone, "ec2", &call).send().await.refused(400, "UnknownParameter", &message);
    let nested = format!("{}{}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    let target = "AmazonSSM.DescribeParameters";
    let answer = someone.json(lab.gate.url(), "ssm", target, &nested).send().await;
    answer.refused(400, "SerializationException", "");
    let cbor = [vec![0x81; 100_000], vec![0x80]].concat();
    let headers = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
    let target = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";
    let answer = someone
        .rest_with(lab.gate.url(), "monitoring", "POST", target, &headers, &cbor)
        .send()
        .await;
    assert_eq!(answer.status, 400);
    let xml = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let root = lab.as_root();
    let target = "/2013-04-01/hostedzone";
    let answer =
        root.rest_with(lab.gate.url(), "route53", "POST", target, &[], xml.as_bytes()).send().await;
    assert_eq!(answer.status, 400);
    lab.query(&someone, "ec2", "Action=DescribeInstances&Version=2016-11-15")
        .send()
        .await
        .allowed();
}
