//! Java's own form of a trust store, JKS, which every Java reads whatever its usual form is.
//!
//! Source: OpenJDK, `sun.security.provider.JavaKeyStore`.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use rustls::pki_types::CertificateDer;

/// Java's usual one; it keeps nothing secret, the digest at the end is made with it.
pub(super) const PASSWORD: &str = "changeit";

const MAGIC: u32 = 0xfeed_feed;
const VERSION: u32 = 2;
/// An entry that is a certificate to be trusted.
const TRUSTED: u32 = 2;
/// Goes into the digest after the password.
const WHITENER: &[u8] = b"Mighty Aphrodite";

/// A trust store with these certificates.
pub(super) fn key_store(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
    let mut store = Vec::new();
    number(&mut store, MAGIC);
    number(&mut store, VERSION);
    number(&mut store, length(certificates.len()));
    for (at, certificate) in certificates.iter().enumerate() {
        number(&mut store, TRUSTED);
        text(&mut store, &format!("certificate-{at}"));
        store.extend([0; 8]); // when it was added
        text(&mut store, "X.509");
        number(&mut store, length(certificate.len()));
        store.extend_from_slice(certificate);
    }
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    digest.update(&password);
    digest.update(WHITENER);
    digest.update(&store);
    store.extend_from_slice(digest.finish().as_ref());
    store
}

fn number(store: &mut Vec<u8>, number: u32) {
    store.extend(number.to_be_bytes());
}

/// Text as `DataOutput.writeUTF` writes it, of which ASCII is a part.
fn text(store: &mut Vec<u8>, text: &str) {
    store.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    store.extend(text.bytes());
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_laid_out_as_java_reads_it() {
        let store = key_store(&[CertificateDer::from(vec![0x30, 0x01, 0x00])]);
        let head = [
            0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1, // one entry
            0, 0, 0, 2, 0, 13,
        ];
        assert_eq!(store[..18], head);
        assert_eq!(&store[18..31], b"certificate-0");
        assert_eq!(store[31..39], [0; 8]);
        assert_eq!(store[39..53], *b"\0\x05X.509\0\0\0\x03\x30\x01\x00");
        assert_eq!(store.len(), 53 + 20);
    }

    /// The digest of an empty store with the usual password, as `keytool` makes it.
    #[test]
    fn the_digest_is_keytools() {
        let digest: String =
            key_store(&[])[12..].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "e2686e45fb43dfa4d992dd41ceb6b21c6330d792");
    }
}
