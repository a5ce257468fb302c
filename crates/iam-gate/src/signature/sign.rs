//! Derives signing keys and signs, for the check and for the emulator.

use aws_lc_rs::{digest, hmac};
use fed_types::{Secret, UnixTime};
use time::OffsetDateTime;
use time::macros::format_description;

use super::{ALGORITHM, Scope};

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Bytes in lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// What is signed of a canonical request.
pub(super) fn string_to_sign(scope: &Scope, timestamp: &str, canonical_request: &str) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{timestamp}\n{}\n{hash}", scope.text())
}

/// What signs in one scope, derived from a secret.
pub(super) struct SigningKey(hmac::Key);

impl SigningKey {
    pub(super) fn derive(secret: &Secret, scope: &Scope) -> Self {
        let step = |key: &[u8], message: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes())
        };
        let mut first = zeroize::Zeroizing::new(String::from("AWS4"));
        first.push_str(secret.expose());
        let by_date = step(first.as_bytes(), &scope.date);
        let by_region = step(by_date.as_ref(), &scope.region);
        let by_service = step(by_region.as_ref(), &scope.service);
        let key = step(by_service.as_ref(), "aws4_request");
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
    }

    /// The signature over a text, in hexadecimal digits.
    pub(super) fn sign(&self, text: &str) -> String {
        hex(hmac::sign(&self.0, text.as_bytes()).as_ref())
    }
}

/// Signs what the gate sends to the emulator.
pub(crate) struct Signer<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a Secret,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) now: UnixTime,
}

impl Signer<'_> {
    /// The `x-amz-date` and `authorization` headers of a `POST /` with this body.
    pub(crate) fn sign_post(&self, host: &str, body: &[u8]) -> (String, String) {
        self.sign("POST\n/\n", host, body)
    }

    /// The same headers of any request: `target` is the method, the canonical path and the
    /// canonical query, a line each.
    pub(crate) fn sign(&self, target: &str, host: &str, body: &[u8]) -> (String, String) {
        self.sign_stated(target, host, &sha256_hex(body))
    }

    /// The same headers of a request of whose body this is stated: its SHA-256, or what S3 takes
    /// instead.
    pub(crate) fn sign_stated(&self, target: &str, host: &str, stated: &str) -> (String, String) {
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        let timestamp = OffsetDateTime::from_unix_timestamp(self.now.seconds())
            .ok()
            .and_then(|moment| moment.format(format).ok())
            .unwrap_or_else(|| String::from("19700101T000000Z"));
        let scope = Scope {
            date: timestamp.chars().take(8).collect(),
            region: self.region.to_owned(),
            service: self.service.to_owned(),
        };
        let canonical =
            format!("{target}\nhost:{host}\nx-amz-date:{timestamp}\n\nhost;x-amz-date\n{stated}");
        let key = SigningKey::derive(self.secret_access_key, &scope);
        let signature = key.sign(&string_to_sign(&scope, &timestamp, &canonical));
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders=host;x-amz-date, Signature={signature}",
            self.access_key_id,
            scope.text()
        );
        (timestamp, authorization)
    }
}
