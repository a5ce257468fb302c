//! Modes, damage, versions, places that cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use credential_store::{
    AnyEntry, CredentialsEntry, EntryKey, EntryKind, FailureKind, SignInEntry, Store, StoreError,
};
use fed_types::UnixTime;

use crate::samples::{PATIENCE, credentials, credentials_key, sign_in, sign_in_key};

fn store() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().join("fed/credentials"));
    (directory, store)
}

fn entry_file(store: &Store, key: &EntryKey) -> PathBuf {
    store.directory().join(format!("{}.json", key.file_stem()))
}

fn save(store: &Store, generation: u64) {
    store.lock(&sign_in_key(), PATIENCE).unwrap().save(&sign_in(generation)).unwrap();
}

#[test]
fn what_is_saved_is_read_by_its_own_key_only() {
    let (_directory, store) = store();
    save(&store, 1);
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)));
    let others = [
        EntryKey::new(EntryKind::SignIn, "google", &[("issuer", "https://other.example")]),
        EntryKey::new(EntryKind::SignIn, "googl", &[("issuer", "https://accounts.google.com")]),
        EntryKey::new(EntryKind::SignIn, "google", &[]),
    ];
    for key in others {
        assert_eq!(store.read::<SignInEntry>(&key), None);
    }
    assert_eq!(store.read::<CredentialsEntry>(&sign_in_key()), None);
    assert!(store.remove(&sign_in_key(), PATIENCE).unwrap());
    assert!(!store.remove(&sign_in_key(), PATIENCE).unwrap());
    assert_eq!(store.read::<SignInEntry>(&sign_in_key()), None);
}

#[test]
fn keys_kinds_and_the_store_say_what_they_are() {
    let (_directory, store) = store();
    assert_eq!(sign_in_key().profile(), "google");
    let kinds = [EntryKind::Credentials, EntryKind::SignIn].map(|kind| kind.to_string());
    assert_eq!(kinds, ["credentials", "sign-in"]);
    let place = store.directory().display().to_string();
    let described = format!("files only you can read (mode 0600) in `{place}`");
    assert_eq!(store.describe(), described);
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert_eq!(locked.item(), format!("{place}/{}", sign_in_key().file_stem()));
}

#[test]
fn a_directory_that_is_none_cannot_be_listed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = Store::new(&file).list().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot list the credential directory `{}`", file.display())
    );
    assert!(
        error.hint().to_string().starts_with("make it, and what is above it, a directory of yours")
    );
}

#[test]
fn nothing_is_written_where_no_failure_is_to_be_forgotten() {
    let (_directory, store) = store();
    save(&store, 1);
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    // A write would fail, and so would be told.
    fs::create_dir(entry_file(&store, &sign_in_key()).with_extension("new")).unwrap();
    locked.forget_failure().unwrap();
}

#[test]
fn reading_makes_nothing() {
    let (directory, store) = store();
    assert_eq!(store.read::<SignInEntry>(&sign_in_key()), None);
    assert_eq!(store.failure(&sign_in_key()), None);
    assert!(store.list().unwrap().is_empty());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, store) = store();
    save(&store, 1);
    let file = entry_file(&store, &sign_in_key());
    assert_eq!(mode(store.directory()), 0o700);
    assert_eq!(mode(store.directory().parent().unwrap()), 0o700, "made on the way");
    for file in fs::read_dir(store.directory()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    // Opened up by someone: closed again.
    fs::set_permissions(store.directory(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)));
    assert_eq!(mode(&file), 0o600);
    drop(store.lock(&sign_in_key(), PATIENCE).unwrap());
    assert_eq!(mode(store.directory()), 0o700);
}

#[test]
fn nothing_is_left_beside_the_entry() {
    let (_directory, store) = store();
    let aside = entry_file(&store, &sign_in_key()).with_extension("new");
    store.lock(&sign_in_key(), PATIENCE).unwrap();
    fs::write(&aside, "left by a killed process").unwrap();
    save(&store, 1);
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)));
    assert!(!aside.exists());
}

