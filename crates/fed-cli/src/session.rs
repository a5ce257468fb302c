//! Credentials of the profile's role: from the store where they are fresh, else by a
//! new exchange. Dozens of processes may ask at once; one does the work.

mod exchange;
mod key;

use std::time::Duration;

use credential_store::{CredentialsEntry, EntryKey, EntryKind, LockedEntry, StoreError};
use fed_types::{Claims, TemporaryCredentials, UnixTime};
use oidc_client::ClockSkew;
use sts_exchange::{AssumedRole, SessionDuration};

pub(crate) use exchange::SESSION_NAME;
use exchange::exchange;

use crate::context::{Context, Person, block_on};
use crate::identity::{self, Holder, Identity};
use crate::settings::Settings;
use crate::store::{in_one_line, remember, repeat_failure, store};
use crate::{Exit, Failure};

/// What somebody wants of credentials.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    /// Whether they can be asked.
    person: Person,
    /// How much life there must be.
    life: Duration,
}

impl Wanted {
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
    let wanted = Wanted { person: Person::MayBeAsked, life: min_life.unwrap_or_default() };
    wanted.check(settings)?;
    cached_or_new(context, settings, wanted)
}

/// The same, but nobody is asked: exit status 4 where somebody would have to be.
pub(crate) fn credentials_unattended(
    context: Context<'_>,
    settings: &Settings,
) -> Result<CredentialsEntry, Failure> {
    let wanted = Wanted { person: Person::NonInteractive, life: Duration::ZERO };
    cached_or_new(context, settings, wanted)
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
    wanted: Wanted,
) -> Result<CredentialsEntry, Failure> {
    // What is wrong with the settings is told before anything is read or asked for.
    settings.role(&context.host.files)?;
    settings.aws(&context.host.environment)?;
    let source = settings.source()?;
    if !source.needs_person() {
        let identity = identity::present(context, settings, &source)?;
        return for_identity(context, settings, &identity, wanted);
    }
    let kept = match identity::kept_holder(context, settings) {
        Some(holder) => stored(context, settings, &holder)?,
        None => None,
    };
    if let Some(entry) = kept.as_ref().filter(|entry| wanted.is_met(entry, context.host.now())) {
        return Ok(entry.clone());
    }
    match block_on(identity::obtain(context, settings, wanted.person)) {
        Ok(identity) => for_identity(context, settings, &identity, wanted),
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
    identity: &Identity,
    wanted: Wanted,
) -> Result<CredentialsEntry, Failure> {
    let key = key::of(context, settings, &identity.holder)?;
    let fresh = |entry: &CredentialsEntry| wanted.is_met(entry, context.host.now());
    let Some(store) = store(context) else {
        context.say(
            "warning: the credentials are not kept: there is no place for them; set `HOME` or \
             `FED_STATE_DIR`",
        );
        return exchanged(context, settings, identity);
    };
    if let Some(entry) = store.read::<CredentialsEntry>(&key).filter(fresh) {
        return Ok(entry);
    }
    let locked = store
        .lock(&key, PATIENCE)
        .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))?;
    let old = locked.read::<CredentialsEntry>();
    if let Some(entry) = old.clone().filter(fresh) {
        return Ok(entry);
    }
    if wanted.person == Person::NonInteractive
        && let Err(failure) = repeat_failure(context, &locked)
    {
        return still_valid(context, old, wanted, failure);
    }
    match exchanged(context, settings, identity) {
        Ok(entry) => {
            keep(context, &locked, &entry);
            Ok(entry)
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
    old: Option<CredentialsEntry>,
    wanted: Wanted,
    failure: Failure,
) -> Result<CredentialsEntry, Failure> {
    let valid = old.filter(|entry| wanted.is_left(entry, context.host.now()));
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
    entry(context, settings, assumed)
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
/// those that any profile of the same client got for these people. Returns how many there were.
pub(crate) fn forget_credentials(
    context: Context<'_>,
    settings: &Settings,
    holders: &[Holder],
) -> Result<usize, Failure> {
    let Some(store) = store(context) else { return Ok(0) };
    let wrong =
        |error: StoreError| Failure::from_error(Exit::Unexpected, &error).hint(error.hint());
    let client = settings.client_id(&context.host.files);
    let is_meant = |key: &EntryKey| {
        let of_client = key.part("client") == client.as_deref();
        key.kind() == EntryKind::Credentials
            && (key.profile() == settings.name
                || (of_client && holders.iter().any(|holder| key::is_of(key, holder))))
    };
    let mut forgotten = 0;
    for listed in store.list().map_err(wrong)? {
        if is_meant(&listed.key) {
            forgotten += usize::from(store.remove(&listed.key, PATIENCE).map_err(wrong)?);
        }
    }
    Ok(forgotten)
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
