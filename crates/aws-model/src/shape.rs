//! The shapes of what operations take: structures, lists, maps and what they are made of.

mod member;

pub use member::{Location, Member};

/// A shape of one service; [`Service::shape`](crate::Service::shape) has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(pub(crate) u32);

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Named members.
    Structure(Structure),
    /// Elements of one shape.
    List(List),
    /// Keys and values.
    Map(Map),
    /// A string.
    String(Text),
    /// Bytes.
    Blob(Blob),
    /// True or false.
    Boolean,
    /// 32 bits.
    Integer(Bounds<i64>),
    /// 64 bits.
    Long(Bounds<i64>),
    /// 32 bits.
    Float(Bounds<f64>),
    /// 64 bits.
    Double(Bounds<f64>),
    /// A moment; `None` stands for the protocol's and location's own format.
    Timestamp(Option<TimestampFormat>),
}

/// The least and the greatest of a value, or of a length.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds<N> {
    /// The least.
    pub min: Option<N>,
    /// The greatest.
    pub max: Option<N>,
}

/// A structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    /// Its name in the model, which is also an XML element's where nothing else says it.
    pub name: &'static str,
    /// In the model's order.
    pub members: Vec<Member>,
    /// The member that is the whole body.
    pub payload: Option<&'static str>,
    /// Whether exactly one member is given.
    pub is_union: bool,
    /// Whether it stands for any JSON at all.
    pub is_document: bool,
    /// Whether it is a stream of events.
    pub is_event_stream: bool,
}

impl Structure {
    /// The member of this name (the model's, not the wire's).
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The member that is the whole body.
    pub fn payload(&self) -> Option<&Member> {
        self.payload.and_then(|name| self.member(name))
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// How many elements.
    pub length: Bounds<i64>,
    /// Each element; its name is `member`.
    pub element: Member,
}

/// A map.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// How many entries.
    pub length: Bounds<i64>,
    /// Each key; its name is `key`.
    pub key: Member,
    /// Each value; its name is `value`.
    pub value: Member,
}

/// A string.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// How many characters.
    pub length: Bounds<i64>,
    /// A regular expression, as the model writes it.
    pub pattern: Option<&'static str>,
    /// The values there are; empty where any is taken.
    pub values: Vec<&'static str>,
}

/// Bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Blob {
    /// How many bytes.
    pub length: Bounds<i64>,
    /// Whether a stream must say its length beforehand.
    pub requires_length: bool,
}

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// Seconds since 1970.
    UnixTimestamp,
    /// `2026-10-27T04:50:33Z`.
    Iso8601,
    /// `Tue, 27 Oct 2026 04:50:33 GMT`.
    Rfc822,
}
