//! Refresh tokens in a keyring: moved there, found there, never in neither place.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use credential_store::{
    BoundedKeyring, Keyring, KeyringError, RefreshToken, RefreshTokenPlace, SignInEntry, Store,
    StoreError, Stored, Vault,
};
use fed_types::Secret;

use crate::samples::{PATIENCE, refresh_token, sign_in, sign_in_key};

/// A keyring in memory, which can be given a trouble.
#[derive(Debug, Default)]
struct FakeKeyring {
    items: Mutex<BTreeMap<String, Secret>>,
    trouble: Mutex<Option<KeyringError>>,
    calls: Mutex<u32>,
    /// Where the store is: then each call checks that the refresh token can be found.
    watched: Mutex<Option<PathBuf>>,
}

impl FakeKeyring {
    fn fail(&self, error: KeyringError) {
        *self.trouble.lock().unwrap() = Some(error);
    }

    fn items(&self) -> Vec<Secret> {
        self.items.lock().unwrap().values().cloned().collect()
    }

    fn call<T>(
        &self,
        work: impl FnOnce(&mut BTreeMap<String, Secret>) -> T,
    ) -> Result<T, KeyringError> {
        *self.calls.lock().unwrap() += 1;
        if let Some(error) = self.trouble.lock().unwrap().clone() {
            return Err(error);
        }
        self.assert_findable("before");
        let answer = work(&mut self.items.lock().unwrap());
        self.assert_findable("after");
        Ok(answer)
    }

    fn entry(&self) -> Option<SignInEntry> {
        Store::new(self.watched.lock().unwrap().clone()?).read(&sign_in_key())
    }

    /// What a process that starts now, since ours was killed, would find.
    fn assert_findable(&self, when: &str) {
        let Some(entry) = self.entry() else { return };
        let findable = match entry.refresh_token {
            Some(RefreshToken::Known(_)) => true,
            Some(RefreshToken::InKeyring) => !self.items().is_empty(),
            None => false,
        };
        assert!(findable, "{when} the call, the token is in neither place");
    }
}

impl Keyring for FakeKeyring {
    fn name(&self) -> &'static str {
        "fake keyring"
    }
    fn check(&self) -> Result<(), KeyringError> {
        self.call(|_| ())
    }
    fn read(&self, item: &str) -> Result<Option<Secret>, KeyringError> {
        self.call(|items| items.get(item).cloned())
    }
    fn write(&self, item: &str, secret: &Secret) -> Result<(), KeyringError> {
        self.call(|items| drop(items.insert(item.to_owned(), secret.clone())))?;
        // The issuer may take the token before no more: from now on this one must be found.
        if let Some(entry) = self.entry()
            && let Some(RefreshToken::Known(in_file)) = entry.refresh_token
        {
            assert_eq!(in_file, *secret, "the file hides the new token behind the old one");
        }
        Ok(())
    }
    fn remove(&self, item: &str) -> Result<(), KeyringError> {
        self.call(|items| drop(items.remove(item)))
    }
    fn removal_command(&self, item: &str) -> String {
        format!("forget {item}")
    }
}

struct Fixture {
    _directory: tempfile::TempDir,
    store: Store,
    keyring: Arc<FakeKeyring>,
}

fn fixture() -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path());
    Fixture { _directory: directory, store, keyring: Arc::default() }
}

impl Fixture {
    fn vault(&self, place: RefreshTokenPlace) -> Vault {
        Vault::new(Some(self.keyring.clone()), place)
    }

    fn save(&self, place: RefreshTokenPlace, generation: u64) -> Stored {
        let locked = self.store.lock(&sign_in_key(), PATIENCE).unwrap();
        self.vault(place).save(&locked, &sign_in(generation)).unwrap()
    }

    fn in_file(&self) -> Option<RefreshToken> {
        self.store.read::<SignInEntry>(&sign_in_key()).unwrap().refresh_token
    }

    fn found(&self, place: RefreshTokenPlace) -> Result<Option<Secret>, KeyringError> {
        let locked = self.store.lock(&sign_in_key(), PATIENCE).unwrap();
        self.vault(place).refresh_token(&locked, &locked.read().unwrap())
    }

