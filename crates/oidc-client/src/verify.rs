//! ID-token verification, step by step as in OpenID Connect Core 1.0 section 3.1.3.7.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fed_types::{Claims, Secret, UnixTime};

use crate::algorithm::SigningAlgorithm;
use crate::clock::ClockSkew;
use crate::id_token::{IdToken, UnverifiedIdToken};
use crate::issuer::Issuer;
use crate::jwks::{KeySet, NoKey};

mod verify_error;

pub use verify_error::VerifyError;

/// What is asked of every ID token of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationRules {
    /// Algorithms accepted.
    pub algorithms: Vec<SigningAlgorithm>,
    /// How far this machine's clock and the issuer's may disagree.
    pub leeway: Duration,
    /// Audiences beside the client that do no harm.
    pub trusted_audiences: Vec<String>,
    /// The Google Workspace domain the account must belong to (claim `hd`). Asking for
    /// it in the request proves nothing; the claim does.
    pub hosted_domain: Option<String>,
    /// The account it must be: `email` (in any case) or `sub`. Asking for it
    /// (`login_hint`) is a hint only; the person may choose another.
    pub account: Option<String>,
    /// What of a missing `at_hash`.
    pub at_hash: AtHash,
    /// The authentication context classes that are enough (`acr`); empty: any. Asking for them
    /// (`acr_values`) is a wish only.
    pub acr_values: Vec<String>,
    /// How long ago the person may have shown who they are (`auth_time`).
    pub max_age: Option<Duration>,
}

/// Whether an ID token that comes with an access token must bind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtHash {
    /// Yes. Google's always does.
    Required,
    /// Checked where it is there; optional in the code flow (section 3.1.3.6).
    IfPresent,
}

impl VerificationRules {
    /// RS256 only, one minute of leeway, no other audience; `at_hash` required of Google.
    pub fn standard(issuer: &Issuer) -> Self {
        Self {
            algorithms: vec![SigningAlgorithm::Rs256],
            leeway: Duration::from_secs(60),
            trusted_audiences: Vec::new(),
            hosted_domain: None,
            account: None,
            at_hash: if issuer.is_google() { AtHash::Required } else { AtHash::IfPresent },
            acr_values: Vec::new(),
            max_age: None,
        }
    }
}

/// What is asked of this one ID token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who must have issued it.
    pub issuer: &'a Issuer,
    /// Whom it must be for.
    pub client_id: &'a str,
    /// The client's rules.
    pub rules: &'a VerificationRules,
    /// The nonce sent with the request, or that none was.
    pub nonce: Nonce<'a>,
    /// The access token that came with it.
    pub access_token: Option<&'a Secret>,
    /// The `sub` it must have, when it renews an earlier one (section 12.2).
    pub subject: Option<&'a str>,
    /// This machine's time.
    pub now: UnixTime,
    /// How far that is from the issuer's, where known; named as the cause when a time
    /// does not fit.
    pub clock_skew: Option<ClockSkew>,
}

/// The nonce of the request.
#[derive(Clone, Copy, Debug)]
pub enum Nonce<'a> {
    /// Must come back.
    Sent(&'a Secret),
    /// The flow has none (device, refresh, machine).
    NotSent,
}

