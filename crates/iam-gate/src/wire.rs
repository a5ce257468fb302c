//! A request as it came over the wire: read whole, nothing interpreted yet.

use bytes::Bytes;
use http::Version;
use http::request::Parts;

mod encoding;
mod form;
mod json;

pub(crate) use encoding::{decode, encode, encode_path};
pub(crate) use form::Parameters;
pub(crate) use json::{read_members, write_members};

/// One HTTP request, its body read to the end. Header names are in lower case; headers
/// and their repetitions are in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct WireRequest {
    pub(crate) method: String,
    /// As sent: percent-encoded, not normalized.
    pub(crate) path: String,
    /// What follows the question mark, as sent.
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// Why a request's head cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadFault {
    /// No signature over it can be checked.
    #[error("expected header `{0}` to be UTF-8 text")]
    NotText(String),
    /// Source: RFC 9112 section 3.2.
    #[error("expected one `host` header, found {0}")]
    Host(usize),
    /// No name is so long. Source: RFC 1035 section 2.3.4.
    #[error("expected a host of at most {LONGEST_HOST} bytes, found {0}")]
    LongHost(usize),
}

/// The longest host, in bytes.
const LONGEST_HOST: usize = 255;

impl WireRequest {
    /// Joins head and body.
    ///
    /// # Errors
    /// A [`HeadFault`] when a header is no text, or the host is not named once: whoever reads
    /// another one understands another request.
    pub(crate) fn new(head: &Parts, body: Bytes) -> Result<Self, HeadFault> {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| HeadFault::NotText(name.as_str().to_owned()))?;
            Ok((name.as_str().to_owned(), text.to_owned()))
        };
        let hosts = head.headers.get_all(http::header::HOST).iter().count();
        if hosts > 1 || (hosts == 0 && head.version == Version::HTTP_11) {
            return Err(HeadFault::Host(hosts));
        }
        let length = head.headers.get(http::header::HOST).map_or(0, |host| host.len());
        if length > LONGEST_HOST {
            return Err(HeadFault::LongHost(length));
        }
        Ok(Self {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers.iter().map(header).collect::<Result<_, _>>()?,
            body,
        })
    }

    /// All values of a header, in order.
    pub(crate) fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header that occurs exactly once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let (_, value) = values.next().filter(|_| values.next().is_none())?;
        Some(value)
    }

    /// The pairs of the query string, as sent.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}
