//! How a body is bound to its signature: by its hash; for S3 also not at all, or chunk by
//! chunk.
//!
//! Source: S3 API reference, "Authenticating Requests: Using the Authorization Header",
//! and `sigv4-streaming`, `sigv4-streaming-trailers` there.

use bytes::Bytes;

use super::chunks::{self, Form};
use super::payload_fault::PayloadFault;
use super::sign::SigningKey;
use super::{Place, Presented, SignatureError, sha256_hex};
use crate::wire::WireRequest;

const STATED: &str = "x-amz-content-sha256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// What stands for the body in the canonical request, and what is to be checked of the
/// body once that is known to be signed.
pub(super) struct Payload {
    pub(super) stated: String,
    binding: Binding,
}

#[derive(Clone, Copy)]
enum Binding {
    /// `stated` is the hash of the body that came.
    Checked,
    /// `stated` must be the hash of the body; S3 says so only after the signature.
    Hash,
    Unsigned,
    Chunks(Form),
}

/// A body that came in chunks, put together, and the trailers behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    body: Bytes,
    trailers: Vec<(String, String)>,
}

impl Payload {
    /// Reads what the client states.
    ///
    /// # Errors
    /// For S3 a [`PayloadFault`]; for all others [`SignatureError::Mismatch`] where the
    /// client states anything but the hash of the body.
    pub(super) fn of(request: &WireRequest, presented: &Presented) -> Result<Self, SignatureError> {
        let mut stated = request.header_values(STATED);
        let stated = (stated.next(), stated.next());
        if presented.scope.service != "s3" {
            let actual = sha256_hex(&request.body);
            return match stated {
                (None, _) => Ok(Self { stated: actual, binding: Binding::Checked }),
                (Some(stated), None) if stated == actual => {
                    Ok(Self { stated: actual, binding: Binding::Checked })
                }
                _ => Err(SignatureError::Mismatch),
            };
        }
        let stated = match (stated, presented.place) {
            ((Some(stated), None), _) => stated,
            ((None, _), Place::Query { .. }) => UNSIGNED,
            ((None, _), Place::Header) => return Err(PayloadFault::NotStated.into()),
            ((Some(_), Some(_)), _) => return Err(PayloadFault::UnknownForm.into()),
        };
        let is_hash = stated.len() == 64 && stated.bytes().all(|byte| byte.is_ascii_hexdigit());
        let binding = match stated {
            UNSIGNED => Binding::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => {
                Binding::Chunks(Form { signed: true, trailer: false })
            }
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => {
                Binding::Chunks(Form { signed: true, trailer: true })
            }
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => {
                Binding::Chunks(Form { signed: false, trailer: true })
            }
            other if other.starts_with("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD") => {
                return Err(PayloadFault::NotServed.into());
            }
            _ if is_hash => Binding::Hash,
            _ => return Err(PayloadFault::UnknownForm.into()),
        };
        Ok(Self { stated: stated.to_owned(), binding })
    }

    /// Checks the body, and puts it together where it came in chunks.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`] for a chunk or trailer with another signature, else a
    /// [`PayloadFault`].
    pub(super) fn open(
        &self,
        request: &WireRequest,
        presented: &Presented,
        key: &SigningKey,
    ) -> Result<Option<Decoded>, SignatureError> {
        let form = match self.binding {
            Binding::Checked | Binding::Unsigned => return Ok(None),
            Binding::Hash if sha256_hex(&request.body).eq_ignore_ascii_case(&self.stated) => {
                return Ok(None);
            }
            Binding::Hash => return Err(PayloadFault::OtherHash.into()),
            Binding::Chunks(form) => form,
        };
        let length = request
            .header("x-amz-decoded-content-length")
            .and_then(|text| text.parse::<usize>().ok())
            .ok_or(PayloadFault::LengthMissing)?;
        let announced: Vec<String> = request
            .header_values("x-amz-trailer")
            .flat_map(|names| names.split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let read = chunks::read(&request.body, form)?;
        if form.signed {
            chunks::check_signatures(&read, presented, key)?;
        }
        let body = read.body();
        if body.len() != length {
            return Err(PayloadFault::Incomplete.into());
        }
        let came: Vec<&str> = read.trailers.iter().map(|(name, _)| name.as_str()).collect();
        if came != announced {
            return Err(PayloadFault::Trailer.into());
        }
        for (name, value) in &read.trailers {
            super::checksum::check(name, value, &body)?;
        }
        Ok(Some(Decoded { body: body.into(), trailers: read.trailers }))
    }
}

impl Decoded {
    /// Makes the request the one that a client would have sent who sends bodies whole:
    /// what was checked of the trailers stands in the header.
    pub(crate) fn replace_body_of(self, request: &mut WireRequest) {
        const OF_CHUNKS: [&str; 5] = [
            "content-length",
            "transfer-encoding",
            STATED,
            "x-amz-decoded-content-length",
            "x-amz-trailer",
        ];
        request.headers.retain(|(name, _)| !OF_CHUNKS.contains(&name.as_str()));
        for (name, value) in &mut request.headers {
            if name == "content-encoding" {
                let others = value.split(',').map(str::trim);
                let others = others.filter(|one| !one.eq_ignore_ascii_case("aws-chunked"));
                *value = others.collect::<Vec<_>>().join(",");
            }
        }
        request.headers.retain(|(name, value)| name != "content-encoding" || !value.is_empty());
        request.headers.extend(self.trailers);
        request.headers.push((STATED.to_owned(), sha256_hex(&self.body)));
        request.headers.push(("content-length".to_owned(), self.body.len().to_string()));
        request.body = self.body;
    }
}
