//! What the gate calculated where a client has another signature: S3 tells it, so that a person
//! can lay it beside what the client signed.

use super::Presented;

/// A signature that is another, and what was to be signed. Nothing of it is a secret: it is the
/// client's own request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calculated {
    access_key_id: String,
    presented: String,
    string_to_sign: String,
    canonical_request: String,
}

impl Calculated {
    pub(super) fn of(presented: &Presented, string_to_sign: String, canonical: String) -> Self {
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

/// Each byte in two hexadecimal digits, a space between them.
fn spaced(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
