//! An error of AWS as people paste it, taken apart: who, what, on what, by which policy; or
//! which check of STS refused a token. The text is anybody's: nothing in it is believed to be
//! more than words.
//!
//! ```
//! use iam_policy::aws_error::{AwsError, PolicyType, Reason};
//!
//! let error = AwsError::read(
//!     "An error occurred (AccessDenied) when calling the CreateUser operation: User: \
//!      arn:aws:iam::278805249149:user/ada is not authorized to perform: iam:CreateUser on \
//!      resource: arn:aws:iam::278805249149:user/bob because no identity-based policy allows \
//!      the iam:CreateUser action",
//! ).unwrap();
//! let refused = error.refused.unwrap();
//! assert_eq!(refused.action, "iam:CreateUser");
//! assert_eq!(refused.reason, Reason::NoAllow(PolicyType::Identity));
//! ```

mod decoded;
mod encoded;
mod form;
mod sentence;
mod topic;

pub use decoded::{Decoded, MatchedStatement};
pub use encoded::is_encoded;
pub use sentence::{PolicyType, Reason, Refused};
pub use topic::Topic;

/// The longest text that is read, in bytes.
pub const MAX_ERROR_BYTES: usize = 256 * 1024;

/// An error of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    /// Such as `AccessDenied`, where the text has it.
    pub code: Option<String>,
    /// Such as `CreateUser`, where the text has it.
    pub operation: Option<String>,
    /// AWS's sentence, in one line.
    pub message: String,
    /// Who was refused what, where the sentence says so.
    pub refused: Option<Refused>,
    /// What it is about.
    pub topic: Topic,
    /// The encoded authorization message behind it.
    pub encoded: Option<String>,
    /// The decoded one, where that is what the text is.
    pub decoded: Option<Decoded>,
    /// The ARN of a role that the text names.
    pub role_arn: Option<String>,
}

impl AwsError {
    /// Takes a text apart: what a tool prints, an answer's XML or JSON, an event of CloudTrail,
    /// an encoded authorization message or what it was decoded to. `None` for what is none of
    /// AWS's errors that are known here.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_ERROR_BYTES {
            return None;
        }
        if let Some(decoded) = Decoded::read(text) {
            return Some(Self {
                code: None,
                operation: None,
                message: String::new(),
                refused: Some(decoded.refused.clone()),
                topic: Topic::Denied,
                encoded: None,
                role_arn: None,
                decoded: Some(decoded),
            });
        }
        let form::Parts { code, operation, message } = form::parts(text);
        let encoded = encoded::find(text);
        let refused = sentence::read(&message);
        let topic = match &refused {
            Some(_) => Some(Topic::Denied),
            None => Topic::of(code.as_deref(), &message),
        };
        let topic = match (topic, &encoded) {
            (Some(topic), _) => topic,
            (None, Some(_)) => Topic::Denied,
            (None, None) => return None,
        };
        let role_arn = form::role_arn(text);
        let message = encoded::without(&message);
        Some(Self { code, operation, message, refused, topic, encoded, decoded: None, role_arn })
    }
}

#[cfg(test)]
mod tests;
