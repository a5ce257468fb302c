//! Checksums that S3 knows, computed as the bytes pass.
//!
//! Source: S3 user guide, "Checking object integrity for data uploads in Amazon S3".

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use md5::{Digest, Md5};

/// What a header or trailer is called, up to the algorithm.
const START: &str = "x-amz-checksum-";

/// Headers that begin like checksums and are none.
const OTHERS: [&str; 3] =
    ["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"];

/// An algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

const ALL: [Algorithm; 7] = [
    Algorithm::Crc32,
    Algorithm::Crc32c,
    Algorithm::Crc64Nvme,
    Algorithm::Md5,
    Algorithm::Sha1,
    Algorithm::Sha256,
    Algorithm::Sha512,
];

/// What a header's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// No checksum.
    Nothing,
    Known(Algorithm),
    /// A checksum that is not computed here.
    Unknown,
}

impl Algorithm {
    /// As S3 writes it in sentences and in `x-amz-sdk-checksum-algorithm`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The header or trailer that carries it.
    pub(super) fn header(self) -> String {
        format!("{START}{}", self.name().to_ascii_lowercase())
    }

    /// What a header of this name, in lower case, gives.
    pub(super) fn of_header(name: &str) -> Named {
        let Some(kind) = name.strip_prefix(START) else { return Named::Nothing };
        let known = ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(kind));
        match known {
            Some(algorithm) => Named::Known(algorithm),
            None if OTHERS.contains(&name) => Named::Nothing,
            None => Named::Unknown,
        }
    }

    /// How long a value of it is in Base64.
    pub(super) fn text_length(self) -> u64 {
        let bytes: u64 = match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        };
        bytes.div_ceil(3) * 4
    }

    pub(super) fn begin(self) -> Sum {
        let crc = |algorithm| Sum::Crc(Box::new(crc_fast::Digest::new(algorithm)));
        let sha = |algorithm| Sum::Sha(digest::Context::new(algorithm));
        match self {
            Self::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => crc(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme),
            Self::Md5 => Sum::Md5(Md5::new()),
            Self::Sha1 => sha(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => sha(&digest::SHA256),
            Self::Sha512 => sha(&digest::SHA512),
        }
    }

    /// The value as bytes; `None` for a text that is no value of it.
    pub(super) fn read(self, text: &str) -> Option<Vec<u8>> {
        let right = u64::try_from(text.len()).is_ok_and(|length| length == self.text_length());
        STANDARD.decode(text).ok().filter(|_| right)
    }
}

/// A checksum under way.
pub(super) enum Sum {
    Crc(Box<crc_fast::Digest>),
    Md5(Md5),
    Sha(digest::Context),
}

impl Sum {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(digest) => digest.update(bytes),
            Self::Md5(digest) => digest.update(bytes),
            Self::Sha(context) => context.update(bytes),
        }
    }

    /// The value of an algorithm, which it was begun for.
    pub(super) fn end(self, algorithm: Algorithm) -> Vec<u8> {
        match (self, algorithm) {
            (Self::Crc(digest), Algorithm::Crc64Nvme) => digest.finalize().to_be_bytes().to_vec(),
            // The upper half is empty.
            (Self::Crc(digest), _) => digest.finalize().to_be_bytes()[4..].to_vec(),
            (Self::Md5(digest), _) => digest.finalize().to_vec(),
            (Self::Sha(context), _) => context.finish().as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_catalogue() {
        // The check values of `123456789`.
        for (algorithm, value) in [
            (Algorithm::Crc32, STANDARD.encode(0xcbf4_3926_u32.to_be_bytes())),
            (Algorithm::Crc32c, STANDARD.encode(0xe306_9283_u32.to_be_bytes())),
            (Algorithm::Crc64Nvme, STANDARD.encode(0xae8b_1486_0a79_9888_u64.to_be_bytes())),
            (Algorithm::Md5, "JfnnlDI7RTiF9RgfG2JNCw==".to_owned()),
            (Algorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE=".to_owned()),
            (Algorithm::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=".to_owned()),
            (
                Algorithm::Sha512,
                "2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dP\
                 uo/+hQ=="
                    .to_owned(),
            ),
        ] {
            assert_eq!(algorithm.text_length(), value.len() as u64, "{algorithm:?}");
            let expected = algorithm.read(&value);
            let mut sum = algorithm.begin();
            sum.add(b"1234");
            sum.add(b"56789");
            assert_eq!(Some(sum.end(algorithm)), expected, "{algorithm:?}");
            let mut other = algorithm.begin();
            other.add(b"123456780");
            assert_ne!(Some(other.end(algorithm)), expected, "{algorithm:?}");
            for wrong in ["", "AA==", "?", &value[1..], &format!("{value}AAAA")] {
                assert_eq!(algorithm.read(wrong), None, "{algorithm:?} {wrong}");
            }
            assert_eq!(Algorithm::of_header(&algorithm.header()), Named::Known(algorithm));
        }
    }

    #[test]
    fn what_is_no_checksum_is_told_from_one_that_is_not_computed() {
        for name in ["x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-meta-a", ""] {
            assert_eq!(Algorithm::of_header(name), Named::Nothing, "{name}");
        }
        for name in ["x-amz-checksum-xxhash128", "x-amz-checksum-", "x-amz-checksum-crc16"] {
            assert_eq!(Algorithm::of_header(name), Named::Unknown, "{name}");
        }
    }
}
