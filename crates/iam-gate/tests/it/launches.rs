//! What EC2 launches, and with which role: by the call itself or by a launch template.

use serde_json::json;

use crate::client::{Answer, Signing};
use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_ALL, Lab};

const SOMEONE: &str = "arn:aws:iam::278805249149:user/someone";
const HERE: &str = "arn:aws:ec2:ap-northeast-2:278805249149";
const LAUNCH: &str = "MinCount=1&MaxCount=1&InstanceType=t2.micro";

/// A user who may do everything but these.
async fn all_but(denied: serde_json::Value) -> (Lab, Signing) {
    let lab = Lab::start().await;
    let deny = json!({ "Version": "2012-10-17", "Statement": denied }).to_string();
    lab.emulator.holds(details(
        &[user("someone", &[("all", ALLOW_ALL), ("deny", &deny)], &[])],
        &[],
        &[role("logs", "{}", &[])],
    ));
    let someone = lab.key_of("someone").await;
    lab.emulator.answers("CreateLaunchTemplate", "");
    lab.emulator.refuses(
        "DescribeLaunchTemplateVersions",
        200,
        "<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item>\
         <launchTemplateId>lt-0123456789abcdef0</launchTemplateId><launchTemplateData>\
         <iamInstanceProfile><name>admin</name></iamInstanceProfile>\
         <imageId>ami-0123456789abcdef0</imageId>\
         <securityGroupIdSet><item>sg-0123456789abcdef0</item></securityGroupIdSet>\
         <tagSpecificationSet><item><resourceType>volume</resourceType><tagSet><item>\
         <key>a</key><value>b</value></item></tagSet></item></tagSpecificationSet>\
         </launchTemplateData></item></launchTemplateVersionSet>\
         </DescribeLaunchTemplateVersionsResponse>",
    );
    (lab, someone)
}

fn deny(action: &str, resource: &str) -> serde_json::Value {
    json!([{ "Effect": "Deny", "Action": action, "Resource": resource }])
}

async fn send(lab: &Lab, someone: &Signing, call: &str) -> Answer {
    lab.query(someone, "ec2", &format!("Version=2016-11-15&{call}")).send().await
}

#[track_caller]
fn is_denied(answer: &Answer, action: &str, resource: &str) {
    let expected = format!(
        "You are not authorized to perform this operation. User: {SOMEONE} is not authorized to \
         perform: {action} on resource: {resource} with an explicit deny in an identity-based \
         policy"
    );
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "UnauthorizedOperation"));
    assert!(answer.text("Message").starts_with(&expected), "{}", answer.body);
}

/// The calls that launch by a template, named by its id or by its name.
const BY_TEMPLATE: [&str; 4] = [
    "Action=RunInstances&MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateId=lt-0123456789abcdef0",
    "Action=RunInstances&MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateName=web&LaunchTemplate.Version=2",
    "Action=CreateFleet&LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName=web",
    "Action=CreateFleet&LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId=lt-0123456789abcdef0",
];

#[tokio::test]
async fn a_launch_template_is_part_of_what_is_launched_by_it() {
    let template = format!("{HERE}:launch-template/lt-0123456789abcdef0");
    let (lab, someone) = all_but(deny("ec2:*", &template)).await;
    for call in BY_TEMPLATE {
        let operation = call.split('&').next().unwrap().replace("Action=", "ec2:");
        is_denied(&send(&lab, &someone, call).await, &operation, &template);
    }
    for call in [
        "Action=CreateLaunchTemplateVersion&LaunchTemplateName=web&LaunchTemplateData.ImageId=ami-1",
        "Action=ModifyLaunchTemplate&LaunchTemplateName=web&SetDefaultVersion=2",
        "Action=DeleteLaunchTemplate&LaunchTemplateName=web",
        "Action=RequestSpotFleet&SpotFleetRequestConfig.LaunchTemplateConfigs.1.\
         LaunchTemplateSpecification.LaunchTemplateName=web",
    ] {
        let operation = call.split('&').next().unwrap().replace("Action=", "ec2:");
        is_denied(&send(&lab, &someone, call).await, &operation, &template);
    }
    // The name of another one that is about to be made.
    send(&lab, &someone, "Action=CreateLaunchTemplate&LaunchTemplateName=web").await.allowed();
}

#[tokio::test]
async fn what_is_in_a_launch_template_counts_as_if_the_call_said_it() {
    for (action, denied, resource) in [
        ("ec2:RunInstances", "image", "arn:aws:ec2:ap-northeast-2::image/ami-0123456789abcdef0"),
        (
            "ec2:RunInstances",
            "group",
            "arn:aws:ec2:ap-northeast-2:278805249149:security-group/sg-0123456789abcdef0",
        ),
        ("ec2:CreateTags", "tags", "arn:aws:ec2:ap-northeast-2:278805249149:volume/*"),
        ("iam:PassRole", "role", "arn:aws:iam::278805249149:role/*"),
    ] {
        let (lab, someone) = all_but(deny(action, resource)).await;
        for call in BY_TEMPLATE {
            // A fleet is itself authorized on images.
            let action = match (denied, call.contains("CreateFleet")) {
                ("image", true) => continue,
                _ => action,
            };
            is_denied(&send(&lab, &someone, call).await, action, resource);
        }
        assert!(lab.emulator.seen("RunInstances").is_empty());
    }
}

