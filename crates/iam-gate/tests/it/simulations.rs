//! What the policy simulator answers.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::emulator::{details, group, role, user};
use crate::lab::{ALLOW_EC2, Lab, trust};

const SOMEONE: &str = "arn:aws:iam::278805249149:user/someone";

async fn simulate(lab: &Lab, operation: &str, parameters: &[(&str, &str)]) -> Answer {
    let call = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("Action", operation), ("Version", "2010-05-08")])
        .extend_pairs(parameters)
        .finish();
    lab.query(&lab.as_root(), "iam", &call).send().await
}

/// An element as JSON: its members, in lists where they are called `member`, or its text.
fn tree(node: roxmltree::Node<'_, '_>) -> Value {
    let elements: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
    let name = node.tag_name().name();
    let is_list = elements.iter().any(|child| child.tag_name().name() == "member")
        || ["MatchedStatements", "MissingContextValues", "EvaluationResults"].contains(&name);
    if is_list {
        return elements.into_iter().map(tree).collect();
    }
    if elements.is_empty() {
        return json!(node.text().unwrap_or_default());
    }
    elements.into_iter().map(|child| (child.tag_name().name().to_owned(), tree(child))).collect()
}

fn results(answer: &Answer) -> Value {
    let document = roxmltree::Document::parse(&answer.allowed().body).unwrap();
    let results =
        document.descendants().find(|node| node.tag_name().name() == "EvaluationResults").unwrap();
    tree(results)
}

const LIMITED: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"sns:*","Resource":"*"},
    {"Effect":"Deny","Action":"sns:Publish","Resource":"arn:aws:sns:a:1:secret"}]}"#;

async fn lab() -> Lab {
    let lab = Lab::start().await;
    lab.emulator.holds(details(
        &[user("someone", &[("limited", LIMITED)], &["team"])],
        &[group("team", &[("ec2", ALLOW_EC2)])],
        &[role("google-oidc-role", &trust(), &[("ec2", ALLOW_EC2)])],
    ));
    lab
}

#[tokio::test]
async fn each_resource_is_told_apart_and_the_action_is_the_worst_of_them() {
    let lab = lab().await;
    let answer = simulate(
        &lab,
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", SOMEONE),
            ("ActionNames.member.1", "sns:Publish"),
            ("ResourceArns.member.1", "arn:aws:sns:a:1:secret"),
            ("ResourceArns.member.2", "arn:aws:sns:a:1:public"),
        ],
    )
    .await;
    let statement = |start: [&str; 2], end: [&str; 2]| {
        json!([{
            "SourcePolicyId": "user_someone_limited",
            "SourcePolicyType": "IAM Policy",
            "StartPosition": { "Line": start[0], "Column": start[1] },
            "EndPosition": { "Line": end[0], "Column": end[1] },
        }])
    };
    assert_eq!(
        results(&answer),
        json!([{
            "EvalActionName": "sns:Publish",
            "EvalResourceName": "*",
            "EvalDecision": "explicitDeny",
            "EvalDecisionDetails": "",
            "MatchedStatements": [],
            "MissingContextValues": [],
            "ResourceSpecificResults": [
                {
                    "EvalResourceName": "arn:aws:sns:a:1:secret",
                    "EvalResourceDecision": "explicitDeny",
                    "MatchedStatements": statement(["2", "55"], ["3", "81"]),
                    "MissingContextValues": [],
                },
                {
                    "EvalResourceName": "arn:aws:sns:a:1:public",
                    "EvalResourceDecision": "allowed",
                    "MatchedStatements": statement(["1", "38"], ["2", "55"]),
                    "MissingContextValues": [],
                },
            ],
        }])
    );
}

#[tokio::test]
async fn what_is_attached_is_found_where_it_is() {
    let lab = lab().await;
    for (source, id) in [
        (SOMEONE, "group_team_ec2"),
        ("arn:aws:iam::278805249149:group/team", "group_team_ec2"),
        ("arn:aws:iam::278805249149:role/google-oidc-role", "role_google-oidc-role_ec2"),
    ] {
        let parameters =
            [("PolicySourceArn", source), ("ActionNames.member.1", "ec2:DescribeInstances")];
        let answer = simulate(&lab, "SimulatePrincipalPolicy", &parameters).await;
        assert_eq!(results(&answer)[0]["EvalDecision"], "allowed");
        assert_eq!(results(&answer)[0]["MatchedStatements"][0]["SourcePolicyId"], id);
    }
    let parameters = [
        ("PolicySourceArn", "arn:aws:iam::278805249149:user/nobody"),
        ("ActionNames.member.1", "ec2:DescribeInstances"),
    ];
    simulate(&lab, "SimulatePrincipalPolicy", &parameters).await.refused(
        404,
        "NoSuchEntity",
        "arn:aws:iam::278805249149:user/nobody cannot be found.",
    );
}

