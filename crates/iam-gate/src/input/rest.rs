//! REST: an input in labels of the path, parameters of the query, headers and a body. What is
//! in none of the places that the model has for it is refused; headers alone are left out, since
//! every client sends some of its own.

mod write;

use aws_model::{Location, Member, Protocol, Shape, Structure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::misfit::Misfit;
use super::{json, scalar, xml};
use crate::api::Routed;
use crate::wire::{WireRequest, read_members};

pub(crate) use write::{RestRequest, write};

/// Reads a request into a tree: by the model's names at its top, below as [`super`] has it.
pub(super) fn read(routed: &Routed, request: &WireRequest) -> Result<Map<String, Value>, Misfit> {
    let api = routed.api;
    let mut query = routed.query.clone();
    for (name, value) in routed.api.operation.fixed_query() {
        let given = query
            .iter()
            .position(|(known, given)| known == name && value.is_none_or(|value| value == given));
        if let Some(at) = given {
            query.remove(at);
        }
    }
    let mut members = Map::new();
    let Some(structure) = api.service.input(api.operation) else {
        let stray = query.first().map(|(name, _)| Misfit::Unknown(name.clone()));
        let stray = stray.or_else(|| (!is_nothing(&request.body)).then_some(Misfit::NotWhole));
        return stray.map_or(Ok(Map::new()), Err);
    };
    let reading = Reading { routed, structure };
    for member in &structure.members {
        let shape = api.service.shape(member.shape);
        let shape = shape.ok_or_else(|| Misfit::Unknown(member.name.to_owned()))?;
        let value = match member.location {
            Some(Location::Uri) => reading.label(member, shape)?,
            Some(Location::QueryString) => reading.query(member, shape, &mut query)?,
            Some(Location::Header) => reading.header(member, shape, request)?,
            Some(Location::Headers) => headers(member, request),
            _ => None,
        };
        members.extend(value.map(|value| (member.name.to_owned(), value)));
    }
    if let Some((name, _)) = query.first() {
        return Err(Misfit::Unknown(name.clone()));
    }
    reading.body(request, &mut members)?;
    Ok(members)
}

struct Reading<'a> {
    routed: &'a Routed,
    structure: &'a Structure,
}

