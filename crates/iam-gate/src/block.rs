//! The checksum of a block that EBS is to write: the block may be left out of the signature, its
//! checksum may not, and binds the one to the other.
//!
//! Source: EBS direct APIs reference, PutSnapshotBlock: "If the checksums do not correspond, the
//! request fails". The code is the model's for wrong input; the sentence is not known.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::call::Call;
use crate::error_response::ErrorResponse;

/// The only algorithm that EBS knows.
const ALGORITHM: &str = "SHA256";

/// Compares the checksum that a block comes with, where the call is one that writes it.
///
/// # Errors
/// `ValidationException` where there is none, or it is another block's.
pub(crate) fn check(call: &Call) -> Result<(), ErrorResponse> {
    if (call.service.as_str(), call.operation.as_str()) != ("ebs", "PutSnapshotBlock") {
        return Ok(());
    }
    let text = |name: &str| call.input.text(name).unwrap_or_default();
    // In a tree bytes are base64.
    let block = STANDARD.decode(text("BlockData")).unwrap_or_default();
    let checksum = STANDARD.encode(digest::digest(&digest::SHA256, &block));
    if text("ChecksumAlgorithm") == ALGORITHM && text("Checksum") == checksum {
        return Ok(());
    }
    Err(ErrorResponse::answered(
        400,
        "ValidationException",
        "The checksum of the block is not the SHA256 checksum of its data.",
    ))
}
