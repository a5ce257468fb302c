//! What the gate calculated where a client has another signature: S3 tells it, so that a person
//! can lay it beside what the client signed.

use std::fmt;

use super::Presented;
use crate::wire::encode;

/// What stands for a session token. AWS shows it; whoever keeps answers would keep it, too.
const REDACTED: &str = "[redacted]";

/// A signature that is another, and what was to be signed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Calculated {
    access_key_id: String,
    presented: String,
    string_to_sign: String,
    canonical_request: String,
}

impl Calculated {
    pub(super) fn of(presented: &Presented, string_to_sign: String, canonical: String) -> Self {
        let canonical = match &presented.session_token {
            Some(token) => canonical
                .replace(token.expose(), REDACTED)
                .replace(&encode(token.expose()), REDACTED),
            None => canonical,
        };
        Self {
            access_key_id: presented.access_key_id.clone(),
            presented: presented.signature.clone(),
            string_to_sign,
            canonical_request: canonical,
        }
    }

    /// The fields of S3's error, in its order (aws-truth.md, "S3").
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWSAccessKeyId", self.access_key_id.clone()),
            ("StringToSign", self.string_to_sign.clone()),
            ("SignatureProvided", self.presented.clone()),
            ("StringToSignBytes", spaced(&self.string_to_sign)),
            ("CanonicalRequest", self.canonical_request.clone()),
            ("CanonicalRequestBytes", spaced(&self.canonical_request)),
        ]
    }
}

/// What is in the request is the client's.
impl fmt::Debug for Calculated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calculated")
    }
}

/// Each byte in two hexadecimal digits, a space between them.
fn spaced(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
