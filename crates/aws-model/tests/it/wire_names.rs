//! What members are called on the wire, from AWS's own references and examples.

use aws_model::{Location, Protocol, Service, Shape, ShapeId};

/// All paths of an operation's parameters in a query protocol, numbers written `N`.
fn query_paths(service: &'static Service, operation: &str, protocol: Protocol) -> Vec<String> {
    let operation = service.operation(operation).unwrap();
    let mut paths = Vec::new();
    structure(service, operation.input.unwrap(), "", protocol, &mut paths, 0);
    paths
}

fn structure(
    service: &'static Service,
    id: ShapeId,
    prefix: &str,
    protocol: Protocol,
    paths: &mut Vec<String>,
    depth: usize,
) {
    let Some(Shape::Structure(shape)) = service.shape(id) else {
        paths.push(prefix.trim_end_matches('.').to_owned());
        return;
    };
    if depth > 8 {
        return;
    }
    for member in &shape.members {
        let path = format!("{prefix}{}", member.name_in(protocol));
        let inner = service.shape(member.shape).unwrap();
        let numbered = member.numbered(inner, &path, protocol);
        match inner {
            Shape::List(list) => {
                structure(
                    service,
                    list.element.shape,
                    &format!("{numbered}.N."),
                    protocol,
                    paths,
                    depth + 1,
                );
            }
            Shape::Map(map) => {
                for part in [&map.key, &map.value] {
                    let prefix = format!("{numbered}.N.{}.", part.name_in(protocol));
                    structure(service, part.shape, &prefix, protocol, paths, depth + 1);
                }
            }
            _ => structure(service, member.shape, &format!("{path}."), protocol, paths, depth + 1),
        }
    }
}

#[test]
fn query() {
    for (service, operation, path) in [
        ("sqs", "SendMessage", "QueueUrl"),
        ("sqs", "SendMessage", "MessageAttribute.N.Name"),
        ("sqs", "SendMessage", "MessageAttribute.N.Value.DataType"),
        ("sqs", "SendMessage", "MessageAttribute.N.Value.StringListValue.N"),
        ("sqs", "SendMessage", "MessageSystemAttribute.N.Value.StringValue"),
        ("sqs", "CreateQueue", "Attribute.N.Name"),
        ("sqs", "CreateQueue", "Attribute.N.Value"),
        ("sqs", "CreateQueue", "Tag.N.Key"),
        ("sqs", "TagQueue", "Tag.N.Value"),
        ("sqs", "UntagQueue", "TagKey.N"),
        ("sqs", "AddPermission", "AWSAccountId.N"),
        ("sqs", "AddPermission", "ActionName.N"),
        ("sqs", "GetQueueAttributes", "AttributeName.N"),
        ("sqs", "ReceiveMessage", "MessageAttributeName.N"),
        ("sqs", "ReceiveMessage", "MessageSystemAttributeName.N"),
        ("sqs", "SendMessageBatch", "SendMessageBatchRequestEntry.N.MessageBody"),
        (
            "sqs",
            "SendMessageBatch",
            "SendMessageBatchRequestEntry.N.MessageAttribute.N.Value.StringValue",
        ),
        ("sqs", "DeleteMessageBatch", "DeleteMessageBatchRequestEntry.N.ReceiptHandle"),
        ("iam", "CreateRole", "AssumeRolePolicyDocument"),
        ("iam", "CreateRole", "Tags.member.N.Key"),
        ("iam", "SimulateCustomPolicy", "ContextEntries.member.N.ContextKeyValues.member.N"),
        ("iam", "CreateOpenIDConnectProvider", "ClientIDList.member.N"),
        ("sts", "AssumeRole", "PolicyArns.member.N.arn"),
        ("sts", "AssumeRole", "TransitiveTagKeys.member.N"),
        ("sts", "AssumeRoleWithWebIdentity", "WebIdentityToken"),
        ("sns", "Publish", "MessageAttributes.entry.N.Name"),
        ("sns", "Publish", "MessageAttributes.entry.N.Value.StringValue"),
        ("sns", "CreateTopic", "Attributes.entry.N.key"),
        ("sns", "PublishBatch", "PublishBatchRequestEntries.member.N.Message"),
        ("cloudwatch", "PutMetricData", "MetricData.member.N.Dimensions.member.N.Name"),
        ("autoscaling", "DescribeAutoScalingGroups", "Filters.member.N.Values.member.N"),
        ("rds", "CreateDBInstance", "VpcSecurityGroupIds.VpcSecurityGroupId.N"),
        ("elbv2", "CreateTargetGroup", "Matcher.HttpCode"),
    ] {
        let known = aws_model::service(service).unwrap();
        assert!(known.speaks(Protocol::Query), "{service}");
        let paths = query_paths(known, operation, Protocol::Query);
        assert!(paths.iter().any(|known| known == path), "{operation} {path}: {paths:#?}");
    }
}

