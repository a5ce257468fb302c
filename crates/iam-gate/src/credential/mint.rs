//! Makes access key ids, secrets, session tokens and request ids in AWS's forms.

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fed_types::Secret;

use super::AccessKey;

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tried to make a key, but the operating system gave no random bytes")]
pub struct RandomnessUnavailable;

/// The alphabet of AWS's unique ids: base 32 as in RFC 4648.
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A source of new identifiers and secrets.
pub(crate) struct Mint {
    random: SystemRandom,
}

impl Mint {
    pub(crate) fn new() -> Self {
        Self { random: SystemRandom::new() }
    }

    fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomnessUnavailable> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| RandomnessUnavailable)?;
        Ok(bytes)
    }

    /// `prefix` (`AKIA`, `ASIA`) and 16 characters.
    pub(crate) fn access_key_id(&self, prefix: &str) -> Result<String, RandomnessUnavailable> {
        Ok(spell(prefix, &self.bytes::<16>()?))
    }

    /// 40 characters.
    pub(crate) fn secret_access_key(&self) -> Result<Secret, RandomnessUnavailable> {
        Ok(Secret::new(STANDARD.encode(self.bytes::<30>()?)))
    }

    /// An administrator's key.
    pub(crate) fn access_key(&self) -> Result<AccessKey, RandomnessUnavailable> {
        Ok(AccessKey {
            access_key_id: self.access_key_id("AKIA")?,
            secret_access_key: self.secret_access_key()?,
        })
    }

    /// Opaque to clients; they must not rely on its length.
    pub(crate) fn session_token(&self) -> Result<Secret, RandomnessUnavailable> {
        Ok(Secret::new(format!("IQoJb3JpZ2luX2Vj{}", STANDARD.encode(self.bytes::<180>()?))))
    }

    /// A version 4 UUID (RFC 9562 section 5.4), which AWS uses as request id.
    pub(crate) fn request_id(&self) -> Result<String, RandomnessUnavailable> {
        let mut bytes = self.bytes::<16>()?;
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
    }
}

fn spell(prefix: &str, bytes: &[u8]) -> String {
    let letter = |byte: &u8| char::from(ID_ALPHABET[usize::from(byte % 32)]);
    prefix.chars().chain(bytes.iter().map(letter)).collect()
}

/// The unique id in AWS's form that stands for an id of the emulator's: that id itself
/// where it has the form, else `prefix` and 17 characters, always the same ones for the
/// same id.
///
/// Source: IAM user guide, "IAM identifiers", "Unique identifiers".
pub(crate) fn unique_id(prefix: &str, emulated: &str) -> String {
    let has_form = emulated.len() == 21
        && emulated.starts_with(prefix)
        && emulated.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if has_form {
        return emulated.to_owned();
    }
    let hash = digest::digest(&digest::SHA256, emulated.as_bytes());
    spell(prefix, &hash.as_ref()[..17])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_key_looks_like_one_of_aws() {
        let key = Mint::new().access_key().unwrap();
        assert_eq!(key.access_key_id.len(), 20);
        assert!(key.access_key_id.starts_with("AKIA"));
        assert!(key.access_key_id.bytes().all(|byte| ID_ALPHABET.contains(&byte)));
        assert_eq!(key.secret_access_key.expose().len(), 40);
    }

    #[test]
    fn no_two_keys_are_alike() {
        let mint = Mint::new();
        assert_ne!(mint.access_key().unwrap(), mint.access_key().unwrap());
    }

    #[test]
    fn a_unique_id_depends_on_the_emulated_one_alone() {
        let id = unique_id("AIDA", "4k2j8ih1");
        assert_eq!(id.len(), 21);
        assert_eq!(id, unique_id("AIDA", "4k2j8ih1"));
        assert_ne!(id, unique_id("AIDA", "4k2j8ih2"));
    }

    #[test]
    fn an_id_of_the_right_form_is_left_as_it_is() {
        assert_eq!(unique_id("AROA", "AROARTX3GSDSU55NQ7JKJ"), "AROARTX3GSDSU55NQ7JKJ");
        assert_ne!(unique_id("AIDA", "AROARTX3GSDSU55NQ7JKJ"), "AROARTX3GSDSU55NQ7JKJ");
    }

    #[test]
    fn a_request_id_is_a_version_4_uuid() {
        let id = Mint::new().request_id().unwrap();
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }
}
