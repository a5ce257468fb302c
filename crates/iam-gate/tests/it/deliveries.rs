//! What the emulator would call or deliver for a client: not to itself, and only where the
//! service is let in.

use serde_json::json;

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const TOPIC: &str = "arn:aws:sns:ap-northeast-2:278805249149:news";
const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:278805249149:jobs";
const UNREACHABLE: &str = "Invalid parameter: Unreachable endpoint";

async fn lab_with(policies: &[(&str, &str)]) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", policies, &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

async fn subscribe(lab: &Lab, signing: &Signing, protocol: &str, endpoint: &str) -> Answer {
    let call = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "Subscribe")
        .append_pair("Version", "2010-03-31")
        .append_pair("TopicArn", TOPIC)
        .append_pair("Protocol", protocol)
        .append_pair("Endpoint", endpoint)
        .finish();
    lab.query(signing, "sns", &call).send().await
}

/// A policy that lets a service in for one source.
fn lets_in(service: &str, source: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": service }, "Resource": "*",
        "Action": ["sqs:SendMessage", "sns:Publish"],
        "Condition": { "ArnLike": { "aws:SourceArn": source },
                       "StringEquals": { "aws:SourceAccount": "278805249149" } },
    }]})
    .to_string()
}

/// Puts the queue and the topics under this policy.
async fn hold(lab: &Lab, policy: &str) {
    let answer = json!({ "Attributes": { "Policy": policy } });
    lab.emulator.answers_json("GetQueueAttributes", answer);
    let entry = format!("<entry><key>Policy</key><value>{policy}</value></entry>");
    lab.emulator.answers("GetTopicAttributes", &format!("<Attributes>{entry}</Attributes>"));
    lab.forgets().await;
}

#[tokio::test]
async fn nobody_has_the_emulator_call_this_machine_or_a_private_network() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let emulator = lab.emulator.server().url().to_owned();
    let port = emulator.rsplit(':').next().unwrap();
    for endpoint in [
        format!("{emulator}/moto-api/reset"),
        format!("http://localhost:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://127.0.0.1:{port}\\@8.8.8.8/"),
        format!("http://8.8.8.8@127.0.0.1:{port}/"),
        format!("http://user:password@8.8.8.8:{port}/"),
        format!(" http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:\t{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "https://192.168.0.1/".to_owned(),
        "http://no-such-host.invalid/".to_owned(),
        "http://".to_owned(),
        "ftp://8.8.8.8/".to_owned(),
        "8.8.8.8".to_owned(),
    ] {
        for signing in [&someone, &lab.as_root()] {
            for protocol in ["http", "https"] {
                let answer = subscribe(&lab, signing, protocol, &endpoint).await;
                answer.refused(400, "InvalidParameter", UNREACHABLE);
            }
        }
        // Under whatever protocol an emulator takes it for an address.
        if endpoint.contains("://") {
            let answer = subscribe(&lab, &someone, "HTTP", &endpoint).await;
            answer.refused(400, "InvalidParameter", UNREACHABLE);
            let answer = subscribe(&lab, &someone, "email", &endpoint).await;
            answer.refused(400, "InvalidParameter", UNREACHABLE);
        }
    }
    assert!(lab.emulator.seen("Subscribe").is_empty());
}

#[tokio::test]
async fn what_the_labs_owner_lists_may_be_called() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    subscribe(&lab, &someone, "http", "http://127.0.0.1:9/hook?a=b").await.allowed();
    for other in ["http://127.0.0.1:99/", "https://127.0.0.1:9/", "http://localhost:9/"] {
        let answer = subscribe(&lab, &someone, "http", other).await;
        answer.refused(400, "InvalidParameter", UNREACHABLE);
    }
    subscribe(&lab, &someone, "email", "someone@example.com").await.allowed();
    assert_eq!(lab.emulator.seen("Subscribe").len(), 2);
}

#[tokio::test]
async fn what_may_lead_back_is_for_the_administrator() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let answer = subscribe(&lab, &someone, "https", "https://8.8.8.8/hook").await;
    answer.refused(
        403,
        "AccessDenied",
        "the gate cannot tell where a call to this endpoint ends, since the emulator follows \
         redirects, so it allows it to the account's administrator alone; the gate's owner can \
         list the endpoint (`--callback`)",
    );
    subscribe(&lab, &lab.as_root(), "https", "https://8.8.8.8/hook").await.allowed();
}