    fn bytes(&self) -> String {
        let path = self.store.directory().join(format!("{}.json", sign_in_key().file_stem()));
        std::fs::read_to_string(path).unwrap()
    }
}

#[test]
fn a_refresh_token_is_in_the_keyring_and_not_in_the_file() {
    let f = fixture();
    assert_eq!(f.save(RefreshTokenPlace::Auto, 1), Stored::InKeyring("fake keyring"));
    assert_eq!(f.in_file(), Some(RefreshToken::InKeyring));
    assert!(!f.bytes().contains("canary-refresh"), "{}", f.bytes());
    assert_eq!(f.found(RefreshTokenPlace::Auto), Ok(Some(refresh_token(1))));
    // It is found whatever is chosen now: the file says where it is.
    assert_eq!(f.found(RefreshTokenPlace::File), Ok(Some(refresh_token(1))));
}

#[test]
fn each_trouble_of_a_keyring_has_a_way_out() {
    for (trouble, begins) in [
        (KeyringError::Absent("no bus".into()), "run this in the desktop's session; or do"),
        (KeyringError::Locked, "unlock it; or do without it"),
        (KeyringError::Timeout(PATIENCE), "look after it; or do without it"),
        (KeyringError::Refused("no".into()), "look after it; or do without it"),
        (KeyringError::Missing, "sign in again"),
    ] {
        let hint = trouble.hint().to_string();
        assert!(hint.starts_with(begins), "{trouble:?}: {hint}");
    }
}

#[test]
fn where_no_keyring_is_wanted_none_is_asked() {
    let f = fixture();
    assert_eq!(f.save(RefreshTokenPlace::File, 1), Stored::InFile);
    assert_eq!(f.found(RefreshTokenPlace::File), Ok(Some(refresh_token(1))));
    assert_eq!(f.vault(RefreshTokenPlace::File).prospect(), Stored::InFile);
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert!(f.vault(RefreshTokenPlace::File).remove(&locked).unwrap());
    assert_eq!(*f.keyring.calls.lock().unwrap(), 0);
}

#[test]
fn a_token_moves_between_file_and_keyring_and_is_never_in_neither() {
    let f = fixture();
    *f.keyring.watched.lock().unwrap() = Some(f.store.directory().to_owned());
    for (generation, place, in_keyring) in [
        (1, RefreshTokenPlace::File, false),
        (2, RefreshTokenPlace::Auto, true),
        (3, RefreshTokenPlace::Keyring, true),
        (4, RefreshTokenPlace::File, false),
        (5, RefreshTokenPlace::Keyring, true),
    ] {
        f.save(place, generation);
        assert_eq!(f.in_file() == Some(RefreshToken::InKeyring), in_keyring, "{generation}");
        assert_eq!(f.keyring.items().len(), usize::from(in_keyring), "{generation}");
        assert_eq!(f.found(place), Ok(Some(refresh_token(generation))));
    }
}

#[test]
fn a_renewal_without_a_new_token_leaves_the_old_one_where_it_is() {
    let f = fixture();
    f.save(RefreshTokenPlace::Auto, 1);
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    let renewed = SignInEntry { refresh_token: Some(RefreshToken::InKeyring), ..sign_in(2) };
    let kept = f.vault(RefreshTokenPlace::Auto).save(&locked, &renewed).unwrap();
    drop(locked);
    assert_eq!(kept, Stored::InKeyring("fake keyring"));
    assert_eq!(f.found(RefreshTokenPlace::Auto), Ok(Some(refresh_token(1))));
}

#[test]
fn a_keyring_that_cannot_be_used_is_told_and_the_file_takes_its_place() {
    for (trouble, expected) in [
        (KeyringError::Absent("no bus".into()), Stored::InFile),
        (KeyringError::Locked, Stored::InFileInstead(KeyringError::Locked)),
        (
            KeyringError::Refused("no".into()),
            Stored::InFileInstead(KeyringError::Refused("no".into())),
        ),
    ] {
        let f = fixture();
        f.keyring.fail(trouble.clone());
        assert_eq!(f.vault(RefreshTokenPlace::Auto).prospect(), expected);
        assert_eq!(f.save(RefreshTokenPlace::Auto, 1), expected);
        assert_eq!(f.found(RefreshTokenPlace::Auto), Ok(Some(refresh_token(1))));
    }
    let f = fixture();
    let none = Vault::new(None, RefreshTokenPlace::Auto);
    assert_eq!(none.prospect(), Stored::InFile);
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert_eq!(none.save(&locked, &sign_in(1)).unwrap(), Stored::InFile);
}

