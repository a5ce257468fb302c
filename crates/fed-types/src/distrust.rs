//! Whether a server's certificate is of nobody who is trusted here.

use std::error::Error;

/// The TLS library's own words for `CertificateError`: nobody of the signer's name is known, or
/// somebody of that name with another key, as where an authority was made anew.
const FAULTS: [&str; 2] =
    ["invalid peer certificate: UnknownIssuer", "invalid peer certificate: BadSignature"];

/// Whether there is no answer because nobody who is trusted here signed the server's certificate.
/// The TLS library's error is within others, who do not say which they hold.
pub fn is_untrusted_certificate(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if FAULTS.iter().any(|fault| text.contains(fault)) {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no answer")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_certificate_of_nobody_is_found_within_other_errors() {
        let found = |text: &str| is_untrusted_certificate(&Outer(std::io::Error::other(text)));
        assert!(found("tls: invalid peer certificate: UnknownIssuer"));
        assert!(found("invalid peer certificate: BadSignature"));
        for other in ["invalid peer certificate: Expired", "connection refused", ""] {
            assert!(!found(other), "{other}");
        }
    }
}
