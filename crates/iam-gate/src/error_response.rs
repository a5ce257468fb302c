//! Why the gate does not do what it was asked, before it is put in a service's own words.

use fed_types::AccountId;

use crate::signature::{Place, SignatureError};

mod render;
mod s3;
mod s3_fields;
mod xml;

pub(crate) use render::{headers, render};
pub(crate) use xml::xml_text;

/// Every way a request ends without being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ErrorResponse {
    /// Unsigned, and not one of the operations that may be.
    MissingAuthentication,
    /// The signature is wrong in itself.
    Signature(SignatureError),
    /// The key is unknown, deleted, inactive, of a principal that is no more, or lacks the
    /// session token that it was issued with.
    UnknownKey,
    /// The key comes with another session token than it was issued with, or with one although
    /// there is none.
    WrongToken,
    /// The session is over.
    SessionExpired,
    /// S3: the signature is for another region than the bucket's or the endpoint's.
    OtherRegion { given: String, expected: String, in_query: bool },
    /// A policy denies it, or none allows it. The sentence is AWS's: `User: … is not
    /// authorized to perform: … because …`.
    NotAuthorized {
        sentence: String,
        /// What `sts:DecodeAuthorizationMessage` reads, where AWS sends it.
        encoded: Option<String>,
    },
    /// EC2's `DryRun`, and it would have been allowed.
    DryRun,
    /// An error that the service itself words.
    Answered { status: u16, code: String, message: String },
    /// The gate cannot tell whether it is allowed, so it is denied; the text says why.
    Undecidable(String),
    /// The body is longer than the gate reads.
    TooLarge,
    /// Too many long requests are held at the same time.
    Busy,
    /// The client did not finish sending in time.
    TooSlow,
    /// The account is being emptied or filled, or that has failed half way.
    BeingFilled(AccountId),
    /// The emulator cannot be asked, or did not answer in time or in sense.
    Upstream(String),
    /// The gate failed in itself.
    Internal(String),
}

impl ErrorResponse {
    /// An error with a status, a code and a message of the service's own.
    pub(crate) fn answered(
        status: u16,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::Answered { status, code: code.into(), message: message.into() }
    }

    /// A request that contradicts itself.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::answered(400, "MalformedQueryString", message)
    }

    /// A parameter outside its limits.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::answered(400, "ValidationError", message)
    }

    /// S3: a signature for another region than it has to be.
    pub(crate) fn other_region(given: &str, expected: &str, place: Place) -> Self {
        let in_query = matches!(place, Place::Query { .. });
        Self::OtherRegion { given: given.to_owned(), expected: expected.to_owned(), in_query }
    }

    /// STS and IAM without a reason: `Not authorized to perform …`.
    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::answered(403, "AccessDenied", message)
    }
}

impl From<SignatureError> for ErrorResponse {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<crate::credential::RandomnessUnavailable> for ErrorResponse {
    fn from(error: crate::credential::RandomnessUnavailable) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<iam_policy::sts::Denial> for ErrorResponse {
    fn from(denial: iam_policy::sts::Denial) -> Self {
        Self::answered(denial.status, denial.code, denial.message)
    }
}