#[test]
fn where_only_the_keyring_will_do_no_file_holds_the_token() {
    let f = fixture();
    f.keyring.fail(KeyringError::Locked);
    let expected = Stored::Nowhere(KeyringError::Locked);
    assert_eq!(f.vault(RefreshTokenPlace::Keyring).prospect(), expected);
    assert_eq!(f.save(RefreshTokenPlace::Keyring, 1), expected);
    assert_eq!(f.in_file(), None);
    assert!(!f.bytes().contains("canary-refresh"), "{}", f.bytes());
}

/// A later sign-in of the first one's person.
fn later(generation: u64) -> SignInEntry {
    let SignInEntry { issuer, subject, .. } = sign_in(1);
    SignInEntry { issuer, subject, ..sign_in(generation) }
}

#[test]
fn a_kept_token_is_not_replaced_by_none_but_for_somebody_else() {
    for place in [RefreshTokenPlace::File, RefreshTokenPlace::Keyring] {
        let f = fixture();
        f.save(place, 1);
        let before = f.in_file();
        f.keyring.fail(KeyringError::Locked);
        let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
        let kept = f.vault(RefreshTokenPlace::Keyring).save(&locked, &later(2)).unwrap();
        drop(locked);
        assert_eq!(kept, Stored::Nowhere(KeyringError::Locked));
        assert_eq!(f.in_file(), before, "{place:?}");
        *f.keyring.trouble.lock().unwrap() = None;
        assert_eq!(f.found(RefreshTokenPlace::Auto), Ok(Some(refresh_token(1))), "{place:?}");
        f.keyring.fail(KeyringError::Locked);
        f.save(RefreshTokenPlace::Keyring, 3);
        assert_eq!(f.in_file(), None, "{place:?}: that was another's");
    }
}

#[test]
fn what_is_renewed_stays_where_it_was_whatever_others_want() {
    let places = [RefreshTokenPlace::Auto, RefreshTokenPlace::Keyring, RefreshTokenPlace::File];
    for (first, in_keyring) in [(RefreshTokenPlace::File, false), (RefreshTokenPlace::Auto, true)] {
        let f = fixture();
        *f.keyring.watched.lock().unwrap() = Some(f.store.directory().to_owned());
        f.save(first, 1);
        for (generation, other) in (2..).zip(places) {
            let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
            let vault = f.vault(other).beside(&locked.read().unwrap());
            vault.save(&locked, &later(generation)).unwrap();
            drop(locked);
            assert_eq!(f.in_file() == Some(RefreshToken::InKeyring), in_keyring, "{other:?}");
            assert_eq!(f.keyring.items().len(), usize::from(in_keyring), "{other:?}");
            assert_eq!(f.found(other), Ok(Some(refresh_token(generation))), "{other:?}");
        }
    }
}

#[test]
fn a_keyring_that_is_gone_is_a_reason_and_no_token() {
    let f = fixture();
    f.save(RefreshTokenPlace::Auto, 1);
    f.keyring.fail(KeyringError::Locked);
    assert_eq!(f.found(RefreshTokenPlace::Auto), Err(KeyringError::Locked));
    *f.keyring.trouble.lock().unwrap() = None;
    f.keyring.items.lock().unwrap().clear();
    assert_eq!(f.found(RefreshTokenPlace::Auto), Err(KeyringError::Missing));
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    let gone = Vault::new(None, RefreshTokenPlace::Auto)
        .refresh_token(&locked, &locked.read().unwrap())
        .unwrap_err();
    assert!(matches!(gone, KeyringError::Absent(_)), "{gone:?}");
}

