//! Why S3 refuses a body.

/// Why S3 refuses a body, in S3's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PayloadFault {
    #[error("Missing required header for this request: x-amz-content-sha256")]
    NotStated,
    #[error(
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
         STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
         STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, \
         STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
    )]
    UnknownForm,
    #[error("A header you provided implies functionality that is not implemented")]
    NotServed,
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    OtherHash,
    #[error("You must provide the Content-Length HTTP header.")]
    LengthMissing,
    #[error("Your proposed upload exceeds the maximum allowed size")]
    TooLong,
    #[error("You did not provide the number of bytes specified by the Content-Length HTTP header.")]
    Incomplete,
    #[error("Only the last chunk is allowed to have a size less than 8192 bytes")]
    ChunkTooSmall,
    #[error(
        "The request contained trailing data that was not well-formed or did not conform to our \
         published schema."
    )]
    Trailer,
    #[error("The value specified in the x-amz-trailer header is not supported")]
    OtherTrailer,
    #[error("Expecting a single x-amz-checksum- header")]
    HeaderAndTrailer,
    #[error("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")]
    Several,
    #[error("Value for {0} trailing header is invalid.")]
    TrailerForm(String),
    #[error("Value for {0} header is invalid.")]
    HeaderForm(String),
    #[error("Value for x-amz-sdk-checksum-algorithm header is invalid.")]
    OtherAlgorithm,
    #[error(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or \
         x-amz-trailer headers were found."
    )]
    NoChecksum,
    #[error("The {0} you specified did not match the calculated checksum.")]
    OtherChecksum(&'static str),
    #[error("The Content-MD5 you specified was invalid.")]
    Md5Form,
    #[error("The Content-MD5 you specified did not match what we received.")]
    OtherMd5,
}

impl PayloadFault {
    /// S3's status and code. Source: S3 API reference, "Error responses".
    pub(crate) fn status_and_code(&self) -> (u16, &'static str) {
        match self {
            Self::NotStated
            | Self::OtherTrailer
            | Self::HeaderAndTrailer
            | Self::Several
            | Self::TrailerForm(_)
            | Self::HeaderForm(_)
            | Self::OtherAlgorithm
            | Self::NoChecksum => (400, "InvalidRequest"),
            Self::UnknownForm => (400, "InvalidArgument"),
            Self::NotServed => (501, "NotImplemented"),
            Self::OtherHash => (400, "XAmzContentSHA256Mismatch"),
            Self::LengthMissing => (411, "MissingContentLength"),
            Self::TooLong => (400, "EntityTooLarge"),
            Self::Incomplete => (400, "IncompleteBody"),
            Self::ChunkTooSmall => (403, "InvalidChunkSizeError"),
            Self::Trailer => (400, "MalformedTrailerError"),
            Self::Md5Form => (400, "InvalidDigest"),
            Self::OtherChecksum(_) | Self::OtherMd5 => (400, "BadDigest"),
        }
    }
}
