//! Unguessable strings.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `prefix` followed by 256 random bits in base64url. Should the system have no
/// randomness to give, there is nothing to fall back on: the value is then
/// empty and matches no stored one.
pub(crate) fn token(prefix: &str) -> String {
    let mut bytes = [0u8; 32];
    match rand::fill(&mut bytes) {
        Ok(()) => format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)),
        Err(_) => String::new(),
    }
}

/// A UUID of version 4 (RFC 9562 §5.4); empty where [`token`] is.
pub(crate) fn uuid() -> String {
    let mut bytes = [0u8; 16];
    if rand::fill(&mut bytes).is_err() {
        return String::new();
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// A device flow user code: `BCDF-GHJK`, consonants only, so that no word
/// appears and nothing is mistaken for a digit (RFC 8628 §6.1).
pub(crate) fn user_code() -> String {
    const LETTERS: &[u8; 16] = b"BCDFGHJKLMNPQRST";
    let mut bytes = [0u8; 8];
    if rand::fill(&mut bytes).is_err() {
        return String::new();
    }
    let mut code = String::with_capacity(9);
    for (index, byte) in bytes.iter().enumerate() {
        if index == 4 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte & 15)]));
    }
    code
}
