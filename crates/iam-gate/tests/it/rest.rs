//! Services of REST and CBOR: read and written by the model, and mapped by it where nothing is
//! left open.

mod besides;
mod formats;
mod route53;

use serde_json::{Value, json};

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, IDENTITY, Lab};

const HERE: &str = "ap-northeast-2:278805249149";

async fn lab_with(policy: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("p", policy)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn policy(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

struct Call {
    service: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
}

const fn call(
    service: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
) -> Call {
    Call { service, method, target, body }
}

async fn send(lab: &Lab, signing: &Signing, call: &Call) -> Answer {
    let headers = [("content-type", "application/json")];
    let Call { service, method, target, body } = call;
    let url = lab.gate.url();
    signing.rest_with(url, service, method, target, &headers, body.as_bytes()).send().await
}

fn denied(action: &str, resource: &str) -> String {
    format!(
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: {action} on \
         resource: {resource} with an explicit deny in an identity-based policy"
    )
}

#[tokio::test]
async fn what_the_model_tells_of_a_call_is_required() {
    let function = format!("arn:aws:lambda:{HERE}:function:secret");
    let statements = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": [
            &function, "arn:aws:eks:*:*:cluster/secret", "arn:aws:route53:::hostedzone/SECRET",
            "arn:aws:elasticfilesystem:*:*:file-system/fs-secret" ] },
    ]);
    let (lab, someone) = lab_with(&policy(&statements)).await;
    let functions = call("lambda", "GET", "/2015-03-31/functions", "");
    send(&lab, &someone, &functions).await.allowed();
    for (call, action, resource) in [
        (
            call("lambda", "GET", "/2015-03-31/functions/secret", ""),
            "lambda:GetFunction",
            function.clone(),
        ),
        (
            call("lambda", "DELETE", "/2015-03-31/functions/secret", ""),
            "lambda:DeleteFunction",
            function.clone(),
        ),
        (
            call("lambda", "POST", "/2015-03-31/functions/secret/invocations", "{}"),
            "lambda:Invoke",
            function.clone(),
        ),
        (
            call("eks", "GET", "/clusters/secret", ""),
            "eks:DescribeCluster",
            format!("arn:aws:eks:{HERE}:cluster/secret"),
        ),
        (
            call("route53", "GET", "/2013-04-01/hostedzone/SECRET", ""),
            "route53:GetHostedZone",
            "arn:aws:route53:::hostedzone/SECRET".to_owned(),
        ),
    ] {
        let before = lab.emulator.count();
        let answer = send(&lab, &someone, &call).await;
        if action == "lambda:Invoke" {
            // The action is `lambda:InvokeFunction`: of another name than the operation.
            assert_eq!(answer.status, 403, "{}", answer.body);
        } else {
            answer.refused(403, code_of(call.service), &denied(action, &resource));
        }
        assert_eq!(lab.emulator.count(), before, "{action}");
        let public = call.target.replace("secret", "public").replace("SECRET", "PUBLIC");
        let answer = someone
            .rest_with(lab.gate.url(), call.service, call.method, &public, &[], b"")
            .send()
            .await;
        if action != "lambda:Invoke" {
            answer.allowed();
            assert_eq!(lab.emulator.last().unwrap().target, public);
        }
    }
}

fn code_of(service: &str) -> &'static str {
    if service == "route53" { "AccessDenied" } else { "AccessDeniedException" }
}

