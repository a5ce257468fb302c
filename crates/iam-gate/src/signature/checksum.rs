//! Checksums that come as trailers.
//!
//! Source: S3 user guide, "Checking object integrity".

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc};

use super::payload_fault::PayloadFault;

/// Checks the checksum that a trailer gives.
///
/// # Errors
/// [`PayloadFault::Trailer`] for a trailer that is no checksum, or one of a kind that is
/// not computed here.
pub(super) fn check(name: &str, value: &str, body: &[u8]) -> Result<(), PayloadFault> {
    let Some(kind) = name.strip_prefix("x-amz-checksum-") else {
        return Err(PayloadFault::Trailer);
    };
    let sum = |algorithm| digest::digest(algorithm, body).as_ref().to_vec();
    let (called, computed) = match kind {
        "crc32" => {
            ("CRC32", Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(body).to_be_bytes().to_vec())
        }
        "crc32c" => {
            ("CRC32C", Crc::<u32>::new(&CRC_32_ISCSI).checksum(body).to_be_bytes().to_vec())
        }
        "crc64nvme" => {
            ("CRC64NVME", Crc::<u64>::new(&CRC_64_NVME).checksum(body).to_be_bytes().to_vec())
        }
        "sha1" => ("SHA1", sum(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
        "sha256" => ("SHA256", sum(&digest::SHA256)),
        _ => return Err(PayloadFault::Trailer),
    };
    match STANDARD.decode(value) {
        Ok(given) if given == computed => Ok(()),
        Ok(given) if given.len() == computed.len() => Err(PayloadFault::OtherChecksum(called)),
        _ => Err(PayloadFault::ChecksumForm(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_catalogue() {
        // The check values of `123456789`.
        for (name, value) in [
            ("x-amz-checksum-crc32", STANDARD.encode(0xcbf4_3926_u32.to_be_bytes())),
            ("x-amz-checksum-crc32c", STANDARD.encode(0xe306_9283_u32.to_be_bytes())),
            ("x-amz-checksum-crc64nvme", STANDARD.encode(0xae8b_1486_0a79_9888_u64.to_be_bytes())),
            ("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=".to_owned()),
            ("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=".to_owned()),
        ] {
            assert_eq!(check(name, &value, b"123456789"), Ok(()), "{name}");
            let other = check(name, &value, b"123456780").unwrap_err();
            assert_eq!(other.status_and_code(), (400, "BadDigest"), "{name}");
            let form = check(name, "AA==", b"123456789").unwrap_err();
            assert_eq!(form, PayloadFault::ChecksumForm(name.to_owned()));
        }
    }

    #[test]
    fn a_trailer_that_is_no_known_checksum_is_refused() {
        for name in ["x-amz-checksum-xxhash128", "x-amz-meta-a", "x-amz-checksum-", ""] {
            assert_eq!(check(name, "AA==", b""), Err(PayloadFault::Trailer), "{name}");
        }
    }
}
