//! Encoded authorization messages: what stood behind a denial, readable only in the account
//! where it was denied, by those who may ask `sts:DecodeAuthorizationMessage` of this gate.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fed_types::AccountId;

use crate::credential::RandomnessUnavailable;

/// Seals and opens messages with a key that lives as long as the gate.
pub(crate) struct SealedMessages(RandomizedNonceKey);

const NONCE: usize = 12;

impl SealedMessages {
    pub(crate) fn new() -> Result<Self, RandomnessUnavailable> {
        let mut key = [0; 32];
        SystemRandom::new().fill(&mut key).map_err(|_| RandomnessUnavailable)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| RandomnessUnavailable)?;
        Ok(Self(key))
    }

    /// `None` when there is no randomness to be had: then the denial goes without.
    pub(crate) fn seal(&self, account: &AccountId, message: &str) -> Option<String> {
        let mut sealed = message.as_bytes().to_vec();
        let reader = Aad::from(account.as_str());
        let nonce = self.0.seal_in_place_append_tag(reader, &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref(), sealed.as_slice()].concat()))
    }

    /// `None` when the text was not sealed by this gate for this account.
    pub(crate) fn open(&self, account: &AccountId, text: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let message = self.0.open_in_place(nonce, Aad::from(account.as_str()), &mut sealed).ok()?;
        String::from_utf8(message.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(digit: u8) -> AccountId {
        digit.to_string().repeat(12).parse().unwrap()
    }

    #[test]
    fn what_was_sealed_is_opened() {
        let messages = SealedMessages::new().unwrap();
        let sealed = messages.seal(&account(1), "why").unwrap();
        assert_eq!(messages.open(&account(1), &sealed).as_deref(), Some("why"));
        assert_ne!(messages.seal(&account(1), "why").unwrap(), sealed);
    }

    #[test]
    fn what_was_not_sealed_here_is_not_opened() {
        let messages = SealedMessages::new().unwrap();
        let sealed = messages.seal(&account(1), "why").unwrap();
        let other = if sealed.starts_with('A') { "B" } else { "A" };
        let tampered = format!("{other}{}", &sealed[1..]);
        for text in ["", "why", "AAAA", tampered.as_str()] {
            assert_eq!(messages.open(&account(1), text), None, "{text}");
        }
        assert_eq!(messages.open(&account(2), &sealed), None);
        assert_eq!(SealedMessages::new().unwrap().open(&account(1), &sealed), None);
    }
}
