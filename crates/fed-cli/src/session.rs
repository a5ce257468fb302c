//! Credentials of the profile's role: from the store where they are fresh, else by a
//! new exchange. Dozens of processes may ask at once; one does the work.

mod exchange;
mod key;

use std::time::Duration;

use credential_store::{AnyEntry, CredentialsEntry, EntryKey, EntryKind, LockedEntry, StoreError};
use fed_types::{Claims, TemporaryCredentials, UnixTime};
use oidc_client::ClockSkew;
use sts_exchange::{AssumedRole, SessionDuration};

pub(crate) use exchange::SESSION_NAME;
use exchange::exchange;

use crate::advice::login;
use crate::context::{Context, Person, block_on};
use crate::identity::{self, Holder, Identity};
use crate::settings::Settings;
use crate::store::{in_one_line, remember, repeat_failure, store};
use crate::{Exit, Failure};

/// Credentials, and whose token got them.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The credentials.
    pub(crate) entry: CredentialsEntry,
    /// Whose they are.
    pub(crate) holder: Holder,
}

/// What somebody wants of credentials.
#[derive(Clone, Copy, Debug)]
struct Wanted<'a> {
    /// Whether they can be asked.
    person: Person,
    /// How much life there must be.
    life: Duration,
    /// Whose they must be, where it is not whoever is signed in.
    whose: Option<&'a Holder>,
}

impl Wanted<'_> {
    /// # Errors
    /// Exit status 4 where they would be somebody else's.
    fn admits(self, settings: &Settings, holder: &Holder) -> Result<(), Failure> {
        if self.whose.is_none_or(|whose| whose.is_same(holder)) {
            return Ok(());
        }
        let name = &settings.name;
        let message = format!("profile `{name}` is somebody else's now than when this began");
        let is_person = settings.source().is_ok_and(|source| source.needs_person());
        let login = || format!(", or sign in as before: {}", login(settings.named()));
        let login = is_person.then(login).unwrap_or_default();
        Err(Failure::new(Exit::SignInNeeded, message).hint(format!("begin anew{login}")))
    }

    /// # Errors
    /// Where sessions are shorter than the life that is wanted.
    fn check(self, settings: &Settings) -> Result<(), Failure> {
        let chained = settings.profile.chain.as_ref().is_some_and(|chain| !chain.is_empty());
        let asked = settings.profile.duration.as_ref().and_then(|text| text.parse().ok());
        let duration = asked.unwrap_or(SessionDuration::DEFAULT);
        let longest = if chained { SessionDuration::LONGEST_IN_CHAIN } else { duration };
        let longest = Duration::from_secs(duration.min(longest).seconds().into());
        if self.life <= longest {
            return Ok(());
        }
        let message = "sessions end before the life that `--min-life` wants of them";
        let hint = if chained { "those of a `chain` last an hour" } else { "give `--duration`" };
        Err(Failure::new(Exit::InvalidConfiguration, message).hint(hint))
    }

    /// Whether kept ones can be handed out.
    fn is_met(self, entry: &CredentialsEntry, now: UnixTime) -> bool {
        entry.is_fresh(now) && self.is_left(entry, now)
    }

    /// Whether AWS still takes them for as long as is wanted.
    fn is_left(self, entry: &CredentialsEntry, now: UnixTime) -> bool {
        entry.is_valid(now) && entry.credentials.expiration.since(now) >= self.life
    }
}

/// How long to wait for another process that exchanges the same token, tries again included.
const PATIENCE: Duration = Duration::from_secs(90);

/// Credentials that have life left: from the store, or new ones; with `min_life`, those that
/// have at least so much. A person may be asked to sign in.
pub(crate) fn credentials(
    context: Context<'_>,
    settings: &Settings,
    min_life: Option<Duration>,
) -> Result<CredentialsEntry, Failure> {
    held(context, settings, min_life).map(|held| held.entry)
}

/// The same, and whose they are.
pub(crate) fn held(
    context: Context<'_>,
    settings: &Settings,
    min_life: Option<Duration>,
) -> Result<Held, Failure> {
    let life = min_life.unwrap_or_default();
    let wanted = Wanted { person: Person::MayBeAsked, life, whose: None };
    wanted.check(settings)?;
    cached_or_new(context, settings, wanted)
}

/// The same, but nobody is asked: exit status 4 where somebody would have to be, and where
/// somebody else than `whose` signed in.
pub(crate) fn credentials_unattended(
    context: Context<'_>,
    settings: &Settings,
    whose: Option<&Holder>,
) -> Result<CredentialsEntry, Failure> {
    let wanted = Wanted { person: Person::NonInteractive, life: Duration::ZERO, whose };
    cached_or_new(context, settings, wanted).map(|held| held.entry)
}