impl Reading<'_> {
    fn label(&self, member: &Member, shape: &Shape) -> Result<Option<Value>, Misfit> {
        let name = member.location_name.unwrap_or(member.name);
        let given = self.routed.labels.iter().find(|(known, _)| *known == name);
        let Some((_, text)) = given else { return Ok(None) };
        value(name, shape, text).map(Some)
    }

    fn query(
        &self,
        member: &Member,
        shape: &Shape,
        query: &mut Vec<(String, String)>,
    ) -> Result<Option<Value>, Misfit> {
        let name = member.location_name.unwrap_or(member.name);
        let service = self.routed.api.service;
        if let Shape::Map(_) = shape {
            // Whatever no other member takes.
            let others = self.structure.members.iter().filter(|other| {
                other.location == Some(Location::QueryString) && other.name != member.name
            });
            let others: Vec<&str> =
                others.map(|other| other.location_name.unwrap_or(other.name)).collect();
            let (own, left) = std::mem::take(query)
                .into_iter()
                .partition(|(name, _)| !others.contains(&name.as_str()));
            *query = left;
            let mut entries = Map::new();
            for (name, text) in own {
                if matches!(name.as_str(), "Action" | "Version")
                    || entries.insert(name.clone(), text.into()).is_some()
                {
                    return Err(Misfit::Repeated(name));
                }
            }
            return Ok(Some(Value::Object(entries))
                .filter(|entries| entries != &Value::Object(Map::new())));
        }
        let (own, left): (Vec<_>, Vec<_>) =
            std::mem::take(query).into_iter().partition(|(known, _)| known == name);
        *query = left;
        match (shape, own.as_slice()) {
            (_, []) => Ok(None),
            (Shape::List(list), several) => {
                let shape = service.shape(list.element.shape);
                let shape = shape.ok_or_else(|| Misfit::Unknown(name.to_owned()))?;
                let each = several.iter().map(|(_, text)| value(name, shape, text));
                Ok(Some(Value::Array(each.collect::<Result<_, _>>()?)))
            }
            (_, [(_, text)]) => value(name, shape, text).map(Some),
            _ => Err(Misfit::Repeated(name.to_owned())),
        }
    }

    fn header(
        &self,
        member: &Member,
        shape: &Shape,
        request: &WireRequest,
    ) -> Result<Option<Value>, Misfit> {
        let name = member.location_name.unwrap_or(member.name).to_ascii_lowercase();
        let mut given = request.header_values(&name);
        let Some(text) = given.next() else { return Ok(None) };
        if given.next().is_some() {
            return Err(Misfit::Repeated(name.clone()));
        }
        // What stands for the signature, the connection or the body stays the gate's to write.
        if matches!(name.as_str(), "authorization" | "host" | "content-length" | "x-amz-date") {
            return Ok(None);
        }
        value(&name, shape, text).map(Some)
    }

    fn body(&self, request: &WireRequest, members: &mut Map<String, Value>) -> Result<(), Misfit> {
        let (api, protocol) = (self.routed.api, self.routed.protocol);
        let body = &request.body;
        if let Some(payload) = self.structure.payload() {
            let shape = api.service.shape(payload.shape);
            let shape = shape.ok_or_else(|| Misfit::Unknown(payload.name.to_owned()))?;
            if body.is_empty() {
                return Ok(());
            }
            let raw = matches!(shape, Shape::Blob(_) | Shape::String(_));
            if raw && is_form(body) {
                return Err(Misfit::Form(payload.name.to_owned()));
            }
            let value = match (shape, protocol) {
                (Shape::Blob(_), _) => STANDARD.encode(body).into(),
                (Shape::String(_), _) => {
                    let text = std::str::from_utf8(body).map_err(|_| Misfit::NotWhole)?;
                    text.into()
                }
                (Shape::Structure(structure), _) if structure.is_event_stream => {
                    return Err(Misfit::NotWhole);
                }
                (shape, Protocol::RestXml) => xml::read(api, payload, shape, body)?,
                (_, _) => {
                    let mut value = Value::Object(read_members(body).ok_or(Misfit::NotWhole)?);
                    json::fit_value(api, payload, &mut value)?;
                    value
                }
            };
            members.insert(payload.name.to_owned(), value);
            return Ok(());
        }
        if body.is_empty() {
            return Ok(());
        }
        let of_body = || self.structure.members.iter().filter(|member| member.location.is_none());
        let read = match protocol {
            _ if of_body().next().is_none() => {
                return is_nothing(body).then_some(()).ok_or(Misfit::NotWhole);
            }
            Protocol::RestXml => xml::read_members(api, self.structure, body)?,
            _ => {
                let mut read = read_members(body).ok_or(Misfit::NotWhole)?;
                json::fit(api, &mut read)?;
                let mut named = Map::new();
                for member in of_body() {
                    let value = read.remove(member.location_name.unwrap_or(member.name));
                    named.extend(value.map(|value| (member.name.to_owned(), value)));
                }
                named
            }
        };
        members.extend(read);
        Ok(())
    }
}

/// A value that stands alone, as text.
fn value(name: &str, shape: &Shape, text: &str) -> Result<Value, Misfit> {
    if let Some(found) = text.chars().find(|letter| letter.is_control()) {
        return Err(Misfit::Control { member: name.to_owned(), found });
    }
    scalar::read(shape, text).ok_or_else(|| Misfit::Type {
        member: name.to_owned(),
        found: "STRING_VALUE",
        expected: scalar::name(shape),
    })
}

fn headers(member: &Member, request: &WireRequest) -> Option<Value> {
    let start = member.location_name.unwrap_or_default().to_ascii_lowercase();
    let own = request.headers.iter().filter_map(|(name, value)| {
        Some((name.strip_prefix(&start)?.to_owned(), value.as_str().into()))
    });
    let entries: Map<String, Value> = own.collect();
    (!start.is_empty() && !entries.is_empty()).then_some(Value::Object(entries))
}

/// What SDKs send where there is no body: nothing, or an object of nothing.
fn is_nothing(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}")
}

/// moto looks for `Action` in every body, whatever its type is.
fn is_form(body: &[u8]) -> bool {
    url::form_urlencoded::parse(body).any(|(name, _)| name == "Action")
}
