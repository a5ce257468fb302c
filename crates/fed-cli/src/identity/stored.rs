//! Which kept sign-in is whose: profiles of one issuer and client share those of each person.

use std::cell::OnceCell;

use credential_store::{
    AccountEntry, EntryKey, EntryKind, LockedEntry, SignInEntry, Store, StoreError,
};
use oidc_client::UnverifiedIdToken;
use url::Url;

use super::holder::Holder;
use crate::context::Context;
use crate::settings::Settings;
use crate::store::store;

/// Where sign-ins are filed whose settings name no issuer that has a host.
const NO_HOST: &str = "issuer";

/// The person as a part of a name. Versions before had sign-ins of a profile, whoever it was.
const SUBJECT: &str = "subject";

/// The client as a part of a name.
pub(crate) const CLIENT: &str = "client";

/// The client as a part of a name: the one configured, or that of Google's client file.
pub(crate) fn client_part(
    context: Context<'_>,
    settings: &Settings,
) -> Option<(&'static str, String)> {
    settings.client_id(&context.host.files).map(|client_id| (CLIENT, client_id))
}

/// What names the sign-in of a person: issuer, client, what else changes the tokens, and `sub`.
pub(crate) fn sign_in_key(context: Context<'_>, settings: &Settings, subject: &str) -> EntryKey {
    let mut parts = settings.profile.sign_in_parts();
    parts.push((SUBJECT, subject.to_owned()));
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

    /// The same, read at once.
    ///
    /// # Errors
    /// Where it is not known what there is.
    pub(crate) fn read(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { store: store.clone(), all: OnceCell::from(store.sign_ins()?) })
    }

    /// The sign-in that the settings mean: that of whoever signed in with them last; where
    /// nobody ever did, that of the only person whom they can mean. Nobody is taken for somebody
    /// else who was forgotten.
    pub(crate) fn find(&self, context: Context<'_>, settings: &Settings) -> Found {
        let subject = match self.chosen(context, settings) {
            Some(AccountEntry { subject: Some(subject) }) => subject,
            Some(AccountEntry { subject: None }) => return Found::Nobody,
            None => return self.only(context, settings),
        };
        let key = sign_in_key(context, settings, &subject);
        match self.store.read::<SignInEntry>(&key) {
            Some(entry) if entry.subject == subject && in_domain(settings, &entry) => {
                Found::One(Box::new((key, entry)))
            }
            _ => Found::Nobody,
        }
    }

    /// Who signed in with the settings last.
    fn chosen(&self, context: Context<'_>, settings: &Settings) -> Option<AccountEntry> {
        self.store.read(&account_key(context, settings))
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
        let is_meant = |found: &&(EntryKey, SignInEntry)| self.is_meant(context, settings, found);
        self.all().iter().filter(is_meant).cloned().collect()
    }

    /// Whether it is of somebody whom the settings allow. Whoever has it signed in for them to
    /// begin with, so no hint matters.
    pub(super) fn is_allowed(
        &self,
        context: Context<'_>,
        settings: &Settings,
        subject: &str,
    ) -> bool {
        let mut all = self.all().iter();
        all.any(|found| found.1.subject == subject && fits(context, settings, found))
    }

    /// Whether the settings could mean it: whoever is hinted at, or did sign in with them.
    fn is_meant(
        &self,
        context: Context<'_>,
        settings: &Settings,
        found: &(EntryKey, SignInEntry),
    ) -> bool {
        let subject = || self.chosen(context, settings).and_then(|it| it.subject);
        let is_chosen = || subject().as_ref() == Some(&found.1.subject);
        fits(context, settings, found) && (is_hinted_at(settings, &found.1) || is_chosen())
    }

    /// What logging out forgets: the sign-in that the settings mean; those of the same issuer and
    /// client that were made for the profile alone, with earlier settings or other options, unless
    /// another profile of the file means it;
    /// and what earlier versions filed under the profile's own name, which nobody can mean now.
    pub(super) fn own(
        &self,
        context: Context<'_>,
        settings: &Settings,
        profiles: &[Settings],
    ) -> Vec<(EntryKey, SignInEntry)> {
        let profile = context.configured(settings);
        let means = |settings: &Settings, key: &EntryKey| match self.find(context, settings) {
            Found::One(found) => found.0 == *key,
            Found::Nobody | Found::Several(_) => false,
        };
        let others = || profiles.iter().filter(|other| other.name != settings.name);
        let is_own = |(key, entry): &&(EntryKey, SignInEntry)| {
            let is_old = key.profile() == settings.name && key.part(SUBJECT).is_none();
            let is_left = || {
                is_of_client(context, settings, key)
                    && entry.profiles.as_slice() == std::slice::from_ref(&profile)
                    && !others().any(|other| means(other, key))
            };
            is_old || means(settings, key) || is_left()
        };
        self.all().iter().filter(is_own).cloned().collect()
    }

    fn all(&self) -> &[(EntryKey, SignInEntry)] {
        self.all.get_or_init(|| self.store.sign_ins().unwrap_or_default())
    }
}

/// Whether it is a sign-in with these settings, of the account and domain that they name.
fn fits(context: Context<'_>, settings: &Settings, (key, entry): &(EntryKey, SignInEntry)) -> bool {
    *key == sign_in_key(context, settings, &entry.subject)
        && is_account(settings, entry)
        && in_domain(settings, entry)
}

/// Whether the sign-in is of the issuer and client that the settings name.
pub(super) fn is_of_client(context: Context<'_>, settings: &Settings, key: &EntryKey) -> bool {
    let issuer = settings.profile.issuer.as_deref();
    let client = client_part(context, settings);
    issuer.is_some_and(|issuer| key.part("issuer") == Some(issuer))
        && client.is_some_and(|(name, client)| key.part(name) == Some(client.as_str()))
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
    let chosen = AccountEntry { subject: Some(subject.to_owned()) };
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
    settings.profile.account.as_deref().is_none_or(|expected| is_called(entry, expected))
}

/// Whether it is whom the issuer is told of beforehand, if it is told of somebody. A hint can be
/// what only the issuer understands; where nobody signed in with it yet, it is then nobody who is
/// known here. An account that is named beside it was looked at already.
fn is_hinted_at(settings: &Settings, entry: &SignInEntry) -> bool {
    let profile = &settings.profile;
    let hint = profile.login_hint.as_deref().filter(|_| profile.account.is_none());
    hint.is_none_or(|hint| is_called(entry, hint))
}

fn is_called(entry: &SignInEntry, name: &str) -> bool {
    let email = entry.email.as_deref();
    entry.subject == name || email.is_some_and(|it| it.eq_ignore_ascii_case(name))
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
