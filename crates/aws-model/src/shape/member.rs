//! A member of a structure, list or map, and its names on the wire.

use super::{Shape, ShapeId};
use crate::protocol::Protocol;

/// Where a REST protocol puts a member that is not in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// A header.
    Header,
    /// All headers that begin so.
    Headers,
    /// A label of the path.
    Uri,
    /// The query string.
    QueryString,
    /// The status of the answer.
    StatusCode,
}

/// A member of a structure, the element of a list, the key or the value of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The model's name.
    pub name: &'static str,
    /// What it may be.
    pub shape: ShapeId,
    /// Whether it must be given.
    pub required: bool,
    /// Where, if not in the body.
    pub location: Option<Location>,
    /// The model's `locationName`: of header, label, query parameter, element or JSON member.
    pub location_name: Option<&'static str>,
    /// Its name in the query protocols, where it has one of its own.
    pub query_name: Option<&'static str>,
    /// Whether its elements or entries stand without an element or number that holds them.
    pub flattened: bool,
    /// Whether it is an attribute of the XML element.
    pub xml_attribute: bool,
    /// The XML namespace of its element.
    pub xml_namespace: Option<&'static str>,
    /// The prefix of that namespace.
    pub xml_prefix: Option<&'static str>,
    /// Whether a header holds JSON in base64.
    pub json_value: bool,
    /// Whether clients make one up.
    pub idempotency_token: bool,
    /// Whether it is also a label of the host's name.
    pub host_label: bool,
    /// Whether its bytes are a stream.
    pub streaming: bool,
    /// Whether it must not be written down.
    pub sensitive: bool,
    /// Whether it is the payload of an event.
    pub event_payload: bool,
}

impl Member {
    /// What the member is called in requests of a protocol.
    pub fn name_in(&self, protocol: Protocol) -> String {
        let usual = self.location_name.unwrap_or(self.name);
        match (protocol, self.query_name) {
            (Protocol::Query | Protocol::Ec2, Some(own)) => own.to_owned(),
            // EC2's own rule: the first letter is a capital.
            (Protocol::Ec2, None) if self.location_name.is_some() => {
                let mut letters = usual.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase());
                first.into_iter().chain(letters).collect()
            }
            _ => usual.to_owned(),
        }
    }

    /// What the numbers of this member's elements or entries stand behind in a query
    /// protocol, where `path` is the member's own: `Tags.member` for `Tags.member.1.Key`,
    /// `Attribute` for `Attribute.1.Name`. `shape` is the member's.
    pub fn numbered(&self, shape: &Shape, path: &str, protocol: Protocol) -> String {
        match shape {
            Shape::List(_) if protocol == Protocol::Ec2 => path.to_owned(),
            Shape::List(list) if self.flattened => {
                let element = &list.element;
                match (element.query_name.or(element.location_name), path.rsplit_once('.')) {
                    (None, _) => path.to_owned(),
                    (Some(own), None) => own.to_owned(),
                    (Some(own), Some((parent, _))) => format!("{parent}.{own}"),
                }
            }
            Shape::List(list) => format!("{path}.{}", list.element.name_in(protocol)),
            Shape::Map(_) if !self.flattened => format!("{path}.entry"),
            _ => path.to_owned(),
        }
    }
}