#[test]
fn ec2() {
    for (operation, path) in [
        ("DescribeInstances", "Filter.N.Name"),
        ("DescribeInstances", "Filter.N.Value.N"),
        ("DescribeInstances", "InstanceId.N"),
        ("DescribeInstances", "MaxResults"),
        ("DescribeInstances", "DryRun"),
        ("RunInstances", "TagSpecification.N.ResourceType"),
        ("RunInstances", "TagSpecification.N.Tag.N.Key"),
        ("RunInstances", "NetworkInterface.N.SecurityGroupId.N"),
        ("RunInstances", "BlockDeviceMapping.N.Ebs.VolumeSize"),
        ("RunInstances", "IamInstanceProfile.Arn"),
        ("RunInstances", "SecurityGroupId.N"),
        ("RunInstances", "Placement.AvailabilityZone"),
        ("CreateTags", "ResourceId.N"),
        ("CreateTags", "Tag.N.Value"),
        ("AuthorizeSecurityGroupIngress", "IpPermissions.N.IpRanges.N.CidrIp"),
        ("AuthorizeSecurityGroupIngress", "IpPermissions.N.Groups.N.GroupId"),
        ("ModifyInstanceAttribute", "InstanceInitiatedShutdownBehavior.Value"),
        ("AssignIpv6Addresses", "Ipv6Addresses.N"),
    ] {
        let paths = query_paths(aws_model::service("ec2").unwrap(), operation, Protocol::Ec2);
        assert!(paths.iter().any(|known| known == path), "{operation} {path}: {paths:#?}");
    }
}

#[test]
fn where_rest_puts_members() {
    use Location::{Header, Headers, QueryString, Uri};
    for (service, operation, member, location, name) in [
        ("s3", "PutObject", "Bucket", Some(Uri), "Bucket"),
        ("s3", "PutObject", "Key", Some(Uri), "Key"),
        ("s3", "PutObject", "ContentMD5", Some(Header), "Content-MD5"),
        ("s3", "PutObject", "ServerSideEncryption", Some(Header), "x-amz-server-side-encryption"),
        (
            "s3",
            "PutObject",
            "SSEKMSKeyId",
            Some(Header),
            "x-amz-server-side-encryption-aws-kms-key-id",
        ),
        ("s3", "PutObject", "ExpectedBucketOwner", Some(Header), "x-amz-expected-bucket-owner"),
        ("s3", "PutObject", "Tagging", Some(Header), "x-amz-tagging"),
        ("s3", "PutObject", "Metadata", Some(Headers), "x-amz-meta-"),
        ("s3", "PutObject", "Body", None, "Body"),
        ("s3", "CopyObject", "CopySource", Some(Header), "x-amz-copy-source"),
        ("s3", "GetObject", "VersionId", Some(QueryString), "versionId"),
        ("s3", "GetObject", "ResponseContentType", Some(QueryString), "response-content-type"),
        ("s3", "GetObject", "Range", Some(Header), "Range"),
        ("s3", "UploadPart", "UploadId", Some(QueryString), "uploadId"),
        ("s3", "UploadPart", "PartNumber", Some(QueryString), "partNumber"),
        ("s3", "ListObjectsV2", "Prefix", Some(QueryString), "prefix"),
        ("s3", "ListObjectsV2", "ContinuationToken", Some(QueryString), "continuation-token"),
        ("lambda", "Invoke", "FunctionName", Some(Uri), "FunctionName"),
        ("lambda", "Invoke", "Qualifier", Some(QueryString), "Qualifier"),
        ("lambda", "Invoke", "InvocationType", Some(Header), "X-Amz-Invocation-Type"),
        ("lambda", "ListVersionsByFunction", "MaxItems", Some(QueryString), "MaxItems"),
        ("lambda", "UntagResource", "TagKeys", Some(QueryString), "tagKeys"),
        ("lambda", "CreateFunction", "Role", None, "Role"),
        ("apigateway", "GetRestApi", "restApiId", Some(Uri), "restapi_id"),
        ("route53", "ChangeResourceRecordSets", "HostedZoneId", Some(Uri), "Id"),
        ("s3control", "GetPublicAccessBlock", "AccountId", Some(Header), "x-amz-account-id"),
        ("sesv2", "SendEmail", "FromEmailAddress", None, "FromEmailAddress"),
        ("scheduler", "CreateSchedule", "Name", Some(Uri), "Name"),
        ("sqs", "SendMessage", "MessageAttributes", None, "MessageAttributes"),
    ] {
        let service = aws_model::service(service).unwrap();
        let operation = service.operation(operation).unwrap();
        let found = service.input(operation).unwrap().member(member).unwrap();
        let wire = found.name_in(service.protocols[0]);
        assert_eq!((found.location, wire.as_str()), (location, name), "{}", operation.name);
    }
}

