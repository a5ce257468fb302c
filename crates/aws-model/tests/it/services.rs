//! What services and operations say of themselves.

use aws_model::{Auth, Location, Protocol, Shape};

#[test]
fn services_by_all_their_names() {
    for (name, expected) in [
        ("sqs", "sqs"),
        ("monitoring", "cloudwatch"),
        ("cloudwatch", "cloudwatch"),
        ("states", "stepfunctions"),
        ("elasticloadbalancing", "elb"),
        ("s3", "s3"),
        ("s3control", "s3control"),
        ("es", "es"),
        ("tag", "resourcegroupstaggingapi"),
        ("email", "none"),
        ("SQS", "none"),
        ("", "none"),
    ] {
        let found = aws_model::service(name).map_or("none", |service| service.name);
        assert_eq!(found, expected, "{name}");
    }
    let shared = |name| aws_model::services_signed_as(name).map(|one| one.name).collect::<Vec<_>>();
    assert_eq!(shared("s3"), ["s3", "s3control"]);
    assert_eq!(shared("ses"), ["mailmanager", "pinpoint-email", "ses", "sesv2"]);
    assert_eq!(shared("dynamodb"), ["dynamodb", "dynamodbstreams"]);
    assert_eq!(shared("elasticloadbalancing"), ["elb", "elbv2"]);
    assert_eq!(shared("nothing"), [""; 0]);
}

#[test]
fn every_service_is_known_by_name_and_the_served_ones_have_operations() {
    for service in aws_model::services() {
        let served = service.in_localstack || service.in_moto;
        assert_eq!(service.is_carried(), served, "{}", service.name);
        assert_eq!(!service.operations().is_empty(), served, "{}", service.name);
        assert!(!service.protocols.is_empty(), "{}", service.name);
    }
    assert!(aws_model::service("braket").is_some_and(|service| !service.is_carried()));
}

#[test]
fn protocols_targets_and_regions() {
    use Protocol::{Ec2, Json10, Json11, Query, RestJson, RestXml, SmithyRpcV2Cbor};
    for (name, protocols, target, region, version) in [
        ("sqs", &[Json10, Query][..], Some("AmazonSQS"), None, "2012-11-05"),
        ("iam", &[Query], None, Some("us-east-1"), "2010-05-08"),
        ("sts", &[Query], None, None, "2011-06-15"),
        ("ec2", &[Ec2], None, None, "2016-11-15"),
        ("kms", &[Json11], Some("TrentService"), None, "2014-11-01"),
        ("dynamodb", &[Json10], Some("DynamoDB_20120810"), None, "2012-08-10"),
        ("lambda", &[RestJson], None, None, "2015-03-31"),
        ("s3", &[RestXml], None, None, "2006-03-01"),
        (
            "cloudwatch",
            &[SmithyRpcV2Cbor, Json10, Query],
            Some("GraniteServiceVersion20100801"),
            None,
            "2010-08-01",
        ),
        (
            "organizations",
            &[Json11],
            Some("AWSOrganizationsV20161128"),
            Some("us-east-1"),
            "2016-11-28",
        ),
    ] {
        let service = aws_model::service(name).unwrap();
        assert_eq!(service.protocols, protocols, "{name}");
        assert_eq!((service.target_prefix, service.global_region), (target, region), "{name}");
        assert_eq!(service.api_version, version);
    }
}

#[test]
fn how_operations_are_signed_and_summed() {
    let operation = |service, name| aws_model::service(service).unwrap().operation(name).unwrap();
    assert_eq!(operation("sts", "AssumeRoleWithWebIdentity").auth, Auth::None);
    assert_eq!(operation("sts", "AssumeRoleWithSAML").auth, Auth::None);
    assert_eq!(operation("sts", "AssumeRole").auth, Auth::Signed);
    assert_eq!(operation("cognito-idp", "InitiateAuth").auth, Auth::None);
    assert_eq!(operation("ebs", "PutSnapshotBlock").auth, Auth::UnsignedPayload);
    let delete = operation("s3", "DeleteObjects").checksum;
    assert_eq!((delete.required, delete.algorithm_member), (true, Some("ChecksumAlgorithm")));
    assert!(!operation("s3", "PutObject").checksum.required);
    assert!(operation("cloudwatch", "PutMetricData").may_be_compressed);
    assert!(operation("s3", "PutBucketLifecycle").deprecated);
    let sts = aws_model::service("sts").unwrap();
    assert!(sts.operation("assumerole").is_none());
}

