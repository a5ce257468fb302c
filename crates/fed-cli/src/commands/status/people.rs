//! Whoever tokens are kept of, and which profiles are theirs.

use credential_store::{AnyEntry, EntryKey, EntryKind, Listed, SignInEntry};
use fed_types::UnixTime;

use super::words::{last_failure, life, place};
use crate::advice::login;
use crate::context::Context;
use crate::identity::{self, Found, SignIns};
use crate::render;
use crate::settings::Settings;
use crate::store::store;

/// Somebody, or something, that tokens are of.
#[derive(Debug, Default)]
struct Person {
    account: String,
    issuer: String,
    subject: String,
    /// The client, where the sign-in itself is kept no more.
    sign_in_client: Option<String>,
    /// `None` where a machine presents its token each time.
    sign_in: Option<(EntryKey, SignInEntry)>,
    profiles: Vec<String>,
    /// How many that AWS still accepts are kept.
    credentials: usize,
}

/// All of them.
#[derive(Debug)]
pub(super) struct People {
    people: Vec<Person>,
    /// Under which name each profile waits for somebody to sign in.
    waiting: Vec<(EntryKey, String)>,
    /// The profiles for which somebody has to sign in, and how.
    signed_out: Vec<(String, String)>,
}

impl People {
    /// Of whom the entries are, and which of the profiles have their sign-ins.
    pub(super) fn of(context: Context<'_>, entries: &[Listed], profiles: &[Settings]) -> Self {
        let mut all = Self { people: Vec::new(), waiting: Vec::new(), signed_out: Vec::new() };
        for listed in entries {
            if let Some(AnyEntry::SignIn(entry)) = &listed.entry {
                all.people.push(Person {
                    account: identity::account(entry),
                    issuer: entry.issuer.clone(),
                    subject: entry.subject.clone(),
                    sign_in: Some((listed.key.clone(), entry.clone())),
                    ..Person::default()
                });
            }
        }
        if let Some(store) = store(context) {
            all.place(context, &SignIns::of(&store), profiles);
        }
        for listed in entries {
            if let Some(AnyEntry::Credentials(entry)) = &listed.entry {
                all.give(&listed.key, entry.is_valid(context.host.now()));
            }
        }
        // Stable: those of one person stay in the order of their files.
        all.people.sort_by(|one, other| one.order().cmp(&other.order()));
        all
    }

    /// Counts credentials for whoever they are of: of several sign-ins of one person, for the one
    /// that the profile has.
    fn give(&mut self, key: &EntryKey, is_valid: bool) {
        let part = |name| key.part(name).unwrap_or_default().to_owned();
        let client = part("token_sha256").is_empty().then(|| part("client"));
        let is_presented = client.is_none();
        let (issuer, subject) = (part("token_issuer"), part("token_subject"));
        let profile = key.profile().to_owned();
        let is_theirs = |person: &Person| {
            (&person.issuer, &person.subject) == (&issuer, &subject) && person.client() == client
        };
        let has_it = |person: &Person| is_theirs(person) && person.profiles.contains(&profile);
        let found = self.people.iter().position(has_it);
        let found = found.or_else(|| self.people.iter().position(is_theirs));
        let place = found.unwrap_or(self.people.len());
        if found.is_none() {
            let account = subject.clone();
            let sign_in_client = client;
            self.people.push(Person {
                account,
                issuer,
                subject,
                sign_in_client,
                ..Person::default()
            });
        }
        let Some(person) = self.people.get_mut(place) else { return };
        person.credentials += usize::from(is_valid);
        if is_presented && !person.profiles.contains(&profile) {
            person.profiles.push(profile);
        }
    }

    fn place(&mut self, context: Context<'_>, sign_ins: &SignIns, profiles: &[Settings]) {
        for settings in profiles {
            if !settings.source().is_ok_and(|source| source.needs_person()) {
                continue;
            }
            let name = settings.name.clone();
            self.waiting.push((identity::account_key(context, settings), name.clone()));
            let found = match sign_ins.find(context, settings) {
                Found::One(found) => found.0,
                Found::Nobody | Found::Several(_) => {
                    self.signed_out.push((name, login(settings.named())));
                    continue;
                }
            };
            let theirs =
                |person: &&mut Person| person.sign_in.as_ref().is_some_and(|it| it.0 == found);
            if let Some(person) = self.people.iter_mut().find(theirs) {
                person.profiles.push(name);
            }
        }
    }

