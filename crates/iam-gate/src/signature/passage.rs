//! A body on its way through the gate: taken apart where it comes in chunks, and held to its
//! hash, its checksums and its length as it passes.
//!
//! Source: S3 API reference, "Authenticating Requests: Using the Authorization Header",
//! `sigv4-streaming` and `sigv4-streaming-trailers`.

use aws_lc_rs::digest;
use bytes::Bytes;

use super::chunks::Chunks;
use super::integrity::{Integrity, Trailer};
use super::payload_fault::PayloadFault;
use super::sign::hex;
use super::{SignatureError, sha256_hex};
use crate::wire::WireRequest;

/// `x-amz-content-sha256`
pub(super) const STATED: &str = "x-amz-content-sha256";

/// What is checked of a body that has been signed for.
pub(crate) struct Passage {
    pub(super) chunks: Option<Chunks>,
    /// How long the content is, where the client says.
    pub(super) length: Option<u64>,
    pub(super) passed: u64,
    /// The hash that the content must have, and that which it has so far.
    pub(super) hash: Option<(String, digest::Context)>,
    pub(super) integrity: Integrity,
}

impl Passage {
    /// The content in the next part of the body.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`] for a chunk with another signature, else a
    /// [`PayloadFault`].
    pub(crate) fn take(&mut self, mut part: Bytes) -> Result<Vec<Bytes>, SignatureError> {
        let mut content = Vec::new();
        match &mut self.chunks {
            Some(chunks) => {
                while let Some(piece) = chunks.next(&mut part)? {
                    content.push(piece);
                }
            }
            None => content.push(part),
        }
        for piece in &content {
            self.passed += piece.len() as u64;
            if self.length.is_some_and(|length| self.passed > length) {
                return Err(PayloadFault::Incomplete.into());
            }
            self.integrity.add(piece);
            if let Some((_, context)) = &mut self.hash {
                context.update(piece);
            }
        }
        Ok(content)
    }

    /// What is to be known once all of the body has passed: the checksum behind it.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn end(self) -> Result<Option<Trailer>, SignatureError> {
        let trailers = self.chunks.map(Chunks::end).transpose()?.unwrap_or_default();
        if self.length.is_some_and(|length| self.passed != length) {
            return Err(PayloadFault::Incomplete.into());
        }
        if let Some((stated, context)) = self.hash
            && !hex(context.finish().as_ref()).eq_ignore_ascii_case(&stated)
        {
            return Err(PayloadFault::OtherHash.into());
        }
        Ok(self.integrity.end(&trailers)?)
    }

    /// How long the content is, by what the client says.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The trailer that is to come, and how long its value is.
    pub(crate) fn trailer(&self) -> Option<(String, u64)> {
        self.integrity.trailer().map(|it| (it.header(), it.text_length()))
    }

    /// Checks a body that is there whole, and makes the request the one that a client would have
    /// sent who sends no chunks: what was checked of the trailers stands in the header.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(crate) fn check_whole(mut self, request: &mut WireRequest) -> Result<(), SignatureError> {
        let pieces = self.take(request.body.clone())?;
        let trailer = self.end()?;
        request.body = match <[Bytes; 1]>::try_from(pieces) {
            Ok([whole]) => whole,
            Err(pieces) => pieces.concat().into(),
        };
        take_away_chunks(request);
        request.headers.extend(trailer);
        request.headers.push((STATED.to_owned(), sha256_hex(&request.body)));
        request.headers.push(("content-length".to_owned(), request.body.len().to_string()));
        Ok(())
    }
}

/// Takes away what the headers say of chunks. No object is encoded so, and an emulator might
/// take it for chunks that the gate did not see.
pub(crate) fn take_away_chunks(request: &mut WireRequest) {
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
}
