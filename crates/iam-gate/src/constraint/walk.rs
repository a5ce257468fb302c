//! One walk over a call's input, nested members included, that collects what is beyond its bounds.

use aws_model::{Blob, Bounds, List, Member, Service, Shape, Structure, Text};
use iam_policy::sts::member_of;
use serde_json::{Map, Value};

use super::known::{Blobs, Kind, Known};
use super::{fault, pattern};

/// Faults that one answer tells; so many are AWS's too.
const TOLD: usize = 10;

/// What members are called in the input.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// As on the wire.
    OnWire,
    /// As in the model.
    OfModel,
}

pub(super) struct Walk {
    service: &'static Service,
    known: &'static Known,
    faults: Vec<String>,
    /// What the service says instead of all that.
    own: Option<&'static str>,
}

/// A member with where it stands: `tags.1.member.key`.
#[derive(Clone, Copy)]
struct At<'w> {
    member: &'w Member,
    path: &'w str,
}

impl Walk {
    pub(super) fn new(service: &'static Service, known: &'static Known) -> Self {
        Self { service, known, faults: Vec::new(), own: None }
    }

    /// What was found: the service's own sentence for it, or each fault.
    pub(super) fn found(mut self) -> Result<&'static str, Vec<String>> {
        self.faults.truncate(TOLD);
        self.own.ok_or(self.faults)
    }

    pub(super) fn structure(
        &mut self,
        structure: &Structure,
        members: &Map<String, Value>,
        names: Names,
        path: &str,
    ) {
        if structure.is_document || structure.is_event_stream {
            return;
        }
        for member in &structure.members {
            let name = match names {
                Names::OnWire => member.location_name.unwrap_or(member.name),
                Names::OfModel => member.name,
            };
            let value = members.get(name).filter(|value| !value.is_null());
            if value.is_none() && (!member.required || member.idempotency_token) {
                continue;
            }
            let path = match path.is_empty() {
                true => member_of(member.name),
                false => format!("{path}.{}", member_of(member.name)),
            };
            let at = At { member, path: &path };
            match value {
                Some(value) => self.value(at, value, names),
                None => self.missing(at),
            }
            if self.faults.len() >= TOLD {
                return;
            }
        }
    }

    fn missing(&mut self, at: At<'_>) {
        if self.known.tells(Kind::Required, at.member.name) {
            let shown = (!at.member.sensitive).then_some("null");
            self.faults.push(fault(shown, at.path, "Member must not be null"));
        }
    }

    fn value(&mut self, at: At<'_>, value: &Value, names: Names) {
        let Some(shape) = self.service.shape(at.member.shape) else { return };
        match (shape, value) {
            (Shape::String(text), Value::String(value)) => self.text(at, text, value),
            (Shape::Blob(blob), Value::String(value)) => self.blob(at, blob, value),
            (Shape::Integer(bounds) | Shape::Long(bounds), Value::Number(number)) => {
                self.number(at, *bounds, number.as_i64());
            }
            (Shape::Structure(structure), Value::Object(members)) => {
                self.structure(structure, members, names, at.path);
            }
            (Shape::List(list), Value::Array(elements)) => self.list(at, list, elements, names),
            (Shape::Map(map), Value::Object(entries)) => {
                for (key, entry) in entries {
                    let path = format!("{}.{key}.member", at.path);
                    self.nested(At { member: &map.value, path: &path }, entry, names);
                }
            }
            _ => {}
        }
    }

    /// An element of a list or the value of a map. How a text among them is told is known of
    /// lists alone.
    fn nested(&mut self, at: At<'_>, value: &Value, names: Names) {
        if self.faults.len() < TOLD && matches!(value, Value::Object(_) | Value::Array(_)) {
            self.value(at, value, names);
        }
    }

    fn list(&mut self, at: At<'_>, list: &List, elements: &[Value], names: Names) {
        if let Some(Shape::String(text)) = self.service.shape(list.element.shape) {
            return self.texts(at, list, text, elements);
        }
        for (index, element) in elements.iter().enumerate() {
            let path = format!("{}.{}.member", at.path, index + 1);
            self.nested(At { member: &list.element, path: &path }, element, names);
        }
    }

    fn text(&mut self, at: At<'_>, text: &Text, value: &str) {
        let name = at.member.name;
        let mut constraints = Vec::new();
        let length = value.chars().count() as i64;
        if text.length.max.is_some_and(|max| length > max) && self.known.own(name).is_some() {
            self.own = self.known.own(name);
            return;
        }
        if self.known.tells(Kind::Length, name) {
            constraints.extend(beyond("length", text.length, length));
        }
        if self.known.tells(Kind::Pattern, name) {
            constraints.extend(violated(text, value));
        }
        if !text.values.is_empty() && !text.values.contains(&value) {
            let order = self.known.order(name);
            constraints.extend(order.map(|order| {
                format!("Member must satisfy enum value set: [{}]", order.join(", "))
            }));
        }
        let is_shown = !at.member.sensitive && self.known.shows(name);
        let shown = is_shown.then(|| format!("'{value}'"));
        self.add(at, shown.as_deref(), constraints);
    }

    fn blob(&mut self, at: At<'_>, blob: &Blob, base64: &str) {
        if !self.known.tells(Kind::Length, at.member.name) {
            return;
        }
        let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
        let length = base64.len() / 4 * 3 - padding.min(2).min(base64.len());
        let shown = match self.known.blobs {
            Blobs::Buffer if !at.member.sensitive => {
                Some(format!("'java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]'"))
            }
            _ => None,
        };
        self.add(at, shown.as_deref(), beyond("length", blob.length, length as i64));
    }

    fn number(&mut self, at: At<'_>, bounds: Bounds<i64>, value: Option<i64>) {
        let Some(value) = value.filter(|_| self.known.tells(Kind::Number, at.member.name)) else {
            return;
        };
        let shown = (!at.member.sensitive).then(|| format!("'{value}'"));
        self.add(at, shown.as_deref(), beyond("value", bounds, value));
    }

    /// A list of texts: what its elements have to be is told of the list, all of it.
    fn texts(&mut self, at: At<'_>, list: &List, text: &Text, elements: &[Value]) {
        if !self.known.tells(Kind::Texts, at.member.name) {
            return;
        }
        let elements: Vec<&str> = elements.iter().filter_map(Value::as_str).collect();
        let mut constraints = beyond("length", list.length, elements.len() as i64);
        let is_beyond = |value: &&str| {
            let length = value.chars().count() as i64;
            !beyond("length", text.length, length).is_empty() || violated(text, value).is_some()
        };
        if elements.iter().any(is_beyond) {
            let max = text.length.max.map(|max| told("length", "less", max));
            let min = text.length.min.map(|min| told("length", "greater", min));
            let of_elements: Vec<String> =
                max.into_iter().chain(min).chain(expression(text)).collect();
            constraints
                .push(format!("Member must satisfy constraint: [{}]", of_elements.join(", ")));
        }
        self.add(at, Some(&format!("'[{}]'", elements.join(", "))), constraints);
    }

    fn add(&mut self, at: At<'_>, shown: Option<&str>, constraints: Vec<String>) {
        self.faults.extend(constraints.iter().map(|it| fault(shown, at.path, it)));
    }
}

/// The bound that a number or length is beyond.
fn beyond(what: &str, bounds: Bounds<i64>, found: i64) -> Vec<String> {
    let below = bounds.min.filter(|min| found < *min).map(|min| told(what, "greater", min));
    let above = bounds.max.filter(|max| found > *max).map(|max| told(what, "less", max));
    below.into_iter().chain(above).collect()
}

fn told(what: &str, than: &str, bound: i64) -> String {
    format!("Member must have {what} {than} than or equal to {bound}")
}

/// The pattern that a text does not satisfy.
fn violated(text: &Text, value: &str) -> Option<String> {
    let is_admitted = pattern::admits(text.pattern?, value);
    expression(text).filter(|_| is_admitted == Some(false))
}

fn expression(text: &Text) -> Option<String> {
    text.pattern.map(|it| format!("Member must satisfy regular expression pattern: {it}"))
}