#[test]
fn forgetting_takes_the_token_out_of_the_keyring_or_says_that_it_could_not() {
    let f = fixture();
    f.save(RefreshTokenPlace::Auto, 1);
    let vault = f.vault(RefreshTokenPlace::Auto);
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert!(vault.remove(&locked).unwrap());
    assert!(f.keyring.items().is_empty());
    assert!(!vault.remove(&locked).unwrap());
    drop(locked);
    f.save(RefreshTokenPlace::Auto, 2);
    f.keyring.fail(KeyringError::Locked);
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    let error = vault.remove(&locked).unwrap_err();
    assert!(
        matches!(&error, StoreError::KeyringItem { source: KeyringError::Locked, .. }),
        "{error:?}"
    );
    assert_eq!(
        error.hint().to_string(),
        format!("once the keyring answers, delete it there: `forget {}`", locked.item())
    );
    assert!(locked.read::<SignInEntry>().is_none(), "the rest is forgotten all the same");
}

#[test]
fn what_was_left_while_the_keyring_was_out_of_reach_is_forgotten_too() {
    let f = fixture();
    f.save(RefreshTokenPlace::Auto, 1);
    f.keyring.fail(KeyringError::Locked);
    assert_eq!(f.save(RefreshTokenPlace::Auto, 2), Stored::InFileInstead(KeyringError::Locked));
    *f.keyring.trouble.lock().unwrap() = None;
    assert_eq!(f.keyring.items().len(), 1, "a locked keyring cannot be cleaned");
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert!(f.vault(RefreshTokenPlace::Auto).remove(&locked).unwrap());
    assert!(f.keyring.items().is_empty());
}

#[test]
fn where_nothing_can_be_saved_nothing_is_left_in_the_keyring() {
    let f = fixture();
    let file = f.store.directory().join("a-file");
    std::fs::write(&file, "").unwrap();
    let locked = Store::new(file.join("below")).lock(&sign_in_key(), PATIENCE).unwrap();
    let vault = f.vault(RefreshTokenPlace::Auto);
    assert!(matches!(vault.save(&locked, &sign_in(1)), Err(StoreError::Write { .. })));
    assert!(f.keyring.items().is_empty());
    // A disk that fills up later: the new file cannot be written, the keyring could.
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    let aside = f.store.directory().join(format!("{}.new", sign_in_key().file_stem()));
    std::fs::create_dir(aside).unwrap();
    assert!(matches!(vault.save(&locked, &sign_in(1)), Err(StoreError::Write { .. })));
    assert!(f.keyring.items().is_empty());
}

/// Never answers: what a Secret Service does that waits for a person.
#[derive(Debug)]
struct HungKeyring {
    never: Mutex<mpsc::Receiver<()>>,
    calls: AtomicU32,
}

impl Keyring for HungKeyring {
    fn name(&self) -> &'static str {
        "hung keyring"
    }
    fn check(&self) -> Result<(), KeyringError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let _ = self.never.lock().unwrap().recv();
        Ok(())
    }
    fn read(&self, _item: &str) -> Result<Option<Secret>, KeyringError> {
        self.check().map(|()| None)
    }
    fn write(&self, _item: &str, _secret: &Secret) -> Result<(), KeyringError> {
        self.check()
    }
    fn remove(&self, _item: &str) -> Result<(), KeyringError> {
        self.check()
    }
    fn removal_command(&self, _item: &str) -> String {
        String::new()
    }
}

#[test]
fn a_keyring_that_never_answers_is_given_up_once_and_for_all() {
    let (_answer, never) = mpsc::channel();
    let limit = Duration::from_millis(20);
    let hung = Arc::new(HungKeyring { never: Mutex::new(never), calls: AtomicU32::new(0) });
    let keyring = Arc::new(BoundedKeyring::new(hung.clone(), limit));
    let timeout = KeyringError::Timeout(limit);
    assert_eq!(keyring.write("item", &Secret::new("s")), Err(timeout.clone()));
    assert_eq!(keyring.read("item"), Err(timeout.clone()));
    assert_eq!(keyring.remove("item"), Err(timeout.clone()));
    assert_eq!(timeout.to_string(), "the keyring did not answer within 0.02 s");
    let f = fixture();
    let locked = f.store.lock(&sign_in_key(), PATIENCE).unwrap();
    let vault = Vault::new(Some(keyring), RefreshTokenPlace::Auto);
    assert_eq!(vault.save(&locked, &sign_in(1)).unwrap(), Stored::InFileInstead(timeout));
    assert_eq!(hung.calls.load(Ordering::SeqCst), 1);
}
