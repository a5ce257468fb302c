//! How a body is bound to its signature: by its hash; where the operation's model says so also not
//! at all; for S3 also chunk by chunk.
//!
//! Source: S3 API reference, "Authenticating Requests: Using the Authorization Header",
//! and `sigv4-streaming`, `sigv4-streaming-trailers` there; EBS direct APIs reference,
//! PutSnapshotBlock, "BlockData", and `unsignedPayload` in AWS's models for the others.

use aws_lc_rs::digest;

use super::chunk_signatures::ChunkSignatures;
use super::chunks::Chunks;
use super::integrity::Integrity;
use super::passage::{Passage, STATED};
use super::payload_fault::PayloadFault;
use super::sign::SigningKey;
use super::{Content, Place, Presented, SignatureError, sha256_hex};
use crate::wire::WireRequest;

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// What chunks look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Form {
    /// Each chunk is signed, and the trailers are.
    signed: bool,
    /// There are trailers.
    trailer: bool,
}

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
    /// `stated` must be the hash of the content; S3 says so only after the signature.
    Hash,
    Unsigned,
    Chunks(Form),
}

impl Payload {
    /// Reads what the client states.
    ///
    /// # Errors
    /// For S3 a [`PayloadFault`]; for all others [`SignatureError::Mismatch`] where the
    /// client states anything but the hash of the body, or that it is not signed where it may be
    /// left out.
    pub(super) fn of(
        request: &WireRequest,
        presented: &Presented,
        content: Content,
    ) -> Result<Self, SignatureError> {
        let mut stated = request.header_values(STATED);
        let stated = (stated.next(), stated.next());
        if presented.scope.service != "s3" {
            let actual = sha256_hex(&request.body);
            return match stated {
                (None, _) => Ok(Self { stated: actual, binding: Binding::Checked }),
                (Some(stated), None) if stated == actual => {
                    Ok(Self { stated: actual, binding: Binding::Checked })
                }
                (Some(UNSIGNED), None) if content == Content::MayBeLeftOut => {
                    Ok(Self { stated: UNSIGNED.to_owned(), binding: Binding::Unsigned })
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

    /// What is to be checked of the body; `None` where nothing is, since it has been.
    ///
    /// # Errors
    /// A [`PayloadFault`] where the headers contradict themselves.
    pub(super) fn passage(
        self,
        request: &WireRequest,
        presented: &Presented,
        key: SigningKey,
    ) -> Result<Option<Passage>, PayloadFault> {
        let trailers: Vec<String> = request
            .header_values("x-amz-trailer")
            .flat_map(|names| names.split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let form = match self.binding {
            Binding::Checked => return Ok(None),
            Binding::Chunks(form) => Some(form),
            Binding::Unsigned | Binding::Hash => None,
        };
        if form.is_some_and(|form| form.trailer) == trailers.is_empty() {
            return Err(PayloadFault::Trailer);
        }
        let length = length(request, form.is_some())?;
        let chunks = match (form, length) {
            (None, _) => None,
            (Some(_), None) => return Err(PayloadFault::LengthMissing),
            (Some(form), Some(length)) => {
                let signatures = form.signed.then(|| ChunkSignatures::after(presented, key));
                Some(Chunks::new(length, signatures, form.trailer))
            }
        };
        let hash = match self.binding {
            Binding::Hash => Some((self.stated, digest::Context::new(&digest::SHA256))),
            _ => None,
        };
        let integrity = Integrity::of(request, !is_completion(request), &trailers)?;
        Ok(Some(Passage { chunks, length, passed: 0, hash, integrity }))
    }
}

/// How long the content is, by the header that tells.
fn length(request: &WireRequest, chunked: bool) -> Result<Option<u64>, PayloadFault> {
    let name = if chunked { "x-amz-decoded-content-length" } else { "content-length" };
    let mut values = request.header_values(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(text), None) if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) => {
            text.parse().map(Some).map_err(|_| PayloadFault::LengthMissing)
        }
        _ => Err(PayloadFault::LengthMissing),
    }
}

/// CompleteMultipartUpload: its checksum is that of the object, not of what it carries.
fn is_completion(request: &WireRequest) -> bool {
    request.method == "POST" && request.query_pairs().any(|(name, _)| name == "uploadId")
}
