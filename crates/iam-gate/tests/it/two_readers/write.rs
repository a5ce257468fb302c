//! Writes an input as an SDK does, in one of the protocols.

use aws_model::{Location, Member, Operation, Protocol, Service, Shape, Structure};
use serde_json::{Map, Value, json};

use super::generate::MOMENT;
use super::signing_for;
use crate::client::{Signed, Signing};
use crate::lab::{Lab, NOW};

/// The request, signed; `None` where the input has no form in this protocol.
pub(super) fn request(
    root: &Signing,
    lab: &Lab,
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    input: &Value,
) -> Option<Signed> {
    let signing = signing_for(root, service);
    let url = lab.gate.url();
    match protocol {
        Protocol::Query | Protocol::Ec2 => {
            let mut pairs = vec![
                ("Action".to_owned(), operation.name.to_owned()),
                ("Version".to_owned(), service.api_version.to_owned()),
            ];
            if let Some(structure) = service.input(operation) {
                query_structure(service, protocol, structure, input, "", &mut pairs);
            }
            let form =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            Some(signing.query(url, service.signing_name, &form))
        }
        Protocol::Json10 | Protocol::Json11 => {
            let body = service.input(operation).map(|one| json_structure(service, one, input));
            let body = body.unwrap_or_else(|| json!({})).to_string();
            let target = format!("{}.{}", service.target_prefix?, operation.name);
            let content_type = match protocol {
                Protocol::Json10 => "application/x-amz-json-1.0",
                _ => "application/x-amz-json-1.1",
            };
            let headers = [("content-type", content_type), ("x-amz-target", &target)];
            Some(signing.post(url, service.signing_name, &body, &headers))
        }
        Protocol::SmithyRpcV2Cbor => {
            let body = super::rest::cbor_body(service, operation, input);
            let target =
                format!("/service/{}/operation/{}", service.target_prefix?, operation.name);
            let headers =
                [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
            let scope = service.signing_name;
            Some(signing.rest_with(url, scope, "POST", &target, &headers, &body))
        }
        Protocol::RestJson | Protocol::RestXml if service.name != "s3" => {
            super::rest::request(&signing, url, service, operation, protocol, input)
        }
        _ => s3(&signing, url, service, operation, input),
    }
}

pub(super) fn json_structure(service: &Service, structure: &Structure, input: &Value) -> Value {
    let mut written = Map::new();
    for (name, value) in input.as_object().into_iter().flatten() {
        if let Some(member) = structure.member(name)
            && let Some(shape) = service.shape(member.shape)
        {
            written.insert(member.name_in(Protocol::Json11), json_value(service, shape, value));
        }
    }
    Value::Object(written)
}

pub(super) fn json_value(service: &Service, shape: &Shape, value: &Value) -> Value {
    let inner = |member: &Member, value: &Value| match service.shape(member.shape) {
        Some(shape) => json_value(service, shape, value),
        None => value.clone(),
    };
    match (shape, value) {
        (Shape::Structure(structure), _) => json_structure(service, structure, value),
        (Shape::List(list), Value::Array(several)) => {
            several.iter().map(|one| inner(&list.element, one)).collect()
        }
        (Shape::Map(map), Value::Object(entries)) => {
            entries.iter().map(|(key, one)| (key.clone(), inner(&map.value, one))).collect()
        }
        (Shape::Timestamp(_), _) => json!(NOW),
        _ => value.clone(),
    }
}

fn query_structure(
    service: &Service,
    protocol: Protocol,
    structure: &Structure,
    input: &Value,
    prefix: &str,
    pairs: &mut Vec<(String, String)>,
) {
    for (name, value) in input.as_object().into_iter().flatten() {
        if let Some(member) = structure.member(name) {
            let path = format!("{prefix}{}", member.name_in(protocol));
            query_value(service, protocol, member, &path, value, pairs);
        }
    }
}

fn query_value(
    service: &Service,
    protocol: Protocol,
    member: &Member,
    path: &str,
    value: &Value,
    pairs: &mut Vec<(String, String)>,
) {
    let Some(shape) = service.shape(member.shape) else { return };
    let numbered = member.numbered(shape, path, protocol);
    match (shape, value) {
        (Shape::Structure(structure), _) => {
            query_structure(service, protocol, structure, value, &format!("{path}."), pairs);
        }
        (Shape::List(list), Value::Array(several)) => {
            for (at, one) in several.iter().enumerate() {
                let path = format!("{numbered}.{}", at + 1);
                query_value(service, protocol, &list.element, &path, one, pairs);
            }
        }
        (Shape::Map(map), Value::Object(entries)) => {
            for (at, (key, one)) in entries.iter().enumerate() {
                let entry = format!("{numbered}.{}", at + 1);
                pairs.push((format!("{entry}.{}", map.key.name_in(protocol)), key.clone()));
                let path = format!("{entry}.{}", map.value.name_in(protocol));
                query_value(service, protocol, &map.value, &path, one, pairs);
            }
        }
        (_, Value::String(text)) => pairs.push((path.to_owned(), text.clone())),
        (_, other) => pairs.push((path.to_owned(), other.to_string())),
    }
}

/// S3's requests whose input is in path, query and headers.
fn s3(
    signing: &Signing,
    url: &str,
    service: &Service,
    operation: &Operation,
    input: &Value,
) -> Option<Signed> {
    let structure = service.input(operation)?;
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let (path, fixed) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut path = path.to_owned();
    let mut query: Vec<String> =
        fixed.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut headers = Vec::new();
    for (name, value) in input.as_object()? {
        let member = structure.member(name)?;
        let name = member.name_in(Protocol::RestXml);
        let text = match value {
            Value::String(text) if text == MOMENT => "Mon, 23 Nov 2026 10:00:00 GMT".to_owned(),
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return None,
        };
        match member.location {
            Some(Location::Uri) => {
                if text.is_empty() {
                    return None;
                }
                let text = encode(&text);
                path = path.replace(&format!("{{{name}+}}"), &text);
                path = path.replace(&format!("{{{name}}}"), &text);
            }
            Some(Location::QueryString) => {
                query.push(format!("{}={}", encode(&name), encode(&text)))
            }
            Some(Location::Header) if text.bytes().all(|byte| (0x21..0x7f).contains(&byte)) => {
                headers.push((name.to_ascii_lowercase(), text));
            }
            _ => return None,
        }
    }
    let target = match query.is_empty() {
        true => path,
        false => format!("{path}?{}", query.join("&")),
    };
    let method = match operation.method {
        "PUT" => "PUT",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        _ => "GET",
    };
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Some(signing.s3(url, method, &target, &headers, ""))
}
