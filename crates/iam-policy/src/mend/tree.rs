//! A policy document that can be changed and written again, its members in their order.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::json::{self, Node, Value};

/// A JSON value, members in the order written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Object(Vec<(String, Tree)>),
    List(Vec<Tree>),
    Text(String),
    /// A number, a boolean or null as written.
    Other(String),
}

impl Tree {
    pub(super) fn read(text: &str) -> Option<Self> {
        Some(Self::of(&json::read(text).ok()?))
    }

    fn of(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Text(text) => Self::Text(text.to_string()),
            Value::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|member| (member.key.to_string(), Self::of(&member.value)))
                    .collect(),
            ),
            Value::Null => Self::Other("null".to_owned()),
            other => Self::Other(other.scalar().unwrap_or_default().to_owned()),
        }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(super) fn member_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(members) = self else { return None };
        members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The member, made an empty object where it is not there.
    pub(super) fn object_mut(&mut self, name: &str) -> Option<&mut Self> {
        if self.member(name).is_none()
            && let Self::Object(members) = self
        {
            members.push((name.to_owned(), Self::Object(Vec::new())));
        }
        self.member_mut(name)
    }

    /// Sets a member, in its place where it is there.
    pub(super) fn set(&mut self, name: &str, value: Self) {
        match self.member_mut(name) {
            Some(member) => *member = value,
            None => {
                if let Self::Object(members) = self {
                    members.push((name.to_owned(), value));
                }
            }
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        let at = members.iter().position(|(key, _)| key == name)?;
        Some(members.remove(at).1)
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Object(members) => members.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Text(_) | Self::Other(_) => false,
        }
    }

    /// Its texts: of a list each, else its own.
    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Self::Text(text) | Self::Other(text) => vec![text.clone()],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(_) => Vec::new(),
        }
    }

    /// One text alone, several as a list.
    pub(super) fn of_texts(texts: Vec<String>) -> Self {
        let mut items: Vec<Self> = texts.into_iter().map(Self::Text).collect();
        match (items.len(), items.pop()) {
            (1, Some(one)) => one,
            (_, last) => {
                items.extend(last);
                Self::List(items)
            }
        }
    }

    /// Written with two spaces a level, short lists of texts on one line.
    pub(super) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth + 1);
        let close = "  ".repeat(depth);
        match self {
            Self::Text(text) => out.push_str(&json!(text).to_string()),
            Self::Other(text) => out.push_str(text),
            Self::List(items) if items.is_empty() => out.push_str("[]"),
            Self::Object(members) if members.is_empty() => out.push_str("{}"),
            Self::List(items) => {
                out.push_str("[\n");
                for (index, item) in items.iter().enumerate() {
                    out.push_str(&indent);
                    item.write(out, depth + 1);
                    out.push_str(if index + 1 < items.len() { ",\n" } else { "\n" });
                }
                let _ = write!(out, "{close}]");
            }
            Self::Object(members) => {
                out.push_str("{\n");
                for (index, (key, value)) in members.iter().enumerate() {
                    let _ = write!(out, "{indent}{}: ", json!(key));
                    value.write(out, depth + 1);
                    out.push_str(if index + 1 < members.len() { ",\n" } else { "\n" });
                }
                let _ = write!(out, "{close}}}");
            }
        }
    }

    fn json(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Other(text) => serde_json::from_str(text).unwrap_or(Json::Null),
            Self::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Self::Object(members) => Json::Object(
                members.iter().map(|(key, value)| (key.clone(), value.json())).collect(),
            ),
        }
    }
}

/// The RFC 6902 operations that make `new` of `old`.
pub(super) fn patch(old: &Tree, new: &Tree) -> Vec<Json> {
    let mut operations = Vec::new();
    compare(old, new, "", &mut operations);
    operations
}

fn compare(old: &Tree, new: &Tree, path: &str, operations: &mut Vec<Json>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Tree::Object(before), Tree::Object(after)) => {
            for (key, value) in before {
                let path = format!("{path}/{}", escaped(key));
                match new.member(key) {
                    Some(other) => compare(value, other, &path, operations),
                    None => operations.push(json!({"op": "remove", "path": path})),
                }
            }
            for (key, value) in after.iter().filter(|(key, _)| old.member(key).is_none()) {
                let path = format!("{path}/{}", escaped(key));
                operations.push(json!({"op": "add", "path": path, "value": value.json()}));
            }
        }
        (Tree::List(before), Tree::List(after)) if after.len() >= before.len() => {
            for (index, (one, other)) in before.iter().zip(after).enumerate() {
                compare(one, other, &format!("{path}/{index}"), operations);
            }
            for value in after.iter().skip(before.len()) {
                let path = format!("{path}/-");
                operations.push(json!({"op": "add", "path": path, "value": value.json()}));
            }
        }
        _ => operations.push(json!({"op": "replace", "path": path, "value": new.json()})),
    }
}

/// RFC 6901 section 3.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
