//! The forms of the query protocols: names between dots, read into a tree by the shapes and
//! written back by them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_model::{Member, Protocol, Service, Shape, Structure};
use serde_json::{Map, Value};

use super::misfit::Misfit;
use super::scalar;
use crate::api::Api;
use crate::wire::Parameters;

/// What says which operation it is, and is no part of its input.
const NOT_INPUT: [&str; 2] = ["Action", "Version"];

/// Parts that a name has at most: three times as many as the deepest of any model.
const PARTS: usize = 48;

/// A part of a name: its value, and what stands behind its dot.
#[derive(Default)]
struct Part<'p> {
    value: Option<&'p str>,
    parts: BTreeMap<&'p str, Part<'p>>,
}

impl<'p> Part<'p> {
    fn put(&mut self, name: &'p str, value: &'p str) {
        let mut part = self;
        for piece in name.split('.') {
            part = part.parts.entry(piece).or_default();
        }
        part.value = Some(value);
    }

    /// The first name in it, from here.
    fn first(&self, path: &str) -> Option<String> {
        if self.value.is_some() {
            return Some(path.to_owned());
        }
        self.parts.iter().find_map(|(piece, part)| part.first(&join(path, piece)))
    }

    /// That nothing is left in it.
    fn is_read(&self, path: &str) -> Result<(), Misfit> {
        self.first(path).map_or(Ok(()), |left| Err(Misfit::Unknown(left)))
    }
}

fn join(path: &str, piece: &str) -> String {
    match path.is_empty() {
        true => piece.to_owned(),
        false => format!("{path}.{piece}"),
    }
}

/// Reads parameters into a tree.
pub(super) fn read(
    api: Api,
    protocol: Protocol,
    parameters: &Parameters,
) -> Result<Map<String, Value>, Misfit> {
    let mut root = Part::default();
    for (name, value) in parameters.iter().filter(|(name, _)| !NOT_INPUT.contains(name)) {
        if name.split('.').nth(PARTS).is_some() {
            return Err(Misfit::Unknown(name.to_owned()));
        }
        root.put(name, value);
    }
    let form = Form { service: api.service, protocol };
    match api.service.input(api.operation) {
        Some(structure) => form.structure(structure, root, ""),
        None => root.is_read("").map(|()| Map::new()),
    }
}

/// Writes a tree as parameters.
pub(super) fn write(api: Api, protocol: Protocol, tree: &Map<String, Value>) -> Parameters {
    let form = Form { service: api.service, protocol };
    let mut pairs = vec![
        ("Action".to_owned(), api.operation.name.to_owned()),
        ("Version".to_owned(), api.service.api_version.to_owned()),
    ];
    if let Some(structure) = api.service.input(api.operation) {
        form.write_structure(structure, tree, "", &mut pairs);
    }
    pairs.into_iter().collect()
}

struct Form {
    service: &'static Service,
    protocol: Protocol,
}

impl Form {
    /// A member's own piece of a name. The elements of a flattened list bring theirs.
    fn key<'m>(&self, member: &'m Member, shape: &'m Shape) -> Cow<'m, str> {
        match shape {
            Shape::List(list) if member.flattened && self.protocol != Protocol::Ec2 => {
                let element = list.element.query_name.or(list.element.location_name);
                element.map_or_else(|| member.name_in(self.protocol).into(), Cow::Borrowed)
            }
            _ => member.name_in(self.protocol).into(),
        }
    }

    /// The piece between a list or map and its numbers.
    fn holder(&self, member: &Member, shape: &Shape) -> Option<String> {
        match shape {
            _ if member.flattened || self.protocol == Protocol::Ec2 => None,
            Shape::List(list) => Some(list.element.name_in(self.protocol)),
            Shape::Map(_) => Some("entry".to_owned()),
            _ => None,
        }
    }

    fn structure(
        &self,
        structure: &Structure,
        mut given: Part<'_>,
        path: &str,
    ) -> Result<Map<String, Value>, Misfit> {
        let mut members = Map::new();
        for member in &structure.members {
            if given.parts.is_empty() {
                break;
            }
            let Some(shape) = self.service.shape(member.shape) else { continue };
            let key = self.key(member, shape);
            if let Some(part) = given.parts.remove(key.as_ref()) {
                let value = self.value(member, shape, part, &join(path, &key))?;
                members.insert(member.name.to_owned(), value);
            }
        }
        given.is_read(path)?;
        Ok(members)
    }

