//! Who is let in: whoever shows a key that was not used yet, and the browser that did.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fed_types::Secret;
use subtle::ConstantTimeEq;

use crate::LabError;
use crate::random_key::random_key;

/// Keys that were told and not used, and browsers that are let in; the oldest go first.
const MOST: usize = 32;

/// The keys, and the browsers.
pub(crate) struct Entry {
    /// Cookies know no ports, so that the name does: each lab has its own.
    cookie: String,
    keys: Mutex<VecDeque<Secret>>,
    browsers: Mutex<VecDeque<Secret>>,
}

impl Entry {
    pub(super) fn new(port: u16) -> Self {
        Self {
            cookie: format!("fed_lab_{port}"),
            keys: Mutex::default(),
            browsers: Mutex::default(),
        }
    }

    /// A key that opens the pages once.
    pub(super) fn new_key(&self) -> Result<Secret, LabError> {
        let key = random_key()?;
        keep(&mut lock(&self.keys), key.clone());
        Ok(key)
    }

    /// Takes a key, and tells the `Set-Cookie` of the browser that is let in for it.
    pub(super) fn enter(&self, key: &str) -> Result<Option<Secret>, LabError> {
        let mut keys = lock(&self.keys);
        let Some(at) = position(&keys, key) else { return Ok(None) };
        keys.remove(at);
        drop(keys);
        let browser = random_key()?;
        let cookie =
            format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, browser.expose());
        keep(&mut lock(&self.browsers), browser);
        Ok(Some(Secret::new(cookie)))
    }

    /// Whether one of the cookies of a request is that of a browser that was let in.
    pub(super) fn knows(&self, cookies: &str) -> bool {
        let own = |pair: &str| {
            pair.trim().strip_prefix(&self.cookie)?.strip_prefix('=').map(str::to_owned)
        };
        let browsers = lock(&self.browsers);
        cookies.split(';').filter_map(own).any(|value| position(&browsers, &value).is_some())
    }
}

fn keep(all: &mut VecDeque<Secret>, one: Secret) {
    all.push_back(one);
    while all.len() > MOST {
        all.pop_front();
    }
}

/// Compares all of them, each in constant time.
fn position(all: &VecDeque<Secret>, given: &str) -> Option<usize> {
    let is_it = |one: &Secret| bool::from(one.expose().as_bytes().ct_eq(given.as_bytes()));
    all.iter().enumerate().fold(None, |found, (at, one)| if is_it(one) { Some(at) } else { found })
}

fn lock(all: &Mutex<VecDeque<Secret>>) -> MutexGuard<'_, VecDeque<Secret>> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_once() {
        let entry = Entry::new(4000);
        let key = entry.new_key().unwrap();
        assert!(entry.enter("").unwrap().is_none());
        assert!(entry.enter(&key.expose()[1..]).unwrap().is_none());
        let cookie = entry.enter(key.expose()).unwrap().unwrap();
        assert!(entry.enter(key.expose()).unwrap().is_none(), "used");
        let (pair, attributes) = cookie.expose().split_once("; ").unwrap();
        assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/");
        assert!(entry.knows(&format!("other=1; {pair}")));
        assert!(!entry.knows(&format!("{pair}0")));
        assert!(!entry.knows("fed_lab_4000="));
        assert!(!entry.knows(&pair.replace("4000", "4001")), "another lab's");
        assert!(!Entry::new(4000).knows(pair), "another lab's");
    }

    #[test]
    fn no_more_are_kept_than_somebody_opens() {
        let entry = Entry::new(4000);
        let first = entry.new_key().unwrap();
        for _ in 0..MOST {
            entry.new_key().unwrap();
        }
        assert!(entry.enter(first.expose()).unwrap().is_none(), "it went to make room");
        assert_eq!(lock(&entry.keys).len(), MOST);
    }
}
