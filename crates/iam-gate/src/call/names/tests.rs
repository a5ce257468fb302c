//! Names that are taken, written anew, or refused.

use serde_json::json;

use super::*;
use crate::protocol::Protocol;

const OWN: &str = "278805249149";

fn check(
    service: &str,
    operation: &str,
    members: serde_json::Value,
) -> Result<(String, serde_json::Value), String> {
    let Value::Object(members) = members else { panic!("expected an object") };
    let mut call = Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        protocol: Protocol::of_json("application/x-amz-json-1.1"),
        region: "ap-northeast-2".to_owned(),
        input: Input::Json { target: format!("T.{operation}"), members },
    };
    let owner = check_names(&mut call, &OWN.parse().unwrap()).map_err(|error| match error {
        ErrorResponse::Answered { code, message, .. } => format!("{code}: {message}"),
        other => format!("{other:?}"),
    })?;
    let Input::Json { members, .. } = call.input else { panic!("expected JSON") };
    Ok((owner.to_string(), members.into()))
}

fn refused(service: &str, operation: &str, members: serde_json::Value) -> String {
    check(service, operation, members.clone())
        .map(|found| format!("{members}: allowed as {found:?}"))
        .unwrap_err()
}

#[test]
fn a_queues_address_is_written_from_its_parts() {
    for url in [
        "http://127.0.0.1:4566/278805249149/q",
        "https://sqs.ap-northeast-2.amazonaws.com/278805249149/q",
        "http://ap-northeast-2.queue.localhost.localstack.cloud:4566/278805249149/q",
        "http://localhost:4566/queue/ap-northeast-2/278805249149/q",
    ] {
        let written = "http://sqs.ap-northeast-2.amazonaws.com/278805249149/q";
        let found = check("sqs", "SendMessage", json!({ "QueueUrl": url }));
        assert_eq!(found, Ok((OWN.to_owned(), json!({ "QueueUrl": written }))), "{url}");
    }
    let other = json!({ "QueueUrl": "http://h/111122223333/q.fifo" });
    assert_eq!(check("sqs", "SendMessage", other).unwrap().0, "111122223333");
}

#[test]
fn another_queues_address_in_disguise_is_refused() {
    for url in [
        "http://h/278805249149/victim?x-public",
        "http://h/278805249149/victim?",
        "http://h/278805249149/victim#-public",
        "http://h/278805249149/victim#",
        "http://h/278805249149/victim;x",
        "http://h/278805249149/victim\t",
        "http://h/278805249149/vict\nim",
        "http://h/278805249149/victim ",
        " http://h/278805249149/victim",
        "http://h/278805249149/victim/",
        "http://h/278805249149/victim%2f",
        "http://h/278805249149/vict%69m",
        "http://h/278805249149/x/../victim?",
        "http://h/278805249149/victim.fifo.fifo",
        "http://h/278805249149/",
        "http://h/victim",
        "http://a:b@h/278805249149/victim",
        "http://sqs.us-east-1.amazonaws.com/278805249149/victim",
        "http://us-east-1.queue.amazonaws.com/278805249149/victim",
        "http://h/queue/us-east-1/278805249149/victim",
        "http://h/x/ap-northeast-2/278805249149/victim",
        "ftp://h/278805249149/victim",
        "victim",
        "",
    ] {
        let message = refused("sqs", "ReceiveMessage", json!({ "QueueUrl": url }));
        let expected = format!("InvalidAddress: The address {url} is not valid for this endpoint.");
        assert_eq!(message, expected);
    }
    for name in ["a?b", "a;b", "", "a/b", "arn:aws:sqs:ap-northeast-2:278805249149:q", "ä"] {
        let message = refused("sqs", "GetQueueUrl", json!({ "QueueName": name }));
        assert!(message.starts_with("InvalidParameterValue: Can only include"), "{message}");
    }
}

