//! Bodies in chunks: `aws-chunked`.
//!
//! Source: S3 API reference, `sigv4-streaming` and `sigv4-streaming-trailers`.

use subtle::ConstantTimeEq;

use super::payload_fault::PayloadFault;
use super::sign::SigningKey;
use super::{ALGORITHM, Presented, SignatureError, sha256_hex};

/// Every chunk but the last has at least this many bytes.
const SMALLEST: usize = 8192;
/// The trailer that signs the others.
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// What chunks look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Each chunk is signed, and the trailers are.
    pub(super) signed: bool,
    /// There are trailers.
    pub(super) trailer: bool,
}

/// A body taken apart.
#[derive(Debug)]
pub(super) struct Chunks<'b> {
    /// The last one is empty.
    chunks: Vec<Chunk<'b>>,
    pub(super) trailers: Vec<(String, String)>,
    trailer_signature: Option<&'b str>,
}

#[derive(Debug)]
struct Chunk<'b> {
    data: &'b [u8],
    signature: &'b str,
}

impl Chunks<'_> {
    /// The body that was meant.
    pub(super) fn body(&self) -> Vec<u8> {
        self.chunks.iter().flat_map(|chunk| chunk.data).copied().collect()
    }
}

/// Takes a body apart.
///
/// # Errors
/// [`PayloadFault`] when it has not the form.
pub(super) fn read(body: &[u8], form: Form) -> Result<Chunks<'_>, PayloadFault> {
    let mut chunks = Vec::new();
    let mut rest = body;
    loop {
        let (line, after) = line(rest).ok_or(PayloadFault::Incomplete)?;
        let (size, signature) = head(line, form)?;
        let (data, after) = after.split_at_checked(size).ok_or(PayloadFault::Incomplete)?;
        chunks.push(Chunk { data, signature });
        rest = after;
        if size == 0 {
            break;
        }
        rest = rest.strip_prefix(b"\r\n").ok_or(PayloadFault::Incomplete)?;
    }
    if form.signed {
        let but_two = chunks.len().saturating_sub(2);
        if chunks.iter().take(but_two).any(|chunk| chunk.data.len() < SMALLEST) {
            return Err(PayloadFault::ChunkTooSmall);
        }
    }
    let mut read = Chunks { chunks, trailers: Vec::new(), trailer_signature: None };
    if form.trailer {
        rest = trailers(&mut read, rest)?;
    }
    match (rest, form.trailer, form.signed == read.trailer_signature.is_some()) {
        (b"\r\n", false, _) | (b"\r\n", true, true) => Ok(read),
        (_, false, _) => Err(PayloadFault::Incomplete),
        (_, true, _) => Err(PayloadFault::Trailer),
    }
}

/// The text up to the next line break, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(2..)?))
}

/// The size of a chunk and, where chunks are signed, its signature.
fn head(line: &str, form: Form) -> Result<(usize, &str), PayloadFault> {
    let (size, signature) = match (line.split_once(";chunk-signature="), form.signed) {
        (Some(parts), true) => parts,
        (None, false) => (line, ""),
        _ => return Err(PayloadFault::Incomplete),
    };
    let digits = size.bytes().all(|byte| byte.is_ascii_hexdigit());
    match usize::from_str_radix(size, 16) {
        Ok(size) if digits => Ok((size, signature)),
        _ => Err(PayloadFault::Incomplete),
    }
}

/// Reads `name:value` line by line up to an empty line, which is left.
fn trailers<'b>(read: &mut Chunks<'b>, mut rest: &'b [u8]) -> Result<&'b [u8], PayloadFault> {
    while !rest.starts_with(b"\r\n") {
        let (text, after) = line(rest).ok_or(PayloadFault::Trailer)?;
        let (name, value) = text.split_once(':').ok_or(PayloadFault::Trailer)?;
        // The signature is over what stands before it.
        if read.trailer_signature.is_some() {
            return Err(PayloadFault::Trailer);
        }
        match name.trim().to_ascii_lowercase() {
            name if name == TRAILER_SIGNATURE => read.trailer_signature = Some(value.trim()),
            name => read.trailers.push((name, value.trim().to_owned())),
        }
        rest = after;
    }
    Ok(rest)
}

/// Checks that every chunk follows the one before it, beginning with the signature of the
/// request, and that the trailers follow the last.
///
/// # Errors
/// [`SignatureError::Mismatch`].
pub(super) fn check_signatures(
    chunks: &Chunks<'_>,
    presented: &Presented,
    key: &SigningKey,
) -> Result<(), SignatureError> {
    let mut previous = presented.signature.clone();
    let mut follows = |kind: &str, what: &str, signature: &str| {
        let scope = presented.scope.text();
        let time = &presented.timestamp;
        let expected =
            key.sign(&format!("{ALGORITHM}-{kind}\n{time}\n{scope}\n{previous}\n{what}"));
        let same = bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
        previous = expected;
        if same { Ok(()) } else { Err(SignatureError::Mismatch) }
    };
    for chunk in &chunks.chunks {
        let what = format!("{}\n{}", sha256_hex(b""), sha256_hex(chunk.data));
        follows("PAYLOAD", &what, chunk.signature)?;
    }
    if let Some(signature) = chunks.trailer_signature {
        let trailers: String =
            chunks.trailers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        follows("TRAILER", &sha256_hex(trailers.as_bytes()), signature)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
