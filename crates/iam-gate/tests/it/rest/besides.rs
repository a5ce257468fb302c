//! What a call brings besides its resource: roles, tags, and what an emulator would run.

use serde_json::json;

use super::{HERE, denied, lab_with, policy};
use crate::client::Signing;
use crate::lab::ALLOW_ALL;

#[tokio::test]
async fn a_function_gets_a_role_that_may_be_passed() {
    let statements = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/power",
          "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } } },
    ]);
    let (lab, someone) = lab_with(&policy(&statements)).await;
    let target = "/2015-03-31/functions/f/configuration";
    let change = |role: &str| {
        let body = format!(r#"{{"Role":"{role}"}}"#);
        let headers = [("content-type", "application/json")];
        someone.rest_with(lab.gate.url(), "lambda", "PUT", target, &headers, body.as_bytes()).send()
    };
    let power = "arn:aws:iam::278805249149:role/power";
    let answer = change(power).await;
    answer.refused(403, "AccessDeniedException", &denied("iam:PassRole", power));
    change("arn:aws:iam::278805249149:role/weak").await.allowed();
    for role in ["arn:aws:iam::111122223333:role/weak", "weak", "arn:aws:iam::278805249149:user/u"]
    {
        assert_eq!(change(role).await.status, 403, "{role}");
    }
    assert_eq!(lab.emulator.seen(&format!("PUT {target}")).len(), 1);
}

/// Services spell tags in four ways; a condition is on them in each.
#[tokio::test]
async fn tags_are_conditions_however_they_are_spelt() {
    let statements = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "*",
          "Condition": { "StringEquals": { "aws:RequestTag/env": "prod" } } },
        { "Effect": "Deny", "Action": "ecs:TagResource", "Resource": "*",
          "Condition": { "StringEquals": { "aws:RequestTag/env": "made" } } },
    ]);
    let (lab, someone) = lab_with(&policy(&statements)).await;
    let ecs = "AmazonEC2ContainerServiceV20141113";
    let cluster = format!("arn:aws:ecs:{HERE}:cluster/c");
    let name = r#""clusterName":"c""#;
    let arn = format!(r#""resourceArn":"{cluster}""#);
    let tag = |value: &str| format!(r#""tags":[{{"key":"env","value":"{value}"}}]"#);
    let send = |operation: &str, body: String| {
        someone.json(lab.gate.url(), "ecs", &format!("{ecs}.{operation}"), &body).send()
    };
    for (operation, named, action) in [
        ("TagResource", arn.as_str(), "ecs:TagResource"),
        ("CreateCluster", name, "ecs:CreateCluster"),
    ] {
        let answer = send(operation, format!("{{{named},{}}}", tag("prod"))).await;
        answer.refused(400, "AccessDeniedException", &denied(action, &cluster));
        send(operation, format!("{{{named},{}}}", tag("test"))).await.allowed();
    }
    // At creation, tagging is a permission of its own.
    let answer = send("CreateCluster", format!("{{{name},{}}}", tag("made"))).await;
    answer.refused(400, "AccessDeniedException", &denied("ecs:TagResource", &cluster));
}

/// What a state machine calls, an emulator calls with no regard to the machine's role.
#[tokio::test]
async fn a_state_machine_is_made_by_the_administrator_alone() {
    let (lab, someone) = lab_with(ALLOW_ALL).await;
    let role = r#""roleArn":"arn:aws:iam::278805249149:role/r""#;
    let definition = r#""definition":"{\"StartAt\":\"a\",\"States\":{\"a\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:iam:attachUserPolicy\",\"End\":true}}}""#;
    let machine = format!("arn:aws:states:{HERE}:stateMachine:m");
    for (operation, body) in [
        ("CreateStateMachine", format!(r#"{{"name":"m",{role},{definition}}}"#)),
        ("UpdateStateMachine", format!(r#"{{"stateMachineArn":"{machine}",{definition}}}"#)),
        ("TestState", format!("{{{role},{definition}}}")),
    ] {
        let target = format!("AWSStepFunctions.{operation}");
        let send =
            |signing: &Signing| signing.json(lab.gate.url(), "states", &target, &body).send();
        assert_eq!(send(&someone).await.status, 400, "{operation}");
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        send(&lab.as_root()).await.allowed();
    }
}
