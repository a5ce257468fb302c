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
