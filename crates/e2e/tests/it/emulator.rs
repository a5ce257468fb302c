//! Stands where AWS's own services stand: a role to assume, an instance to list, a console
//! to sign in to, and servers that throw back in an error whatever they were sent.

use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

use crate::stand::{CLIENT, GOOGLE, SUBJECT};

/// What the console's federation endpoint gives out: as good as the credentials.
pub(crate) const SIGNIN_TOKEN: &str = "canary-signin-token-9c1e0f4a7b2d";

/// Listens until the test's process ends; answers its address.
pub(crate) async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/federation", get(federation))
        .route("/echo/.well-known/openid-configuration", get(echoing_issuer))
        .route("/echo/authorize", get(authorize))
        .route("/echo/oauth", post(echo_oauth))
        .route("/echo/federation", get(echo_query))
        .route("/echo", post(echo_sts))
        .fallback(service)
        .with_state(url.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn service(body: String) -> Response {
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
    let result = match action {
        "GetRole" => role(),
        "ListRolePolicies" => "<PolicyNames><member>ec2</member></PolicyNames>".to_owned(),
        "GetRolePolicy" => policy(),
        "DescribeInstances" => return xml(StatusCode::OK, INSTANCES.to_owned()),
        _ => String::new(),
    };
    xml(
        StatusCode::OK,
        format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"),
    )
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [("content-type", "text/xml")], body).into_response()
}

/// The tutorial's role, pinned to its subject.
fn role() -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": "accounts.google.com" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            "accounts.google.com:aud": CLIENT, "accounts.google.com:sub": SUBJECT } },
    }] });
    format!(
        "<Role><Path>/</Path><RoleName>google-oidc-role</RoleName>\
         <RoleId>AROAAAAAAAAAAAAAAAAAA</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument></Role>"
    )
}

/// Its only policy, by which it may do everything in EC2.
fn policy() -> String {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ec2:*", "Resource": "*" }] });
    format!(
        "<RoleName>google-oidc-role</RoleName><PolicyName>ec2</PolicyName>\
         <PolicyDocument>{policy}</PolicyDocument>"
    )
}

const INSTANCES: &str = "<DescribeInstancesResponse \
xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><reservationSet><item>\
<instancesSet><item><instanceId>i-0123456789abcdef0</instanceId><instanceState><code>16</code>\
<name>running</name></instanceState><keyName>ssup2</keyName><instanceType>t2.micro</instanceType>\
</item></instancesSet></item></reservationSet></DescribeInstancesResponse>";

async fn federation() -> Json<serde_json::Value> {
    Json(json!({ "SigninToken": SIGNIN_TOKEN }))
}

/// An issuer whose token endpoint repeats the request in its error.
async fn echoing_issuer(State(url): State<String>) -> Json<serde_json::Value> {
    Json(json!({
        "issuer": GOOGLE,
        "authorization_endpoint": format!("{url}/echo/authorize"),
        "token_endpoint": format!("{url}/echo/oauth"),
        "revocation_endpoint": format!("{url}/echo/oauth"),
        "jwks_uri": format!("{url}/echo/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn authorize(Query(asked): Query<Vec<(String, String)>>) -> Redirect {
    let value = |name: &str| asked.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let query = [("code", "canary-code-5d2f8a1b9c"), ("state", &value("state"))];
    let url = reqwest::Url::parse_with_params(&value("redirect_uri"), query).unwrap();
    Redirect::to(url.as_str())
}

async fn echo_oauth(headers: axum::http::HeaderMap, body: String) -> Response {
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap());
    let told = format!("{body} {}", authorization.unwrap_or_default());
    let error = json!({ "error": "invalid_client", "error_description": told, "error_uri": told });
    (StatusCode::UNAUTHORIZED, Json(error)).into_response()
}

async fn echo_query(RawQuery(query): RawQuery) -> Response {
    (StatusCode::BAD_REQUEST, query.unwrap_or_default()).into_response()
}

async fn echo_sts(body: String) -> Response {
    let message = body.replace('&', "&amp;");
    xml(
        StatusCode::BAD_REQUEST,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>\
             {message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        ),
    )
}
