//! XML bodies: elements read by the shapes, each once where it is no list, and written back by
//! them without anything that a reader of forms could find.

use aws_model::{Member, Service, Shape, Structure};
use bytes::Bytes;
use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use super::misfit::Misfit;
use super::scalar;
use crate::api::Api;

/// Reads a body that is one member.
pub(super) fn read(api: Api, member: &Member, shape: &Shape, body: &[u8]) -> Result<Value, Misfit> {
    let text = std::str::from_utf8(body).map_err(|_| Misfit::NotWhole)?;
    let document = Document::parse(text).map_err(|_| Misfit::NotWhole)?;
    let root = document.root_element();
    let named = root_name(member, shape);
    if root.tag_name().name() != named {
        return Err(Misfit::Unknown(root.tag_name().name().to_owned()));
    }
    Reading(api.service).value(shape, member, root, named)
}

/// Reads a body whose element holds the members.
pub(super) fn read_members(
    api: Api,
    structure: &Structure,
    body: &[u8],
) -> Result<Map<String, Value>, Misfit> {
    let text = std::str::from_utf8(body).map_err(|_| Misfit::NotWhole)?;
    let document = Document::parse(text).map_err(|_| Misfit::NotWhole)?;
    let root = document.root_element();
    let named = api.operation.input_element.unwrap_or(structure.name);
    match root.tag_name().name() == named {
        true => Reading(api.service).structure(structure, root, named),
        false => Err(Misfit::Unknown(root.tag_name().name().to_owned())),
    }
}

fn root_name<'m>(member: &'m Member, shape: &'m Shape) -> &'m str {
    let of_shape = match shape {
        Shape::Structure(structure) => structure.name,
        _ => member.name,
    };
    member.location_name.unwrap_or(of_shape)
}

/// What the element of a list is called.
fn element_name<'m>(member: &'m Member, element: &'m Member) -> &'m str {
    match member.flattened {
        true => element.location_name.or(member.location_name).unwrap_or(member.name),
        false => element.location_name.unwrap_or("member"),
    }
}