#[test]
fn constraints() {
    let iam = aws_model::service("iam").unwrap();
    let input = iam.input(iam.operation("CreateRole").unwrap()).unwrap();
    let shape = |name: &str| iam.shape(input.member(name).unwrap().shape).unwrap();
    let Shape::String(name) = shape("RoleName") else { panic!() };
    assert_eq!((name.length.min, name.length.max), (Some(1), Some(64)));
    assert_eq!(name.pattern, Some(r"[\w+=,.@-]+"));
    let Shape::Integer(bounds) = shape("MaxSessionDuration") else { panic!() };
    assert_eq!((bounds.min, bounds.max), (Some(3600), Some(43200)));
    assert!(input.member("RoleName").unwrap().required);
    assert!(!input.member("Path").unwrap().required);
    let sts = aws_model::service("sts").unwrap();
    let input = sts.input(sts.operation("AssumeRoleWithWebIdentity").unwrap()).unwrap();
    assert!(input.member("WebIdentityToken").unwrap().sensitive);
    let s3 = aws_model::service("s3").unwrap();
    let input = s3.input(s3.operation("PutObject").unwrap()).unwrap();
    let Some(Shape::String(class)) = s3.shape(input.member("StorageClass").unwrap().shape) else {
        panic!()
    };
    assert!(class.values.contains(&"GLACIER") && !class.values.contains(&""));
}

#[test]
fn errors_have_codes_and_statuses() {
    let code = |service, name| {
        let error = aws_model::service(service).unwrap().error(name).unwrap();
        (error.code, error.status, error.sender_fault)
    };
    assert_eq!(code("iam", "NoSuchEntityException"), ("NoSuchEntity", 404, true));
    assert_eq!(code("sts", "ExpiredTokenException"), ("ExpiredTokenException", 400, true));
    assert_eq!(code("iam", "ServiceFailureException"), ("ServiceFailure", 500, true));
    assert!(aws_model::service("iam").unwrap().error("Nothing").is_none());
}

#[test]
fn every_label_of_a_template_is_a_member_and_the_other_way_round() {
    for service in aws_model::services() {
        if !service.protocols.iter().any(|protocol| protocol.is_rest()) {
            continue;
        }
        for operation in service.operations() {
            let members = service.input(operation).map_or(&[][..], |input| &input.members);
            let labels = members.iter().filter(|member| member.location == Some(Location::Uri));
            for member in labels {
                let name = member.location_name.unwrap_or(member.name);
                let written = [format!("{{{name}}}"), format!("{{{name}+}}")];
                assert!(
                    written.iter().any(|label| operation.uri.contains(label)),
                    "{} {name}",
                    operation.name
                );
            }
        }
    }
}

#[test]
fn most_operations_have_an_action_of_their_name() {
    let named = |service: &str, operation: &str| {
        let service = aws_model::service(service).unwrap();
        let action = service.action_named_as(service.operation(operation).unwrap());
        action.map(|action| action.name)
    };
    assert_eq!(named("sqs", "SendMessage"), Some("SendMessage"));
    assert_eq!(named("cloudwatch", "PutMetricData"), Some("PutMetricData"));
    assert_eq!(named("s3", "ListObjectsV2"), None);
    assert_eq!(named("s3", "HeadObject"), None);
    assert_eq!(named("lambda", "Invoke"), None);
    let (mut with, mut all) = (0, 0);
    for service in aws_model::services() {
        for operation in service.operations() {
            all += 1;
            with += usize::from(service.action_named_as(operation).is_some());
        }
    }
    assert!(with * 10 > all * 8, "{with} of {all}");
}

#[test]
fn what_a_template_asks_for_stands_in_the_query() {
    let query = |operation: &str| {
        let s3 = aws_model::service("s3").unwrap();
        s3.operation(operation).unwrap().fixed_query().collect::<Vec<_>>()
    };
    assert_eq!(query("GetBucketPolicy"), [("policy", None)]);
    assert_eq!(query("ListObjectsV2"), [("list-type", Some("2"))]);
    assert_eq!(query("ListBuckets"), []);
}
