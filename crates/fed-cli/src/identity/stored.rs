//! Which kept sign-in is whose: profiles of one issuer and client share those of each person.

use std::cell::OnceCell;

use credential_store::{AccountEntry, EntryKey, EntryKind, LockedEntry, SignInEntry, Store};
use oidc_client::UnverifiedIdToken;
use url::Url;

use super::holder::Holder;
use crate::context::Context;
use crate::settings::Settings;
use crate::store::store;

/// Where sign-ins are filed whose settings name no issuer that has a host.
const NO_HOST: &str = "issuer";

/// The client as a part of a name: the one configured, or that of Google's client file.
pub(crate) fn client_part(
    context: Context<'_>,
    settings: &Settings,
) -> Option<(&'static str, String)> {
    settings.client_id(&context.host.files).map(|client_id| ("client", client_id))
}

/// What names the sign-in of a person: issuer, client, what else changes the tokens, and `sub`.
pub(crate) fn sign_in_key(context: Context<'_>, settings: &Settings, subject: &str) -> EntryKey {
    let mut parts = settings.profile.sign_in_parts();
    parts.push(("subject", subject.to_owned()));
    key(context, settings, EntryKind::SignIn, parts)
}

/// What names the choice among those people: the same without `sub`, and what the settings say of
/// the person. Whoever has to sign in, or to be asked, is waited for under it.
pub(crate) fn account_key(context: Context<'_>, settings: &Settings) -> EntryKey {
    key(context, settings, EntryKind::Account, settings.profile.account_parts())
}

fn key(
    context: Context<'_>,
    settings: &Settings,
    kind: EntryKind,
    mut parts: Vec<(&'static str, String)>,
) -> EntryKey {
    parts.extend(client_part(context, settings));
    let given: Vec<(&str, &str)> =
        parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    EntryKey::new(kind, &filed_under(settings), &given)
}

/// The issuer's host: it groups what profiles share.
pub(super) fn filed_under(settings: &Settings) -> String {
    let issuer = settings.profile.issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
    let host = issuer.as_ref().and_then(Url::host_str);
    host.unwrap_or(NO_HOST).to_owned()
}

/// Whose sign-in the settings mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nobody who is signed in.
    Nobody,
    /// This one's.
    One(Box<(EntryKey, SignInEntry)>),
    /// One of several people, by their accounts: the settings do not say which.
    Several(Vec<String>),
}

/// The sign-ins that are kept.
pub(crate) struct SignIns {
    store: Store,
    all: OnceCell<Vec<(EntryKey, SignInEntry)>>,
}

impl SignIns {
    /// Those of the store. Nothing is read yet.
    pub(crate) fn of(store: &Store) -> Self {
        Self { store: store.clone(), all: OnceCell::new() }
    }

    /// The sign-in that the settings mean: that of whoever signed in with them last; where
    /// nobody ever did, that of the only person whom they can mean. Nobody is taken for somebody
    /// else who was forgotten.
    pub(crate) fn find(&self, context: Context<'_>, settings: &Settings) -> Found {
        let account = account_key(context, settings);
        let Some(AccountEntry { subject }) = self.store.read(&account) else {
            return self.only(context, settings);
        };
        let key = sign_in_key(context, settings, &subject);
        match self.store.read::<SignInEntry>(&key) {
            Some(entry) if entry.subject == subject && in_domain(settings, &entry) => {
                Found::One(Box::new((key, entry)))
            }
            _ => Found::Nobody,
        }
    }

    fn only(&self, context: Context<'_>, settings: &Settings) -> Found {
        let mut fitting = self.fitting(context, settings);
        fitting.retain(|(_, entry)| entry.refresh_token.is_some() || entry.id_token.is_some());
        match fitting.as_slice() {
            [] => Found::Nobody,
            [one] => Found::One(Box::new(one.clone())),
            several => {
                let mut people: Vec<String> =
                    several.iter().map(|(_, entry)| account(entry)).collect();
                people.sort();
                Found::Several(people)
            }
        }
    }

    /// All that the settings could mean.
    pub(crate) fn fitting(
        &self,
        context: Context<'_>,
        settings: &Settings,
    ) -> Vec<(EntryKey, SignInEntry)> {
        let all = self.all.get_or_init(|| self.store.sign_ins().unwrap_or_default());
        let fits = |(key, entry): &&(EntryKey, SignInEntry)| {
            *key == sign_in_key(context, settings, &entry.subject)
                && is_account(settings, entry)
                && in_domain(settings, entry)
        };
        all.iter().filter(fits).cloned().collect()
    }
}

/// Who is signed in, as far as is kept, whether or not the sign-in is still good.
pub(crate) fn kept_holder(context: Context<'_>, settings: &Settings) -> Option<Holder> {
    match SignIns::of(&store(context)?).find(context, settings) {
        Found::One(found) => Some(Holder::of_sign_in(&found.1.issuer, &found.1.subject)),
        Found::Nobody | Found::Several(_) => None,
    }
}

/// Remembers who signed in, and forgets that anything failed.
pub(super) fn choose(locked: &LockedEntry, subject: &str) {
    let chosen = AccountEntry { subject: subject.to_owned() };
    let kept = if locked.read::<AccountEntry>().as_ref() == Some(&chosen) {
        locked.forget_failure()
    } else {
        locked.save(&chosen)
    };
    // That nothing is kept has been told with the sign-in itself.
    if let Err(error) = kept {
        tracing::warn!(%error, "who signed in is not remembered");
    }
}

/// How a person is called: by email address, else by `sub`.
pub(crate) fn account(entry: &SignInEntry) -> String {
    entry.email.clone().unwrap_or_else(|| entry.subject.clone())
}

/// Whether it is the account that the settings name, if they do, as `verify` has it.
fn is_account(settings: &Settings, entry: &SignInEntry) -> bool {
    settings.profile.account.as_deref().is_none_or(|expected| {
        let email = entry.email.as_deref();
        entry.subject == expected || email.is_some_and(|it| it.eq_ignore_ascii_case(expected))
    })
}

/// Whether its last token is of the hosted domain that the settings name, if they do.
fn in_domain(settings: &Settings, entry: &SignInEntry) -> bool {
    settings.profile.hosted_domain.as_deref().is_none_or(|expected| {
        let token = entry.id_token.as_ref();
        let token = token.and_then(|token| UnverifiedIdToken::parse(token.expose()).ok());
        let domain = token.as_ref().and_then(|token| token.unverified_claims().text("hd"));
        domain.is_some_and(|domain| domain.eq_ignore_ascii_case(expected))
    })
}
