//! Bodies in chunks, `aws-chunked`, taken apart as they come: no more of one is held than a
//! line.
//!
//! Source: S3 API reference, `sigv4-streaming` and `sigv4-streaming-trailers`.

use aws_lc_rs::digest;
use bytes::Bytes;

use super::SignatureError;
use super::chunk_signatures::ChunkSignatures;
use super::payload_fault::PayloadFault;

/// Every chunk but the last has at least this many bytes, where chunks are signed.
const SMALLEST: u64 = 8192;
/// The trailer that signs the others.
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";
/// The longest head of a chunk or trailer, in bytes: 16 digits and a signature, or the name and
/// the value of a checksum, are some 110.
const LONGEST_LINE: usize = 512;
/// Trailers beside the signature.
const TRAILERS: usize = 4;

/// A body in chunks, as far as it has come.
pub(super) struct Chunks {
    /// Where each chunk is signed, and the trailers are.
    signatures: Option<ChunkSignatures>,
    /// Whether there are trailers.
    has_trailers: bool,
    /// What may still come of the data.
    left: u64,
    /// The size of the data chunk before this one.
    last: Option<u64>,
    place: Place,
    /// A line that has not come whole.
    line: Vec<u8>,
    trailers: Vec<(String, String)>,
    trailer_signature: Option<String>,
}

enum Place {
    /// Before or in the head of a chunk.
    Head,
    /// In the data of one.
    Data {
        left: u64,
        hash: digest::Context,
        signature: String,
    },
    /// In the line break after it.
    DataEnd,
    /// Behind the last chunk, up to an empty line.
    Trailers,
    End,
}

impl Chunks {
    /// One of `length` bytes of data.
    pub(super) fn new(
        length: u64,
        signatures: Option<ChunkSignatures>,
        has_trailers: bool,
    ) -> Self {
        Self {
            signatures,
            has_trailers,
            left: length,
            last: None,
            place: Place::Head,
            line: Vec::new(),
            trailers: Vec::new(),
            trailer_signature: None,
        }
    }

    /// The next piece of data in `bytes`, which are taken away as they are read; `None` when
    /// there is no more in them.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`] for a chunk with another signature, else a
    /// [`PayloadFault`].
    pub(super) fn next(&mut self, bytes: &mut Bytes) -> Result<Option<Bytes>, SignatureError> {
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Data { left, hash, .. } => {
                    let room = usize::try_from(*left).unwrap_or(usize::MAX);
                    let piece = bytes.split_to(room.min(bytes.len()));
                    *left -= piece.len() as u64;
                    if self.signatures.is_some() {
                        hash.update(&piece);
                    }
                    if *left == 0 {
                        self.end_chunk()?;
                    }
                    return Ok(Some(piece));
                }
                Place::End => return Err(self.not_well_formed()),
                Place::Head | Place::DataEnd | Place::Trailers => {
                    if let Some(line) = self.line(bytes)? {
                        self.read(&line)?;
                    }
                }
            }
        }
        Ok(None)
    }

    /// The trailers, once everything has come.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`] for trailers with another signature, else a
    /// [`PayloadFault`].
    pub(super) fn end(mut self) -> Result<Vec<(String, String)>, SignatureError> {
        if !matches!(self.place, Place::End) {
            return Err(self.not_well_formed());
        }
        if self.left > 0 {
            return Err(PayloadFault::Incomplete.into());
        }
        let is_signed = self.signatures.is_some() && self.has_trailers;
        match (&mut self.signatures, &self.trailer_signature) {
            (Some(signatures), Some(signature)) if is_signed => {
                signatures.check_trailers(&self.trailers, signature)?;
            }
            (_, None) if !is_signed => {}
            _ => return Err(PayloadFault::Trailer.into()),
        }
        Ok(self.trailers)
    }

    /// What a wrong form is called here.
    fn not_well_formed(&self) -> SignatureError {
        match (&self.place, self.has_trailers) {
            (Place::Trailers | Place::End, true) => PayloadFault::Trailer.into(),
            _ => PayloadFault::Incomplete.into(),
        }
    }

    /// The text up to the next line break, once that has come. A line feed alone is none: some
    /// clients have one behind a trailer's value.
    fn line(&mut self, bytes: &mut Bytes) -> Result<Option<String>, SignatureError> {
        while !bytes.is_empty() {
            let end = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let part = bytes.split_to(end.unwrap_or(bytes.len()));
            if self.line.len() + part.len() > LONGEST_LINE {
                return Err(self.not_well_formed());
            }
            self.line.extend_from_slice(&part);
            if !self.line.ends_with(b"\r\n") {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let text = line.strip_suffix(b"\r\n").and_then(|line| std::str::from_utf8(line).ok());
            return match text.filter(|text| !text.contains('\r')) {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.not_well_formed()),
            };
        }
        Ok(None)
    }

    fn read(&mut self, line: &str) -> Result<(), SignatureError> {
        match &self.place {
            Place::Head => self.begin_chunk(line),
            Place::DataEnd if line.is_empty() => {
                self.place = Place::Head;
                Ok(())
            }
            Place::Trailers if line.is_empty() => {
                self.place = Place::End;
                Ok(())
            }
            Place::Trailers if self.has_trailers => self.trailer(line),
            _ => Err(PayloadFault::Incomplete.into()),
        }
    }

    /// Reads the size of a chunk and, where chunks are signed, its signature.
    fn begin_chunk(&mut self, line: &str) -> Result<(), SignatureError> {
        let (size, signature) =
            match (line.split_once(";chunk-signature="), self.signatures.is_some()) {
                (Some(parts), true) => parts,
                (None, false) => (line, ""),
                _ => return Err(PayloadFault::Incomplete.into()),
            };
        let digits = size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let left = match u64::from_str_radix(size, 16) {
            Ok(size) if digits && size <= self.left => size,
            _ => return Err(PayloadFault::Incomplete.into()),
        };
        if left > 0 && self.signatures.is_some() && self.last.is_some_and(|last| last < SMALLEST) {
            return Err(PayloadFault::ChunkTooSmall.into());
        }
        self.left -= left;
        self.last = Some(left);
        let hash = digest::Context::new(&digest::SHA256);
        self.place = Place::Data { left, hash, signature: signature.to_owned() };
        if left == 0 { self.end_chunk() } else { Ok(()) }
    }

    fn end_chunk(&mut self) -> Result<(), SignatureError> {
        let next = if self.last == Some(0) { Place::Trailers } else { Place::DataEnd };
        if let (Place::Data { hash, signature, .. }, Some(signatures)) =
            (std::mem::replace(&mut self.place, next), &mut self.signatures)
        {
            signatures.check_chunk(hash, &signature)?;
        }
        Ok(())
    }

    /// Reads `name:value`.
    fn trailer(&mut self, line: &str) -> Result<(), SignatureError> {
        let (name, value) = line.split_once(':').ok_or(PayloadFault::Trailer)?;
        // The signature is over what stands before it.
        if self.trailer_signature.is_some() || self.trailers.len() >= TRAILERS {
            return Err(PayloadFault::Trailer.into());
        }
        match name.trim().to_ascii_lowercase() {
            name if name == TRAILER_SIGNATURE => {
                self.trailer_signature = Some(value.trim().to_owned());
            }
            name => self.trailers.push((name, value.trim().to_owned())),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
