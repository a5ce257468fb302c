//! What is tagged as it is made needs the permission to tag, and tags in bodies are
//! conditions.

mod launched;

use serde_json::json;

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const SOMEONE: &str = "arn:aws:iam::278805249149:user/someone";

/// One call that brings tags.
struct Making {
    service: &'static str,
    /// `X-Amz-Target` before the operation; empty for the Query protocol.
    target: &'static str,
    operation: &'static str,
    /// Parameters or members, without tags and with them.
    plain: &'static str,
    tagged: &'static str,
    /// What the tags need, and on what.
    action: &'static str,
    resource: &'static str,
}

const fn of(
    service: &'static str,
    target: &'static str,
    operation: &'static str,
    plain: &'static str,
    tagged: &'static str,
    action: &'static str,
    resource: &'static str,
) -> Making {
    Making { service, target, operation, plain, tagged, action, resource }
}

const MEMBER: &str = "&Tags.member.1.Key=team&Tags.member.1.Value=red";
const LIST: &str = r#""Tags":[{"Key":"team","Value":"red"}]"#;

#[rustfmt::skip]
const MAKINGS: &[Making] = &[
    of("iam", "", "CreateUser", "UserName=u", MEMBER, "iam:TagUser", "arn:aws:iam::278805249149:user/u"),
    of("iam", "", "CreateRole", "RoleName=r&AssumeRolePolicyDocument=TRUST", MEMBER, "iam:TagRole", "arn:aws:iam::278805249149:role/r"),
    of("iam", "", "CreatePolicy", "PolicyName=p&PolicyDocument=POLICY", MEMBER, "iam:TagPolicy", "arn:aws:iam::278805249149:policy/p"),
    of("iam", "", "CreateInstanceProfile", "InstanceProfileName=i", MEMBER, "iam:TagInstanceProfile", "arn:aws:iam::278805249149:instance-profile/i"),
    of("iam", "", "CreateOpenIDConnectProvider", "Url=https://issuer.example", MEMBER, "iam:TagOpenIDConnectProvider", "arn:aws:iam::278805249149:oidc-provider/issuer.example"),
    of("iam", "", "CreateSAMLProvider", "Name=s&SAMLMetadataDocument=d", MEMBER, "iam:TagSAMLProvider", "arn:aws:iam::278805249149:saml-provider/s"),
    of("iam", "", "UploadServerCertificate", "ServerCertificateName=c&CertificateBody=b&PrivateKey=k", MEMBER, "iam:TagServerCertificate", "arn:aws:iam::278805249149:server-certificate/c"),
    of("iam", "", "CreateVirtualMFADevice", "VirtualMFADeviceName=m", MEMBER, "iam:TagMFADevice", "arn:aws:iam::278805249149:mfa/m"),
    of("sqs", "", "CreateQueue", "QueueName=q", "&Tag.1.Key=team&Tag.1.Value=red", "sqs:tagqueue", "arn:aws:sqs:ap-northeast-2:278805249149:q"),
    of("sqs", "AmazonSQS", "CreateQueue", r#""QueueName":"q""#, r#""tags":{"team":"red"}"#, "sqs:tagqueue", "arn:aws:sqs:ap-northeast-2:278805249149:q"),
    of("sns", "", "CreateTopic", "Name=t", MEMBER, "SNS:TagResource", "arn:aws:sns:ap-northeast-2:278805249149:t"),
    of("secretsmanager", "secretsmanager", "CreateSecret", r#""Name":"s""#, LIST, "secretsmanager:TagResource", "arn:aws:secretsmanager:ap-northeast-2:278805249149:secret:s-??????"),
    of("ssm", "AmazonSSM", "PutParameter", r#""Name":"/p""#, LIST, "ssm:AddTagsToResource", "arn:aws:ssm:ap-northeast-2:278805249149:parameter/p"),
    of("kms", "TrentService", "CreateKey", r#""Description":"d""#, r#""Tags":[{"TagKey":"team","TagValue":"red"}]"#, "kms:TagResource", "arn:aws:kms:ap-northeast-2:278805249149:key/*"),
    of("dynamodb", "DynamoDB_20120810", "CreateTable", r#""TableName":"t""#, LIST, "dynamodb:TagResource", "arn:aws:dynamodb:ap-northeast-2:278805249149:table/t"),
    of("logs", "Logs_20140328", "CreateLogGroup", r#""logGroupName":"g""#, r#""tags":{"team":"red"}"#, "logs:TagResource", "arn:aws:logs:ap-northeast-2:278805249149:log-group:g"),
    of("monitoring", "", "PutMetricAlarm", "AlarmName=a", MEMBER, "cloudwatch:TagResource", "arn:aws:cloudwatch:ap-northeast-2:278805249149:alarm:a"),
    of("monitoring", "GraniteServiceVersion20100801", "PutMetricAlarm", r#""AlarmName":"a""#, LIST, "cloudwatch:TagResource", "arn:aws:cloudwatch:ap-northeast-2:278805249149:alarm:a"),
];

/// A user with this policy.
async fn lab_with(policy: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("p", policy)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn policy(statements: &serde_json::Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

async fn send(lab: &Lab, someone: &Signing, making: &Making, with_tags: bool) -> Answer {
    let tags = if with_tags { making.tagged } else { "" };
    if making.target.is_empty() {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
        let plain = making.plain.replace("TRUST", trust).replace("POLICY", ALLOW_ALL);
        let version = match making.service {
            "iam" => "2010-05-08",
            "sqs" => "2012-11-05",
            "sns" => "2010-03-31",
            _ => "2010-08-01",
        };
        let call = format!("Action={}&Version={version}&{plain}{tags}", making.operation);
        return lab.query(someone, making.service, &call).send().await;
    }
    let comma = if with_tags { "," } else { "" };
    let body = format!("{{{}{comma}{tags}}}", making.plain);
    let target = format!("{}.{}", making.target, making.operation);
    someone.json(lab.gate.url(), making.service, &target, &body).send().await
}

#[tokio::test]
async fn tags_at_creation_need_the_permission_to_tag() {
    let creating = json!([{ "Effect": "Allow", "Resource": "*", "Action": [
        "iam:Create*", "iam:Upload*", "sqs:Create*", "sns:Create*", "secretsmanager:Create*",
        "ssm:Put*", "kms:Create*", "dynamodb:Create*", "logs:Create*", "cloudwatch:Put*",
    ]}]);
    let (lab, someone) = lab_with(&policy(&creating)).await;
    lab.emulator.answers("GetAccountSummary", "");
    for making in MAKINGS {
        let Making { operation, action, resource, .. } = making;
        send(&lab, &someone, making, false).await.allowed();
        let forwarded = lab.emulator.seen(operation).len();
        let answer = send(&lab, &someone, making, true).await;
        let (status, code) = match (making.target, making.service) {
            ("", "sns") => (403, "AuthorizationError"),
            ("", _) => (403, "AccessDenied"),
            (_, "sqs") => (403, "AccessDenied"),
            _ => (400, "AccessDeniedException"),
        };
        answer.refused(
            status,
            code,
            &format!(
                "User: {SOMEONE} is not authorized to perform: {action} on resource: {resource} \
                 because no identity-based policy allows the {action} action"
            ),
        );
        assert_eq!(lab.emulator.seen(operation).len(), forwarded, "{operation}");
    }
}

#[tokio::test]
async fn whoever_may_tag_may_tag_at_creation() {
    let (lab, someone) = lab_with(ALLOW_ALL).await;
    for making in MAKINGS {
        send(&lab, &someone, making, true).await.allowed();
    }
}

#[tokio::test]
async fn tags_at_creation_are_conditions() {
    let statements = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Resource": "*", "Action": "*", "Condition": {
            "StringEquals": { "aws:RequestTag/team": "red" } } },
    ]);
    let (lab, someone) = lab_with(&policy(&statements)).await;
    for making in MAKINGS {
        send(&lab, &someone, making, false).await.allowed();
        let answer = send(&lab, &someone, making, true).await;
        assert!(matches!(answer.status, 400 | 403), "{}: {}", making.operation, answer.body);
        assert!(answer.body.contains("with an explicit deny"), "{}", answer.body);
    }
}

#[tokio::test]
async fn either_of_two_actions_tags_a_log_group() {
    let making = MAKINGS.iter().find(|making| making.service == "logs").unwrap();
    for (tagging, status) in [("TagResource", 200), ("TagLogGroup", 200), ("TagNothing", 400)] {
        let action = ["logs:CreateLogGroup".to_owned(), format!("logs:{tagging}")];
        let allow = json!([{ "Effect": "Allow", "Action": action, "Resource": "*" }]);
        let (lab, someone) = lab_with(&policy(&allow)).await;
        assert_eq!(send(&lab, &someone, making, true).await.status, status, "{tagging}");
    }
}

#[tokio::test]
async fn a_boundary_that_allows_making_does_not_allow_tagging() {
    let boundary = "arn:aws:iam::278805249149:policy/boundary";
    let allow = json!([{ "Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": {
        "StringEquals": { "iam:PermissionsBoundary": boundary } } }]);
    let (lab, someone) = lab_with(&policy(&allow)).await;
    lab.emulator.answers("GetPolicy", "<DefaultVersionId>v1</DefaultVersionId>");
    lab.emulator.answers("GetPolicyVersion", "<Document>{}</Document>");
    let call =
        format!("Action=CreateUser&Version=2010-05-08&UserName=u&PermissionsBoundary={boundary}");
    lab.query(&someone, "iam", &call).send().await.allowed();
    lab.query(&someone, "iam", &format!("{call}{MEMBER}")).send().await.refused(
        403,
        "AccessDenied",
        &format!(
            "User: {SOMEONE} is not authorized to perform: iam:TagUser on resource: \
             arn:aws:iam::278805249149:user/u because no identity-based policy allows the \
             iam:TagUser action"
        ),
    );
}

#[tokio::test]
async fn a_bucket_with_tags_needs_s3_tag_resource() {
    let create = json!([{ "Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*" }]);
    let (lab, someone) = lab_with(&policy(&create)).await;
    let send = |body: &'static str| someone.s3(lab.gate.url(), "PUT", "/bucket", &[], body).send();
    send("<CreateBucketConfiguration/>").await.allowed();
    for tagged in [
        "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>\
         </CreateBucketConfiguration>",
        "<CreateBucketConfiguration><Tags>",
    ] {
        send(tagged).await.refused(
            403,
            "AccessDenied",
            &format!(
                "User: {SOMEONE} is not authorized to perform: s3:TagResource on resource: \
                 \"arn:aws:s3:::bucket\" because no identity-based policy allows the \
                 s3:TagResource action"
            ),
        );
    }
}

#[tokio::test]
async fn an_objects_tags_are_conditions_in_the_header_and_in_the_body() {
    let statements = json!([
        { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:PutObjectTagging", "Resource": "*", "Condition": {
            "StringEquals": { "s3:RequestObjectTag/team": "red" } } },
    ]);
    let (lab, someone) = lab_with(&policy(&statements)).await;
    let gate = lab.gate.url();
    let tagging = |value: &str| {
        format!(
            "<Tagging><TagSet><Tag><Key>team</Key><Value>{value}</Value></Tag></TagSet></Tagging>"
        )
    };
    for (value, status) in [("blue", 200), ("red", 403)] {
        let put = someone.s3(gate, "PUT", "/bucket/key?tagging", &[], &tagging(value));
        assert_eq!(put.send().await.status, status, "{value}");
        let header = format!("team={value}");
        let put = someone.s3(gate, "PUT", "/bucket/key", &[("x-amz-tagging", &header)], "");
        assert_eq!(put.send().await.status, status, "{value}");
    }
}

#[tokio::test]
async fn every_tag_specification_of_ec2_counts() {
    let (lab, someone) = lab_with(&policy(&json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "ec2:CreateTags", "Resource": "*" },
    ])))
    .await;
    for (operation, stem, kind) in [
        ("RunInstances", "TagSpecification.1", "volume"),
        ("CreateVolume", "TagSpecification.1", "volume"),
        ("CreateCapacityReservation", "TagSpecifications.1", "capacity-reservation"),
        ("RequestSpotFleet", "SpotFleetRequestConfig.TagSpecification.1", "spot-fleet-request"),
        (
            "RequestSpotFleet",
            "SpotFleetRequestConfig.LaunchSpecifications.1.TagSpecificationSet.1",
            "instance",
        ),
        ("CreateLaunchTemplate", "TagSpecification.1", "launch-template"),
    ] {
        let call = format!(
            "Action={operation}&Version=2016-11-15&{stem}.ResourceType={kind}&{stem}.Tag.1.Key=a"
        );
        let answer = lab.query(&someone, "ec2", &call).send().await;
        assert_eq!(answer.status, 403, "{operation} {stem}");
        let denied = format!(
            "is not authorized to perform: ec2:CreateTags on resource: \
             arn:aws:ec2:ap-northeast-2:278805249149:{kind}/* with an explicit deny"
        );
        assert!(answer.text("Message").contains(&denied), "{}", answer.body);
    }
    // For what is launched by the template, later.
    let call = "Action=CreateLaunchTemplate&Version=2016-11-15&LaunchTemplateName=t&\
                LaunchTemplateData.TagSpecification.1.ResourceType=instance";
    lab.query(&someone, "ec2", call).send().await.allowed();
}
