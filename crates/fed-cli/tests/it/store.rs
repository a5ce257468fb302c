//! Where the refresh token is kept, and through which proxy it travels, as it is configured.

use crate::sealed::Sealed;

const PROFILE: &str = "[profile.google]\nissuer = 'https://issuer.example.invalid'\n\
    client_id = 'client'\nrole_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'us-east-1'\n";

#[test]
fn a_place_that_is_none_is_told() {
    let sealed = Sealed::with_config(PROFILE);
    let words = ["login", "--no-browser", "--store", "keychain"];
    insta::assert_snapshot!("store-unknown", sealed.transcript(&words));
}

#[test]
fn doctor_tells_that_a_keyring_was_wanted_and_there_is_none() {
    let sealed = Sealed::with_config(PROFILE).env("FED_STORE", "keyring");
    let text = sealed.transcript(&["doctor", "--offline"]);
    if cfg!(target_os = "linux") {
        insta::assert_snapshot!("store-no-keyring", text);
    }
    // An address of another machine is no way to a keyring, and is not tried.
    let remote = Sealed::with_config(PROFILE)
        .env("FED_STORE", "keyring")
        .env("DBUS_SESSION_BUS_ADDRESS", "tcp:host=192.0.2.1,port=1");
    if cfg!(target_os = "linux") {
        assert_eq!(remote.transcript(&["doctor", "--offline"]), text);
    }
}

#[test]
fn a_proxy_that_is_none_is_told_without_its_password() {
    let sealed = Sealed::with_config(PROFILE).env("https_proxy", "ftp://ada:canary@proxy:21");
    let text = sealed.transcript(&["login", "--no-browser"]);
    assert!(!text.contains("canary"), "{text}");
    insta::assert_snapshot!("proxy-other", text);
}

#[test]
fn algorithms_and_leeway_that_are_none_are_told() {
    for (name, line) in [
        ("algorithm-none", "signing_algorithms = ['none']\n"),
        ("algorithm-hmac", "signing_algorithms = ['RS256', 'HS256']\n"),
        ("leeway-long", "leeway = '1h'\n"),
    ] {
        let sealed = Sealed::with_config(&format!("{PROFILE}{line}"));
        insta::assert_snapshot!(name, sealed.transcript(&["login", "--no-browser"]));
    }
}