#[test]
fn a_damaged_or_foreign_entry_is_set_aside_and_replaced() {
    let (_directory, store) = store();
    let file = entry_file(&store, &sign_in_key());
    let aside = PathBuf::from(format!("{}.set-aside", file.display()));
    for damaged in [
        "",
        "{",
        "\0\0\0\0",
        r#"{"version":0,"refresh_token":"canary"}"#,
        r#"{"version":99,"key":{}}"#,
        r#"{"version":1,"key":{"kind":"sign-in","profile":"google","parts":[["issuer","https://accounts.google.com"]]},"entry":{"canary":1},"failure":null}"#,
    ] {
        let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
        fs::write(&file, damaged).unwrap();
        assert_eq!(store.read::<SignInEntry>(&sign_in_key()), None, "unlocked: {damaged}");
        assert!(file.exists(), "an unlocked reader must not move what may just be replaced");
        assert_eq!(locked.read::<SignInEntry>(), None, "locked: {damaged}");
        assert_eq!(fs::read_to_string(&aside).unwrap(), damaged);
        locked.save(&sign_in(2)).unwrap();
        assert_eq!(store.read(&sign_in_key()), Some(sign_in(2)));
    }
}

#[test]
fn a_place_that_cannot_be_written_is_said_and_no_obstacle() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a-file");
    fs::write(&file, "").unwrap();
    let store = Store::new(file.join("credentials"));
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert_eq!(
        locked.degraded().unwrap().to_string(),
        format!("cannot prepare the credential directory `{}`", store.directory().display())
    );
    assert_eq!(locked.read::<SignInEntry>(), None);
    let error = locked.save(&sign_in(1)).unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    let now = UnixTime::from_seconds(0);
    let failure = locked.remember_failure(FailureKind::Other, "r", now).unwrap_err();
    assert!(matches!(failure, StoreError::Write { .. }), "{failure:?}");
    assert!(!format!("{error:?} {error}").contains("canary"));
}

#[test]
fn without_a_lock_nothing_is_written_though_it_could_be() {
    let (_directory, store) = store();
    save(&store, 1);
    let lock = entry_file(&store, &sign_in_key()).with_extension("lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert_eq!(
        locked.degraded().unwrap().to_string(),
        format!("cannot open the lock file `{}`", lock.display())
    );
    let error = locked.save(&sign_in(2)).unwrap_err();
    let StoreError::Write { source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(source.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
    assert_eq!(locked.read(), Some(sign_in(1)));
}

#[test]
fn whoever_removes_an_entry_holds_its_lock_to_the_end() {
    let (_directory, store) = store();
    save(&store, 1);
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert!(locked.remove().unwrap());
    let error = store.lock(&sign_in_key(), Duration::ZERO).unwrap_err();
    assert!(matches!(error, StoreError::LockTimeout { .. }), "{error:?}");
    locked.save(&sign_in(2)).unwrap();
    drop(locked);
    assert!(entry_file(&store, &sign_in_key()).with_extension("lock").exists());
}

#[test]
fn what_a_killed_process_left_aside_goes_with_the_entry_or_is_told() {
    let (_directory, store) = store();
    let aside = entry_file(&store, &sign_in_key()).with_extension("new");
    save(&store, 1);
    fs::write(&aside, "canary").unwrap();
    assert!(store.remove(&sign_in_key(), PATIENCE).unwrap());
    assert!(!aside.exists());
    fs::create_dir(&aside).unwrap();
    let error = store.remove(&sign_in_key(), PATIENCE).unwrap_err();
    assert!(matches!(&error, StoreError::Remove { path, .. } if *path == aside), "{error:?}");
}

#[test]
fn a_write_that_fails_leaves_the_old_entry() {
    let (_directory, store) = store();
    save(&store, 1);
    // What a full disk does, without one: the new file cannot be written.
    let aside = entry_file(&store, &sign_in_key()).with_extension("new");
    fs::create_dir(&aside).unwrap();
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    assert!(locked.degraded().is_none());
    let error = locked.save(&sign_in(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write the entry `{}`", entry_file(&store, &sign_in_key()).display())
    );
    assert!(error.hint().to_string().starts_with("check that the disk is not full or read-only"));
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)));
}

