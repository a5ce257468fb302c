//! A tree written as a REST request, in the one way: labels and parameters percent-encoded
//! anew, parameters in their order, no header and no member that the model does not have.

use aws_model::{Location, Protocol, Shape};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::super::{scalar, xml};
use crate::api::Api;
use crate::wire::{encode, encode_path, write_members};

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RestRequest {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Encoded, in order, without the question mark.
    pub(crate) query: String,
    /// Names in lowercase.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// Writes a tree.
pub(crate) fn write(api: Api, protocol: Protocol, members: &Map<String, Value>) -> RestRequest {
    let mut path = api.operation.uri.split('?').next().unwrap_or("/").to_owned();
    let fixed = api.operation.fixed_query();
    let mut query: Vec<String> =
        fixed.map(|(name, value)| pair(name, value.unwrap_or(""))).collect();
    let mut headers = Vec::new();
    let structure = api.service.input(api.operation);
    for member in structure.map_or(&[][..], |structure| structure.members.as_slice()) {
        let Some(value) = members.get(member.name) else { continue };
        let name = member.location_name.unwrap_or(member.name);
        match (member.location, value) {
            (Some(Location::Uri), value) => {
                let text = scalar::write(value);
                path = path.replace(&format!("{{{name}+}}"), &encode_path(&text));
                path = path.replace(&format!("{{{name}}}"), &encode(&text));
            }
            (Some(Location::QueryString), Value::Array(several)) => {
                query.extend(several.iter().map(|one| pair(name, &scalar::write(one))));
            }
            (Some(Location::QueryString), Value::Object(entries)) => {
                query.extend(entries.iter().map(|(name, one)| pair(name, &scalar::write(one))));
            }
            (Some(Location::QueryString), one) => query.push(pair(name, &scalar::write(one))),
            (Some(Location::Headers), Value::Object(entries)) => {
                headers.extend(entries.iter().map(|(rest, one)| {
                    (format!("{}{rest}", name.to_ascii_lowercase()), scalar::write(one))
                }));
            }
            (Some(Location::Header), one) => {
                headers.push((name.to_ascii_lowercase(), scalar::write(one)));
            }
            _ => {}
        }
    }
    // Several of one name keep their order.
    query.sort_by(|one, other| one.split('=').next().cmp(&other.split('=').next()));
    let (content_type, body) = body(api, protocol, members);
    let is_member = structure.is_some_and(|structure| {
        let is_it = |name: &str| name.eq_ignore_ascii_case("content-type");
        let in_header = structure.members.iter().filter(|it| it.location == Some(Location::Header));
        in_header.into_iter().any(|member| member.location_name.is_some_and(is_it))
    });
    if let Some(content_type) = content_type.filter(|_| !is_member) {
        headers.push(("content-type".to_owned(), content_type.to_owned()));
    }
    RestRequest { method: api.operation.method, path, query: query.join("&"), headers, body }
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encode(name), encode(value))
}

fn body(
    api: Api,
    protocol: Protocol,
    members: &Map<String, Value>,
) -> (Option<&'static str>, Bytes) {
    let Some(structure) = api.service.input(api.operation) else { return (None, Bytes::new()) };
    if let Some(payload) = structure.payload() {
        let (Some(value), Some(shape)) =
            (members.get(payload.name), api.service.shape(payload.shape))
        else {
            return (None, Bytes::new());
        };
        return match (shape, value) {
            (Shape::Blob(_), Value::String(text)) => {
                (Some("application/octet-stream"), STANDARD.decode(text).unwrap_or_default().into())
            }
            (Shape::String(_), Value::String(text)) => (Some("text/plain"), text.clone().into()),
            (shape, value) if protocol == Protocol::RestXml => {
                (Some("application/xml"), xml::write(api, payload, shape, value))
            }
            (_, Value::Object(document)) => (Some("application/json"), write_members(document)),
            _ => (None, Bytes::new()),
        };
    }
    let of_body = || structure.members.iter().filter(|member| member.location.is_none());
    if of_body().next().is_none() {
        return (None, Bytes::new());
    }
    if protocol == Protocol::RestXml {
        return (Some("application/xml"), xml::write_members(api, structure, members));
    }
    let named = of_body().filter_map(|member| {
        let value = members.get(member.name)?.clone();
        Some((member.location_name.unwrap_or(member.name).to_owned(), value))
    });
    (Some("application/json"), write_members(&named.collect()))
}