#[tokio::test]
async fn the_administrator_has_no_other_service_call_this_machine() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let described = |endpoint: &str, description: &str| {
        let target = "AWSEvents.CreateApiDestination";
        let connection = "arn:aws:events:ap-northeast-2:278805249149:connection/c/1";
        let input = json!({ "Name": "n", "ConnectionArn": connection, "HttpMethod": "GET",
            "InvocationEndpoint": endpoint, "Description": description });
        root.json(lab.gate.url(), "events", target, &input.to_string()).send()
    };
    let send = |endpoint: &str| described(endpoint, "");
    for endpoint in
        ["http://127.0.0.1:4566/moto-api/reset", "HTTP://169.254.169.254/", "http:/127.1/"]
    {
        send(endpoint).await.refused(400, "InvalidParameter", UNREACHABLE);
        let deep = json!({ "Name": "c", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
            "AuthParameters": { "OAuthParameters": {
                "ClientParameters": { "ClientID": "i", "ClientSecret": "s" },
                "AuthorizationEndpoint": endpoint, "HttpMethod": "GET" } } });
        let target = "AWSEvents.CreateConnection";
        let answer = root.json(lab.gate.url(), "events", target, &deep.to_string()).send().await;
        answer.refused(400, "InvalidParameter", UNREACHABLE);
    }
    send("http://127.0.0.1:9/").await.allowed();
    described("https://8.8.8.8/", "http://127.0.0.1/").await.allowed();
}

#[tokio::test]
async fn a_queue_gets_what_its_policy_lets_in() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let refused = |target: &str| {
        format!(
            "the policy of `{target}` does not let `sns.amazonaws.com` in for `{TOPIC}`, so AWS \
             would deliver nothing there; let it in first"
        )
    };
    let everybody = lets_in("sns.amazonaws.com", "*");
    for policy in [
        String::new(),
        lets_in("s3.amazonaws.com", TOPIC),
        lets_in("sns.amazonaws.com", "arn:aws:sns:*:*:other"),
        everybody.replace("\"278805249149\"", "\"111122223333\""),
        everybody.replace("sqs:SendMessage", "sqs:ReceiveMessage"),
        everybody.replace("\"Allow\"", "\"Deny\""),
    ] {
        hold(&lab, &policy).await;
        let answer = subscribe(&lab, &someone, "sqs", QUEUE).await;
        answer.refused(403, "AccessDenied", &refused(QUEUE));
    }
    assert!(lab.emulator.seen("Subscribe").is_empty());
    hold(&lab, &lets_in("sns.amazonaws.com", TOPIC)).await;
    subscribe(&lab, &someone, "sqs", QUEUE).await.allowed();
    // What is no queue's ARN may be one to the emulator.
    for endpoint in ["jobs", "arn:aws:lambda:ap-northeast-2:278805249149:function:f", "a:jobs?"] {
        for protocol in ["sqs", "lambda", "firehose", "application"] {
            let answer = subscribe(&lab, &someone, protocol, endpoint).await;
            answer.refused(
                403,
                "AccessDenied",
                &format!(
                    "the gate cannot tell whether `{endpoint}` lets `sns.amazonaws.com` in, so it \
                     allows the delivery to the account's administrator alone"
                ),
            );
        }
    }
    let call = |attribute: &str, value: &str| {
        format!(
            "Action=SetSubscriptionAttributes&Version=2010-03-31&SubscriptionArn={TOPIC}:1&\
             AttributeName={attribute}&AttributeValue={value}"
        )
    };
    let dead = call("RedrivePolicy", &format!("{{\"deadLetterTargetArn\":\"{QUEUE}\"}}"));
    lab.query(&someone, "sns", &dead).send().await.allowed();
    hold(&lab, "").await;
    let answer = lab.query(&someone, "sns", &dead).send().await;
    answer.refused(403, "AccessDenied", &refused(QUEUE));
    lab.query(&someone, "sns", &call("RawMessageDelivery", "true")).send().await.allowed();
}

