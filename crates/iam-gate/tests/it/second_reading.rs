//! What an emulator would read otherwise than the gate is refused, or written so that there is
//! one way to read it.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

/// A user with this policy.
async fn with_policy(document: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("narrow", document)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn allow(action: &str, resource: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": resource },
    ]})
    .to_string()
}

/// As moto reads any body: pairs of a form.
fn action_of_form(body: &str) -> Option<String> {
    url::form_urlencoded::parse(body.as_bytes())
        .find(|(name, _)| name == "Action")
        .map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn json_holds_nothing_for_a_reader_of_forms() {
    let (lab, someone) = with_policy(&allow("*", "*")).await;
    for (service, target, input) in [
        ("ssm", "AmazonSSM.DescribeParameters", json!({ "NextToken": "&Action=GetParameter&" })),
        (
            "ssm",
            "AmazonSSM.DescribeParameters",
            json!({ "Filters": [{ "Key": "&Action=PutParameter&", "Values": ["&Action=x&"] }] }),
        ),
        (
            "secretsmanager",
            "secretsmanager.ListSecrets",
            json!({ "NextToken": "&Action=GetSecretValue&" }),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.ListTables",
            json!({ "ExclusiveStartTableName": ";Action=Scan;" }),
        ),
        (
            "sqs",
            "AmazonSQS.ListQueues",
            json!({ "QueueNamePrefix": "%26Action%3DReceiveMessage%26&Action=b" }),
        ),
        ("kms", "TrentService.ListKeys", json!({ "Marker": "&Action=CreateKey" })),
        (
            "logs",
            "Logs_20140328.DescribeLogGroups",
            json!({ "nextToken": "&Action=CreateLogGroup&" }),
        ),
        (
            "monitoring",
            "GraniteServiceVersion20100801.ListMetrics",
            json!({ "NextToken": "&Action=PutDashboard&" }),
        ),
    ] {
        let body = input.to_string();
        someone.json(lab.gate.url(), service, target, &body).send().await.allowed();
        let operation = target.rsplit('.').next().unwrap();
        let seen = lab.emulator.seen(operation);
        let forwarded = &seen.last().unwrap().body;
        assert_eq!(action_of_form(forwarded), None, "{forwarded}");
        assert!(!forwarded.contains(['&', '=', '+', '%', ';', '<', '>', '?', '#']), "{forwarded}");
        assert_eq!(serde_json::from_str::<Value>(forwarded).unwrap(), input);
    }
}

#[tokio::test]
async fn json_with_a_key_twice_or_in_two_protocols_is_refused() {
    let (lab, someone) = with_policy(&allow("*", "*")).await;
    let url = lab.gate.url();
    let target = "AmazonSSM.DescribeParameters";
    for body in [r#"{"A":1,"A":2}"#, r#"{"A":{"B":1,"B":1}}"#, "[]", "null", "Action=GetParameter"]
    {
        let answer = someone.json(url, "ssm", target, body).send().await;
        answer.refused(400, "SerializationException", "");
    }
    for (body, found) in [
        (r#"{"Name":7}"#, "NUMBER_VALUE"),
        (r#"{"Name":{"a":1}}"#, "START_OBJECT"),
        (r#"{"Name":["/a",7]}"#, "START_ARRAY"),
    ] {
        let answer = someone.json(url, "ssm", "AmazonSSM.GetParameter", body).send().await;
        let message = format!("{found} can not be converted to a String: `Name`");
        answer.refused(400, "SerializationException", &message);
    }
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-amz-target", target)];
    for body in ["Action=GetParameter", "", "{}"] {
        let answer = someone.post(url, "ssm", body, &headers).send().await;
        answer.refused(400, "SerializationException", "");
    }
    let mut signed = someone.json(url, "ssm", target, "{}");
    signed.url.push_str("?Action=GetParameter");
    assert_eq!(signed.send().await.status, 400);
    assert!(lab.emulator.seen("DescribeParameters").is_empty());
    assert!(lab.emulator.seen("GetParameter").is_empty());
}

#[tokio::test]
async fn a_request_to_s3_is_a_request_to_s3() {
    let (lab, someone) = with_policy(&allow("s3:*", "*")).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "Action=ReceiveMessage&Version=2012-11-05";
    for bucket in [
        "278805249149",
        "queue",
        "restapis",
        "2015-03-31",
        "opensearch",
        "moto-api",
        "moto-api-x",
        "latest",
        "favicon.ico",
        "openapi.yaml",
        "shell",
        "v20180820",
    ] {
        for (method, target) in [
            ("POST", format!("/{bucket}/secret-queue?uploads")),
            ("GET", format!("/{bucket}/secret-queue")),
            ("PUT", format!("/{bucket}")),
        ] {
            let answer = someone.s3(lab.gate.url(), method, &target, &form, body).send().await;
            answer.refused(
                403,
                "AccessDenied",
                &format!(
                    "the emulator behind the gate keeps `/{bucket}` for itself, so no bucket can \
                     be called `{bucket}`"
                ),
            );
            assert!(lab.emulator.seen(&format!("{method} {target}")).is_empty());
        }
    }
}

#[tokio::test]
async fn s3_is_named_to_the_emulator_and_sends_no_forms() {
    let (lab, someone) = with_policy(&allow("s3:*", "*")).await;
    for (method, target, content_type) in [
        ("POST", "/bucket/a?uploads", "application/x-www-form-urlencoded"),
        ("PUT", "/bucket/a", "Application/X-WWW-Form-Urlencoded; charset=utf-8"),
        ("PUT", "/bucket/a", "multipart/form-data; boundary=b"),
        ("PUT", "/bucket", "application/x-url-encoded"),
    ] {
        let headers = [("content-type", content_type)];
        let answer =
            someone.s3(lab.gate.url(), method, target, &headers, "policy=&acl=").send().await;
        answer.allowed();
        let seen = lab.emulator.seen(&format!("{method} {target}")).pop().unwrap();
        let header = |name: &str| {
            seen.headers
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(header("content-type"), ["binary/octet-stream"]);
        assert_eq!(header("host"), ["s3.ap-northeast-2.amazonaws.com"]);
    }
}

#[tokio::test]
async fn a_key_of_slashes_is_not_its_bucket() {
    let (lab, someone) = with_policy(&allow("s3:*", "arn:aws:s3:::bucket/*")).await;
    for (method, target) in [
        ("DELETE", "/bucket//"),
        ("PUT", "/bucket//"),
        ("GET", "/bucket///"),
        ("PUT", "/bucket//?acl"),
        ("GET", "/bucket/secret%0A"),
        ("GET", "/bucket/%09"),
    ] {
        let answer = someone.s3(lab.gate.url(), method, target, &[], "").send().await;
        answer.refused(400, "InvalidURI", "Couldn't parse the specified URI.");
    }
    someone.s3(lab.gate.url(), "DELETE", "/bucket/a//", &[], "").send().await.allowed();
    assert_eq!(lab.emulator.seen("DELETE /bucket/a%2F%2F").len(), 1);
}

#[tokio::test]
async fn a_page_of_the_emulators_is_an_error_of_s3s() {
    let (lab, someone) = with_policy(&allow("*", "*")).await;
    lab.emulator.refuses("GET /bucket/a", 500, "<!doctype html><title>500</title>");
    someone.s3(lab.gate.url(), "GET", "/bucket/a", &[], "").send().await.refused(
        500,
        "InternalError",
        "the emulator behind the gate failed at `s3:GetObject` with status 500",
    );
}

#[tokio::test]
async fn a_request_names_one_host() {
    let (lab, someone) = with_policy(&allow("*", "*")).await;
    let signed = someone.query(lab.gate.url(), "sqs", "Action=ListQueues&Version=2012-11-05");
    let host = lab.gate.url().trim_start_matches("http://").to_owned();
    for (hosts, found) in [("", 0), ("host: HOST\r\nhost: HOST\r\n", 2)] {
        let mut text = "POST / HTTP/1.1\r\nconnection: close\r\n".to_owned();
        text.push_str(&hosts.replace("HOST", &host));
        for (name, value) in &signed.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n{}", signed.body.len(), signed.body));
        let mut stream = TcpStream::connect(&host).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(&format!("expected one `host` header, found {found}")), "{answer}");
    }
    assert!(lab.emulator.seen("ListQueues").is_empty());
}

#[tokio::test]
async fn a_queue_behind_another_address_is_refused() {
    let narrow = allow("sqs:*", "arn:aws:sqs:*:*:*-public");
    let (lab, someone) = with_policy(&narrow).await;
    let url = |end: &str| format!("http://h:4566/278805249149/{end}");
    for end in
        ["victim?x-public", "victim#-public", "victim;x-public", "vict\nim-public", "x-public/"]
    {
        let input = json!({ "QueueUrl": url(end) }).to_string();
        let answer =
            someone.json(lab.gate.url(), "sqs", "AmazonSQS.ReceiveMessage", &input).send().await;
        let message = format!("The address {} is not valid for this endpoint.", url(end));
        answer.refused(404, "InvalidAddress", &message);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("Action", "ReceiveMessage"),
                ("Version", "2012-11-05"),
                ("QueueUrl", &url(end)),
            ])
            .finish();
        let answer = lab.query(&someone, "sqs", &form).send().await;
        answer.refused(404, "InvalidAddress", &message);
    }
    assert!(lab.emulator.seen("ReceiveMessage").is_empty());
    let input = json!({ "QueueUrl": url("x-public") }).to_string();
    someone.json(lab.gate.url(), "sqs", "AmazonSQS.ReceiveMessage", &input).send().await.allowed();
}

#[tokio::test]
async fn a_parameter_by_another_spelling_is_refused_or_the_same() {
    let guarded = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ssm:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "arn:aws:ssm:*:*:parameter/app/secret" },
    ]});
    let (lab, someone) = with_policy(&guarded.to_string()).await;
    let get = |name: &str| {
        let input = json!({ "Name": name }).to_string();
        someone.json(lab.gate.url(), "ssm", "AmazonSSM.GetParameter", &input).send()
    };
    for name in [
        "/app/secret/",
        "arn:aws-x:ssm:ap-northeast-2:278805249149:parameter/app/secret",
        "arn:aws:ssm:us-east-1:278805249149:parameter/app/secret",
        "arn:aws:ssm:ap-northeast-2:111122223333:parameter/app/secret",
        "arn:aws:ssm:ap-northeast-2:278805249149:parameter/app/secret/",
        "arn:aws:ssm:ap-northeast-2:278805249149:parameter/app/secret",
        "/app/secret",
    ] {
        assert_eq!(get(name).await.status, 400, "{name}");
        assert!(lab.emulator.seen("GetParameter").is_empty(), "{name}");
    }
    // A parameter that is called so: its name is forwarded, in which nothing is cut.
    let arn = "arn:aws:ssm:ap-northeast-2:278805249149:parameter/parameter/app/secret";
    get(arn).await.allowed();
    let forwarded = lab.emulator.seen("GetParameter").pop().unwrap().body;
    assert_eq!(forwarded, r#"{"Name":"/parameter/app/secret"}"#);
}

