//! AWS Signature Version 4: reading what a client presents, checking it, and signing for
//! the emulator.
//!
//! Source: IAM user guide, "AWS Signature Version 4 for API requests". Texts: aws-truth.md
//! and what AWS's own endpoints answer.

mod calculated;
mod canonical;
mod checksum;
mod chunk_signatures;
mod chunks;
mod integrity;
mod passage;
mod payload;
mod payload_fault;
mod presented;
mod sign;
mod verify;

use fed_types::{Secret, UnixTime};

pub(crate) use calculated::Calculated;
pub(crate) use canonical::PathStyle;
pub(crate) use passage::{Passage, take_away_chunks};
pub(crate) use payload_fault::PayloadFault;
pub(crate) use presented::read;
pub(crate) use sign::{Signer, sha256_hex};
pub(crate) use verify::verify;

/// The only algorithm served.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A signature as presented, nothing of it checked but its form.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    pub(crate) place: Place,
    pub(crate) access_key_id: String,
    pub(crate) scope: Scope,
    /// Names in lower case, sorted, each once, as the form demands.
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
    /// As sent, such as `20150830T123600Z`.
    pub(crate) timestamp: String,
    pub(crate) signed_at: UnixTime,
    pub(crate) session_token: Option<Secret>,
}

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The `Authorization` header.
    Header,
    /// The query string of a presigned request.
    Query {
        /// For how many seconds after `signed_at` it holds.
        expires: u32,
    },
}

/// Whether an operation's body is under the signature. S3 goes by rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// It is.
    Signed,
    /// The client may leave it out, and say so: `unsignedPayload` in AWS's models.
    MayBeLeftOut,
}

/// What a signing key is good for: `DATE/REGION/SERVICE/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Eight digits.
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Scope {
    fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

/// Why a signature is refused. The text is the message AWS sends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    /// A part is missing or has the wrong form: `IncompleteSignature`.
    #[error("{message}")]
    Incomplete { message: String, in_query: bool },
    /// The scope names what it cannot: `SignatureDoesNotMatch`.
    #[error("{0}")]
    OutOfScope(String),
    /// Headers that must be signed are not: `SignatureDoesNotMatch` with the first of them.
    #[error("'{}' must be a 'SignedHeader' in the AWS Authorization.", as_named(.0))]
    NotSigned(Vec<String>),
    /// Too old or too new: `SignatureDoesNotMatch` with the two times, or the service's own.
    #[error("{message}")]
    OutOfTime { message: String, wrong: WrongTime, times: Times },
    /// Another key, or another request, was signed: `SignatureDoesNotMatch`.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method. Consult the service documentation for \
         details."
    )]
    Mismatch,
    /// The same, with what the gate calculated: S3 alone tells.
    #[error("{}", Self::Mismatch)]
    Differs(Box<Calculated>),
    /// The signature is right, and the body is not what it says: S3 alone tells.
    #[error(transparent)]
    Payload(#[from] PayloadFault),
}

impl SignatureError {
    /// A scope of another service than this one.
    pub(crate) fn wrong_service(right: &str) -> Self {
        Self::OutOfScope(format!("Credential should be scoped to correct service: '{right}'. "))
    }
}

fn as_named(headers: &[String]) -> &str {
    match headers.first().map(String::as_str) {
        Some("host") => "Host' or ':authority",
        first => first.unwrap_or_default(),
    }
}

/// What is wrong with the time of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongTime {
    /// The clocks of client and gate are too far apart.
    Skewed,
    /// A presigned request that does not hold yet.
    Early,
    /// A presigned request that holds no longer.
    Expired,
}

/// The times that S3 tells of such a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) signed_at: UnixTime,
    /// For how many seconds the client made it good, where the request is presigned.
    pub(crate) expires: Option<u32>,
    /// The gate's own time.
    pub(crate) now: UnixTime,
    /// By how many seconds the clocks may differ.
    pub(crate) tolerance: u32,
}

#[cfg(test)]
mod tests;