/// The claims of a token of the person who runs this, or of the configured source.
pub(crate) fn claims(context: Context<'_>, settings: &Settings) -> Result<Claims, Failure> {
    let identity = block_on(identity::obtain(context, settings, Person::MayBeAsked))?;
    Ok(identity.claims)
}

/// Nothing that is kept is given out before it is known whose it is. A token that is presented
/// is read first, whatever is kept; where people sign in, it is whoever did so last.
fn cached_or_new(
    context: Context<'_>,
    settings: &Settings,
    wanted: Wanted<'_>,
) -> Result<Held, Failure> {
    // What is wrong with the settings is told before anything is read or asked for.
    settings.role(&context.host.files)?;
    settings.aws(&context.host.environment)?;
    let source = settings.source()?;
    if !source.needs_person() {
        let identity = identity::present(context, settings, &source)?;
        return for_identity(context, settings, identity, wanted);
    }
    let kept = match identity::kept_holder(context, settings) {
        Some(holder) => {
            wanted.admits(settings, &holder)?;
            stored(context, settings, &holder)?.map(|entry| Held { entry, holder })
        }
        None => None,
    };
    if let Some(held) = kept.as_ref().filter(|held| wanted.is_met(&held.entry, context.host.now()))
    {
        tell(&held.entry, "kept credentials are used");
        return Ok(held.clone());
    }
    match block_on(identity::obtain(context, settings, wanted.person)) {
        Ok(identity) => for_identity(context, settings, identity, wanted),
        Err(failure) => still_valid(context, kept, wanted, failure),
    }
}

fn stored(
    context: Context<'_>,
    settings: &Settings,
    holder: &Holder,
) -> Result<Option<CredentialsEntry>, Failure> {
    let key = key::of(context, settings, holder)?;
    Ok(store(context).and_then(|store| store.read(&key)))
}

/// The holder's credentials: kept ones that are fresh, else those that the token is exchanged
/// for. One of many processes does that.
fn for_identity(
    context: Context<'_>,
    settings: &Settings,
    identity: Identity,
    wanted: Wanted<'_>,
) -> Result<Held, Failure> {
    wanted.admits(settings, &identity.holder)?;
    let holder = identity.holder.clone();
    let held = |entry| Held { entry, holder: holder.clone() };
    let key = key::of(context, settings, &holder)?;
    let fresh = |entry: &CredentialsEntry| wanted.is_met(entry, context.host.now());
    let Some(store) = store(context) else {
        context.say(
            "warning: the credentials are not kept: there is no place for them; set `HOME` or \
             `FED_STATE_DIR`",
        );
        return exchanged(context, settings, &identity).map(held);
    };
    if let Some(entry) = store.read::<CredentialsEntry>(&key).filter(fresh) {
        tell(&entry, "kept credentials are used");
        return Ok(held(entry));
    }
    let locked = store
        .lock(&key, PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).advised(error.hint()))?;
    let old = locked.read::<CredentialsEntry>();
    if let Some(entry) = old.clone().filter(fresh) {
        return Ok(held(entry));
    }
    let old = old.map(held);
    if wanted.person == Person::NonInteractive
        && let Err(failure) = repeat_failure(context, &locked)
    {
        return still_valid(context, old, wanted, failure);
    }
    match exchanged(context, settings, &identity) {
        Ok(entry) => {
            keep(context, &locked, &entry);
            Ok(held(entry))
        }
        Err(failure) => {
            forget_if_denied(&locked, &failure);
            remember(context, &locked, &failure, wanted.person);
            still_valid(context, old, wanted, failure)
        }
    }
}

/// What AWS still accepts is better than nothing, unless AWS itself said no.
fn still_valid(
    context: Context<'_>,
    old: Option<Held>,
    wanted: Wanted<'_>,
    failure: Failure,
) -> Result<Held, Failure> {
    let valid = old.filter(|held| wanted.is_left(&held.entry, context.host.now()));
    valid.filter(|_| failure.exit != Exit::Denied).ok_or(failure)
}

/// After AWS said no to a token, what it once got is given to nobody any more.
fn forget_if_denied(locked: &LockedEntry, failure: &Failure) {
    if failure.exit == Exit::Denied
        && let Err(error) = locked.remove()
    {
        tracing::warn!(%error, "the credentials of before are still kept");
    }
}

