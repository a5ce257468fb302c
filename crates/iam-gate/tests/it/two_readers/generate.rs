//! Inputs of operations, by their models, with values that some reader might stumble over.

use aws_model::{Bounds, Location, Operation, Service, Shape, Structure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A moment, which every protocol writes in its own way.
pub(super) const MOMENT: &str = "2026-11-23T10:00:00Z";

/// What readers take for something else.
const HOSTILE: [&str; 24] = [
    "&Action=DeleteUser&",
    "a&Action=GetParameter&Version=2014-11-06",
    "%26Action%3DDeleteUser%26",
    "?x=y",
    "a#b",
    "a;b",
    "tab\there",
    "line\nend",
    "a%2fb",
    "a%2Fb%252f",
    "/../",
    "a/../b",
    "a/",
    "//a",
    "+ +",
    "a=b",
    "<a>&amp;</a>",
    "\"quoted\"",
    "arn:aws:ssm:us-east-1:278805249149:parameter/a",
    "arn:aws:sqs:eu-west-1:111122223333:q",
    "http://127.0.0.1:4566/278805249149/q?x#y",
    "",
    "ä€😀",
    "{\"a\":1}",
];

/// A small generator with a seed, so that a failure can be had again.
pub(super) struct Generator(u64);

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    /// An input: what is required, and some of the rest.
    pub(super) fn input(&mut self, service: &Service, operation: &Operation) -> Value {
        let mut input = match service.input(operation) {
            Some(structure) => self.structure(service, structure, 0),
            None => json!({}),
        };
        // Names of buckets are few letters, so most of S3 would not be read further.
        if let Some(bucket) = input.get_mut("Bucket").filter(|_| service.name == "s3") {
            *bucket = "bucket".into();
        }
        input
    }

    fn structure(&mut self, service: &Service, structure: &Structure, depth: usize) -> Value {
        let mut members = Map::new();
        for member in &structure.members {
            let wanted = member.required || (depth < 3 && self.below(3) == 0);
            if !wanted || member.host_label || (structure.is_union && !members.is_empty()) {
                continue;
            }
            let Some(shape) = service.shape(member.shape) else { continue };
            // In a path, most of these values are refused.
            let in_path = member.location == Some(Location::Uri);
            if in_path && matches!(shape, Shape::String(_)) && self.below(4) > 0 {
                let name = format!("name-{}", self.below(1000));
                members.insert(member.name.to_owned(), name.into());
            } else if depth < 5
                && let Some(value) = self.value(service, shape, depth + 1)
            {
                members.insert(member.name.to_owned(), value);
            }
        }
        Value::Object(members)
    }

    /// `None` for what cannot be written whole: it would have no member.
    fn value(&mut self, service: &Service, shape: &Shape, depth: usize) -> Option<Value> {
        let filled = |value: Value| match &value {
            Value::Object(map) if map.is_empty() => None,
            _ => Some(value),
        };
        match shape {
            Shape::Structure(one) if one.is_document || one.is_event_stream => None,
            Shape::Structure(one) => filled(self.structure(service, one, depth)),
            Shape::List(list) => {
                let element = service.shape(list.element.shape)?;
                let count = 1 + self.below(2);
                let elements: Option<Vec<Value>> =
                    (0..count).map(|_| self.value(service, element, depth + 1)).collect();
                elements.map(Value::Array)
            }
            Shape::Map(map) => {
                let (key, value) = (service.shape(map.key.shape)?, service.shape(map.value.shape)?);
                let Value::String(key) = self.value(service, key, depth + 1)? else { return None };
                Some(json!({ key: self.value(service, value, depth + 1)? }))
            }
            Shape::String(text) => Some(match text.values.as_slice() {
                [] => self.text(&text.length),
                values => json!(values.get(self.below(values.len())).copied().unwrap_or_default()),
            }),
            Shape::Blob(_) => Some(STANDARD.encode(HOSTILE[self.below(HOSTILE.len())]).into()),
            Shape::Boolean => Some(json!(self.below(2) == 0)),
            Shape::Integer(bounds) | Shape::Long(bounds) => Some(json!(bounds.min.unwrap_or(7))),
            Shape::Float(_) | Shape::Double(_) => Some(json!(1.5)),
            Shape::Timestamp(_) => Some(json!(MOMENT)),
        }
    }

    fn text(&mut self, length: &Bounds<i64>) -> Value {
        match self.below(4) {
            0 => json!(format!("name-{}", self.below(1000))),
            1 if length.max.is_none_or(|most| most > 2000) => json!("long&Action=x;".repeat(150)),
            _ => json!(HOSTILE[self.below(HOSTILE.len())]),
        }
    }
}

/// Whether its input can be written as text: no stream of events.
pub(super) fn is_plain(service: &Service, operation: &Operation) -> bool {
    service.input(operation).is_none_or(|input| {
        input.members.iter().all(|member| {
            !matches!(service.shape(member.shape), Some(Shape::Structure(one)) if one.is_event_stream)
        })
    })
}