#[test]
fn bodies_and_their_elements() {
    let s3 = aws_model::service("s3").unwrap();
    let put = s3.input(s3.operation("PutObject").unwrap()).unwrap();
    let body = put.payload().unwrap();
    assert!(body.name == "Body" && body.streaming);
    let tagging = s3.input(s3.operation("PutObjectTagging").unwrap()).unwrap().payload().unwrap();
    assert_eq!(tagging.name_in(Protocol::RestXml), "Tagging");
    assert_eq!(tagging.xml_namespace, Some("http://s3.amazonaws.com/doc/2006-03-01/"));
    let Some(Shape::Structure(set)) = s3.shape(tagging.shape) else { panic!() };
    let Some(Shape::List(list)) = s3.shape(set.member("TagSet").unwrap().shape) else { panic!() };
    assert_eq!(list.element.name_in(Protocol::RestXml), "Tag");
    let delete = s3.input(s3.operation("DeleteObjects").unwrap()).unwrap().payload().unwrap();
    let Some(Shape::Structure(delete)) = s3.shape(delete.shape) else { panic!() };
    let objects = delete.member("Objects").unwrap();
    assert!(objects.flattened && objects.required);
    assert_eq!(objects.name_in(Protocol::RestXml), "Object");
    let route53 = aws_model::service("route53").unwrap();
    let change = route53.operation("ChangeResourceRecordSets").unwrap();
    assert_eq!(change.input_element, Some("ChangeResourceRecordSetsRequest"));
    assert_eq!(change.input_namespace, Some("https://route53.amazonaws.com/doc/2013-04-01/"));
}

#[test]
fn json() {
    for (service, operation, members) in [
        ("secretsmanager", "GetSecretValue", &["SecretId", "VersionId", "VersionStage"][..]),
        ("kms", "Decrypt", &["CiphertextBlob", "EncryptionContext", "KeyId"]),
        ("ssm", "GetParameter", &["Name", "WithDecryption"]),
        ("dynamodb", "PutItem", &["TableName", "Item", "ConditionExpression"]),
        ("logs", "PutLogEvents", &["logGroupName", "logStreamName", "logEvents"]),
        ("events", "PutEvents", &["Entries", "EndpointId"]),
        ("stepfunctions", "StartExecution", &["stateMachineArn", "name", "input"]),
        ("sqs", "CreateQueue", &["QueueName", "Attributes", "tags"]),
    ] {
        let service = aws_model::service(service).unwrap();
        let input = service.input(service.operation(operation).unwrap()).unwrap();
        for name in members {
            let member =
                input.members.iter().find(|one| one.name_in(service.protocols[0]) == *name);
            assert!(member.is_some_and(|one| one.location.is_none()), "{operation} {name}");
        }
    }
}