#[test]
fn a_parameter_is_named_in_one_way() {
    for (name, written) in [
        ("/app/secret", "/app/secret"),
        ("app", "app"),
        ("/app/secret:3", "/app/secret:3"),
        ("arn:aws:ssm:ap-northeast-2:278805249149:parameter/app/secret", "/app/secret"),
        ("arn:aws:ssm:ap-northeast-2:278805249149:parameter/app", "app"),
        ("arn:aws:ssm:ap-northeast-2:278805249149:parameter/parameter/app", "/parameter/app"),
    ] {
        let found = check("ssm", "GetParameter", json!({ "Name": name }));
        assert_eq!(found, Ok((OWN.to_owned(), json!({ "Name": written }))));
        let found = check("ssm", "GetParameters", json!({ "Names": ["/a", name] }));
        assert_eq!(found, Ok((OWN.to_owned(), json!({ "Names": ["/a", written] }))));
    }
    for name in [
        "/app/secret/",
        "//app/secret",
        "/app//secret",
        "/app/secret?",
        "/app/secret\n",
        "/app/../secret ",
        "/app/secret:",
        "",
        "/",
    ] {
        let message = refused("ssm", "GetParameter", json!({ "Name": name }));
        assert!(message.starts_with("ValidationException: Invalid parameter name."), "{message}");
        refused("ssm", "GetParameters", json!({ "Names": ["/a", name] }));
    }
    for arn in [
        "arn:aws:ssm:us-east-1:278805249149:parameter/app/secret",
        "arn:aws-x:ssm:ap-northeast-2:278805249149:parameter/app/secret",
        "arn:aws:ssm:ap-northeast-2:111122223333:parameter/app/secret",
        "arn:aws:ssm:ap-northeast-2::parameter/app/secret",
        "arn:aws:ssm:ap-northeast-2:278805249149:parameter//app/secret",
        "arn:aws:ssm:ap-northeast-2:278805249149:parameter/app/secret/",
        "arn:aws:ssm:ap-northeast-2:278805249149:app/secret",
        "arn:aws:x:ap-northeast-2:278805249149:parameter/app/secret",
        "ARN:aws:ssm:ap-northeast-2:278805249149:parameter/app/secret",
        "arn:aws:ssm",
    ] {
        let message = refused("ssm", "GetParameter", json!({ "Name": arn }));
        assert_eq!(message, format!("ParameterNotFound: Parameter {arn} not found."));
    }
    for path in ["/", "/app", "/app/"] {
        check("ssm", "GetParametersByPath", json!({ "Path": path })).unwrap();
    }
    refused("ssm", "GetParametersByPath", json!({ "Path": "/app//" }));
    refused(
        "ssm",
        "GetParametersByPath",
        json!({ "Path": "arn:aws:ssm:ap-northeast-2:278805249149:parameter/app" }),
    );
}

