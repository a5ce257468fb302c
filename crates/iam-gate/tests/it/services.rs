//! Services beside IAM, STS and EC2: the resource is told from the parameters, or the call
//! is refused.

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const HERE: &str = "ap-northeast-2:278805249149";

/// A user who may do everything but touch what is called `secret`.
async fn guarded() -> (Lab, Signing) {
    let lab = Lab::start().await;
    let services =
        ["cloudformation", "cloudwatch", "dynamodb", "kms", "lambda", "logs", "sns", "sqs", "ssm"];
    let secrets: Vec<_> =
        services.map(|service| format!(r#""arn:aws:{service}:*:*:*secret*""#)).into();
    let guard = format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Deny","Action":"*","Resource":[{}]}}]}}"#,
        secrets.join(",")
    );
    lab.emulator.holds(details(
        &[user("someone", &[("all", ALLOW_ALL), ("guard", &guard)], &[])],
        &[],
        &[],
    ));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

// Long: a table of cases.
#[tokio::test]
async fn a_deny_on_a_resource_is_seen_however_it_is_named() {
    let (lab, someone) = guarded().await;
    for (service, target, public, secret, resource) in [
        (
            "dynamodb",
            "DynamoDB_20120810.GetItem",
            r#"{"TableName":"public","Key":{}}"#,
            r#"{"TableName":"secret","Key":{}}"#,
            "dynamodb:HERE:table/secret",
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.Query",
            r#"{"TableName":"public"}"#,
            r#"{"TableName":"t","IndexName":"secret"}"#,
            "dynamodb:HERE:table/t/index/secret",
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.BatchGetItem",
            r#"{"RequestItems":{"public":{"Keys":[]}}}"#,
            r#"{"RequestItems":{"public":{"Keys":[]},"secret":{"Keys":[]}}}"#,
            "dynamodb:HERE:table/secret",
        ),
        (
            "sqs",
            "AmazonSQS.SendMessage",
            r#"{"QueueUrl":"http://h/278805249149/public"}"#,
            r#"{"QueueUrl":"http://h/278805249149/secret"}"#,
            "sqs:HERE:secret",
        ),
        (
            "ssm",
            "AmazonSSM.GetParameter",
            r#"{"Name":"/public"}"#,
            r#"{"Name":"/secret:1"}"#,
            "ssm:HERE:parameter/secret",
        ),
        (
            "ssm",
            "AmazonSSM.GetParameters",
            r#"{"Names":["/a","/b"]}"#,
            r#"{"Names":["/a","/secret"]}"#,
            "ssm:HERE:parameter/secret",
        ),
        (
            "logs",
            "Logs_20140328.PutLogEvents",
            r#"{"logGroupName":"a","logStreamName":"b","logEvents":[]}"#,
            r#"{"logGroupName":"a","logStreamName":"secret","logEvents":[]}"#,
            "logs:HERE:log-group:a:log-stream:secret",
        ),
        (
            "logs",
            "Logs_20140328.CreateLogGroup",
            r#"{"logGroupName":"public"}"#,
            r#"{"logGroupName":"secret"}"#,
            "logs:HERE:log-group:secret:*",
        ),
    ] {
        let (_, operation) = target.rsplit_once('.').unwrap();
        let send = |body: &str| someone.json(lab.gate.url(), service, target, body).send();
        send(public).await.allowed();
        let resource = resource.replace("HERE", HERE);
        let (action, status, code) = match service {
            "sqs" => ("sqs:sendmessage".to_owned(), 403, "AccessDenied"),
            _ => (format!("{service}:{operation}"), 400, "AccessDeniedException"),
        };
        send(secret).await.refused(
            status,
            code,
            &format!(
                "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
                 {action} on resource: arn:aws:{resource} with an explicit deny in an \
                 identity-based policy"
            ),
        );
        assert_eq!(lab.emulator.seen(operation).len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn a_resource_whose_arn_cannot_be_told_is_refused() {
    let (lab, someone) = guarded().await;
    for (service, target, body) in [
        ("kms", "TrentService.Decrypt", r#"{"CiphertextBlob":"AA=="}"#),
        ("kms", "TrentService.RetireGrant", r#"{"GrantToken":"t"}"#),
        ("dynamodb", "DynamoDB_20120810.ExecuteStatement", r#"{"Statement":"SELECT"}"#),
        ("logs", "Logs_20140328.GetLogRecord", r#"{"logRecordPointer":"x"}"#),
    ] {
        let (_, operation) = target.rsplit_once('.').unwrap();
        someone.json(lab.gate.url(), service, target, body).send().await.refused(
            400,
            "AccessDeniedException",
            &format!(
                "the gate does not know which permissions `{service}:{operation}` needs, so it \
                 cannot allow it"
            ),
        );
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
}

#[tokio::test]
async fn query_services_word_their_denials_in_xml() {
    let (lab, someone) = guarded().await;
    let call = "Action=Publish&Version=2010-03-31&TopicArn=arn:aws:sns:ap-northeast-2:278805249149:secret&Message=m";
    lab.query(&someone, "sns", call).send().await.refused(
        403,
        "AuthorizationError",
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: SNS:Publish \
         on resource: arn:aws:sns:ap-northeast-2:278805249149:secret with an explicit deny in an identity-based policy",
    );
    lab.query(&someone, "sns", "Action=ListTopics&Version=2010-03-31").send().await.allowed();
}

#[tokio::test]
async fn stacks_are_made_by_the_administrator_alone() {
    let (lab, someone) = guarded().await;
    let create = "Action=CreateStack&Version=2010-05-15&StackName=s&TemplateBody=%7B%7D";
    let refused = "the gate does not know which permissions the resources of a stack need, so it \
                   allows `cloudformation:CreateStack` to the account's administrator alone";
    lab.query(&someone, "cloudformation", create).send().await.refused(
        403,
        "AccessDenied",
        refused,
    );
    let describe = "Action=DescribeStacks&Version=2010-05-15&StackName=";
    lab.query(&someone, "cloudformation", &format!("{describe}s")).send().await.allowed();
    lab.query(&someone, "cloudformation", &format!("{describe}secret")).send().await.refused(
        403,
        "AccessDenied",
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
         cloudformation:DescribeStacks on resource: \
         arn:aws:cloudformation:ap-northeast-2:278805249149:stack/secret/* with an explicit deny in \
         an identity-based policy",
    );
    lab.query(&lab.as_root(), "cloudformation", create).send().await.allowed();
    // A Deny of the organization might be on something in it.
    let policies = iam_gate::ServiceControlPolicies::parse(&format!("[{ALLOW_ALL}]")).unwrap();
    lab.gate.set_service_control_policies(policies);
    let answer = lab.query(&lab.as_root(), "cloudformation", create).send().await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"));
    assert_eq!(lab.emulator.seen("CreateStack").len(), 1);
}

#[tokio::test]
async fn metrics_are_mapped_in_both_protocols() {
    let (lab, someone) = guarded().await;
    let url = lab.gate.url();
    let json = |operation: &str, input: &str| {
        let target = format!("GraniteServiceVersion20100801.{operation}");
        someone.json(url, "monitoring", &target, input).send()
    };
    json("ListMetrics", "{}").await.allowed();
    json("DescribeAlarms", "{}").await.allowed();
    json("PutMetricAlarm", r#"{"AlarmName":"public"}"#).await.allowed();
    let denied = "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
                  cloudwatch:DeleteAlarms on resource: \
                  arn:aws:cloudwatch:ap-northeast-2:278805249149:alarm:secret with an explicit deny \
                  in an identity-based policy";
    json("DeleteAlarms", r#"{"AlarmNames":["public","secret"]}"#).await.refused(
        400,
        "AccessDeniedException",
        denied,
    );
    let call = "Action=DeleteAlarms&Version=2010-08-01&AlarmNames.member.1=public&\
                AlarmNames.member.2=secret";
    lab.query(&someone, "monitoring", call).send().await.refused(403, "AccessDenied", denied);
    assert!(lab.emulator.seen("DeleteAlarms").is_empty());
}

/// moto's JSON services say `null` where AWS says nothing.
#[tokio::test]
async fn what_was_done_without_a_word_is_answered_without_one() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let retention = r#"{"logGroupName":"g","retentionInDays":7}"#;
    let target = "Logs_20140328.PutRetentionPolicy";
    for (status, body, answered) in [
        (200, "null", (200, "")),
        (200, "", (200, "")),
        (200, "{}", (200, "{}")),
        (200, "nullity", (500, "InternalFailure")),
        (200, "[]", (500, "InternalFailure")),
        (400, "null", (500, "InternalFailure")),
    ] {
        lab.emulator.refuses("PutRetentionPolicy", status, body);
        let answer = root.json(lab.gate.url(), "logs", target, retention).send().await;
        assert_eq!(answer.status, answered.0, "{body}: {}", answer.body);
        match answered.1 {
            "InternalFailure" => assert!(answer.body.contains(answered.1), "{}", answer.body),
            body => assert_eq!(answer.body, body),
        }
    }
}
