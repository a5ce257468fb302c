//! Actions, condition keys and their types.

use aws_model::{AccessLevel, KeyType};

#[test]
fn actions_without_regard_to_case() {
    for (name, expected) in [
        ("s3:GetObject", "GetObject"),
        ("S3:getobject", "GetObject"),
        ("s3:ListObjects", "none"),
        ("s3:GetObjec", "none"),
        ("s4:GetObject", "none"),
        ("s3", "none"),
        ("s3:", "none"),
        ("", "none"),
    ] {
        assert_eq!(
            aws_model::action(name).map_or("none", |action| action.name),
            expected,
            "{name}"
        );
    }
}

#[test]
fn what_actions_do_and_are_checked_on() {
    let run = aws_model::action("ec2:RunInstances").unwrap();
    assert_eq!(run.access_level, AccessLevel::Write);
    let types = run.resource_types();
    let required: Vec<_> =
        types.iter().filter(|one| one.required).map(|one| one.resource_type.name).collect();
    let five = ["image", "instance", "network-interface", "security-group", "subnet"];
    // The reference marks the root's volume as optional.
    assert_eq!(required, [&five[..], &["volume"]].concat());
    let instance = types.iter().find(|one| one.resource_type.name == "instance").unwrap();
    assert!(instance.condition_keys.iter().any(|key| key.name == "ec2:InstanceType"));
    assert!(aws_model::action("ec2:DescribeInstances").unwrap().resource_types().is_empty());
    let put = aws_model::action("s3:PutBucketPolicy").unwrap();
    assert_eq!(put.access_level, AccessLevel::PermissionsManagement);
    assert_eq!(aws_model::action("ec2:CreateTags").unwrap().access_level, AccessLevel::Tagging);
    assert_eq!(aws_model::action("iam:ListRoles").unwrap().access_level, AccessLevel::List);
    let update = aws_model::action("events:PutTargets").unwrap();
    let dependent = update.resource_types().iter().flat_map(|one| &one.dependent_actions);
    let dependent: Vec<_> = update.dependent_actions.iter().chain(dependent).collect();
    assert!(dependent.iter().all(|name| aws_model::action(name).is_some()), "{dependent:?}");
}

#[test]
fn condition_keys_that_actions_carry() {
    for (action, key, expected) in [
        ("s3:PutObject", "s3:x-amz-acl", true),
        ("s3:PutObject", "S3:X-AMZ-ACL", true),
        ("s3:PutObject", "s3:prefix", false),
        ("s3:ListBucket", "s3:prefix", true),
        ("s3:PutObject", "s3:RequestObjectTag/team", true),
        ("s3:PutObject", "s3:RequestObjectTag/", false),
        ("s3:PutObject", "s3:RequestObjectTag", false),
        ("ec2:RunInstances", "ec2:InstanceType", true),
        ("ec2:DescribeInstances", "ec2:InstanceType", false),
        ("ec2:TerminateInstances", "ec2:ResourceTag/Owner", true),
        ("ec2:DescribeInstances", "ec2:ResourceTag/Owner", false),
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/Env", true),
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/", false),
        ("glacier:UploadArchive", "glacier:ResourceTag/a", false),
        ("iam:PassRole", "iam:PassedToService", true),
        ("iam:GetRole", "iam:PassedToService", false),
        ("kms:Decrypt", "kms:EncryptionContext:app", true),
        ("sqs:SendMessage", "aws:ResourceTag/team", true),
    ] {
        assert_eq!(aws_model::action(action).unwrap().carries(key), expected, "{action} {key}");
    }
}

#[test]
fn types_of_condition_keys() {
    for (key, expected) in [
        ("ec2:InstanceType", KeyType::String),
        ("ec2:Vpc", KeyType::Arn),
        ("ec2:IsLaunchTemplateResource", KeyType::Bool),
        ("ec2:VolumeSize", KeyType::Numeric),
        ("s3:max-keys", KeyType::Numeric),
        ("dynamodb:Attributes", KeyType::ArrayOfString),
        ("iam:PolicyARN", KeyType::Arn),
    ] {
        let prefix = aws_model::authorization(key.split(':').next().unwrap()).unwrap();
        let known = prefix.condition_keys().iter().find(|one| one.covers(key)).unwrap();
        assert_eq!(known.key_type, Some(expected), "{key}");
    }
    for (key, expected) in [
        ("aws:SourceIp", Some(KeyType::IpAddress)),
        ("AWS:principaltag/team", Some(KeyType::String)),
        ("aws:PrincipalTag", None),
        ("aws:PrincipalTags/team", None),
        ("aws:SourceIP4", None),
        ("aws:TagKeys", Some(KeyType::ArrayOfString)),
        ("s3:max-keys", Some(KeyType::Numeric)),
        ("s3:max-key", None),
        ("nope:max-keys", None),
    ] {
        let found = aws_model::condition_key(key).and_then(|known| known.key_type);
        assert_eq!(found, expected, "{key}");
    }
    let types = aws_model::global_condition_keys().iter().map(|key| key.key_type.is_some());
    assert_eq!(types.filter(|has_type| *has_type).count(), 51);
    assert!(KeyType::ArrayOfArn.is_multivalued() && !KeyType::Arn.is_multivalued());
}

/// A key of an instance says nothing of the image that it is made of.
#[test]
fn condition_keys_that_actions_carry_on_one_of_their_resources() {
    const INSTANCE: &str = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    const SUBNET: &str = "arn:aws:ec2:us-east-1:278805249149:subnet/subnet-1";
    const IMAGE: &str = "arn:aws:ec2:us-east-1::image/ami-1";
    const KEY: &str = "arn:aws:kms:us-east-1:278805249149:key/k";
    for (action, key, arn, carries, may) in [
        ("ec2:RunInstances", "ec2:InstanceType", INSTANCE, true, true),
        ("ec2:RunInstances", "EC2:instancetype", SUBNET, false, false),
        ("ec2:RunInstances", "ec2:InstanceType", IMAGE, false, false),
        ("ec2:RunInstances", "ec2:Region", SUBNET, true, true),
        // Other actions on a subnet carry it, and this one may.
        ("ec2:RunInstances", "aws:RequestTag/team", SUBNET, false, true),
        ("ec2:RunInstances", "aws:RequestTag/team", INSTANCE, true, true),
        ("ec2:RunInstances", "aws:ResourceTag/team", IMAGE, true, true),
        ("ec2:RunInstances", "ec2:Region", "arn:aws:s3:::b", true, true),
        ("ec2:RunInstances", "ec2:InstanceType", "arn:aws:s3:::b", false, false),
        ("kms:Decrypt", "aws:ResourceTag/team", KEY, true, true),
        ("kms:Decrypt", "kms:EncryptionContext:app", KEY, true, true),
        ("kms:Decrypt", "kms:PolicyVersion", KEY, false, false),
    ] {
        let known = aws_model::action(action).unwrap();
        assert_eq!(known.carries_on(key, arn), carries, "{action} {key} {arn}");
        assert_eq!(known.may_carry_on(key, arn), may, "{action} {key} {arn}");
    }
    let run = aws_model::action("ec2:RunInstances").unwrap();
    assert!(run.carries_itself("ec2:Region") && !run.carries_itself("ec2:InstanceType"));
}

#[test]
fn a_service_has_the_types_that_its_actions_are_checked_on() {
    let types = aws_model::authorization("s3").unwrap().resource_types();
    let named: Vec<&str> = types.iter().map(|one| one.name).collect();
    assert!(named.contains(&"bucket") && named.contains(&"object"), "{named:?}");
}