/// Verifies an ID token against the issuer's keys.
///
/// # Errors
/// The first step that fails, as [`VerifyError`]. No error holds the token, the nonce or
/// the access token.
pub fn verify(
    token: UnverifiedIdToken,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<IdToken, VerifyError> {
    // Steps 1, 7 and 8: no encryption was negotiated (`UnverifiedIdToken::parse` refuses
    // it); the algorithm is one of ours, and never an HMAC.
    let algorithm = algorithm(&token, &expected.rules.algorithms)?;
    // Step 6: the signature. Done first, so that nothing unsigned is reported as fact.
    signature(&token, algorithm, keys)?;
    let claims = token.unverified_claims();
    // Step 2: the issuer is exactly the one discovered.
    let issuer = claims.issuer().ok_or(VerifyError::MissingClaim { claim: "iss" })?;
    if !expected.issuer.accepts(issuer) {
        return Err(VerifyError::Issuer {
            expected: expected.issuer.as_str().to_owned(),
            found: issuer.to_owned(),
        });
    }
    // Steps 3, 4 and 5: the audience holds the client and nobody unknown; of several
    // audiences one is the authorized party; an authorized party is the client.
    audience(claims, expected)?;
    // Step 9, 10 and `nbf` (RFC 7519 section 4.1.5): the times.
    times(claims, expected)?;
    // Step 11: the nonce is the one sent.
    nonce(claims, expected.nonce)?;
    // Steps 12 and 13: how and when the person showed who they are, where that was asked for.
    authentication(claims, expected)?;
    // Section 2: there is a subject of at most 255 ASCII characters.
    let subject = subject(claims)?.to_owned();
    // Section 12.2: a renewed token is about the same subject.
    if let Some(before) = expected.subject
        && before != subject
    {
        return Err(VerifyError::Subject { expected: before.to_owned(), found: subject });
    }
    // Section 3.1.3.8: the access token belongs to this ID token.
    at_hash(claims, algorithm, expected)?;
    // Google: the account is one of the domain asked for.
    hosted_domain(claims, expected.rules.hosted_domain.as_deref())?;
    // The person is the one asked for. A renewed token is bound by its subject already,
    // and need not repeat the email address.
    if expected.subject.is_none() {
        account(claims, &subject, expected.rules.account.as_deref())?;
    }
    tracing::debug!(subject, "the ID token is verified");
    Ok(IdToken::vouched_for(token, subject))
}

fn algorithm(
    token: &UnverifiedIdToken,
    allowed: &[SigningAlgorithm],
) -> Result<SigningAlgorithm, VerifyError> {
    let header = token.header();
    if header.has_critical_extensions {
        return Err(VerifyError::CriticalExtension);
    }
    allowed.iter().copied().find(|algorithm| algorithm.as_str() == header.algorithm).ok_or_else(
        || VerifyError::Algorithm {
            expected: allowed.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("`, `"),
            found: header.algorithm.clone(),
        },
    )
}

fn signature(
    token: &UnverifiedIdToken,
    algorithm: SigningAlgorithm,
    keys: &KeySet,
) -> Result<(), VerifyError> {
    let key_id = token.header().key_id.as_deref();
    let key = keys.find(key_id, algorithm).map_err(|reason| match reason {
        NoKey::Unknown => VerifyError::UnknownKey { key_id: key_id.unwrap_or_default().to_owned() },
        NoKey::Ambiguous(count) => VerifyError::AmbiguousKey { count },
        NoKey::None => VerifyError::NoKey { algorithm },
    })?;
    let (signed, signature) = token.signed_parts();
    if key.verifies(signed, signature, algorithm) { Ok(()) } else { Err(VerifyError::Signature) }
}

fn audience(claims: &Claims, expected: &Expected<'_>) -> Result<(), VerifyError> {
    let audience = claims.audience();
    if audience.is_empty() {
        return Err(VerifyError::MissingClaim { claim: "aud" });
    }
    if !audience.contains(&expected.client_id) {
        return Err(VerifyError::Audience {
            expected: expected.client_id.to_owned(),
            found: audience.join("`, `"),
        });
    }
    let is_trusted = |one: &&str| {
        *one == expected.client_id || expected.rules.trusted_audiences.iter().any(|t| t == one)
    };
    if let Some(unknown) = audience.iter().find(|one| !is_trusted(one)) {
        return Err(VerifyError::UntrustedAudience { found: (*unknown).to_owned() });
    }
    match claims.authorized_party() {
        Some(party) if party == expected.client_id => Ok(()),
        Some(party) => Err(VerifyError::AuthorizedParty {
            expected: expected.client_id.to_owned(),
            found: party.to_owned(),
        }),
        None if claims.get("azp").is_some() => Err(VerifyError::MissingClaim { claim: "azp" }),
        None if audience.len() > 1 => {
            Err(VerifyError::MissingAuthorizedParty { count: audience.len() })
        }
        None => Ok(()),
    }
}

fn times(claims: &Claims, expected: &Expected<'_>) -> Result<(), VerifyError> {
    let now = expected.now;
    let leeway = expected.rules.leeway;
    // The clock is the cause only if the step succeeds by the issuer's own time.
    let cause = |succeeds: &dyn Fn(UnixTime) -> bool| {
        let skew = expected.clock_skew.filter(|skew| skew.exceeds(leeway))?;
        let by_issuer = UnixTime::from_seconds(now.seconds().saturating_sub(skew.seconds()));
        succeeds(by_issuer).then_some(skew)
    };
    let time = |claim| claims.time(claim).ok_or(VerifyError::MissingClaim { claim });
    let expiration = time("exp")?;
    let lives = |now| now < expiration.plus(leeway);
    if !lives(now) {
        return Err(VerifyError::Expired { expiration, now, skew: cause(&lives) });
    }
    let issued_at = time("iat")?;
    let has_begun = |now: UnixTime| issued_at <= now.plus(leeway);
    if !has_begun(now) {
        return Err(VerifyError::IssuedInFuture { issued_at, now, skew: cause(&has_begun) });
    }
    if claims.get("nbf").is_some() {
        let not_before = time("nbf")?;
        let is_valid = |now: UnixTime| not_before <= now.plus(leeway);
        if !is_valid(now) {
            return Err(VerifyError::NotYetValid { not_before, now, skew: cause(&is_valid) });
        }
    }
    Ok(())
}

fn nonce(claims: &Claims, expected: Nonce<'_>) -> Result<(), VerifyError> {
    match expected {
        Nonce::NotSent => Ok(()),
        Nonce::Sent(sent) => match claims.text("nonce") {
            None => Err(VerifyError::MissingClaim { claim: "nonce" }),
            Some(found) if Secret::new(found) == *sent => Ok(()),
            Some(_) => Err(VerifyError::Nonce),
        },
    }
}

/// A renewed token may leave out what the first one said of how (section 12.2), and not of when.
fn authentication(claims: &Claims, expected: &Expected<'_>) -> Result<(), VerifyError> {
    let rules = expected.rules;
    let may_be_silent = expected.subject.is_some() && claims.get("acr").is_none();
    if !rules.acr_values.is_empty() && !may_be_silent {
        let found = claims.text("acr");
        if !found.is_some_and(|found| rules.acr_values.iter().any(|one| one == found)) {
            return Err(VerifyError::AuthenticationContext {
                expected: rules.acr_values.join("`, `"),
                found: found.map(str::to_owned),
            });
        }
    }
    let Some(max_age) = rules.max_age else { return Ok(()) };
    let authenticated = claims.time("auth_time");
    let authenticated = authenticated.ok_or(VerifyError::MissingClaim { claim: "auth_time" })?;
    let now = expected.now;
    if now > authenticated.plus(max_age).plus(rules.leeway) {
        return Err(VerifyError::AuthenticationTooOld { authenticated, max_age, now });
    }
    Ok(())
}

fn subject(claims: &Claims) -> Result<&str, VerifyError> {
    match claims.subject() {
        Some(subject) if !subject.is_empty() && subject.len() <= 255 && subject.is_ascii() => {
            Ok(subject)
        }
        _ => Err(VerifyError::MissingClaim { claim: "sub" }),
    }
}

fn at_hash(
    claims: &Claims,
    algorithm: SigningAlgorithm,
    expected: &Expected<'_>,
) -> Result<(), VerifyError> {
    let Some(access_token) = expected.access_token else { return Ok(()) };
    match (claims.get("at_hash"), expected.rules.at_hash) {
        (None, AtHash::IfPresent) => Ok(()),
        (None, AtHash::Required) => Err(VerifyError::MissingClaim { claim: "at_hash" }),
        (Some(found), _) => {
            let hash = digest::digest(algorithm.digest(), access_token.expose().as_bytes());
            let left_half = &hash.as_ref()[..hash.as_ref().len() / 2];
            if found.as_str() == Some(&URL_SAFE_NO_PAD.encode(left_half)) {
                Ok(())
            } else {
                Err(VerifyError::AtHash)
            }
        }
    }
}

fn account(claims: &Claims, subject: &str, expected: Option<&str>) -> Result<(), VerifyError> {
    let Some(expected) = expected else { return Ok(()) };
    let email = claims.text("email");
    if subject == expected || email.is_some_and(|email| email.eq_ignore_ascii_case(expected)) {
        return Ok(());
    }
    Err(VerifyError::Account {
        expected: expected.to_owned(),
        found: email.unwrap_or(subject).to_owned(),
    })
}

fn hosted_domain(claims: &Claims, expected: Option<&str>) -> Result<(), VerifyError> {
    let Some(expected) = expected else { return Ok(()) };
    match claims.text("hd") {
        Some(found) if found.eq_ignore_ascii_case(expected) => Ok(()),
        found => Err(VerifyError::HostedDomain {
            expected: expected.to_owned(),
            found: found.map(str::to_owned),
        }),
    }
}