#[tokio::test]
async fn what_the_call_says_goes_before_its_launch_template() {
    let (lab, someone) = all_but(deny("iam:PassRole", "*")).await;
    is_denied(
        &send(&lab, &someone, BY_TEMPLATE[0]).await,
        "iam:PassRole",
        "arn:aws:iam::278805249149:role/*",
    );
    let image = "arn:aws:ec2:*::image/ami-0123456789abcdef0";
    let (lab, someone) = all_but(deny("ec2:*", image)).await;
    let call = format!("{}&ImageId=ami-00000000000000000", BY_TEMPLATE[0]);
    send(&lab, &someone, &call).await.allowed();
}

#[tokio::test]
async fn a_launch_template_that_cannot_be_read_denies() {
    let (lab, someone) = all_but(deny("sdb:*", "*")).await;
    for (status, body) in
        [(200, "<DescribeLaunchTemplateVersionsResponse/>"), (200, "x"), (500, "")]
    {
        lab.emulator.refuses("DescribeLaunchTemplateVersions", status, body);
        let message = "the gate cannot tell which launch template `LaunchTemplate` means, so it \
                       cannot allow `ec2:RunInstances`";
        let answer = send(&lab, &someone, BY_TEMPLATE[0]).await;
        answer.refused(403, "UnauthorizedOperation", message);
    }
    let both = format!("{}&LaunchTemplate.LaunchTemplateName=web", BY_TEMPLATE[0]);
    assert_eq!(send(&lab, &someone, &both).await.status, 403);
    // The emulator says that there is none such.
    let none =
        "<R><Errors><Error><Code>InvalidLaunchTemplateId.NotFound</Code></Error></Errors></R>";
    lab.emulator.refuses("DescribeLaunchTemplateVersions", 400, none);
    send(&lab, &someone, BY_TEMPLATE[0]).await.allowed();
}

#[tokio::test]
async fn every_member_that_names_a_role_passes_it() {
    let (lab, someone) = all_but(deny("iam:PassRole", "*")).await;
    let role = "arn:aws:iam::278805249149:role/logs";
    for call in [
        format!(
            "Action=CreateFlowLogs&ResourceId.1=vpc-0123456789abcdef0&DeliverLogsPermissionArn={role}"
        ),
        format!(
            "Action=CreateFlowLogs&ResourceId.1=vpc-0123456789abcdef0&DeliverCrossAccountRole={role}"
        ),
        format!("Action=RequestSpotFleet&SpotFleetRequestConfig.IamFleetRole={role}"),
        "Action=ImportImage&RoleName=logs".to_owned(),
        "Action=ImportSnapshot&RoleName=logs".to_owned(),
        "Action=ExportImage&ImageId=ami-0123456789abcdef0&RoleName=logs".to_owned(),
    ] {
        is_denied(&send(&lab, &someone, &call).await, "iam:PassRole", role);
    }
    for call in [
        format!("Action=RunInstances&{LAUNCH}&IamInstanceProfile.Name=p"),
        "Action=RequestSpotInstances&LaunchSpecification.IamInstanceProfile.Arn=p".to_owned(),
        "Action=RunScheduledInstances&LaunchSpecification.IamInstanceProfile.Name=p".to_owned(),
        "Action=RequestSpotFleet&SpotFleetRequestConfig.LaunchSpecifications.1.\
         IamInstanceProfile.Name=p"
            .to_owned(),
        "Action=AssociateIamInstanceProfile&InstanceId=i-0123456789abcdef0&\
         IamInstanceProfile.Name=p"
            .to_owned(),
        "Action=ReplaceIamInstanceProfileAssociation&AssociationId=i&IamInstanceProfile.Name=p"
            .to_owned(),
    ] {
        let answer = send(&lab, &someone, &call).await;
        is_denied(&answer, "iam:PassRole", "arn:aws:iam::278805249149:role/*");
    }
    // AWS asks when something is launched by the template.
    let call = "Action=CreateLaunchTemplate&LaunchTemplateName=t&\
                LaunchTemplateData.IamInstanceProfile.Name=p";
    send(&lab, &someone, call).await.allowed();
}

#[tokio::test]
async fn what_somebody_has_written_is_no_id() {
    let (lab, someone) = all_but(deny("sdb:*", "*")).await;
    for call in [
        format!("Action=RunInstances&{LAUNCH}&ClientToken=terraform-20240205082620442300000001"),
        format!("Action=RunInstances&{LAUNCH}&IamInstanceProfile.Name=app-1234abcd"),
        format!("Action=RunInstances&{LAUNCH}&KeyName=dev-12345678"),
        "Action=AuthorizeSecurityGroupIngress&GroupId=sg-0123456789abcdef0&\
         IpPermissions.1.IpRanges.1.Description=web-12345678"
            .to_owned(),
        "Action=AssociateIamInstanceProfile&InstanceId=i-0123456789abcdef0&\
         IamInstanceProfile.Name=app-1234abcd"
            .to_owned(),
    ] {
        send(&lab, &someone, &call).await.allowed();
    }
    let key = format!("{HERE}:key-pair/dev-12345678");
    let (lab, someone) = all_but(deny("ec2:RunInstances", &key)).await;
    let call = format!("Action=RunInstances&{LAUNCH}&KeyName=dev-12345678");
    is_denied(&send(&lab, &someone, &call).await, "ec2:RunInstances", &key);
}
