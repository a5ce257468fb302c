//! What the fuzz targets share: a policy with one statement, asked one question, and
//! requests as the gate receives them.

use iam_gate::fuzzing::Received;
use iam_policy::{
    Context, Decision, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request, evaluate,
};
use serde_json::{Value, json};

/// Splits the input into `N` fields at zero bytes; missing ones are empty. `None` when it
/// is not UTF-8.
pub fn fields<const N: usize>(data: &[u8]) -> Option<[&str; N]> {
    let mut parts = std::str::from_utf8(data).ok()?.splitn(N, '\0');
    Some(std::array::from_fn(|_| parts.next().unwrap_or_default()))
}

/// Parses a policy whose only statement allows `s3:GetObject`. `None` when it is rejected.
pub fn policy(resource: &str, condition: Value) -> Option<Policy> {
    let text = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": resource, "Condition": condition}})
    .to_string();
    Policy::parse(&text, PolicyKind::Identity).ok()
}

/// Whether that policy allows `s3:GetObject` on `resource`.
pub fn allows(policy: Policy, resource: &str, context: &Context) -> bool {
    let set =
        PolicySet { identity: vec![NamedPolicy::new("fuzzed", policy)], ..PolicySet::default() };
    let principal = Principal::User { arn: "arn:aws:iam::278805249149:user/alice".to_owned() };
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource,
        resource_account: Some("278805249149"),
        context,
    };
    evaluate(&set, &request).decision == Decision::Allowed
}

/// A request; `None` where an HTTP library would not take it in.
pub fn request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Received> {
    let mut builder = http::Request::builder().method(method).uri(target);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let (head, ()) = builder.body(()).ok()?.into_parts();
    Received::new(&head, body.to_owned())
}

/// A `POST` to `/`.
pub fn post(headers: &[(&str, &str)], body: &str) -> Option<Received> {
    request("POST", "/", headers, body)
}