    /// Those of one profile.
    pub(super) fn only(mut self, profile: Option<&str>) -> Self {
        if let Some(profile) = profile {
            let is_it = |name: &String| name == profile;
            self.people.retain(|person| person.profiles.iter().any(is_it));
            self.signed_out.retain(|(name, _)| is_it(name));
        }
        self
    }

    /// Whether an entry is of the profile, or of its sign-in.
    pub(super) fn is_of(&self, listed: &Listed, profile: &str) -> bool {
        match listed.key.kind() {
            EntryKind::Credentials => listed.key.profile() == profile,
            EntryKind::SignIn => self.profiles_of(&listed.key).contains(&profile),
            EntryKind::Account => self.who_wait_under(&listed.key).contains(&profile),
        }
    }

    /// The profiles that have this sign-in.
    pub(super) fn profiles_of(&self, key: &EntryKey) -> Vec<&str> {
        let theirs = |person: &&Person| person.sign_in.as_ref().is_some_and(|it| it.0 == *key);
        let person = self.people.iter().find(theirs);
        person.iter().flat_map(|person| &person.profiles).map(String::as_str).collect()
    }

    /// The profiles that wait for the same person.
    pub(super) fn who_wait_under(&self, key: &EntryKey) -> Vec<&str> {
        let those = self.waiting.iter().filter(|(waiting, _)| waiting == key);
        those.map(|(_, name)| name.as_str()).collect()
    }

    /// A row for each.
    pub(super) fn to_text(&self, now: UnixTime) -> String {
        if self.people.is_empty() {
            return "nothing is kept\n".to_owned();
        }
        let rows: Vec<[String; 5]> = self.people.iter().map(|person| person.row(now)).collect();
        let header = ["WHO", "ISSUER", "STATE", "PROFILES", "CREDENTIALS"];
        render::narrow_table(header, &rows, render::COLUMNS)
    }

    /// What went wrong last, for which profile.
    pub(super) fn failures<'a>(&self, entries: impl Iterator<Item = &'a Listed>) -> String {
        let told = entries.filter_map(|listed| {
            let failure = last_failure(listed)?;
            let whose = match listed.key.kind() {
                EntryKind::Credentials => listed.key.profile().to_owned(),
                EntryKind::SignIn | EntryKind::Account => {
                    let names = self.who_wait_under(&listed.key);
                    if names.is_empty() { listed.key.profile().to_owned() } else { some(&names) }
                }
            };
            Some(render::folded(&format!("last failure, {whose}: {}", failure.reason), 2))
        });
        let told: String = told.collect();
        if told.is_empty() { told } else { format!("\n{told}") }
    }

    /// Which profiles nobody is signed in for, and what to do.
    pub(super) fn signed_out(&self) -> String {
        let Some((_, sign_in)) = self.signed_out.first() else { return String::new() };
        let names: Vec<&str> = self.signed_out.iter().map(|(name, _)| name.as_str()).collect();
        let told = render::folded(&format!("nobody is signed in for {}", names.join(", ")), 2);
        format!("\n{told}sign in with {sign_in}\n")
    }
}

impl Person {
    /// The client of a sign-in; `None` for a token that is presented, which has no client here.
    fn client(&self) -> Option<String> {
        let (key, _) = match &self.sign_in {
            Some(sign_in) => sign_in,
            None => return self.sign_in_client.clone(),
        };
        Some(key.part("client").unwrap_or_default().to_owned())
    }

    /// By issuer, subject and client.
    fn order(&self) -> (&str, &str, Option<String>) {
        (&self.issuer, &self.subject, self.client())
    }

    fn row(&self, now: UnixTime) -> [String; 5] {
        let state = match &self.sign_in {
            None => "presented".to_owned(),
            Some((_, entry)) => match (&entry.refresh_token, entry.id_token_expiration) {
                (Some(refresh_token), _) => format!("renewable ({})", place(refresh_token)),
                (None, Some(expiration)) if entry.id_token.is_some() => life(expiration, now),
                (None, _) => "ended".to_owned(),
            },
        };
        let names: Vec<&str> = self.profiles.iter().map(String::as_str).collect();
        let issuer = self.issuer.strip_prefix("https://").unwrap_or(&self.issuer).to_owned();
        let credentials = match self.credentials {
            0 => String::new(),
            many => format!("{many} kept"),
        };
        [self.account.clone(), issuer, state, some(&names), credentials]
    }
}

/// The names, where they are few; else how many.
fn some(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] if one.len() + other.len() <= 16 => format!("{one}, {other}"),
        many => many.len().to_string(),
    }
}
