//! Without a Secret Service, and with a real one where it is installed.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

#[test]
fn only_a_bus_of_this_machine_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let with = |name: &str, value: &str| has_session_bus(&Environment::new([(name, value)]));
    let runtime = directory.path().display().to_string();
    assert!(!has_session_bus(&Environment::default()));
    assert!(with(DBUS_SESSION_BUS_ADDRESS, "unix:path=/run/user/1000/bus"));
    assert!(!with(DBUS_SESSION_BUS_ADDRESS, "tcp:host=example.com,port=1"));
    assert!(!with(DBUS_SESSION_BUS_ADDRESS, "unix:path=/a;tcp:host=example.com,port=1"));
    assert!(!with(DBUS_SESSION_BUS_ADDRESS, "autolaunch:"));
    assert!(!with(XDG_RUNTIME_DIR, &runtime));
    std::fs::write(directory.path().join("bus"), "").unwrap();
    assert!(with(XDG_RUNTIME_DIR, &runtime));
}

#[test]
fn errors_are_told_apart() {
    for (error, expected) in [
        (Error::Prompt, KeyringError::Locked),
        (Error::NoResult, KeyringError::Absent("it has no default collection".to_owned())),
        (Error::Parse, KeyringError::Refused("Unexpected Error: Parse".to_owned())),
    ] {
        assert_eq!(told(error), expected);
    }
}

/// Tells the test program that it runs in a session with a keyring of its own.
const IN_SESSION: &str = "FED_CLI_TEST_KEYRING_SESSION";

/// Starts a keyring of its own in a session of its own, then the test [`in_session`] there.
const SESSION: &str = "printf password | gnome-keyring-daemon --unlock --components=secrets \
    >/dev/null && exec \"$TEST\" --exact host::keyring::secret_service::tests::in_session --nocapture";

/// The side within the session; does nothing when run as a test of its own.
#[test]
fn in_session() {
    if env::var_os(IN_SESSION).is_none() {
        return;
    }
    let keyring = crate::host::keyring::of(&Environment::new(env::vars_os())).unwrap();
    let (one, two) = (Secret::new("1//refresh-one"), Secret::new("1//refresh-two"));
    assert_eq!(keyring.check(), Ok(()));
    assert_eq!(keyring.read("/state/a"), Ok(None));
    keyring.write("/state/a", &one).unwrap();
    keyring.write("/state/b", &two).unwrap();
    assert_eq!(keyring.read("/state/a"), Ok(Some(one)));
    keyring.write("/state/a", &two).unwrap();
    assert_eq!(keyring.read("/state/a"), Ok(Some(two.clone())), "replaced, not added");
    keyring.remove("/state/a").unwrap();
    keyring.remove("/state/a").unwrap();
    assert_eq!(keyring.read("/state/a"), Ok(None));
    assert_eq!(keyring.read("/state/b"), Ok(Some(two.clone())));
    // Locked, it is not unlocked: that would ask a person.
    connect().unwrap().get_default_collection().unwrap().lock().unwrap();
    assert_eq!(keyring.check(), Err(KeyringError::Locked));
    assert_eq!(keyring.read("/state/b"), Err(KeyringError::Locked));
    assert_eq!(keyring.write("/state/b", &two), Err(KeyringError::Locked));
    assert_eq!(keyring.remove("/state/b"), Err(KeyringError::Locked));
    println!("a real keyring did all that");
}

#[test]
fn a_real_keyring_keeps_gives_forgets_and_is_never_unlocked() {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed =
        |program: &str| env::split_paths(&path).any(|directory| directory.join(program).is_file());
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        eprintln!("SKIPPED: `dbus-run-session` and `gnome-keyring-daemon` are not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SESSION])
        .env_clear()
        .env("PATH", &path)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", private(&home.path().join("runtime")))
        .env("TEST", env::current_exe().unwrap())
        .env(IN_SESSION, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stdout.contains("a real keyring did all that"), "{stdout}\n{stderr}");
}

fn private(path: &Path) -> &Path {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path).unwrap();
    path
}
