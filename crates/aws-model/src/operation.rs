//! An operation, and the errors that a service knows.

use crate::shape::ShapeId;
use crate::uri_template::UriTemplate;

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// The method; `POST` for all that is not REST.
    pub method: &'static str,
    /// The template of path and query, as the model writes it.
    pub uri: &'static str,
    /// What it takes: always a structure.
    pub input: Option<ShapeId>,
    /// The name of the XML element around the body, where the model gives one.
    pub input_element: Option<&'static str>,
    /// The namespace of that element.
    pub input_namespace: Option<&'static str>,
    /// What the host's name begins with, labels in braces.
    pub host_prefix: Option<&'static str>,
    /// How it is signed.
    pub auth: Auth,
    /// The checksum that it takes or wants.
    pub checksum: Checksum,
    /// Whether clients may compress the body with gzip.
    pub may_be_compressed: bool,
    /// Whether AWS advises against it.
    pub deprecated: bool,
    /// The names of its errors.
    pub errors: Vec<&'static str>,
    pub(crate) template: UriTemplate,
}

impl Operation {
    /// The parameters of the query that the template itself has, with their values where it
    /// gives any.
    pub fn fixed_query(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.template.query.iter().copied()
    }
}

/// How an operation is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// With SigV4.
    Signed,
    /// With SigV4, but for the body.
    UnsignedPayload,
    /// Not at all: the input is the proof.
    None,
}

/// The checksum of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum {
    /// Whether there must be one (`Content-MD5` or `x-amz-checksum-…`).
    pub required: bool,
    /// The member that names its algorithm.
    pub algorithm_member: Option<&'static str>,
}

/// An error that a service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorShape {
    /// Its name in the model.
    pub name: &'static str,
    /// Its name on the wire.
    pub code: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// Whether the caller is at fault.
    pub sender_fault: bool,
}
