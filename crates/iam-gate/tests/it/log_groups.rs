//! Actions on a log group are checked on its ARN with `:*`, but for those on its tags.

use serde_json::json;

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::Lab;

const GROUP: &str = "arn:aws:logs:ap-northeast-2:278805249149:log-group:/app/web";
const STAR: &str = "arn:aws:logs:ap-northeast-2:278805249149:log-group:/app/web:*";

/// A user who may do everything with logs on this.
async fn lab_with(resource: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    let allow = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "logs:*", "Resource": resource } ]})
    .to_string();
    lab.emulator.holds(details(&[user("someone", &[("logs", &allow)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

#[tokio::test]
async fn the_form_of_a_log_groups_arn_is_the_actions() {
    let group = json!({ "logGroupName": "/app/web" });
    let days = json!({ "logGroupName": "/app/web", "retentionInDays": 7 });
    let stream = json!({ "logGroupName": "/app/web", "logStreamName": "s" });
    let older = json!({ "logGroupName": "/app/web", "tags": { "a": "b" } });
    // Whether a policy for the ARN with `:*` allows it, and one for the ARN without.
    for (operation, input, with, without) in [
        ("CreateLogGroup", &group, 200, 400),
        ("DeleteLogGroup", &group, 200, 400),
        ("PutRetentionPolicy", &days, 200, 400),
        ("DescribeLogStreams", &group, 200, 400),
        ("FilterLogEvents", &group, 200, 400),
        ("ListTagsLogGroup", &group, 200, 400),
        ("TagLogGroup", &older, 200, 400),
        ("CreateLogStream", &stream, 200, 400),
        // Its tags are put on it without, or by the older action with.
        ("CreateLogGroup", &older, 200, 400),
    ] {
        for (resource, status) in [(STAR, with), (GROUP, without)] {
            let (lab, someone) = lab_with(resource).await;
            let target = format!("Logs_20140328.{operation}");
            let sent = someone.json(lab.gate.url(), "logs", &target, &input.to_string());
            let answer = sent.send().await;
            assert_eq!(answer.status, status, "{operation} {resource}: {}", answer.body);
        }
    }
}