    fn value(
        &self,
        member: &Member,
        shape: &Shape,
        given: Part<'_>,
        path: &str,
    ) -> Result<Value, Misfit> {
        match shape {
            Shape::Structure(structure) => {
                self.structure(structure, given, path).map(Value::Object)
            }
            // A list of nothing is its name alone.
            Shape::List(_) if given.parts.is_empty() && given.value == Some("") => {
                Ok(Value::Array(Vec::new()))
            }
            Shape::List(list) => {
                let element = &list.element;
                let of_element = self.service.shape(element.shape);
                let of_element = of_element.ok_or_else(|| Misfit::Unknown(path.to_owned()))?;
                let numbered = numbered(given, self.holder(member, shape), path)?.into_iter();
                let each =
                    numbered.map(|(path, part)| self.value(element, of_element, part, &path));
                each.collect::<Result<_, _>>().map(Value::Array)
            }
            Shape::Map(_) => self.map(member, shape, given, path),
            _ => {
                let text = given.value.filter(|_| given.parts.is_empty());
                let text = text.ok_or_else(|| {
                    Misfit::Unknown(given.first(path).unwrap_or_else(|| path.to_owned()))
                })?;
                scalar::read(shape, text).ok_or_else(|| Misfit::Type {
                    member: path.to_owned(),
                    found: "STRING_VALUE",
                    expected: scalar::name(shape),
                })
            }
        }
    }

    fn map(
        &self,
        member: &Member,
        shape: &Shape,
        given: Part<'_>,
        path: &str,
    ) -> Result<Value, Misfit> {
        let Shape::Map(map) = shape else { return Ok(Value::Null) };
        let value_shape = self.service.shape(map.value.shape);
        let value_shape = value_shape.ok_or_else(|| Misfit::Unknown(path.to_owned()))?;
        let (key, value) = (map.key.name_in(self.protocol), map.value.name_in(self.protocol));
        let mut entries = Map::new();
        for (path, mut part) in numbered(given, self.holder(member, shape), path)? {
            let name = part.parts.remove(key.as_str()).and_then(|name| name.value);
            let given = part.parts.remove(value.as_str());
            let (Some(name), Some(given)) = (name, given) else {
                return Err(Misfit::Unknown(path));
            };
            part.is_read(&path)?;
            let entry = self.value(&map.value, value_shape, given, &join(&path, &value))?;
            if entries.insert(name.to_owned(), entry).is_some() {
                return Err(Misfit::Numbers(path));
            }
        }
        Ok(Value::Object(entries))
    }

    fn write_structure(
        &self,
        structure: &Structure,
        tree: &Map<String, Value>,
        path: &str,
        pairs: &mut Vec<(String, String)>,
    ) {
        for (name, value) in tree {
            let Some(member) = structure.member(name) else { continue };
            let Some(shape) = self.service.shape(member.shape) else { continue };
            let path = join(path, &self.key(member, shape));
            self.write_value(member, shape, value, &path, pairs);
        }
    }

    fn write_value(
        &self,
        member: &Member,
        shape: &Shape,
        value: &Value,
        path: &str,
        pairs: &mut Vec<(String, String)>,
    ) {
        let holder = || match self.holder(member, shape) {
            Some(piece) => join(path, &piece),
            None => path.to_owned(),
        };
        match (shape, value) {
            (Shape::Structure(structure), Value::Object(members)) => {
                self.write_structure(structure, members, path, pairs);
            }
            (Shape::List(_), Value::Array(elements)) if elements.is_empty() => {
                pairs.push((path.to_owned(), String::new()));
            }
            (Shape::List(list), Value::Array(elements)) => {
                let Some(shape) = self.service.shape(list.element.shape) else { return };
                for (at, element) in elements.iter().enumerate() {
                    let path = format!("{}.{}", holder(), at + 1);
                    self.write_value(&list.element, shape, element, &path, pairs);
                }
            }
            (Shape::Map(map), Value::Object(entries)) => {
                let Some(shape) = self.service.shape(map.value.shape) else { return };
                for (at, (key, entry)) in entries.iter().enumerate() {
                    let path = format!("{}.{}", holder(), at + 1);
                    pairs.push((join(&path, &map.key.name_in(self.protocol)), key.clone()));
                    let path = join(&path, &map.value.name_in(self.protocol));
                    self.write_value(&map.value, shape, entry, &path, pairs);
                }
            }
            (_, scalar) => pairs.push((path.to_owned(), scalar::write(scalar))),
        }
    }
}

/// Elements or entries in the order of their numbers, each with its path.
fn numbered<'p>(
    mut given: Part<'p>,
    holder: Option<String>,
    path: &str,
) -> Result<Vec<(String, Part<'p>)>, Misfit> {
    let mut path = path.to_owned();
    if let Some(piece) = holder {
        let held = given.parts.remove(piece.as_str());
        given.is_read(&path)?;
        path = join(&path, &piece);
        given = held.unwrap_or_default();
    }
    if given.value.is_some() {
        return Err(Misfit::Unknown(path));
    }
    let mut parts = BTreeMap::new();
    for (piece, part) in given.parts {
        let number: usize = piece.parse().map_err(|_| Misfit::Unknown(join(&path, piece)))?;
        if number.to_string() != piece {
            return Err(Misfit::Numbers(path));
        }
        parts.insert(number, part);
    }
    if !parts.keys().copied().eq(1..=parts.len()) {
        return Err(Misfit::Numbers(path));
    }
    Ok(parts.into_iter().map(|(number, part)| (format!("{path}.{number}"), part)).collect())
}
