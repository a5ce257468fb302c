//! Signatures of chunks: each is over the one before it, beginning with that of the request.
//!
//! Source: S3 API reference, `sigv4-streaming` and `sigv4-streaming-trailers`.

use aws_lc_rs::digest;
use subtle::ConstantTimeEq;

use super::sign::{SigningKey, hex};
use super::{ALGORITHM, Presented, SignatureError, sha256_hex};

/// The chain of signatures up to the last chunk that was checked.
pub(super) struct ChunkSignatures {
    key: SigningKey,
    timestamp: String,
    scope: String,
    previous: String,
}

impl ChunkSignatures {
    pub(super) fn after(presented: &Presented, key: SigningKey) -> Self {
        Self {
            key,
            timestamp: presented.timestamp.clone(),
            scope: presented.scope.text(),
            previous: presented.signature.clone(),
        }
    }

    /// Checks a chunk of data with this SHA-256.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub(super) fn check_chunk(
        &mut self,
        hash: digest::Context,
        signature: &str,
    ) -> Result<(), SignatureError> {
        let what = format!("{}\n{}", sha256_hex(b""), hex(hash.finish().as_ref()));
        self.check("PAYLOAD", &what, signature)
    }

    /// Checks the trailers behind the last chunk.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub(super) fn check_trailers(
        &mut self,
        trailers: &[(String, String)],
        signature: &str,
    ) -> Result<(), SignatureError> {
        let lines: String =
            trailers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        self.check("TRAILER", &sha256_hex(lines.as_bytes()), signature)
    }

    fn check(&mut self, kind: &str, what: &str, signature: &str) -> Result<(), SignatureError> {
        let Self { timestamp, scope, previous, .. } = self;
        let text = format!("{ALGORITHM}-{kind}\n{timestamp}\n{scope}\n{previous}\n{what}");
        let expected = self.key.sign(&text);
        let same = bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
        self.previous = expected;
        if same { Ok(()) } else { Err(SignatureError::Mismatch) }
    }
}
