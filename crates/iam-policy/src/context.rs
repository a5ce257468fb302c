//! The request context: condition keys and their values, and which are not known.

use std::fmt;

/// A condition key: compared without regard to case, by hash first.
///
/// Source: IAM user guide, "IAM JSON policy elements: Condition": condition key names
/// are not case-sensitive.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    hash: u64,
    lower: Box<str>,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        let lower = name.to_ascii_lowercase().into_boxed_str();
        Self { hash: hash(lower.as_bytes()), lower }
    }

    /// The key, lowercase.
    pub(crate) fn lower(&self) -> &str {
        &self.lower
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.lower, f)
    }
}

/// FNV-1a: short keys, no adversary who gains by a collision (names are compared too).
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[derive(Clone, Debug)]
enum Values {
    Single(String),
    Multiple(Vec<String>),
}

impl Values {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::Single(value) => std::slice::from_ref(value),
            Self::Multiple(values) => values,
        }
    }
}

/// What the context says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup<'a> {
    /// One value.
    Single(&'a str),
    /// Set as multivalued: any number of values, also one or none.
    Multiple(&'a [String]),
    /// Known not to be in the request.
    Absent,
    /// Nothing is known about it.
    Unknown,
}

#[derive(Clone, Debug, Default)]
enum Unknown {
    /// What is not set is absent.
    #[default]
    Nothing,
    /// These keys, unless set.
    Keys(Vec<Key>),
    /// Keys that are not set and begin with one of the first, but with none of the second
    /// (lowercase).
    Within(Vec<String>, Vec<String>),
    /// All keys that are not set and do not begin with one of these (lowercase).
    AllBut(Vec<String>),
}

/// Condition keys with one or several values each. Keys are not case-sensitive.
///
/// A key that is not set is absent from the request, unless the context was told that
/// it is not known ([`Context::assume_unknown`], [`Context::know_only`]): then
/// [`explain`](crate::explain) answers "cannot tell" where it matters, and
/// [`evaluate`](crate::evaluate) takes what denies.
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Vec<(Key, Values)>,
    unknown: Unknown,
    absent: Vec<Key>,
    /// Not known, whatever else is.
    doubtful: Vec<Key>,
}

impl Context {
    /// A context without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a single-valued key, replacing what was there.
    pub fn set(&mut self, key: impl AsRef<str>, value: impl Into<String>) {
        self.insert(key.as_ref(), Values::Single(value.into()));
    }

    /// Sets a multivalued key (such as `aws:TagKeys`) to any number of values,
    /// replacing what was there. No value at all is an empty set, not an absent key.
    pub fn set_all<V: Into<String>>(
        &mut self,
        key: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) {
        let values = values.into_iter().map(Into::into).collect();
        self.insert(key.as_ref(), Values::Multiple(values));
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: impl AsRef<str>) {
        let key = Key::new(key.as_ref());
        self.entries.retain(|(known, _)| *known != key);
    }

    /// The values of a key; `None` when it is not set.
    pub fn get(&self, key: impl AsRef<str>) -> Option<&[String]> {
        self.find(&Key::new(key.as_ref())).map(Values::as_slice)
    }

    /// All keys (lowercase) and their values, in the order they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries.iter().map(|(key, values)| (key.lower(), values.as_slice()))
    }

    /// Copies all keys of `other`, which win over those here, and those that it says are not
    /// known.
    pub fn extend(&mut self, other: &Self) {
        for (key, values) in &other.entries {
            self.put(key.clone(), values.clone());
        }
        for key in &other.doubtful {
            self.set_unknown(key.lower());
        }
    }

    /// Says that nothing is known about these keys unless they are set.
    pub fn assume_unknown<K: AsRef<str>>(&mut self, keys: impl IntoIterator<Item = K>) {
        self.unknown = Unknown::Keys(keys.into_iter().map(|key| Key::new(key.as_ref())).collect());
    }

    /// Says that, of the keys that are not set, only those that begin with one of
    /// these prefixes are known to be absent: with `accounts.google.com:` the token's
    /// keys are all known, and where the request comes from is not.
    pub fn know_only<K: AsRef<str>>(&mut self, prefixes: impl IntoIterator<Item = K>) {
        let prefixes = prefixes.into_iter().map(|prefix| prefix.as_ref().to_ascii_lowercase());
        self.unknown = Unknown::AllBut(prefixes.collect());
    }

    /// Says that nothing is known about the keys that begin with one of `doubted` but with none
    /// of `known`, unless they are set: with `aws:` but for `aws:RequestTag/` whence the request
    /// comes is not known, and which tags it passes is.
    pub fn doubt<K: AsRef<str>>(
        &mut self,
        doubted: impl IntoIterator<Item = K>,
        known: impl IntoIterator<Item = K>,
    ) {
        let lower = |prefix: K| prefix.as_ref().to_ascii_lowercase();
        self.unknown = Unknown::Within(
            doubted.into_iter().map(lower).collect(),
            known.into_iter().map(lower).collect(),
        );
    }

    /// Says that this key, and no other, is not in the request, whatever else is not known.
    pub fn set_absent(&mut self, key: impl AsRef<str>) {
        self.remove(key.as_ref());
        self.absent.push(Key::new(key.as_ref()));
    }

    /// Says that nobody knows this key, whatever else is known.
    pub fn set_unknown(&mut self, key: impl AsRef<str>) {
        self.remove(key.as_ref());
        self.doubtful.push(Key::new(key.as_ref()));
    }

    pub(crate) fn lookup(&self, key: &Key) -> Lookup<'_> {
        match self.find(key) {
            Some(Values::Single(value)) => Lookup::Single(value),
            Some(Values::Multiple(values)) => Lookup::Multiple(values),
            None if self.is_unknown(key) => Lookup::Unknown,
            None => Lookup::Absent,
        }
    }

    fn is_unknown(&self, key: &Key) -> bool {
        if self.absent.contains(key) {
            return false;
        }
        if self.doubtful.contains(key) {
            return true;
        }
        match &self.unknown {
            Unknown::Nothing => false,
            Unknown::Keys(keys) => keys.contains(key),
            Unknown::Within(doubted, known) => {
                let begins = |prefixes: &[String]| {
                    prefixes.iter().any(|prefix| key.lower.starts_with(prefix.as_str()))
                };
                begins(doubted) && !begins(known)
            }
            Unknown::AllBut(prefixes) => {
                !prefixes.iter().any(|prefix| key.lower.starts_with(prefix.as_str()))
            }
        }
    }

    fn find(&self, key: &Key) -> Option<&Values> {
        self.entries
            .iter()
            .find(|(known, _)| known.hash == key.hash && known.lower == key.lower)
            .map(|(_, values)| values)
    }

    fn insert(&mut self, key: &str, values: Values) {
        self.put(Key::new(key), values);
    }

    fn put(&mut self, key: Key, values: Values) {
        match self.entries.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = values,
            None => self.entries.push((key, values)),
        }
    }
}

#[cfg(test)]
mod tests;