fn exchanged(
    context: Context<'_>,
    settings: &Settings,
    identity: &Identity,
) -> Result<CredentialsEntry, Failure> {
    let assumed = block_on(exchange(context, settings, identity))?;
    let entry = entry(context, settings, assumed)?;
    tell(&entry, "AWS gave new credentials");
    Ok(entry)
}

/// For those who want to know what is done.
fn tell(entry: &CredentialsEntry, what: &str) {
    let CredentialsEntry { role_arn, credentials, .. } = entry;
    tracing::info!(role = role_arn, until = %credentials.expiration, "{what}");
}

/// A new exchange, whatever is kept; what comes of it is kept for the next command.
pub(crate) fn assume(
    context: Context<'_>,
    settings: &Settings,
    person: Person,
) -> Result<AssumedRole, Failure> {
    let identity = block_on(identity::obtain(context, settings, person))?;
    let key = key::of(context, settings, &identity.holder)?;
    let locked = store(context).and_then(|store| store.lock(&key, PATIENCE).ok());
    let assumed = block_on(exchange(context, settings, &identity)).inspect_err(|failure| {
        if let Some(locked) = &locked {
            forget_if_denied(locked, failure);
        }
    })?;
    if let Some(locked) = &locked {
        keep(context, locked, &entry(context, settings, assumed.clone())?);
    }
    Ok(assumed)
}

/// What is kept of an answer of STS.
fn entry(
    context: Context<'_>,
    settings: &Settings,
    assumed: AssumedRole,
) -> Result<CredentialsEntry, Failure> {
    let obtained = context.host.now();
    let expiration = match assumed.server_date {
        Some(date) => expiration_here(context, assumed.credentials.expiration, date, obtained),
        None => assumed.credentials.expiration,
    };
    Ok(CredentialsEntry {
        credentials: TemporaryCredentials { expiration, ..assumed.credentials },
        obtained,
        role_arn: settings.role_arn()?.to_string(),
        assumed_role_arn: Some(assumed.assumed_role_arn),
        subject: assumed.subject,
        configuration: Some(context.configured(settings).file),
    })
}

/// AWS and we forgive this much.
const TOLERATED_SKEW: Duration = Duration::from_secs(60);

/// When they end by this machine's clock, by which they will be looked at: as long after now as
/// AWS's end is after AWS's now.
fn expiration_here(
    context: Context<'_>,
    expiration: UnixTime,
    server_date: UnixTime,
    now: UnixTime,
) -> UnixTime {
    let skew = ClockSkew::measure(server_date, now);
    if !skew.exceeds(TOLERATED_SKEW) {
        return expiration;
    }
    context.say(&format!("warning: this machine's clock is {skew}: set it, AWS goes by its own"));
    now.plus(expiration.since(server_date))
}

/// Forgets the credentials of a profile, because whoever signs in next may be somebody else, and
/// those that any profile got by these sign-ins. Returns how many there were.
///
/// # Errors
/// The first trouble; all others are forgotten.
pub(crate) fn forget_credentials(
    context: Context<'_>,
    settings: &Settings,
    sign_ins: &[(EntryKey, Holder)],
) -> Result<usize, Failure> {
    let Some(store) = store(context) else { return Ok(0) };
    let wrong =
        |error: StoreError| Failure::from_error(Exit::Unexpected, &error).advised(error.hint());
    let file = context.configured(settings).file;
    let is_meant = |key: &EntryKey, entry: Option<&CredentialsEntry>| {
        let elsewhere =
            entry.and_then(|it| it.configuration.as_ref()).is_some_and(|it| *it != file);
        key.kind() == EntryKind::Credentials
            && ((key.profile() == settings.name && !elsewhere)
                || sign_ins.iter().any(|(sign_in, holder)| key::is_got_by(key, sign_in, holder)))
    };
    let (mut forgotten, mut trouble) = (0, None);
    for listed in store.list().map_err(wrong)? {
        let entry = match &listed.entry {
            Some(AnyEntry::Credentials(entry)) => Some(entry),
            _ => None,
        };
        if is_meant(&listed.key, entry) {
            match store.remove(&listed.key, PATIENCE) {
                Ok(removed) => forgotten += usize::from(removed),
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
    }
    trouble.map_or(Ok(forgotten), |error| Err(wrong(error)))
}

/// Saves what can be saved; credentials are given out all the same.
fn keep(context: Context<'_>, locked: &LockedEntry, entry: &CredentialsEntry) {
    let trouble = match locked.degraded() {
        Some(reason) => Some(in_one_line(reason)),
        None => locked.save(entry).err().map(|error| in_one_line(&error)),
    };
    if let Some(trouble) = trouble {
        context.say(&format!("warning: the credentials are not kept: {trouble}"));
    }
}
