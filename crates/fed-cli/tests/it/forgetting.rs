//! `logout` leaves nothing behind: not what other settings left, and not what comes after a
//! trouble.

use std::time::Duration;

use credential_store::{EntryKey, EntryKind, RefreshToken, SignInEntry, Store, Vault};
use fake_issuer::Fault;
use fed_types::{Secret, UnixTime};

use crate::aws::{ASSUMED, Aws};
use crate::issuer::{Provider, ROLE};

const ADA: &str = "account = 'ada@example.com'";

/// Keeps a sign-in under this name, with a refresh token of its own.
fn keep(provider: &Provider, filed_under: &str, parts: &[(&str, &str)]) -> EntryKey {
    let store = Store::new(provider.sealed.home().join(".local/state/fed"));
    let key = EntryKey::new(EntryKind::SignIn, filed_under, parts);
    let locked = store.lock(&key, Duration::from_secs(60)).unwrap();
    let entry = SignInEntry {
        issuer: provider.issuer.issuer().to_owned(),
        subject: "113632458324056836621".to_owned(),
        email: None,
        refresh_token: Some(RefreshToken::Known(Secret::new(format!("canary-{filed_under}")))),
        id_token: None,
        id_token_expiration: None,
        obtained: UnixTime::from_seconds(0),
        profiles: Vec::new(),
    };
    Vault::new(None, Default::default()).save(&locked, &entry).unwrap();
    key
}

fn is_kept(provider: &Provider, key: &EntryKey) -> bool {
    let store = Store::new(provider.sealed.home().join(".local/state/fed"));
    store.read::<SignInEntry>(key).is_some()
}

#[test]
fn what_earlier_settings_left_is_forgotten_and_given_back() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::with(&aws, "scopes = ['email']");
    assert_eq!(provider.ada(&["login"]).status, 0);
    let earlier = provider.sign_in()["refresh_token"].as_str().unwrap().to_owned();
    provider.with_profiles(&aws, &[("google", &format!("{ADA}\n{ROLE}"))]);
    assert_eq!(provider.sealed.run(&["credential-process"]).status, 4, "they are others");
    let outcome = provider.sealed.run(&["logout"]);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (0, "the sign-in and the credentials of profile `google` are forgotten\n")
    );
    assert_eq!(provider.kept("sign-in").len(), 0);
    assert!(!is_taken(&provider, &earlier), "the issuer takes it no more");
    let nothing = provider.sealed.run(&["logout"]);
    assert_eq!(nothing.stderr, "there was nothing to forget for profile `google`\n");
    provider.stop();
}

/// Whether the issuer still renews with this refresh token.
fn is_taken(provider: &Provider, refresh_token: &str) -> bool {
    provider.with_profiles(
        &Aws::answering(200, ASSUMED),
        &[("google", &format!("{ADA}\n{ROLE}\nscopes = ['email']"))],
    );
    assert_eq!(provider.ada(&["login"]).status, 0);
    provider.change("sign-in", |entry| entry["refresh_token"] = refresh_token.into());
    provider.id_token_ends_in(0);
    let status = provider.sealed.run(&["token", "--raw"]).status;
    assert_eq!(provider.sealed.run(&["logout"]).status, 0);
    status == 0
}

#[test]
fn what_earlier_versions_filed_is_forgotten_and_what_others_have_is_not() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let scopes = "scopes = ['email']";
    provider.with_profiles(
        &aws,
        &[("google", &format!("{ADA}\n{ROLE}")), ("other", &format!("{ADA}\n{ROLE}\n{scopes}"))],
    );
    assert_eq!(provider.ada(&["login", "--profile", "other"]).status, 0);
    let (issuer, url) = (provider.issuer.issuer(), provider.issuer.discovery_url());
    let parts = [("issuer", issuer), ("discovery_url", url.as_str()), ("client", "client")];
    let own = keep(&provider, "google", &parts);
    let own_of_another_issuer =
        keep(&provider, "google", &[("issuer", "https://other.example"), ("client", "client")]);
    let another_client = keep(&provider, "elsewhere", &[("issuer", issuer), ("client", "another")]);
    let another_issuer =
        keep(&provider, "elsewhere", &[("issuer", "https://other.example"), ("client", "client")]);
    let another_profiles = keep(&provider, "gone", &parts);
    let outcome = provider.sealed.run(&["logout", "--profile", "google"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let kept = [&own, &own_of_another_issuer].map(|key| is_kept(&provider, key));
    assert_eq!(kept, [false; 2]);
    let others = [&another_client, &another_issuer, &another_profiles];
    assert_eq!(others.map(|key| is_kept(&provider, key)), [true; 3]);
    assert_eq!(provider.sealed.run(&["credential-process", "--profile", "other"]).status, 0);
    // It is not sent to an issuer that it is not from.
    assert!(
        outcome.stderr.contains(
            "warning: 1 refresh token is forgotten here, but not given back to the issuer\n"
        ),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("canary"), "{}", outcome.stderr);
    provider.stop();
}

#[test]
fn a_profile_in_trouble_does_not_save_the_others() {
    let aws = Aws::answering(200, ASSUMED);
    let mut provider = Provider::start(&aws);
    assert_eq!(provider.ada(&["login"]).status, 0);
    assert_eq!(provider.sealed.run(&["credential-process"]).status, 0);
    provider.sealed = provider.sealed.env("FED_STORE", "keychain");
    let outcome = provider.sealed.run(&["logout", "--all"]);
    assert_eq!(outcome.status, 5, "{}", outcome.stderr);
    assert_eq!(provider.kept("sign-in").len() + provider.kept("credentials").len(), 0);
    assert_eq!(
        outcome.stderr,
        "warning: 1 refresh token is forgotten here, but not given back to the issuer\n\
         error: `store` is not usable: expected one of `auto`, `keyring`, `file`, found \
         `keychain`\n"
    );
    provider.stop();
}

#[test]
fn what_is_forgotten_and_not_given_back_is_told() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let parts = [("issuer", provider.issuer.issuer()), ("client", "gone")];
    keep(&provider, "one", &parts);
    keep(&provider, "two", &parts);
    let told = "warning: 2 refresh tokens are forgotten here, but not given back to the issuer\n";
    let outcome = provider.sealed.run(&["logout", "--all"]);
    assert_eq!((outcome.status, outcome.stderr), (0, format!("{told}everything is forgotten\n")));
    keep(&provider, "one", &parts);
    let local = provider.sealed.run(&["logout", "--all", "--local"]);
    assert_eq!((local.status, local.stderr.as_str()), (0, "everything is forgotten\n"));
    provider.stop();
}

