//! The form of an entry on disk.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Entry, EntryKey, Failure};

/// The version written; any other is set aside.
const VERSION: u32 = 1;

/// One file: the key it is for, the entry, and the failure remembered beside it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: u32,
    pub(crate) key: EntryKey,
    pub(crate) entry: Option<Value>,
    pub(crate) failure: Option<Failure>,
}

/// Why a file is not used. Says nothing of its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("it is damaged")]
    Damaged,
    #[error("another version of this program wrote it")]
    OtherVersion,
    #[error("it belongs to another key")]
    OtherKey,
}

impl Document {
    pub(crate) fn empty(key: &EntryKey) -> Self {
        Self { version: VERSION, key: key.clone(), entry: None, failure: None }
    }

    pub(crate) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } = serde_json::from_slice(bytes).map_err(|_| Unusable::Damaged)?;
        if version != VERSION {
            return Err(Unusable::OtherVersion);
        }
        serde_json::from_slice(bytes).map_err(|_| Unusable::Damaged)
    }

    /// The document, if it is `key`'s.
    pub(crate) fn of(bytes: &[u8], key: &EntryKey) -> Result<Self, Unusable> {
        let document = Self::from_bytes(bytes)?;
        if document.key == *key { Ok(document) } else { Err(Unusable::OtherKey) }
    }

    pub(crate) fn entry<E: Entry>(&self) -> Result<Option<E>, Unusable> {
        if self.key.kind() != E::KIND {
            return Err(Unusable::OtherKey);
        }
        self.entry.clone().map(E::from_value).transpose().map_err(|_| Unusable::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CredentialsEntry, EntryKind, SignInEntry};

    fn unusable(text: &str) -> Unusable {
        let key = EntryKey::new(EntryKind::SignIn, "google", &[]);
        match Document::of(text.as_bytes(), &key).map(|document| document.entry::<SignInEntry>()) {
            Err(reason) | Ok(Err(reason)) => reason,
            Ok(Ok(_)) => panic!("`{text}` was read"),
        }
    }

    #[test]
    fn what_is_not_ours_is_not_read() {
        let key = r#"{"kind":"sign-in","profile":"google","parts":[]}"#;
        for (text, reason) in [
            (String::new(), Unusable::Damaged),
            ("{".to_owned(), Unusable::Damaged),
            ("[]".to_owned(), Unusable::Damaged),
            ("{}".to_owned(), Unusable::Damaged),
            ("\u{0}\u{0}\u{0}\u{0}".to_owned(), Unusable::Damaged),
            (r#"{"version":1}"#.to_owned(), Unusable::Damaged),
            (r#"{"version":"1"}"#.to_owned(), Unusable::Damaged),
            (r#"{"version":0,"refresh":"x"}"#.to_owned(), Unusable::OtherVersion),
            (r#"{"version":2}"#.to_owned(), Unusable::OtherVersion),
            (
                r#"{"version":1,"key":{"kind":"sign-in","profile":"other","parts":[]},"entry":null,"failure":null}"#.to_owned(),
                Unusable::OtherKey,
            ),
            (format!(r#"{{"version":1,"key":{key},"entry":{{}},"failure":null}}"#), Unusable::Damaged),
            (format!(r#"{{"version":1,"key":{key},"entry":7,"failure":null}}"#), Unusable::Damaged),
            (format!(r#"{{"version":1,"key":{key},"entry":null,"failure":null,"x":1}}"#), Unusable::Damaged),
            (format!(r#"{{"version":1,"key":{key},"entry":null,"failure":null}} x"#), Unusable::Damaged),
        ] {
            assert_eq!(unusable(&text), reason, "{text}");
        }
    }

    #[test]
    fn a_sign_in_is_not_credentials() {
        let document = Document::empty(&EntryKey::new(EntryKind::SignIn, "google", &[]));
        assert_eq!(document.entry::<CredentialsEntry>(), Err(Unusable::OtherKey));
    }
}
