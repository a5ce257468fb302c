//! Writes an input as an SDK does, in REST's protocols and in CBOR.

use aws_model::{Location, Member, Operation, Protocol, Service, Shape, Structure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value as Cbor;
use serde_json::{Map, Value};

use super::generate::MOMENT;
use super::write::{json_structure, json_value};
use crate::client::{Signed, Signing};
use crate::lab::NOW;

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn text(value: &Value, location: Location) -> Option<String> {
    Some(match value {
        Value::String(text) if text == MOMENT && location == Location::Header => {
            "Mon, 23 Nov 2026 10:00:00 GMT".to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    })
}

/// A REST request; `None` where the input has no form in it.
// Long: one arm a place that a member may stand in.
pub(super) fn request(
    signing: &Signing,
    url: &str,
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    input: &Value,
) -> Option<Signed> {
    let (path, fixed) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut path = path.to_owned();
    let mut query: Vec<String> =
        fixed.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut headers = Vec::new();
    let structure = service.input(operation);
    let members = input.as_object()?;
    for (name, value) in members {
        let member = structure?.member(name)?;
        let name = member.location_name.unwrap_or(member.name);
        match (member.location, value) {
            (Some(Location::Uri), value) => {
                let text = encode(&text(value, Location::Uri).filter(|text| !text.is_empty())?);
                path = path.replace(&format!("{{{name}+}}"), &text);
                path = path.replace(&format!("{{{name}}}"), &text);
            }
            (Some(Location::QueryString), Value::Array(several)) => {
                for one in several {
                    let one = text(one, Location::QueryString)?;
                    query.push(format!("{}={}", encode(name), encode(&one)));
                }
            }
            (Some(Location::QueryString), one) => {
                let one = text(one, Location::QueryString)?;
                query.push(format!("{}={}", encode(name), encode(&one)));
            }
            (Some(Location::Header), one) => {
                let one = text(one, Location::Header)?;
                one.bytes().all(|byte| (0x21..0x7f).contains(&byte)).then_some(())?;
                headers.push((name.to_ascii_lowercase(), one));
            }
            (Some(_), _) => return None,
            (None, _) => {}
        }
    }
    let body = structure.map_or(Some(Vec::new()), |structure| {
        body(service, operation, structure, protocol, members)
    })?;
    let target = match query.is_empty() {
        true => path,
        false => format!("{path}?{}", query.join("&")),
    };
    let content_type = if protocol == Protocol::RestXml { "text/xml" } else { "application/json" };
    let is_input = structure.is_some_and(|structure| {
        let named = |name: &str| name.eq_ignore_ascii_case("content-type");
        structure.members.iter().any(|member| member.location_name.is_some_and(named))
    });
    if !is_input {
        headers.push(("content-type".to_owned(), content_type.to_owned()));
    }
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let method = match operation.method {
        "PUT" => "PUT",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        _ => "GET",
    };
    Some(signing.rest_with(url, service.signing_name, method, &target, &headers, &body))
}

fn body(
    service: &Service,
    operation: &Operation,
    structure: &Structure,
    protocol: Protocol,
    members: &Map<String, Value>,
) -> Option<Vec<u8>> {
    if let Some(payload) = structure.payload() {
        let Some(value) = members.get(payload.name) else { return Some(Vec::new()) };
        let shape = service.shape(payload.shape)?;
        return match (shape, value) {
            (Shape::Blob(_), Value::String(text)) => STANDARD.decode(text).ok(),
            (Shape::String(_), Value::String(text)) => Some(text.clone().into_bytes()),
            (Shape::Structure(one), value) if protocol == Protocol::RestXml => {
                let name = payload.location_name.unwrap_or(one.name);
                let mut text = String::new();
                xml(service, payload, shape, value, name, &mut text)?;
                Some(text.into_bytes())
            }
            (shape, value) => Some(json_value(service, shape, value).to_string().into_bytes()),
        };
    }
    let own = |(name, _): &(&String, &Value)| {
        structure.member(name).is_some_and(|member| member.location.is_none())
    };
    let own: Map<String, Value> =
        members.iter().filter(own).map(|(name, value)| (name.clone(), value.clone())).collect();
    if own.is_empty() {
        return Some(Vec::new());
    }
    if protocol == Protocol::RestJson {
        return Some(json_structure(service, structure, &own.into()).to_string().into_bytes());
    }
    let name = operation.input_element.unwrap_or(structure.name);
    let mut text = format!("<{name}>");
    for (name, value) in &own {
        let member = structure.member(name)?;
        let name = member.location_name.unwrap_or(member.name);
        xml(service, member, service.shape(member.shape)?, value, name, &mut text)?;
    }
    text.push_str(&format!("</{name}>"));
    Some(text.into_bytes())
}

/// `None` for what XML cannot hold.
fn xml(
    service: &Service,
    member: &Member,
    shape: &Shape,
    value: &Value,
    name: &str,
    written: &mut String,
) -> Option<()> {
    match (shape, value) {
        (Shape::Structure(structure), Value::Object(members)) => {
            written.push_str(&format!("<{name}>"));
            for (name, value) in members {
                let member = structure.member(name)?;
                let name = member.location_name.unwrap_or(member.name);
                (!member.xml_attribute).then_some(())?;
                xml(service, member, service.shape(member.shape)?, value, name, written)?;
            }
            written.push_str(&format!("</{name}>"));
        }
        (Shape::List(list), Value::Array(elements)) => {
            let element = &list.element;
            let own = match member.flattened {
                true => element.location_name.unwrap_or(name),
                false => element.location_name.unwrap_or("member"),
            };
            if !member.flattened {
                written.push_str(&format!("<{name}>"));
            }
            for one in elements {
                xml(service, element, service.shape(element.shape)?, one, own, written)?;
            }
            if !member.flattened {
                written.push_str(&format!("</{name}>"));
            }
        }
        (_, value) => {
            let text = text(value, Location::Uri)?;
            let plain = text.chars().all(|letter| !letter.is_control());
            plain.then_some(())?;
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            written.push_str(&format!("<{name}>{text}</{name}>"));
        }
    }
    Some(())
}

/// A body of CBOR.
pub(super) fn cbor_body(service: &Service, operation: &Operation, input: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(structure) = service.input(operation) {
        let map = cbor_structure(service, structure, input);
        ciborium::into_writer(&map, &mut bytes).unwrap();
    }
    bytes
}

fn cbor_structure(service: &Service, structure: &Structure, input: &Value) -> Cbor {
    let members = input.as_object().into_iter().flatten();
    let entries = members.filter_map(|(name, value)| {
        let shape = service.shape(structure.member(name)?.shape)?;
        Some((Cbor::Text(name.clone()), cbor(service, shape, value)))
    });
    Cbor::Map(entries.collect())
}

fn cbor(service: &Service, shape: &Shape, value: &Value) -> Cbor {
    let inner = |member: &Member, value: &Value| match service.shape(member.shape) {
        Some(shape) => cbor(service, shape, value),
        None => Cbor::Null,
    };
    match (shape, value) {
        (Shape::Structure(structure), _) => cbor_structure(service, structure, value),
        (Shape::List(list), Value::Array(several)) => {
            Cbor::Array(several.iter().map(|one| inner(&list.element, one)).collect())
        }
        (Shape::Map(map), Value::Object(entries)) => Cbor::Map(
            entries
                .iter()
                .map(|(key, one)| (Cbor::Text(key.clone()), inner(&map.value, one)))
                .collect(),
        ),
        (Shape::Blob(_), Value::String(text)) => Cbor::Bytes(STANDARD.decode(text).unwrap()),
        (Shape::Timestamp(_), _) => Cbor::Tag(1, Box::new(Cbor::Integer(NOW.into()))),
        (_, Value::String(text)) => Cbor::Text(text.clone()),
        (_, Value::Bool(value)) => Cbor::Bool(*value),
        (Shape::Float(_) | Shape::Double(_), Value::Number(number)) => {
            Cbor::Float(number.as_f64().unwrap())
        }
        (_, Value::Number(number)) => Cbor::Integer(number.as_i64().unwrap().into()),
        _ => Cbor::Null,
    }
}