#[tokio::test]
async fn an_arn_of_another_region_is_refused() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    let of = |service: &'static str, target: &'static str, input: Value| {
        someone.json(lab.gate.url(), service, target, &input.to_string()).send()
    };
    let secret = "arn:aws:secretsmanager:us-east-1:278805249149:secret:prod-db";
    of("secretsmanager", "secretsmanager.GetSecretValue", json!({ "SecretId": secret }))
        .await
        .refused(
            400,
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        );
    let key = "arn:aws:kms:us-east-1:278805249149:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    of("kms", "TrentService.GenerateDataKey", json!({ "KeyId": key })).await.refused(
        400,
        "NotFoundException",
        "Invalid arn us-east-1",
    );
    let group = "arn:aws:logs:us-east-1:278805249149:log-group:secret";
    of("logs", "Logs_20140328.DescribeLogStreams", json!({ "logGroupIdentifier": group }))
        .await
        .refused(400, "ResourceNotFoundException", "The specified log group does not exist.");
    let topic = "arn:aws:sns:us-east-1:278805249149:t";
    let publish = format!("Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=m");
    lab.query(&someone, "sns", &publish).send().await.refused(
        400,
        "InvalidParameter",
        "Invalid parameter: TopicArn",
    );
    for operation in ["GetSecretValue", "GenerateDataKey", "DescribeLogStreams", "Publish"] {
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
}