// Long: a table of cases.
#[tokio::test]
async fn what_a_call_may_name_besides_is_refused_but_to_the_administrator() {
    let (lab, someone) = lab_with(ALLOW_ALL).await;
    let change = |more: &str| {
        format!(r#"{{"Role":"arn:aws:iam::278805249149:role/r","Handler":"h"{more}}}"#)
    };
    let headers = [("content-type", "application/json")];
    let function = "/2015-03-31/functions/f/configuration";
    let plain = change("");
    let send =
        someone.rest_with(lab.gate.url(), "lambda", "PUT", function, &headers, plain.as_bytes());
    send.send().await.allowed();
    for (service, method, target, body) in [
        ("lambda", "GET", "/2015-03-31/functions/f?Qualifier=prod", String::new()),
        ("lambda", "GET", "/2015-03-31/functions/f:prod", String::new()),
        ("lambda", "GET", "/2015-03-31/functions/278805249149:f", String::new()),
        (
            "lambda",
            "GET",
            "/2015-03-31/functions/arn:aws:lambda:us-east-1:278805249149:function:f",
            String::new(),
        ),
        (
            "lambda",
            "GET",
            "/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:111122223333:function:f",
            String::new(),
        ),
        ("lambda", "GET", "/2015-03-31/functions/f*", String::new()),
        (
            "lambda",
            "PUT",
            function,
            change(r#","KMSKeyArn":"arn:aws:kms:ap-northeast-2:278805249149:key/k""#),
        ),
        (
            "lambda",
            "PUT",
            function,
            change(r#","Layers":["arn:aws:lambda:ap-northeast-2:278805249149:layer:l:1"]"#),
        ),
        (
            "lambda",
            "PUT",
            function,
            change(r#","VpcConfig":{"SubnetIds":["subnet-1"]}"#),
        ),
        (
            "lambda",
            "PUT",
            function,
            change(
                r#","DeadLetterConfig":{"TargetArn":"arn:aws:sqs:ap-northeast-2:278805249149:q"}"#,
            ),
        ),
        // Code would reach the emulator itself.
        (
            "lambda",
            "POST",
            "/2015-03-31/functions",
            r#"{"FunctionName":"f","Role":"arn:aws:iam::278805249149:role/r","Code":{"ZipFile":"AA=="}}"#
                .to_owned(),
        ),
        (
            "lambda",
            "PUT",
            "/2015-03-31/functions/f/code",
            r#"{"ZipFile":"AA=="}"#.to_owned(),
        ),
        ("apigateway", "GET", "/restapis", String::new()),
        ("elasticfilesystem", "GET", "/2015-02-01/file-systems", String::new()),
    ] {
        // Who calls is known by now.
        lab.query(&someone, "sts", IDENTITY).send().await.allowed();
        let before = lab.emulator.count();
        let headers = [("content-type", "application/json")];
        let send = |signing: &Signing| {
            signing
                .rest_with(lab.gate.url(), service, method, target, &headers, body.as_bytes())
                .send()
        };
        let answer = send(&someone).await;
        let found: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &found["__type"]), (403, &json!("AccessDeniedException")));
        let message = found["message"].as_str().unwrap();
        assert!(message.starts_with("the gate does not know which permissions `"), "{message}");
        assert_eq!(lab.emulator.count(), before, "{target} {body}");
        send(&lab.as_root()).await.allowed();
        assert_eq!(lab.emulator.count(), before + 1, "{target} {body}");
    }
}

#[tokio::test]
async fn a_rest_request_is_written_in_one_way() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let function = call(
        "lambda",
        "PUT",
        "/2015-03-31/functions/a%2Db/configuration",
        r#"{"Description":"a&Action=Invoke;%2b","Timeout":3.0,"Handler":null}"#,
    );
    send(&lab, &root, &function).await.allowed();
    let seen = lab.emulator.last().unwrap();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("PUT", "/2015-03-31/functions/a-b/configuration")
    );
    assert_eq!(
        seen.body,
        r#"{"Description":"a\u0026Action\u003dInvoke\u003b\u00252b","Timeout":3}"#
    );
    let host = seen.headers.iter().find(|(name, _)| name == "host").unwrap();
    assert_eq!(host.1, "lambda.ap-northeast-2.amazonaws.com");
    // What a path can be misread by is written as it came, encoded.
    let odd = call("lambda", "GET", "/2015-03-31/functions/a%3Fb%23c%20d", "");
    send(&lab, &root, &odd).await.allowed();
    assert_eq!(lab.emulator.last().unwrap().target, "/2015-03-31/functions/a%3Fb%23c%20d");
    let list = call("lambda", "GET", "/2015-03-31/functions?Marker=a%26b&MaxItems=07", "");
    send(&lab, &root, &list).await.allowed();
    assert_eq!(
        lab.emulator.last().unwrap().target,
        "/2015-03-31/functions?Marker=a%26b&MaxItems=7"
    );
}

