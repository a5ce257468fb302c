//! What is kept of a sign-in, and where its refresh token went.

use std::time::Duration;

use credential_store::{EntryKey, LockedEntry, RefreshToken, SignInEntry, Store, Stored, Vault};
use oidc_client::SignIn;

use crate::context::Context;
use crate::settings::Settings;
use crate::store::in_one_line;
use crate::{Exit, Failure};

/// How long to wait for another process beside its sign-in's own time.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait for another process for something that can be done the next time as well.
const MOMENT: Duration = Duration::from_secs(1);

/// The lock of one person's sign-in, held while it is renewed or replaced.
pub(super) fn own_lock(store: &Store, key: &EntryKey) -> Result<LockedEntry, Failure> {
    store
        .lock(key, PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).advised(error.hint()))
}

/// Keeps what a sign-in gave; returns where its refresh token is, or why nothing is kept.
pub(super) fn save(
    context: Context<'_>,
    settings: &Settings,
    vault: &Vault,
    locked: &LockedEntry,
    sign_in: &SignIn,
) -> Result<Stored, String> {
    let claims = sign_in.id_token.claims();
    let refresh_token = sign_in.refresh_token.clone().map(RefreshToken::Known);
    // An issuer that gives a refresh token once only (Google), or an email address at the
    // sign-in alone, must not make us lose it.
    let before = locked.read::<SignInEntry>();
    let before = before.filter(|entry| entry.subject == sign_in.id_token.subject());
    let (token_before, email_before, mut profiles) =
        before.map_or_else(Default::default, |it| (it.refresh_token, it.email, it.profiles));
    let own = context.configured(settings);
    if !profiles.contains(&own) {
        profiles.push(own);
    }
    let entry = SignInEntry {
        issuer: claims.issuer().unwrap_or_default().to_owned(),
        subject: sign_in.id_token.subject().to_owned(),
        email: claims.text("email").map(str::to_owned).or(email_before),
        refresh_token: refresh_token.or(token_before),
        id_token: Some(sign_in.id_token.web_identity_token().clone()),
        id_token_expiration: claims.time("exp"),
        obtained: context.host.now(),
        profiles,
    };
    keep_entry(vault, locked, &entry)
}

/// Notes that the profile uses the sign-in, where that is not known yet: another profile's logout
/// does not take what this one has for left behind. Not being able to note it hinders nobody.
pub(super) fn note_use(
    context: Context<'_>,
    settings: &Settings,
    store: &Store,
    (key, entry): &(EntryKey, SignInEntry),
) {
    let own = context.configured(settings);
    if entry.profiles.contains(&own) {
        return;
    }
    let noted = store.with_entry_locked(key, MOMENT, |locked| {
        if let Some(mut entry) = locked.read::<SignInEntry>()
            && !entry.profiles.contains(&own)
        {
            entry.profiles.push(own);
            return locked.save(&entry);
        }
        Ok(())
    });
    if let Err(error) = noted.and_then(|saved| saved) {
        tracing::debug!(error = in_one_line(&error), "that the sign-in is used is not noted");
    }
}

/// Keeps the entry; returns where its refresh token is, or why nothing is kept.
pub(super) fn keep_entry(
    vault: &Vault,
    locked: &LockedEntry,
    entry: &SignInEntry,
) -> Result<Stored, String> {
    match locked.degraded() {
        Some(reason) => Err(in_one_line(reason)),
        None => vault.save(locked, entry).map_err(|error| in_one_line(&error)),
    }
}

/// Says what is not kept.
pub(super) fn warn_unless_kept(context: Context<'_>, kept: &Result<Stored, String>) {
    match kept {
        Err(trouble) => context.say(&format!("warning: the sign-in is not kept: {trouble}")),
        Ok(Stored::Nowhere(error)) => context.say(&format!(
            "warning: the refresh token is not kept, because `store` is `keyring`: {error}"
        )),
        Ok(_) => {}
    }
}

/// Where a new sign-in's refresh token is, said once.
pub(super) fn tell(context: Context<'_>, kept: &Stored) {
    let file = "in a file that only you can read (mode 0600)";
    match kept {
        Stored::InKeyring(name) => context.say(&format!("the refresh token is in the {name}")),
        Stored::InFile => context.say(&format!("the refresh token is {file}")),
        Stored::InFileInstead(error) => {
            context.say(&format!("warning: {error}: the refresh token is {file} instead"));
        }
        Stored::NoToken | Stored::Nowhere(_) => {}
    }
}
