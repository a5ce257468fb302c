//! Renewals that somebody else overtook.

use std::path::Path;

use fed_types::UnixTime;

use super::super::saved::PATIENCE;
use super::super::stored::sign_in_key;
use super::*;
use crate::Host;
use crate::arguments::GlobalArguments;
use crate::context::block_on;
use crate::environment::{Environment, FED_CONFIG, HOME};
use crate::host::Terminal;
use crate::settings::{Choice, Given};
use crate::store::store;

/// Nobody answers there.
const PROFILE: &str = "[profile.p]\nissuer = 'https://127.0.0.1:1'\nclient_id = 'c'\n";

fn host(home: &Path) -> Host {
    let path = home.join("config.toml");
    std::fs::write(&path, PROFILE).unwrap();
    let environment =
        Environment::new([(HOME, home.to_str().unwrap()), (FED_CONFIG, path.to_str().unwrap())]);
    let terminal = Terminal::of_this_process(&environment);
    Host::of(environment, terminal, || UnixTime::from_seconds(1_000))
}

fn entry() -> SignInEntry {
    SignInEntry {
        issuer: "https://127.0.0.1:1".to_owned(),
        subject: "s".to_owned(),
        email: None,
        refresh_token: Some(RefreshToken::Known(Secret::new("r"))),
        id_token: None,
        id_token_expiration: None,
        obtained: UnixTime::from_seconds(0),
        profiles: Vec::new(),
    }
}

/// What comes of a renewal of the entry, where the store has it or not.
fn renewed(is_kept: bool) -> (Result<Option<()>, Failure>, bool) {
    let home = tempfile::tempdir().unwrap();
    let host = host(home.path());
    let global = GlobalArguments::default();
    let context = Context { host: &host, global: &global };
    let settings = Settings::resolve(&host, &Choice::default(), Given::default()).unwrap();
    let (store, vault) = (store(context).unwrap(), settings.vault(&host).unwrap());
    let key = sign_in_key(context, &settings, "s");
    if is_kept {
        let locked = store.lock(&key, PATIENCE).unwrap();
        vault.save(&locked, &entry()).unwrap();
    }
    let renewal = renew(context, &settings, &vault, &store, &key, Person::NonInteractive);
    let outcome = block_on(renewal);
    (outcome.map(|identity| identity.map(|_| ())), store.read::<SignInEntry>(&key).is_some())
}

#[test]
fn a_sign_in_that_was_forgotten_meanwhile_is_not_renewed() {
    assert_eq!(renewed(false), (Ok(None), false), "nobody is asked, and nothing is kept again");
    let (outcome, is_there) = renewed(true);
    assert_eq!((outcome.unwrap_err().exit, is_there), (Exit::Unexpected, true), "it is tried");
}