struct Reading(&'static Service);

impl Reading {
    fn structure(
        &self,
        structure: &Structure,
        node: Node<'_, '_>,
        path: &str,
    ) -> Result<Map<String, Value>, Misfit> {
        let stray = node.children().filter(Node::is_text).any(|it| !is_blank(it.text()));
        if stray {
            return Err(Misfit::Unknown(path.to_owned()));
        }
        let mut members: Map<String, Value> = Map::new();
        for part in node.children().filter(Node::is_element) {
            let name = part.tag_name().name();
            let path = format!("{path}.{name}");
            let member = structure.members.iter().find(|member| {
                let of_list = match self.0.shape(member.shape) {
                    Some(Shape::List(list)) if member.flattened => {
                        element_name(member, &list.element)
                    }
                    _ => member.location_name.unwrap_or(member.name),
                };
                member.location.is_none() && !member.xml_attribute && of_list == name
            });
            let member = member.ok_or_else(|| Misfit::Unknown(path.clone()))?;
            let shape = self.0.shape(member.shape).ok_or_else(|| Misfit::Unknown(path.clone()))?;
            match (shape, member.flattened) {
                (Shape::List(list), true) => {
                    let shape = self.0.shape(list.element.shape);
                    let shape = shape.ok_or_else(|| Misfit::Unknown(path.clone()))?;
                    let element = self.value(shape, &list.element, part, &path)?;
                    let several =
                        members.entry(member.name).or_insert_with(|| Vec::<Value>::new().into());
                    if let Value::Array(several) = several {
                        several.push(element);
                    }
                }
                _ => {
                    let value = self.value(shape, member, part, &path)?;
                    if members.insert(member.name.to_owned(), value).is_some() {
                        return Err(Misfit::Repeated(path));
                    }
                }
            }
        }
        for attribute in node.attributes() {
            let name = attribute.name();
            let is_it = |member: &&Member| {
                let known = member.location_name.unwrap_or(member.name);
                member.xml_attribute && known.rsplit(':').next() == Some(name)
            };
            let member = structure.members.iter().find(is_it);
            let member = member.ok_or_else(|| Misfit::Unknown(format!("{path}.{name}")))?;
            members.insert(member.name.to_owned(), attribute.value().into());
        }
        Ok(members)
    }

    fn value(
        &self,
        shape: &Shape,
        member: &Member,
        node: Node<'_, '_>,
        path: &str,
    ) -> Result<Value, Misfit> {
        match shape {
            Shape::Structure(structure) => self.structure(structure, node, path).map(Value::Object),
            Shape::List(list) => {
                let named = element_name(member, &list.element);
                let shape = self.0.shape(list.element.shape);
                let shape = shape.ok_or_else(|| Misfit::Unknown(path.to_owned()))?;
                let mut elements = Vec::new();
                for part in node.children().filter(|part| !part.is_comment()) {
                    match part.is_element() && part.tag_name().name() == named {
                        true => elements.push(self.value(shape, &list.element, part, path)?),
                        false if is_blank(part.text()) && part.is_text() => {}
                        false => return Err(Misfit::Unknown(path.to_owned())),
                    }
                }
                Ok(Value::Array(elements))
            }
            Shape::Map(_) => Err(Misfit::Unknown(path.to_owned())),
            _ => {
                let plain = node.children().count() <= 1 && node.children().all(|it| it.is_text());
                let text = node.text().unwrap_or_default();
                let value = scalar::read(shape, text).filter(|_| plain);
                value.ok_or_else(|| Misfit::Type {
                    member: path.to_owned(),
                    found: "STRING_VALUE",
                    expected: scalar::name(shape),
                })
            }
        }
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// Writes a body that is one member.
pub(super) fn write(api: Api, member: &Member, shape: &Shape, value: &Value) -> Bytes {
    let mut text = String::new();
    let namespace = member.xml_namespace.or(api.service.xml_namespace);
    let name = root_name(member, shape);
    write_value(api.service, member, shape, value, name, namespace, &mut text);
    text.into()
}

/// Writes a body whose element holds the members.
pub(super) fn write_members(
    api: Api,
    structure: &Structure,
    members: &Map<String, Value>,
) -> Bytes {
    let name = api.operation.input_element.unwrap_or(structure.name);
    let namespace = api.operation.input_namespace.or(api.service.xml_namespace);
    let mut text = String::new();
    open(name, namespace, &mut text);
    text.push('>');
    write_parts(api.service, structure, members, &mut text);
    text.push_str(&format!("</{name}>"));
    text.into()
}

fn open(name: &str, namespace: Option<&str>, text: &mut String) {
    text.push('<');
    text.push_str(name);
    if let Some(namespace) = namespace {
        text.push_str(&format!(" xmlns=\"{namespace}\""));
    }
}

fn write_parts(
    service: &Service,
    structure: &Structure,
    members: &Map<String, Value>,
    text: &mut String,
) {
    for member in structure.members.iter().filter(|it| it.location.is_none() && !it.xml_attribute) {
        let (Some(value), Some(shape)) = (members.get(member.name), service.shape(member.shape))
        else {
            continue;
        };
        let name = member.location_name.unwrap_or(member.name);
        write_value(service, member, shape, value, name, None, text);
    }
}

fn write_value(
    service: &Service,
    member: &Member,
    shape: &Shape,
    value: &Value,
    name: &str,
    namespace: Option<&str>,
    text: &mut String,
) {
    if let (Shape::List(list), Value::Array(elements), Some(of_element)) =
        (shape, value, list_element(service, shape))
    {
        let own = element_name(member, &list.element);
        if !member.flattened {
            open(name, namespace, text);
            text.push('>');
        }
        for element in elements {
            write_value(service, &list.element, of_element, element, own, None, text);
        }
        if !member.flattened {
            text.push_str(&format!("</{name}>"));
        }
        return;
    }
    open(name, namespace, text);
    if let (Shape::Structure(structure), Value::Object(members)) = (shape, value) {
        for attribute in structure.members.iter().filter(|member| member.xml_attribute) {
            if let Some(Value::String(value)) = members.get(attribute.name) {
                let known = attribute.location_name.unwrap_or(attribute.name);
                if let (Some(prefix), Some(uri)) = (attribute.xml_prefix, attribute.xml_namespace) {
                    text.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
                }
                text.push_str(&format!(" {known}=\"{}\"", escape(value)));
            }
        }
        text.push('>');
        write_parts(service, structure, members, text);
    } else {
        text.push('>');
        text.push_str(&escape(&scalar::write(value)));
    }
    text.push_str(&format!("</{name}>"));
}

fn list_element<'s>(service: &'s Service, shape: &Shape) -> Option<&'s Shape> {
    match shape {
        Shape::List(list) => service.shape(list.element.shape),
        _ => None,
    }
}

/// As text between tags, by numbers whatever means something in XML or in a form.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '<' | '>' | '"' | '\'' | '=' | '%' | '+' | ';' | '\r' | '\n' | '\t' => {
                escaped.push_str(&format!("&#x{:x};", u32::from(letter)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
