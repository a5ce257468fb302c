//! How a row's request is changed once it is signed, and sent.

use super::answer::{Asked, Shape};
use super::row::Signing;
use crate::client::{Signed, client};

/// What is done to a request after it was signed.
pub(super) fn changed(mut signed: Signed, signing: &Signing) -> Signed {
    if signing.unsigned {
        signed.headers.retain(|(name, _)| name == "content-type" || name == "x-amz-target");
    }
    if let Some(body) = &signing.body {
        signed.body = body.clone();
    }
    if let Some((name, value)) = &signing.header {
        signed.headers.push((name.clone(), value.clone()));
    }
    if let Some((from, to)) = &signing.replace {
        signed.url = signed.url.replace(from, to);
        for (name, value) in &mut signed.headers {
            if name == "authorization" {
                *value = value.replace(from, to);
            }
        }
    }
    signed
}

/// Sends it and reads what comes back.
pub(super) async fn send(signed: Signed, shape: Shape) -> Asked {
    let method = reqwest::Method::from_bytes(signed.method.as_bytes()).unwrap();
    let mut request = client().request(method, &signed.url).body(signed.body);
    for (name, value) in &signed.headers {
        request = request.header(name, value);
    }
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let (content_type, request_id) = (header("content-type"), header("x-amzn-requestid"));
    let status = response.status().as_u16();
    Asked { shape, status, content_type, request_id, body: response.text().await.unwrap() }
}