#[test]
fn a_failure_is_remembered_beside_the_entry_and_forgotten_with_the_next_success() {
    let (_directory, store) = store();
    save(&store, 1);
    let now = UnixTime::from_seconds(1000);
    let locked = store.lock(&sign_in_key(), PATIENCE).unwrap();
    let first = locked.remember_failure(FailureKind::Other, "no network", now).unwrap();
    let second = locked.remember_failure(FailureKind::SignInNeeded, "revoked", now).unwrap();
    assert_eq!((first.count, second.count), (1, 2));
    assert!(second.retry_at > first.retry_at);
    assert_eq!(store.failure(&sign_in_key()), Some(second.clone()));
    assert_eq!(locked.failure(), Some(second));
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)), "the refresh token stays");
    locked.forget_failure().unwrap();
    assert_eq!(locked.failure(), None);
    assert_eq!(locked.read(), Some(sign_in(1)));
    locked.remember_failure(FailureKind::Other, "again", now).unwrap();
    locked.save(&sign_in(2)).unwrap();
    assert_eq!(store.failure(&sign_in_key()), None);
}

#[test]
fn a_failure_needs_no_entry() {
    let (_directory, store) = store();
    let locked = store.lock(&credentials_key(), PATIENCE).unwrap();
    locked.remember_failure(FailureKind::Denied, "no", UnixTime::from_seconds(0)).unwrap();
    assert_eq!(locked.read::<CredentialsEntry>(), None);
    let listed = store.list().unwrap();
    assert!(listed[0].entry.is_none());
    assert_eq!(listed[0].failure.as_ref().unwrap().kind, FailureKind::Denied);
}

#[test]
fn all_entries_are_listed_with_their_keys() {
    let (_directory, store) = store();
    save(&store, 1);
    store.lock(&credentials_key(), PATIENCE).unwrap().save(&credentials()).unwrap();
    fs::write(store.directory().join("credentials-x.json"), "damaged").unwrap();
    fs::write(store.directory().join("notes.txt"), "not ours").unwrap();
    let listed = store.list().unwrap();
    let found: Vec<_> = listed.iter().map(|listed| (&listed.key, listed.entry.as_ref())).collect();
    assert_eq!(
        found,
        [
            (&credentials_key(), Some(&AnyEntry::Credentials(credentials()))),
            (&sign_in_key(), Some(&AnyEntry::SignIn(sign_in(1)))),
        ]
    );
    assert_eq!(listed[0].key.part("region"), Some("ap-northeast-2"));
    assert!(!format!("{listed:?}").contains("canary"));
}

#[test]
fn a_lock_held_too_long_is_said() {
    let (_directory, store) = store();
    let held = store.lock(&sign_in_key(), PATIENCE).unwrap();
    let error = store.lock(&sign_in_key(), Duration::from_millis(20)).unwrap_err();
    let lock = entry_file(&store, &sign_in_key()).with_extension("lock");
    assert_eq!(
        error.to_string(),
        format!("another process has held `{}` locked for more than 0 s", lock.display())
    );
    // Another entry's lock is another lock, and reading needs none.
    store.lock(&credentials_key(), Duration::ZERO).unwrap();
    assert_eq!(store.read::<SignInEntry>(&sign_in_key()), None);
    drop(held);
    store.lock(&sign_in_key(), PATIENCE).unwrap();
}

#[test]
fn what_is_left_of_damaged_entries_is_swept_and_nothing_else() {
    let (_directory, store) = store();
    save(&store, 1);
    store.lock(&credentials_key(), PATIENCE).unwrap().save(&credentials()).unwrap();
    let other = EntryKey::new(EntryKind::SignIn, "other", &[]);
    let earlier = EntryKey::new(EntryKind::SignIn, "google", &[("issuer", "https://earlier")]);
    let aside =
        |key: &EntryKey| PathBuf::from(format!("{}.set-aside", entry_file(&store, key).display()));
    let left = [entry_file(&store, &earlier), aside(&earlier), aside(&sign_in_key())];
    let kept = [entry_file(&store, &other), aside(&other)];
    for path in left.iter().chain(&kept) {
        fs::write(path, "{\"refresh_token\":\"canary\"").unwrap();
    }
    assert_eq!(store.sweep("google").unwrap(), left.len());
    assert!(left.iter().all(|path| !path.exists()));
    assert!(kept.iter().all(|path| path.exists()));
    assert_eq!(store.read(&sign_in_key()), Some(sign_in(1)));
    assert_eq!(store.read(&credentials_key()), Some(credentials()));
    assert_eq!(store.sweep("google").unwrap(), 0);
    assert_eq!(Store::new("/nonexistent/fed").sweep("google").unwrap(), 0);
}
