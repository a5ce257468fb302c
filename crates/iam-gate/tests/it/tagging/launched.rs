//! What a launch tags and makes: each type by its own tags, and the volume of the image.

use serde_json::json;

use super::{lab_with, policy};

const RUN: &str = "Action=RunInstances&Version=2016-11-15&ImageId=ami-0123456789abcdef0&MinCount=1&\
                   MaxCount=1&InstanceType=t2.micro";

/// Everything, but launching and tagging only with these conditions on these types.
fn launching(conditions: &serde_json::Value) -> String {
    let mut statements = vec![json!({ "Effect": "Allow", "Resource": "*", "NotAction": [
        "ec2:RunInstances", "ec2:CreateTags" ] })];
    let untagged = ["image", "subnet", "security-group", "network-interface", "key-pair"];
    let untagged = untagged.map(|kind| format!("arn:aws:ec2:*:*:{kind}/*"));
    statements
        .push(json!({ "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": untagged }));
    for (kind, team) in conditions.as_object().unwrap() {
        statements.push(json!({ "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateTags"],
            "Resource": format!("arn:aws:ec2:*:*:{kind}/*"),
            "Condition": { "StringEquals": { "aws:RequestTag/team": team },
                "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } } }));
    }
    policy(&json!(statements))
}

fn tagged(number: u32, kind: &str, key: &str, value: &str) -> String {
    let stem = format!("TagSpecification.{number}");
    format!("&{stem}.ResourceType={kind}&{stem}.Tag.1.Key={key}&{stem}.Tag.1.Value={value}")
}

#[tokio::test]
async fn each_type_of_what_is_launched_is_judged_by_its_own_tags() {
    let allow = launching(&json!({ "instance": "red", "volume": "blue" }));
    let (lab, someone) = lab_with(&allow).await;
    for (tags, status) in [
        (tagged(1, "instance", "team", "red") + &tagged(2, "volume", "team", "blue"), 200),
        // The image's root, untagged.
        (tagged(1, "instance", "team", "red"), 403),
        (String::new(), 403),
        (tagged(1, "instance", "team", "blue"), 403),
        (tagged(1, "volume", "team", "blue"), 403),
        (tagged(1, "volume", "team", "red"), 403),
        // The other one's tag.
        (tagged(1, "instance", "team", "red") + &tagged(2, "volume", "team", "red"), 403),
        (tagged(1, "instance", "team", "blue") + &tagged(2, "volume", "team", "red"), 403),
        (tagged(1, "instance", "team", "red") + &tagged(2, "volume", "cost", "1"), 403),
        (
            tagged(1, "instance", "team", "red") + &tagged(2, "network-interface", "team", "red"),
            403,
        ),
        (
            tagged(1, "instance", "team", "red") + &tagged(2, "spot-instances-request", "a", "b"),
            403,
        ),
        // Whichever of two values counts.
        (tagged(1, "instance", "team", "red") + &tagged(2, "instance", "team", "blue"), 403),
        (tagged(1, "instance", "team", "blue") + &tagged(2, "instance", "team", "red"), 403),
        (
            tagged(1, "instance", "team", "red")
                + "&BlockDeviceMapping.1.DeviceName=a&BlockDeviceMapping.1.Ebs.VolumeSize=8",
            403,
        ),
    ] {
        let answer = lab.query(&someone, "ec2", &format!("{RUN}{tags}")).send().await;
        assert_eq!(answer.status, status, "{tags}: {}", answer.body);
    }
    assert_eq!(lab.emulator.seen("RunInstances").len(), 1);
}

#[tokio::test]
async fn a_launch_makes_the_volume_of_its_image() {
    for (kinds, status) in [(&["instance"][..], 403), (&["instance", "volume"], 200)] {
        let kinds = ["image", "subnet", "security-group", "network-interface"].iter().chain(kinds);
        let resources: Vec<_> = kinds.map(|kind| format!("arn:aws:ec2:*:*:{kind}/*")).collect();
        let allow = policy(&json!([
            { "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": resources }]));
        let (lab, someone) = lab_with(&allow).await;
        let answer = lab.query(&someone, "ec2", RUN).send().await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.body.contains(":278805249149:volume/*"), status == 403);
    }
}

#[tokio::test]
async fn a_deny_on_the_tags_of_one_type_is_not_met_by_another() {
    let deny = |effect: &str, kind: &str, key: &str| {
        policy(&json!([
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "ec2:RunInstances",
              "Resource": format!("arn:aws:ec2:*:*:{kind}/*"),
              "Condition": { effect: { format!("aws:RequestTag/{key}"): "red" } } },
        ]))
    };
    let tags = tagged(1, "instance", "team", "red") + &tagged(2, "volume", "team", "blue");
    for (operator, kind, status) in [
        ("StringEquals", "instance", 403),
        ("StringEquals", "volume", 200),
        ("StringEquals", "image", 200),
        ("StringNotEquals", "instance", 200),
        ("StringNotEquals", "volume", 403),
        // Which has no tags.
        ("StringNotEquals", "network-interface", 403),
    ] {
        let (lab, someone) = lab_with(&deny(operator, kind, "team")).await;
        let answer = lab.query(&someone, "ec2", &format!("{RUN}{tags}")).send().await;
        assert_eq!(answer.status, status, "{operator} {kind}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_a_launch_template_tags_is_judged_so_too() {
    let template = |kind: &str, value: &str| {
        format!(
            "<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item>\
             <launchTemplateId>lt-0123456789abcdef0</launchTemplateId><launchTemplateData>\
             <tagSpecificationSet><item><resourceType>{kind}</resourceType><tagSet><item>\
             <key>team</key><value>{value}</value></item></tagSet></item></tagSpecificationSet>\
             </launchTemplateData></item></launchTemplateVersionSet>\
             </DescribeLaunchTemplateVersionsResponse>"
        )
    };
    let allow = launching(&json!({ "instance": "red", "volume": "blue" })).replace(
        "arn:aws:ec2:*:*:image/*\"",
        "arn:aws:ec2:*:*:image/*\",\"arn:aws:ec2:*:*:launch-template/*\"",
    );
    let (lab, someone) = lab_with(&allow).await;
    let run = format!("{RUN}&LaunchTemplate.LaunchTemplateId=lt-0123456789abcdef0");
    for (kind, value, tags, status) in [
        ("instance", "red", tagged(1, "volume", "team", "blue"), 200),
        ("instance", "red", String::new(), 403),
        ("volume", "blue", tagged(1, "instance", "team", "red"), 200),
        ("instance", "blue", String::new(), 403),
        ("volume", "red", tagged(1, "instance", "team", "red"), 403),
        ("volume", "blue", String::new(), 403),
        // Whichever of two values counts.
        ("instance", "blue", tagged(1, "instance", "team", "red"), 403),
        ("instance", "red", tagged(1, "instance", "team", "blue"), 403),
    ] {
        lab.emulator.refuses("DescribeLaunchTemplateVersions", 200, &template(kind, value));
        let answer = lab.query(&someone, "ec2", &format!("{run}{tags}")).send().await;
        assert_eq!(answer.status, status, "{kind} {value} {tags}: {}", answer.body);
    }
}
