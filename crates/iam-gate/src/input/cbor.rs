//! CBOR as Smithy's RPC protocol carries it: read by the shapes, each key once, and written
//! back by them, with lengths and numbers in their shortest form.
//!
//! Source: RFC 8949; Smithy RPC v2 CBOR protocol.

use std::io::Cursor;

use aws_model::{Service, Shape, ShapeId, Structure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use super::misfit::Misfit;
use super::scalar;
use crate::api::Api;

/// The tag of seconds since 1970.
const MOMENT: u64 = 1;

/// Reads a body; one that is empty has no members. `None` where it is no CBOR, or not whole.
pub(super) fn parse(body: &[u8]) -> Option<Cbor> {
    if body.is_empty() {
        return Some(Cbor::Map(Vec::new()));
    }
    let mut cursor = Cursor::new(body);
    let read: Cbor = ciborium::from_reader(&mut cursor).ok()?;
    (cursor.position() == body.len() as u64).then_some(read)
}

/// Makes a tree of what was parsed.
pub(super) fn read(api: Api, body: Cbor) -> Result<Map<String, Value>, Misfit> {
    let Cbor::Map(entries) = body else {
        return Err(misfit("", "a map", &Cbor::Null));
    };
    match api.service.input(api.operation) {
        Some(structure) => Reading(api.service).structure(structure, entries, ""),
        None => entries.first().map_or(Ok(Map::new()), |(key, _)| Err(Misfit::Unknown(text(key)))),
    }
}

/// Writes a tree.
pub(super) fn write(api: Api, members: &Map<String, Value>) -> Bytes {
    let mut bytes = Vec::with_capacity(128);
    if let Some(structure) = api.service.input(api.operation) {
        let map = write_structure(api.service, structure, members);
        // A vector takes whatever is written.
        let _ = ciborium::into_writer(&map, &mut bytes);
    }
    bytes.into()
}

struct Reading(&'static Service);

impl Reading {
    fn structure(
        &self,
        structure: &Structure,
        entries: Vec<(Cbor, Cbor)>,
        path: &str,
    ) -> Result<Map<String, Value>, Misfit> {
        let mut members = Map::new();
        for (key, value) in entries {
            let path = match path {
                "" => text(&key),
                _ => format!("{path}.{}", text(&key)),
            };
            let Cbor::Text(name) = key else { return Err(Misfit::Unknown(path)) };
            let member = structure.member(&name).ok_or_else(|| Misfit::Unknown(path.clone()))?;
            let shape = self.0.shape(member.shape).ok_or_else(|| Misfit::Unknown(path.clone()))?;
            let value = match value {
                Cbor::Null => Value::Null,
                value => self.value(shape, value, &path)?,
            };
            if members.insert(name, value).is_some() {
                return Err(Misfit::Repeated(path));
            }
        }
        members.retain(|_, value| !value.is_null());
        match structure.is_union && members.len() != 1 {
            true => Err(Misfit::Union(path.to_owned())),
            false => Ok(members),
        }
    }

    fn value(&self, shape: &Shape, value: Cbor, path: &str) -> Result<Value, Misfit> {
        let inner = |id| self.0.shape(id).ok_or_else(|| Misfit::Unknown(path.to_owned()));
        Ok(match (shape, value) {
            (Shape::Structure(structure), Cbor::Map(entries)) => {
                Value::Object(self.structure(structure, entries, path)?)
            }
            (Shape::List(list), Cbor::Array(elements)) => {
                let shape = inner(list.element.shape)?;
                let each = elements.into_iter().map(|element| self.value(shape, element, path));
                Value::Array(each.collect::<Result<_, _>>()?)
            }
            (Shape::Map(map), Cbor::Map(entries)) => {
                let shape = inner(map.value.shape)?;
                let mut read = Map::new();
                for (key, value) in entries {
                    let Cbor::Text(name) = key else { return Err(misfit(path, "a String", &key)) };
                    if read.insert(name, self.value(shape, value, path)?).is_some() {
                        return Err(Misfit::Repeated(path.to_owned()));
                    }
                }
                Value::Object(read)
            }
            (shape, value) => {
                scalar(shape, &value).ok_or_else(|| misfit(path, scalar::name(shape), &value))?
            }
        })
    }
}

fn scalar(shape: &Shape, value: &Cbor) -> Option<Value> {
    let number = |value: &Cbor| match value {
        Cbor::Integer(number) => i64::try_from(*number).ok().map(Number::from),
        Cbor::Float(number) => Number::from_f64(*number),
        _ => None,
    };
    Some(match (shape, value) {
        (Shape::String(_), Cbor::Text(text)) => text.as_str().into(),
        (Shape::Blob(_), Cbor::Bytes(bytes)) => STANDARD.encode(bytes).into(),
        (Shape::Boolean, Cbor::Bool(value)) => (*value).into(),
        (Shape::Integer(_), Cbor::Integer(number)) => {
            i64::from(i32::try_from(*number).ok()?).into()
        }
        (Shape::Long(_), Cbor::Integer(number)) => i64::try_from(*number).ok()?.into(),
        (Shape::Float(_) | Shape::Double(_), value) => Value::Number(number(value)?),
        (Shape::Timestamp(_), Cbor::Tag(MOMENT, value)) => Value::Number(number(value)?),
        _ => return None,
    })
}

fn text(key: &Cbor) -> String {
    key.as_text().unwrap_or("?").to_owned()
}

fn misfit(path: &str, expected: &'static str, found: &Cbor) -> Misfit {
    let found = match found {
        Cbor::Null => "NULL_VALUE",
        Cbor::Bool(true) => "TRUE_VALUE",
        Cbor::Bool(false) => "FALSE_VALUE",
        Cbor::Integer(_) | Cbor::Float(_) => "NUMBER_VALUE",
        Cbor::Text(_) => "STRING_VALUE",
        Cbor::Bytes(_) => "BYTES_VALUE",
        Cbor::Array(_) => "START_ARRAY",
        Cbor::Map(_) => "START_OBJECT",
        _ => "TAG_VALUE",
    };
    Misfit::Type { member: path.to_owned(), found, expected }
}

fn write_structure(service: &Service, structure: &Structure, members: &Map<String, Value>) -> Cbor {
    let known = members.iter().filter_map(|(name, value)| {
        let shape = service.shape(structure.member(name)?.shape)?;
        Some((Cbor::Text(name.clone()), write_value(service, shape, value)))
    });
    Cbor::Map(known.collect())
}

fn write_value(service: &Service, shape: &Shape, value: &Value) -> Cbor {
    let inner = |id: ShapeId, value: &Value| match service.shape(id) {
        Some(shape) => write_value(service, shape, value),
        None => Cbor::Null,
    };
    match (shape, value) {
        (Shape::Structure(structure), Value::Object(members)) => {
            write_structure(service, structure, members)
        }
        (Shape::List(list), Value::Array(elements)) => {
            Cbor::Array(elements.iter().map(|one| inner(list.element.shape, one)).collect())
        }
        (Shape::Map(map), Value::Object(entries)) => {
            let entry = |(key, one): (&String, &Value)| {
                (Cbor::Text(key.clone()), inner(map.value.shape, one))
            };
            Cbor::Map(entries.iter().map(entry).collect())
        }
        (Shape::Blob(_), Value::String(text)) => {
            Cbor::Bytes(STANDARD.decode(text).unwrap_or_default())
        }
        (Shape::Timestamp(_), Value::Number(number)) => {
            Cbor::Tag(MOMENT, Box::new(write_number(number)))
        }
        (Shape::Float(_) | Shape::Double(_), Value::Number(number)) => {
            Cbor::Float(number.as_f64().unwrap_or_default())
        }
        (_, Value::String(text)) => Cbor::Text(text.clone()),
        (_, Value::Bool(value)) => Cbor::Bool(*value),
        (_, Value::Number(number)) => write_number(number),
        _ => Cbor::Null,
    }
}

fn write_number(number: &Number) -> Cbor {
    match number.as_i64() {
        Some(whole) => Cbor::Integer(whole.into()),
        None => Cbor::Float(number.as_f64().unwrap_or_default()),
    }
}
