//! What names an entry: the profile and everything that changes the result.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// Temporary AWS credentials.
    Credentials,
    /// A sign-in: ID token and, where the issuer gives one, refresh token.
    SignIn,
    /// Who signed in last, of those that some settings may mean.
    Account,
}

impl EntryKind {
    /// The word used in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::SignIn => "sign-in",
            Self::Account => "account",
        }
    }
}

/// The name of an entry. Two keys are the same entry only if kind, profile and every
/// part agree; the file's name holds a hash of them, the file itself all of them, and
/// a file whose own key differs is not read as this entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryKey {
    kind: EntryKind,
    profile: String,
    parts: Vec<(String, String)>,
}

/// How much of the profile's name goes into the file name, in characters.
const PROFILE_IN_FILE_NAME: usize = 40;

impl EntryKey {
    /// `parts` are name and value of everything that changes the result: issuer, client,
    /// account, role, session name, duration, policies, region, endpoint. No secrets:
    /// they are written to the file and shown by `status`.
    pub fn new(kind: EntryKind, profile: &str, parts: &[(&str, &str)]) -> Self {
        let mut parts: Vec<(String, String)> =
            parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        parts.sort();
        Self { kind, profile: profile.to_owned(), parts }
    }

    /// What the entry holds.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The profile it belongs to; what profiles share is filed under the issuer's host.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// A part's value.
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The file's name without its ending: `credentials-google-<32 hexadecimal digits>`.
    pub fn file_stem(&self) -> String {
        let mut stem = stem_of(self.kind, &self.profile);
        let _ = write!(stem, "{:032x}", self.hash());
        stem
    }

    /// FNV-1a over the length-prefixed fields, 128 bits: the same in every version of
    /// this program and on every system. Not a guard against collisions made on purpose;
    /// those only make two entries replace each other, since the file names its own key.
    fn hash(&self) -> u128 {
        const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        let fields = [self.kind.as_str(), &self.profile]
            .into_iter()
            .chain(self.parts.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]));
        let mut hash = OFFSET;
        for field in fields {
            let length = (field.len() as u64).to_be_bytes();
            for byte in length.iter().chain(field.as_bytes()) {
                hash = (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
            }
        }
        hash
    }
}

/// What the names of a profile's files begin with, up to the hash.
fn stem_of(kind: EntryKind, profile: &str) -> String {
    let profile: String = profile
        .chars()
        .take(PROFILE_IN_FILE_NAME)
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    format!("{}-{profile}-", kind.as_str())
}

/// What comes after the hash in the name of a file of this profile's; `None` for others'.
pub(crate) fn ending<'a>(file_name: &'a str, profile: &str) -> Option<&'a str> {
    let of = |kind| file_name.strip_prefix(&stem_of(kind, profile));
    let kinds = [EntryKind::Credentials, EntryKind::SignIn, EntryKind::Account];
    let rest = kinds.into_iter().find_map(of)?;
    let (hash, ending) = rest.split_at_checked(32)?;
    hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(kind: EntryKind, profile: &str, parts: &[(&str, &str)]) -> String {
        EntryKey::new(kind, profile, parts).file_stem()
    }

    #[test]
    fn the_order_of_the_parts_does_not_matter() {
        let kind = EntryKind::Credentials;
        assert_eq!(
            EntryKey::new(kind, "google", &[("role", "a"), ("region", "b")]),
            EntryKey::new(kind, "google", &[("region", "b"), ("role", "a")])
        );
    }

    #[test]
    fn whatever_changes_the_result_changes_the_file() {
        let kind = EntryKind::Credentials;
        let base = stem(kind, "google", &[("role", "a"), ("region", "b")]);
        for other in [
            stem(EntryKind::SignIn, "google", &[("role", "a"), ("region", "b")]),
            stem(kind, "googl", &[("role", "a"), ("region", "b")]),
            stem(kind, "google", &[("role", "b"), ("region", "b")]),
            stem(kind, "google", &[("role", "a")]),
            stem(kind, "google", &[("role", "ar"), ("egion", "b")]),
            stem(kind, "google", &[("role", "a"), ("region", "b"), ("x", "")]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_profile_name_cannot_leave_the_directory() {
        let stem = stem(EntryKind::SignIn, "../../etc/passwd ü", &[]);
        assert!(stem.starts_with("sign-in-______etc_passwd__-"), "{stem}");
    }

    #[test]
    fn the_name_is_the_same_in_every_version() {
        assert_eq!(
            stem(EntryKind::Credentials, "google", &[("region", "ap-northeast-2")]),
            "credentials-google-3abddd189f5d13d0ee33a40cb9e212a6"
        );
    }

    #[test]
    fn files_tell_their_profile_by_their_names() {
        let stem = stem(EntryKind::SignIn, "a b", &[]);
        assert_eq!(ending(&format!("{stem}.json"), "a b"), Some(".json"));
        assert_eq!(ending(&format!("{stem}.json.set-aside"), "a b"), Some(".json.set-aside"));
        for other in ["a", "a b-", "a b c", ""] {
            assert_eq!(ending(&format!("{stem}.json"), other), None, "{other}");
        }
        assert_eq!(ending("sign-in-a_b-0123.json", "a b"), None);
        assert_eq!(ending("sign-in-a_b-more-than-thirty-two-characters.json", "a b"), None);
    }
}
