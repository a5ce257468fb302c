//! What a client says that the content of an upload sums up to: in `Content-MD5`, in a header
//! or a trailer of S3's.
//!
//! Source: S3 user guide, "Checking object integrity for data uploads in Amazon S3"; the
//! sentences as in aws-truth.md, "S3".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::checksum::{Algorithm, Named, Sum};
use super::payload_fault::PayloadFault;
use crate::wire::WireRequest;

/// The sums under way, and what they must come to.
pub(super) struct Integrity {
    md5: Option<(Sum, Vec<u8>)>,
    checksum: Option<(Sum, Algorithm, Expected)>,
}

/// Where the value that a checksum must have stands.
enum Expected {
    Header(Vec<u8>),
    Trailer,
}

/// The checksum that came behind the content: trailer and value.
pub(crate) type Trailer = (String, String);

impl Integrity {
    /// Reads what the headers say. `content` is whether their checksums are of what the request
    /// carries; `trailers` are the names that `x-amz-trailer` announces.
    ///
    /// # Errors
    /// A [`PayloadFault`] for a checksum that is none or one too many.
    pub(super) fn of(
        request: &WireRequest,
        content: bool,
        trailers: &[String],
    ) -> Result<Self, PayloadFault> {
        let mut given = Vec::new();
        for (name, value) in request.headers.iter().filter(|_| content) {
            match Algorithm::of_header(name) {
                Named::Known(algorithm) => given.push((algorithm, value)),
                Named::Unknown => return Err(PayloadFault::NotServed),
                Named::Nothing => {}
            }
        }
        let mut announced = Vec::new();
        for name in trailers {
            match Algorithm::of_header(name) {
                Named::Known(algorithm) => announced.push(algorithm),
                _ => return Err(PayloadFault::OtherTrailer),
            }
        }
        let checksum = match (given.as_slice(), announced.as_slice()) {
            ([], []) => None,
            (&[(algorithm, value)], []) => {
                let form = || PayloadFault::HeaderForm(algorithm.header());
                let expected = algorithm.read(value).ok_or_else(form)?;
                Some((algorithm.begin(), algorithm, Expected::Header(expected)))
            }
            (&[], &[algorithm]) => Some((algorithm.begin(), algorithm, Expected::Trailer)),
            (_, []) => return Err(PayloadFault::Several),
            _ => return Err(PayloadFault::HeaderAndTrailer),
        };
        let named = request.header("x-amz-sdk-checksum-algorithm").filter(|_| content);
        match (named, &checksum) {
            (Some(named), Some((_, algorithm, _)))
                if !named.eq_ignore_ascii_case(algorithm.name()) =>
            {
                return Err(PayloadFault::OtherAlgorithm);
            }
            (Some(_), None) => return Err(PayloadFault::NoChecksum),
            _ => {}
        }
        Ok(Self { md5: content_md5(request)?, checksum })
    }

    /// The trailer that is to come.
    pub(super) fn trailer(&self) -> Option<Algorithm> {
        let trailer = |(_, algorithm, expected): &(Sum, Algorithm, Expected)| match expected {
            Expected::Trailer => Some(*algorithm),
            Expected::Header(_) => None,
        };
        self.checksum.as_ref().and_then(trailer)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        if let Some((sum, _)) = &mut self.md5 {
            sum.add(bytes);
        }
        if let Some((sum, ..)) = &mut self.checksum {
            sum.add(bytes);
        }
    }

    /// Compares, the trailers that came among it.
    ///
    /// # Errors
    /// A [`PayloadFault`] for a sum that is another, or for other trailers than announced.
    pub(super) fn end(self, came: &[Trailer]) -> Result<Option<Trailer>, PayloadFault> {
        if let Some((sum, expected)) = self.md5
            && sum.end(Algorithm::Md5) != expected
        {
            return Err(PayloadFault::OtherMd5);
        }
        let Some((sum, algorithm, expected)) = self.checksum else {
            return if came.is_empty() { Ok(None) } else { Err(PayloadFault::Trailer) };
        };
        let (expected, trailer) = match (expected, came) {
            (Expected::Header(expected), []) => (expected, None),
            (Expected::Trailer, [(name, value)]) if *name == algorithm.header() => {
                let form = || PayloadFault::TrailerForm(name.clone());
                (algorithm.read(value).ok_or_else(form)?, Some((name.clone(), value.clone())))
            }
            _ => return Err(PayloadFault::Trailer),
        };
        match sum.end(algorithm) == expected {
            true => Ok(trailer),
            false => Err(PayloadFault::OtherChecksum(algorithm.name())),
        }
    }
}

/// Source: RFC 1864.
fn content_md5(request: &WireRequest) -> Result<Option<(Sum, Vec<u8>)>, PayloadFault> {
    let mut values = request.header_values("content-md5");
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => {
            let expected = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 16);
            let expected = expected.ok_or(PayloadFault::Md5Form)?;
            Ok(Some((Algorithm::Md5.begin(), expected)))
        }
        _ => Err(PayloadFault::Md5Form),
    }
}