// Long: a table of cases.
#[tokio::test]
async fn rest_that_the_model_lacks_is_refused() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let date = aws_model::data_date();
    let unknown = |member: &str, action: &str| {
        format!("`{member}` is no member of `{action}` by AWS's models of {date}")
    };
    for (call, status, code, message) in [
        (
            call("lambda", "GET", "/2015-03-31/nothing", ""),
            404,
            "UnknownOperationException",
            String::new(),
        ),
        (
            call("lambda", "PATCH", "/2015-03-31/functions", ""),
            404,
            "UnknownOperationException",
            String::new(),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions?Action=Invoke", ""),
            400,
            "SerializationException",
            unknown("Action", "lambda:ListFunctions"),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions?Marker=a&Marker=b", ""),
            400,
            "SerializationException",
            "`Marker` is given more than once".to_owned(),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions?MaxItems=x", ""),
            400,
            "SerializationException",
            "STRING_VALUE can not be converted to an Integer: `MaxItems`".to_owned(),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions", r#"{"FunctionName":"f"}"#),
            400,
            "SerializationException",
            String::new(),
        ),
        (
            call(
                "lambda",
                "PUT",
                "/2015-03-31/functions/f/configuration",
                r#"{"FunctionName":"g"}"#,
            ),
            400,
            "SerializationException",
            unknown("FunctionName", "lambda:UpdateFunctionConfiguration"),
        ),
        (
            call(
                "lambda",
                "PUT",
                "/2015-03-31/functions/f/configuration",
                r#"{"Timeout":1,"Timeout":2}"#,
            ),
            400,
            "SerializationException",
            String::new(),
        ),
        (
            call("lambda", "PUT", "/2015-03-31/functions/f/configuration", "Timeout=1"),
            400,
            "SerializationException",
            String::new(),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions/a%0ab", ""),
            400,
            "SerializationException",
            String::new(),
        ),
        (
            call("lambda", "GET", "/2015-03-31/functions/a%2Fb", ""),
            403,
            "AccessDeniedException",
            "the emulator behind the gate may read `a/b` in a path as something else, so no \
             `FunctionName` of `lambda:GetFunction` can be called so"
                .to_owned(),
        ),
        (
            call(
                "lambda",
                "POST",
                "/2015-03-31/functions/f/invocations",
                "{}&Action=DeleteFunction",
            ),
            400,
            "SerializationException",
            "the emulator behind the gate would take `Payload` for a form".to_owned(),
        ),
        (
            call("apigateway", "GET", "/restapis/a/stages/_user_request_", ""),
            403,
            "AccessDeniedException",
            "the emulator behind the gate may read `_user_request_` in a path as something else, \
             so no `stage_name` of `apigateway:GetStage` can be called so"
                .to_owned(),
        ),
        (
            call("glacier", "GET", "/278805249149/vaults", ""),
            403,
            "AccessDeniedException",
            "the emulator behind the gate may read `278805249149` in a path as something else, \
             so no `accountId` of `glacier:ListVaults` can be called so"
                .to_owned(),
        ),
    ] {
        let lines = lab.gate.decisions().len();
        let answer = send(&lab, &root, &call).await;
        answer.refused(status, code, &message);
        assert_eq!(lab.gate.decisions().len(), lines + 1);
        let forwarded = lab.emulator.last().filter(|seen| seen.target != "/");
        assert!(forwarded.is_none(), "{} {}", call.target, call.body);
    }
    let target = [("x-amz-target", "DynamoDB_20120810.ListTables")];
    let both =
        root.rest_with(lab.gate.url(), "lambda", "GET", "/2015-03-31/functions", &target, b"");
    assert_eq!(both.send().await.status, 400);
    assert!(lab.emulator.seen("GET /2015-03-31/functions").is_empty());
}