#[tokio::test]
async fn a_bucket_notifies_whoever_lets_s3_in() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let put = |signing: &Signing, body: &str| {
        signing.s3(lab.gate.url(), "PUT", "/bucket?notification", &[], body).send()
    };
    let kinds = [("Queue", QUEUE), ("Topic", TOPIC)];
    for (kind, target) in kinds {
        let body = format!(
            "<NotificationConfiguration><{kind}Configuration><{kind}> {target} </{kind}>\
             </{kind}Configuration></NotificationConfiguration>"
        );
        for policy in ["", &lets_in("s3.amazonaws.com", "arn:aws:s3:::other")] {
            hold(&lab, policy).await;
            for signing in [&someone, &lab.as_root()] {
                put(signing, &body).await.refused(
                    400,
                    "InvalidArgument",
                    "Unable to validate the following destination configurations",
                );
            }
        }
        assert!(lab.emulator.seen("PUT /bucket?notification").is_empty());
        hold(&lab, &lets_in("s3.amazonaws.com", "arn:aws:s3:::bucket")).await;
        put(&someone, &body).await.allowed();
        let other = body.replace(target, "arn:aws:lambda:ap-northeast-2:278805249149:function:f");
        assert_eq!(put(&someone, &other).await.status, 403);
        put(&lab.as_root(), &other).await.allowed();
        let forwarded = lab.emulator.seen("PUT /bucket?notification").len();
        assert_eq!(put(&someone, "<NotificationConfiguration>").await.status, 400);
        assert_eq!(lab.emulator.seen("PUT /bucket?notification").len(), forwarded);
        lab.emulator.forgets();
    }
}

#[tokio::test]
async fn an_alarm_publishes_where_it_is_let_in() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let alarm = "arn:aws:cloudwatch:ap-northeast-2:278805249149:alarm:a";
    let put = |member: &str, target: &str| {
        let input = json!({ "AlarmName": "a", member: [target] }).to_string();
        let target = "GraniteServiceVersion20100801.PutMetricAlarm";
        someone.json(lab.gate.url(), "monitoring", target, &input).send()
    };
    for member in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        hold(&lab, &lets_in("sns.amazonaws.com", alarm)).await;
        let message = format!(
            "the policy of `{TOPIC}` does not let `cloudwatch.amazonaws.com` in for `{alarm}`, so \
             AWS would deliver nothing there; let it in first"
        );
        put(member, TOPIC).await.refused(400, "AccessDeniedException", &message);
        // As topics come.
        let own = json!({ "Version": "2008-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sns:Publish",
            "Resource": TOPIC,
            "Condition": { "StringEquals": { "AWS:SourceOwner": "278805249149" } },
        }]});
        for policy in [lets_in("cloudwatch.amazonaws.com", alarm), own.to_string()] {
            hold(&lab, &policy).await;
            put(member, TOPIC).await.allowed();
        }
        assert_eq!(put(member, "arn:aws:automate:ap-northeast-2:ec2:stop").await.status, 400);
    }
}

#[tokio::test]
async fn roles_that_sns_is_handed_are_passed() {
    let role = "arn:aws:iam::278805249149:role/logs";
    let sns = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "sns:*", "Resource": "*" },
    ]});
    let (lab, someone) = lab_with(&[("sns", &sns.to_string())]).await;
    for call in [
        format!(
            "Action=SetTopicAttributes&TopicArn={TOPIC}&AttributeValue={role}&\
             AttributeName=SQSFailureFeedbackRoleArn"
        ),
        format!(
            "Action=SetSubscriptionAttributes&SubscriptionArn={TOPIC}:1&AttributeValue={role}&\
             AttributeName=SubscriptionRoleArn"
        ),
        format!(
            "Action=CreateTopic&Name=t&Attributes.entry.1.key=HTTPSuccessFeedbackRoleArn&\
             Attributes.entry.1.value={role}"
        ),
    ] {
        let answer = lab.query(&someone, "sns", &format!("Version=2010-03-31&{call}")).send().await;
        let message = format!(
            "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
             iam:PassRole on resource: {role} because no identity-based policy allows the \
             iam:PassRole action"
        );
        answer.refused(403, "AuthorizationError", &message);
    }
}

#[tokio::test]
async fn dead_letters_stay_in_the_account_and_region() {
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let send = |target: &str| {
        let redrive = json!({ "deadLetterTargetArn": target, "maxReceiveCount": 1 }).to_string();
        let input = json!({
            "QueueUrl": "http://h/278805249149/q", "Attributes": { "RedrivePolicy": redrive },
        });
        let operation = "AmazonSQS.SetQueueAttributes";
        someone.json(lab.gate.url(), "sqs", operation, &input.to_string()).send()
    };
    send(QUEUE).await.allowed();
    for other in [
        QUEUE.replace("ap-northeast-2", "us-east-1"),
        QUEUE.replace("278805249149", "111122223333"),
        "jobs".to_owned(),
    ] {
        send(&other).await.refused(
            403,
            "AccessDenied",
            "the gate does not know which permissions `sqs:SetQueueAttributes` needs, so it \
             cannot allow it",
        );
    }
    let call = "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=RedrivePolicy&\
                Attribute.1.Value={\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:278805249149:jobs\"}";
    assert_eq!(lab.query(&someone, "sqs", call).send().await.status, 403);
}
