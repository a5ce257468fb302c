//! What is flushed, when, and what is left where that fails.

use std::sync::Mutex;

use fed_types::{Secret, TemporaryCredentials, UnixTime};

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// Notes what is flushed, and what the entry's file holds then; fails where it shall.
#[derive(Debug)]
struct WatchedDisk {
    entry: PathBuf,
    fails: bool,
    flushed: Mutex<Vec<(PathBuf, Option<u64>)>>,
}

impl Disk for WatchedDisk {
    fn flush(&self, path: &Path, file: &File) -> io::Result<()> {
        let length = fs::metadata(&self.entry).ok().map(|metadata| metadata.len());
        self.flushed.lock().unwrap().push((path.to_owned(), length));
        assert_eq!(file.metadata()?.is_dir(), path.is_dir(), "the path is not the file's");
        if self.fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

struct Fixture {
    directory: tempfile::TempDir,
    disk: Arc<WatchedDisk>,
    store: Store,
    key: EntryKey,
}

impl Fixture {
    fn of(kind: EntryKind, fails: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let key = EntryKey::new(kind, "google", &[]);
        let entry = Store::new(directory.path()).path(&key);
        let disk = Arc::new(WatchedDisk { entry, fails, flushed: Mutex::default() });
        let store = Store { directory: directory.path().to_owned(), disk: disk.clone() };
        Self { directory, disk, store, key }
    }

    fn lock(&self) -> LockedEntry {
        self.store.lock(&self.key, PATIENCE).unwrap()
    }

    fn flushed(&self) -> Vec<(PathBuf, Option<u64>)> {
        std::mem::take(&mut self.disk.flushed.lock().unwrap())
    }
}

fn sign_in(subject: &str) -> SignInEntry {
    SignInEntry {
        issuer: "https://issuer.example".into(),
        subject: subject.into(),
        email: None,
        refresh_token: None,
        id_token: None,
        id_token_expiration: None,
        obtained: UnixTime::from_seconds(0),
        profiles: Vec::new(),
    }
}

#[test]
fn a_sign_in_is_flushed_before_it_takes_the_old_ones_place_and_its_name_after() {
    let fixture = Fixture::of(EntryKind::SignIn, false);
    let (entry, directory) = (fixture.disk.entry.clone(), fixture.directory.path().to_owned());
    let aside = entry.with_extension("new");
    fixture.lock().save(&sign_in("a")).unwrap();
    let first = fs::metadata(&entry).unwrap().len();
    assert_eq!(fixture.flushed(), [(aside.clone(), None), (directory.clone(), Some(first))]);
    fixture.lock().save(&sign_in("another")).unwrap();
    let second = fs::metadata(&entry).unwrap().len();
    assert_ne!(first, second);
    assert_eq!(fixture.flushed(), [(aside, Some(first)), (directory, Some(second))]);
}

#[test]
fn a_failure_beside_a_sign_in_is_flushed_with_it() {
    let fixture = Fixture::of(EntryKind::SignIn, false);
    fixture.lock().save(&sign_in("a")).unwrap();
    assert_eq!(fixture.flushed().len(), 2);
    let (kind, now) = (crate::FailureKind::Other, UnixTime::from_seconds(0));
    fixture.lock().remember_failure(kind, "no network", now).unwrap();
    assert_eq!(fixture.flushed().len(), 2);
}

#[test]
fn credentials_wait_for_no_disk() {
    let fixture = Fixture::of(EntryKind::Credentials, true);
    let credentials = CredentialsEntry {
        credentials: TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: Secret::new("canary-key"),
            session_token: Secret::new("canary-token"),
            expiration: UnixTime::from_seconds(3600),
        },
        obtained: UnixTime::from_seconds(0),
        role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".into(),
        assumed_role_arn: None,
        subject: None,
        configuration: None,
    };
    fixture.lock().save(&credentials).unwrap();
    assert_eq!(fixture.store.read(&fixture.key), Some(credentials));
    assert_eq!(fixture.flushed(), []);
}

#[test]
fn what_the_disk_does_not_take_is_an_error_and_leaves_the_old_entry_and_nothing_beside_it() {
    let fixture = Fixture::of(EntryKind::SignIn, true);
    let before = Store::new(fixture.directory.path());
    before.lock(&fixture.key, PATIENCE).unwrap().save(&sign_in("before")).unwrap();
    let error = fixture.lock().save(&sign_in("after")).unwrap_err();
    let StoreError::Write { path, source } = error else { panic!("{error:?}") };
    assert_eq!((path, source.kind()), (fixture.disk.entry.clone(), io::ErrorKind::StorageFull));
    assert_eq!(before.read(&fixture.key), Some(sign_in("before")));
    assert!(!fixture.disk.entry.with_extension("new").exists());
}