#[tokio::test]
async fn a_call_is_sent_for_the_account_whose_queue_it_names() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sqs:*", "Resource": "*",
    }]});
    let attributes = json!({ "Attributes": { "Policy": policy.to_string() } });
    lab.emulator.answers_json("GetQueueAttributes", attributes);
    let input = json!({ "QueueUrl": "http://h/111122223333/q" }).to_string();
    someone.json(lab.gate.url(), "sqs", "AmazonSQS.SendMessage", &input).send().await.allowed();
    let seen = lab.emulator.seen("SendMessage").pop().unwrap();
    assert!(seen.authorization.contains("Credential=111122223333/"), "{}", seen.authorization);
}

#[tokio::test]
async fn the_requested_region_is_the_endpoints() {
    let outside = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "iam:*", "Resource": "*",
          "Condition": { "StringEquals": { "aws:RequestedRegion": "us-east-1" } } },
    ]});
    let (lab, mut someone) = with_policy(&outside.to_string()).await;
    for region in ["eu-west-1", "us-east-1", "ap-northeast-2"] {
        someone.region = region.to_owned();
        let call = "Action=ListUsers&Version=2010-05-08";
        let answer = lab.query(&someone, "iam", call).send().await;
        assert_eq!(
            (answer.status, answer.text("Code").as_str()),
            (403, "AccessDenied"),
            "{region}"
        );
    }
    for region in ["nowhere-9", "us-gov-west-1", "cn-north-1", "aws-global"] {
        someone.region = region.to_owned();
        let call = "Action=ListUsers&Version=2010-05-08";
        lab.query(&someone, "iam", call).send().await.refused(
            403,
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region.",
        );
        someone.s3(lab.gate.url(), "GET", "/bucket/a", &[], "").send().await.refused(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; Credential should be scoped to a valid region.",
        );
    }
    assert!(lab.emulator.seen("ListUsers").is_empty());
}