// Long: a table of cases.
#[test]
fn an_arn_of_another_region_or_partition_is_not_here() {
    for (service, operation, member, rest, sentence) in [
        ("kms", "Encrypt", "KeyId", "kms:R:A:key/1", "NotFoundException: Invalid arn us-east-1"),
        (
            "kms",
            "ReEncrypt",
            "SourceKeyId",
            "kms:R:A:alias/a",
            "NotFoundException: Invalid arn us-east-1",
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            "SecretId",
            "secretsmanager:R:A:secret:prod-db",
            "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        ),
        (
            "secretsmanager",
            "BatchGetSecretValue",
            "SecretIdList",
            "secretsmanager:R:A:secret:prod-db",
            "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        ),
        (
            "logs",
            "DescribeLogStreams",
            "logGroupIdentifier",
            "logs:R:A:log-group:secret",
            "ResourceNotFoundException: The specified log group does not exist.",
        ),
        (
            "dynamodb",
            "GetItem",
            "TableName",
            "dynamodb:R:A:table/t",
            "ResourceNotFoundException: Requested resource not found",
        ),
        (
            "dynamodb",
            "TagResource",
            "ResourceArn",
            "dynamodb:R:A:table/t",
            "ResourceNotFoundException: Requested resource not found",
        ),
        (
            "sns",
            "Publish",
            "TopicArn",
            "sns:R:A:t",
            "InvalidParameter: Invalid parameter: TopicArn",
        ),
        (
            "sns",
            "Publish",
            "TargetArn",
            "sns:R:A:endpoint/GCM/a/b",
            "InvalidParameter: Invalid parameter: TargetArn",
        ),
        (
            "sns",
            "Unsubscribe",
            "SubscriptionArn",
            "sns:R:A:t:1-2",
            "InvalidParameter: Invalid parameter: SubscriptionId",
        ),
        (
            "monitoring",
            "TagResource",
            "ResourceARN",
            "cloudwatch:R:A:alarm:a",
            "ResourceNotFoundException: Unknown resource",
        ),
    ] {
        let arn = |start: &str, region: &str, account: &str| {
            format!(
                "arn:{start}:{}",
                rest.replace(":R:", &format!(":{region}:")).replace(":A:", &format!(":{account}:"))
            )
        };
        let given = |arn: &str| match member.ends_with("List") {
            true => json!({ member: [arn] }),
            false => json!({ member: arn }),
        };
        let here = arn("aws", "ap-northeast-2", OWN);
        assert_eq!(check(service, operation, given(&here)).unwrap().0, OWN, "{here}");
        let elsewhere = arn("aws", "us-east-1", OWN);
        assert_eq!(refused(service, operation, given(&elsewhere)), sentence);
        for arn in [
            arn("aws-cn", "ap-northeast-2", OWN),
            arn("aws", "", OWN).replace("cloudwatch::", "cloudwatch:x:"),
            arn("aws", "ap-northeast-2", ""),
            arn("aws", "ap-northeast-2", OWN).replace("arn:aws:", "arn:aws:x"),
            format!("{}?", arn("aws", "ap-northeast-2", OWN)).replace("alarm:a?", "alarm:a\n"),
            format!("{}\n", arn("aws", "ap-northeast-2", OWN)),
        ] {
            refused(service, operation, given(&arn));
        }
    }
}

#[test]
fn a_call_goes_to_the_account_whose_resources_it_names() {
    let other = "arn:aws:kms:ap-northeast-2:111122223333:key/1";
    assert_eq!(check("kms", "Encrypt", json!({ "KeyId": other })).unwrap().0, "111122223333");
    let both = json!({ "SourceKeyId": other, "DestinationKeyId": "alias/mine" });
    assert!(refused("kms", "ReEncrypt", both).contains("resources of several"));
    let group = "arn:aws:logs:ap-northeast-2:111122223333:log-group:g";
    refused("logs", "DescribeLogStreams", json!({ "logGroupIdentifier": group }));
}

// Long: a table of cases.
#[test]
fn names_that_are_none_are_refused_in_the_services_words() {
    for (service, operation, members, sentence) in [
        ("kms", "DescribeKey", json!({ "KeyId": "a?b" }), "NotFoundException: Invalid keyId 'a?b'"),
        (
            "kms",
            "CreateAlias",
            json!({ "AliasName": "a" }),
            "ValidationException: Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ),
        (
            "kms",
            "CreateAlias",
            json!({ "AliasName": "alias/a:b" }),
            "ValidationException: alias/a:b contains invalid characters for an alias",
        ),
        (
            "kms",
            "CreateAlias",
            json!({ "AliasName": "alias/a?b" }),
            "ValidationException: 1 validation error detected: Value 'alias/a?b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
        ),
        (
            "secretsmanager",
            "CreateSecret",
            json!({ "Name": "Inv Name" }),
            "ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ),
        (
            "logs",
            "CreateLogGroup",
            json!({ "logGroupName": "a?b" }),
            "InvalidParameterException: 1 validation error detected: Value 'a?b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        (
            "sns",
            "Publish",
            json!({ "TopicArn": "arn:aws:sns:us-east-1:random" }),
            "InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 5",
        ),
        (
            "sns",
            "Unsubscribe",
            json!({ "SubscriptionArn": "" }),
            "InvalidParameter: Invalid parameter: SubscriptionArn Reason: no value for required parameter",
        ),
        (
            "dynamodb",
            "BatchGetItem",
            json!({ "RequestItems": { "a;b": {} } }),
            "ValidationException: 1 validation error detected: Value 'a;b' at 'requestItems' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
        (
            "cloudformation",
            "CreateStack",
            json!({ "StackName": "my_stack" }),
            "ValidationError: 1 validation error detected: Value 'my_stack' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        ),
        (
            "cloudformation",
            "DescribeStacks",
            json!({ "StackName": "4k-stack" }),
            "ValidationError: 1 validation error detected: Value '4k-stack' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
        ),
        (
            "cloudformation",
            "DescribeStacks",
            json!({ "StackName": "arn:aws:cloudformation:us-east-1:278805249149:stack/s/1" }),
            "ValidationError: Stack with id arn:aws:cloudformation:us-east-1:278805249149:stack/s/1 does not exist",
        ),
        ("sqs", "SendMessage", json!({ "QueueUrl": 1 }), "SerializationException: "),
        ("sqs", "SendMessage", json!({ "QueueUrl": { "a": 1 } }), "SerializationException: "),
        ("ssm", "GetParameters", json!({ "Names": ["/a", 1] }), "SerializationException: "),
        ("dynamodb", "BatchGetItem", json!({ "RequestItems": ["a"] }), "SerializationException: "),
    ] {
        assert_eq!(refused(service, operation, members), sentence);
    }
}

#[test]
fn what_is_tagged_in_logs_is_no_group_alone() {
    let tag = |arn: &str| check("logs", "TagResource", json!({ "resourceArn": arn }));
    let absent = "ResourceNotFoundException: The specified log group does not exist.";
    for rest in ["log-group:g", "log-group:g:*", "destination:d", "delivery:1", "delivery-source:s"]
    {
        let arn = format!("arn:aws:logs:ap-northeast-2:278805249149:{rest}");
        tag(&arn).unwrap();
        for elsewhere in [
            arn.replace("ap-northeast-2", "us-east-1"),
            arn.replace("278805249149", "111122223333"),
            arn.replace(":logs:", ":sns:"),
        ] {
            assert_eq!(tag(&elsewhere).unwrap_err(), absent, "{elsewhere}");
        }
    }
    assert_eq!(tag("arn:aws:logs:ap-northeast-2:278805249149:other:d").unwrap_err(), absent);
    let source = json!({ "resourceArn": "arn:aws:cloudfront::278805249149:distribution/E1" });
    check("logs", "PutDeliverySource", source.clone()).unwrap();
    assert_eq!(check("logs", "TagResource", source).unwrap_err(), absent);
}

#[test]
fn what_leads_elsewhere_is_not_decided_by_what_is_named_beside_it() {
    let url = |owner: &str| json!({ "QueueName": "q", "QueueOwnerAWSAccountId": owner });
    check("sqs", "GetQueueUrl", url(OWN)).unwrap();
    for owner in ["111122223333", "", "278805249149 ", "root"] {
        let message = refused("sqs", "GetQueueUrl", url(owner));
        assert!(message.contains("cannot tell what `QueueOwnerAWSAccountId`"), "{message}");
    }
    let set = |name: &str| json!({ "StackName": "mine", "ChangeSetName": name });
    check("cloudformation", "DescribeChangeSet", set("set")).unwrap();
    let arn = "arn:aws:cloudformation:ap-northeast-2:278805249149:changeSet/set/1";
    let message = refused("cloudformation", "DescribeChangeSet", set(arn));
    assert!(message.contains("cannot tell what `ChangeSetName`"), "{message}");
}