#[tokio::test]
async fn a_boundary_is_told_of() {
    let lab = lab().await;
    for (action, allowed, within) in [
        ("s3:GetObject", "implicitDeny", "true"),
        ("ec2:DescribeInstances", "implicitDeny", "false"),
    ] {
        let boundary = ALLOW_EC2.replace("ec2:*", "s3:*");
        let answer = simulate(
            &lab,
            "SimulatePrincipalPolicy",
            &[
                ("PolicySourceArn", SOMEONE),
                ("ActionNames.member.1", action),
                ("PermissionsBoundaryPolicyInputList.member.1", &boundary),
            ],
        )
        .await;
        let result = &results(&answer)[0];
        assert_eq!(result["EvalDecision"], allowed);
        let detail = &result["PermissionsBoundaryDecisionDetail"];
        assert_eq!(detail["AllowedByPermissionsBoundary"], within);
    }
    let plain = [("PolicySourceArn", SOMEONE), ("ActionNames.member.1", "s3:GetObject")];
    let answer = simulate(&lab, "SimulatePrincipalPolicy", &plain).await;
    assert_eq!(results(&answer)[0].get("PermissionsBoundaryDecisionDetail"), None);
}

const BY_TEAM: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",
    "Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"},
    "DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}}}"#;

#[tokio::test]
async fn keys_that_nobody_gives_are_told_of() {
    let lab = lab().await;
    let given = |number: &str, key: &str, value: &str| {
        let name = |member: &str| format!("ContextEntries.member.{number}.{member}");
        vec![
            (name("ContextKeyName"), key.to_owned()),
            (name("ContextKeyType"), "string".to_owned()),
            (name("ContextKeyValues.member.1"), value.to_owned()),
        ]
    };
    let team = |value| given("1", "aws:PrincipalTag/team", value);
    let time = given("2", "aws:CurrentTime", "2026-11-23T10:00:00Z");
    for (entries, decision, missing) in [
        (vec![], "implicitDeny", json!(["aws:CurrentTime", "aws:PrincipalTag/team"])),
        (team("a"), "implicitDeny", json!(["aws:CurrentTime"])),
        ([team("a"), time.clone()].concat(), "allowed", json!([])),
        ([team("b"), time].concat(), "implicitDeny", json!([])),
    ] {
        let mut parameters =
            vec![("PolicyInputList.member.1", BY_TEAM), ("ActionNames.member.1", "s3:GetObject")];
        parameters.extend(entries.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let answer = simulate(&lab, "SimulateCustomPolicy", &parameters).await;
        let result = &results(&answer)[0];
        assert_eq!(result["EvalDecision"], decision);
        assert_eq!(result["MissingContextValues"], missing);
        let id = &result["MatchedStatements"][0]["SourcePolicyId"];
        assert_eq!(id.as_str(), (decision == "allowed").then_some("PolicyInputList.1"));
    }
}

#[tokio::test]
async fn another_action_asks_for_no_keys() {
    let lab = lab().await;
    let parameters =
        [("PolicyInputList.member.1", BY_TEAM), ("ActionNames.member.1", "ec2:DescribeInstances")];
    let answer = simulate(&lab, "SimulateCustomPolicy", &parameters).await;
    assert_eq!(results(&answer)[0]["MissingContextValues"], json!([]));
}

#[tokio::test]
async fn results_come_in_pages() {
    let lab = lab().await;
    let actions = ["ec2:A", "sns:B", "s3:C"];
    let names: Vec<String> = (1..=3).map(|at| format!("ActionNames.member.{at}")).collect();
    let mut marker = String::new();
    let mut seen = Vec::new();
    loop {
        let mut parameters = vec![("PolicySourceArn", SOMEONE), ("MaxItems", "2")];
        parameters.extend(names.iter().map(String::as_str).zip(actions));
        if !marker.is_empty() {
            parameters.push(("Marker", &marker));
        }
        let answer = simulate(&lab, "SimulatePrincipalPolicy", &parameters).await;
        let page = results(&answer);
        seen.extend(page.as_array().unwrap().iter().map(|it| it["EvalDecision"].clone()));
        if answer.text("IsTruncated") == "false" {
            break;
        }
        marker = answer.text("Marker");
    }
    assert_eq!(seen, ["allowed", "allowed", "implicitDeny"]);
}

#[tokio::test]
async fn what_cannot_be_simulated_is_refused() {
    let lab = lab().await;
    let action = ("ActionNames.member.1", "ec2:DescribeInstances");
    for (parameters, message) in [
        (vec![("ActionNames.member.1", "ec2")], "Invalid action name: ec2"),
        (vec![action, ("CallerArn", "me")], "Invalid CallerArn me"),
        (vec![action, ("ResourceOwner", "me")], "Invalid ResourceOwner me"),
        (vec![action, ("MaxItems", "0")], "expected `MaxItems` to be 1 to 1000"),
        (vec![action, ("Marker", "x")], "Invalid Marker"),
        (
            vec![action, ("PolicyInputList.member.1", "{")],
            "policy `PolicyInputList.1` cannot be understood: line 1, column 2: the `{` at line 1, \
             column 1 is not closed, found the end of the text",
        ),
    ] {
        let mut all = vec![("PolicySourceArn", SOMEONE)];
        all.extend(parameters);
        let answer = simulate(&lab, "SimulatePrincipalPolicy", &all).await;
        answer.refused(400, "InvalidInput", message);
    }
}
