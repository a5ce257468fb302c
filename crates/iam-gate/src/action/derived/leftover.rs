//! The texts of a call that fill no ARN: each must be known to name nothing, or be a role that
//! is passed.

use std::collections::BTreeSet;

use aws_model::{Action, Member, Shape, Structure};
use serde_json::{Map, Value};

use super::filling::{self, Place};
use super::reviewed;
use crate::api::Api;

/// Members that hold tags, which are conditions and a permission of their own.
const TAGS: [&str; 6] = ["AddTags", "RemoveTagKeys", "TagKeys", "Tags", "tagKeys", "tags"];

/// How members are spelt in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    OfTheModel,
    OnTheWire,
    /// The model's at the top, the wire's below.
    OfBodyOnTheWire,
}

/// The roles that are passed, and to whom; `None` where a text may name something else.
pub(super) fn roles(
    place: &Place<'_>,
    used: &BTreeSet<&str>,
    names: Names,
) -> Option<Vec<(String, &'static str)>> {
    let mut search = Search { place, names, roles: Vec::new() };
    let Some(structure) = place.api.service.input(place.api.operation) else {
        return Some(Vec::new());
    };
    let own = |member: &&Member| !used.contains(member.name) && !TAGS.contains(&member.name);
    for member in structure.members.iter().filter(own) {
        let name = match names {
            Names::OnTheWire => member.location_name.unwrap_or(member.name),
            _ => member.name,
        };
        if let Some(value) = place.members.get(name) {
            search.value(member, value, 0)?;
        }
    }
    Some(search.roles)
}

struct Search<'a> {
    place: &'a Place<'a>,
    names: Names,
    roles: Vec<(String, &'static str)>,
}

impl Search<'_> {
    fn structure(
        &mut self,
        structure: &Structure,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Option<()> {
        for member in &structure.members {
            let name = match self.names {
                Names::OfTheModel => member.name,
                _ => member.location_name.unwrap_or(member.name),
            };
            if let Some(value) = members.get(name) {
                self.value(member, value, depth)?;
            }
        }
        Some(())
    }

    /// `None` for what may name something.
    fn value(&mut self, member: &Member, value: &Value, depth: usize) -> Option<()> {
        let service = self.place.api.service;
        let shape = service.shape(member.shape)?;
        if reviewed::needs_more(self.place.api, member.name) {
            return None;
        }
        if member.idempotency_token || is_free(self.place.api, member, shape) {
            return Some(());
        }
        match (shape, value) {
            (Shape::Structure(structure), Value::Object(members)) if !structure.is_document => {
                self.structure(structure, members, depth + 1)
            }
            (Shape::List(list), Value::Array(elements)) => {
                let element = Member { name: member.name, ..list.element.clone() };
                elements.iter().try_for_each(|one| self.value(&element, one, depth + 1))
            }
            (Shape::String(_), Value::String(text)) if text.is_empty() => Some(()),
            (Shape::String(text), Value::String(given)) => {
                if text.values.contains(&given.as_str()) {
                    return Some(());
                }
                let passed = reviewed::role(service.signing_name, member.name);
                let principal = passed.filter(|_| depth == 0)?;
                let role = format!("arn:aws:iam::{}:role/", self.place.account);
                let name = given.strip_prefix(&role)?;
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte);
                name.bytes().all(plain).then(|| self.roles.push((given.clone(), principal)))
            }
            (
                Shape::Boolean
                | Shape::Integer(_)
                | Shape::Long(_)
                | Shape::Float(_)
                | Shape::Double(_)
                | Shape::Timestamp(_),
                _,
            ) => Some(()),
            _ => None,
        }
    }
}

/// Whether people have written of it that it names nothing.
fn is_free(api: Api, member: &Member, shape: &Shape) -> bool {
    match shape {
        Shape::Structure(_) => reviewed::is_free_tree(api, member.name),
        _ => reviewed::is_free(api, member.name),
    }
}

/// Whether all that an operation requires is taken for something.
pub(super) fn is_taken(api: Api, action: &Action) -> bool {
    let Some(structure) = api.service.input(api.operation) else { return true };
    structure.members.iter().filter(|member| member.required).all(|member| {
        let fills = action
            .resource_types()
            .iter()
            .any(|kind| filling::members(api, kind.resource_type).contains(&member.name));
        fills || TAGS.contains(&member.name) || is_harmless(api, member, 0)
    })
}

fn is_harmless(api: Api, member: &Member, depth: usize) -> bool {
    let signing_name = api.service.signing_name;
    let Some(shape) = api.service.shape(member.shape) else { return false };
    let known = member.idempotency_token
        || is_free(api, member, shape)
        || (depth == 0 && reviewed::role(signing_name, member.name).is_some());
    known
        || match Some(shape) {
            Some(Shape::Structure(structure)) if depth < 8 => {
                let mut required = structure.members.iter().filter(|member| member.required);
                required.all(|member| is_harmless(api, member, depth + 1))
            }
            Some(Shape::List(list)) if depth < 8 => {
                let element = Member { name: member.name, ..list.element.clone() };
                is_harmless(api, &element, depth + 1)
            }
            Some(Shape::String(text)) => !text.values.is_empty(),
            Some(Shape::Map(_) | Shape::Blob(_) | Shape::Structure(_) | Shape::List(_)) | None => {
                false
            }
            Some(_) => true,
        }
}