/// Another configuration file, with a profile of the same name.
fn another_file(provider: &Provider, aws: &Aws, lines: &str) -> String {
    let customary = provider.sealed.home().join(".config/fed/config.toml");
    let before = std::fs::read_to_string(&customary).unwrap();
    provider.with_profiles(aws, &[("google", &format!("{ADA}\n{ROLE}\n{lines}"))]);
    let text = std::fs::read_to_string(&customary).unwrap();
    std::fs::write(&customary, before).unwrap();
    provider.sealed.file("another.toml", &text).display().to_string()
}

#[test]
fn what_a_profile_of_another_file_has_is_left() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let another = another_file(&provider, &aws, "scopes = ['email']");
    let there = |words: &[&str]| {
        provider.sealed.run(&[words, &["--config", another.as_str()]].concat()).status
    };
    assert_eq!(provider.ada(&["login", "--config", &another]).status, 0);
    assert_eq!(there(&["credential-process"]), 0);
    assert_eq!(provider.ada(&["login"]).status, 0);
    assert_eq!(provider.sealed.run(&["credential-process"]).status, 0);
    assert_eq!(aws.requests().len(), 2);
    let outcome = provider.sealed.run(&["logout"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(provider.kept("sign-in").len(), 1);
    assert_eq!(there(&["credential-process"]), 0);
    assert_eq!(aws.requests().len(), 2, "its credentials are kept, too");
    provider.id_token_ends_in(0);
    assert_eq!(there(&["token", "--raw"]), 0, "and its refresh token is good at the issuer");
    provider.stop();
}

#[test]
fn what_a_profile_of_another_file_came_to_use_is_left() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let another = another_file(&provider, &aws, "");
    assert_eq!(provider.ada(&["login"]).status, 0);
    let there = || provider.sealed.run(&["token", "--raw", "--config", &another]).status;
    assert_eq!(there(), 0);
    // From now on it is the other file's alone.
    provider.with_profiles(&aws, &[("google", &format!("{ADA}\n{ROLE}\nscopes = ['email']"))]);
    let outcome = provider.sealed.run(&["logout"]);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (0, "there was nothing to forget for profile `google`\n")
    );
    provider.id_token_ends_in(0);
    assert_eq!(there(), 0);
    provider.stop();
}

#[test]
fn whoever_signed_in_with_the_profile_before_is_forgotten_with_it() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.with_profiles(&aws, &[("google", ROLE)]);
    for account in ["ada@example.com", "grace@example.org"] {
        assert_eq!(provider.ada(&["login", "--account", account]).status, 0);
    }
    assert_eq!(provider.kept("sign-in").len(), 2);
    assert_eq!(provider.sealed.run(&["logout"]).status, 0);
    assert_eq!(provider.kept("sign-in").len() + provider.kept("credentials").len(), 0);
    provider.stop();
}

#[test]
fn a_store_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let aws = Aws::answering(200, ASSUMED);
    let mut provider = Provider::start(&aws);
    let file = provider.sealed.file("file", "").display().to_string();
    provider.sealed = provider.sealed.env("FED_STATE_DIR", file);
    for words in [["logout"].as_slice(), &["logout", "--all"]] {
        let outcome = provider.sealed.run(words);
        assert_eq!(outcome.status, 1, "{words:?}: {}", outcome.stderr);
        let told = "error: cannot list the credential directory `[HOME]/file`\n";
        assert!(outcome.stderr.contains(told), "{words:?}: {}", outcome.stderr);
    }
    provider.stop();
}

#[test]
fn an_issuer_that_takes_nothing_back_is_told_of() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let member = "revocation_endpoint".to_owned();
    let fault = Fault::DiscoveryMember { member, value: serde_json::Value::Null };
    provider.fault(fault, None);
    assert_eq!(provider.ada(&["login"]).status, 0);
    let outcome = provider.sealed.run(&["logout"]);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (
            0,
            "note: the issuer takes no refresh tokens back: it is forgotten here, and ends when the \
             issuer says so\nthe sign-in and the credentials of profile `google` are forgotten\n"
        )
    );
    provider.stop();
}
