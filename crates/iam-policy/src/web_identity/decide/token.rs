//! The checks of the token.

use super::Found;
use crate::sts::{Check, Denial, Faults, OpenQuestion, Step, TextLimits, check_tags};
use crate::web_identity::claims::{InvalidClaim, SessionClaims};
use crate::web_identity::issuer::{built_in, is_url, registered};
use crate::web_identity::question::{
    Clock, Presented, Providers, Question, Signature, SignatureFailure,
};
use crate::web_identity::roles_claim::RolesClaim;
use crate::web_identity::token::{NOT_VALID, TokenContent, UnverifiedToken};
use crate::web_identity::{OidcProvider, Provider};

const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";

/// AWS accepts a token for this long after its `exp`, and this much clock skew otherwise.
const GRACE_SECONDS: i64 = 300;

/// AWS takes no token that was issued longer ago than this, whatever its `exp` says.
const OLDEST_SECONDS: i64 = 24 * 3600;

fn open(check: Check, question: impl Into<String>) -> Step {
    Step::Open(OpenQuestion { check, question: question.into() })
}

/// A JWT with the claims that no ID token lacks.
pub(super) fn form(question: &Question<'_>, found: &mut Found) -> Step {
    if question.parameters.provider_id.is_some() {
        // An access token: nothing is known of what it says.
        return Step::Unreached;
    }
    let content = match question.token {
        Presented::Jwt(jwt) => UnverifiedToken::parse(jwt).map(|token| token.content),
        Presented::Claims(claims) => TokenContent::of(claims.clone()),
    };
    match content {
        Ok(content) => {
            found.token = Some(content);
            Step::Passed
        }
        Err(denial) => Step::Failed(denial),
    }
}

/// One that IAM knows, or a provider of the role's account; told before the role is looked
/// for.
pub(super) fn issuer(question: &Question<'_>, found: &mut Found) -> Step {
    let Some(token) = &found.token else { return Step::Unreached };
    let issuer = &token.issuer;
    if let Some(provider) = built_in(issuer) {
        found.provider = Some(provider);
        return Step::Passed;
    }
    let invalid = |message: String| Step::Failed(Denial::invalid_token(Check::Issuer, message));
    if !is_url(issuer) {
        return invalid("Issuer must be a valid URL".to_owned());
    }
    let account = crate::arn::account(question.parameters.role_arn).unwrap_or_default();
    let none = format!("No OpenIDConnect provider found in your account for {issuer}");
    let partition = question.parameters.role_arn.split(':').nth(1).unwrap_or("aws");
    let Some(provider) = Provider::of_partition(issuer, partition, account) else {
        return invalid(none);
    };
    let url = provider.prefix().to_owned();
    let possible = OidcProvider { arn: String::new(), url, client_ids: Vec::new() }.is_possible();
    let step = match question.providers {
        Providers::Are(providers) => match registered(issuer, providers) {
            Some(known) => {
                found.provider = Some(Provider::Iam { arn: known.arn.clone() });
                return Step::Passed;
            }
            None => invalid(none),
        },
        _ if !possible => invalid(none),
        Providers::IncludeTheIssuer => Step::Passed,
        Providers::Unknown => open(
            Check::Issuer,
            format!("whether `{issuer}` is an OIDC provider of account `{account}`"),
        ),
    };
    found.provider = Some(provider);
    step
}

/// Signed by a key of the issuer, which the token names. What STS makes of one that names none,
/// AWS does not document: RFC 7515 lets `kid` be left out.
pub(super) fn signature(question: &Question<'_>) -> Step {
    match question.signature {
        Signature::Verified if names_no_key(question.token) => {
            open(Check::Signature, "what STS makes of a token that names no key: it has no `kid`")
        }
        Signature::Verified => Step::Passed,
        Signature::NotChecked => open(
            Check::Signature,
            "whether the token is signed with a key that its issuer publishes",
        ),
        Signature::Failed(failure) => {
            let message = match failure {
                SignatureFailure::NoKey => NO_KEY,
                SignatureFailure::Invalid => NOT_VALID,
            };
            Step::Failed(Denial::invalid_token(Check::Signature, message))
        }
    }
}

fn names_no_key(token: Presented<'_>) -> bool {
    match token {
        Presented::Jwt(jwt) => {
            UnverifiedToken::parse(jwt).is_ok_and(|token| token.key_id.is_none())
        }
        Presented::Claims(_) => false,
    }
}

/// `exp`, `iat` and `nbf` against the clock.
pub(super) fn expiry(question: &Question<'_>, found: &Found) -> Step {
    let Some(token) = &found.token else { return Step::Unreached };
    let now = match question.clock {
        Clock::At(now) => now.seconds(),
        Clock::WhileTokenIsCurrent => return Step::Passed,
        Clock::Unknown => return open(Check::Expiry, "whether the token is still current"),
    };
    let expired = |message: String| {
        Step::Failed(Denial::new(Check::Expiry, 400, "ExpiredTokenException", message))
    };
    if let Some(expires) = token.expires
        && now > expires.seconds().saturating_add(GRACE_SECONDS)
    {
        return expired(format!(
            "Token expired: current date/time {now} must be before the expiration date/time {}",
            expires.seconds()
        ));
    }
    if let Some(issued) = token.issued {
        let age = now.saturating_sub(issued.seconds());
        if age > OLDEST_SECONDS {
            return expired(format!("Token too old: {age}"));
        }
    }
    let latest = now.saturating_add(GRACE_SECONDS);
    if [token.issued, token.not_before].iter().flatten().any(|time| time.seconds() > latest) {
        return Step::Failed(Denial::invalid_token(Check::Expiry, NOT_VALID));
    }
    if token.expires.is_none() || token.issued.is_none() {
        return open(
            Check::Expiry,
            "whether the token is still current: it has no `exp` and `iat`",
        );
    }
    Step::Passed
}

/// A client id of the provider: `azp` where the token has it, else `aud`. The built-in
/// providers have none registered: there the role's trust policy alone decides.
pub(super) fn audience(question: &Question<'_>, found: &Found) -> Step {
    let (Some(token), Some(provider)) = (&found.token, &found.provider) else {
        return Step::Unreached;
    };
    let party = token.claims.authorized_party();
    let audience = token.claims.audience();
    // What `:aud` is then, AWS does not document.
    let several = party.is_none() && audience.len() > 1;
    let unclear = || {
        open(Check::Audience, "what STS makes of a token for several audiences that has no `azp`")
    };
    if !matches!(provider, Provider::Iam { .. }) {
        return if several { unclear() } else { Step::Passed };
    }
    let registered = match question.providers {
        Providers::Are(providers) => registered(&token.issuer, providers),
        Providers::IncludeTheIssuer => return if several { unclear() } else { Step::Passed },
        Providers::Unknown => None,
    };
    let Some(registered) = registered else {
        let meant = party.map_or_else(|| audience.join("`, `"), str::to_owned);
        return open(
            Check::Audience,
            format!("whether `{meant}` is a client id of `{}`", provider.name()),
        );
    };
    let is_client = |id: &str| registered.client_ids.iter().any(|known| known == id);
    let meant = match party {
        Some(party) => is_client(party),
        None => audience.iter().copied().any(is_client),
    };
    match (meant, several) {
        (false, _) => {
            Step::Failed(Denial::invalid_token(Check::Audience, "Incorrect token audience"))
        }
        (true, true) => unclear(),
        (true, false) => Step::Passed,
    }
}

/// The role is listed, where the token lists roles.
pub(super) fn roles_claim(question: &Question<'_>, found: &Found) -> Step {
    let Some(token) = &found.token else { return Step::Unreached };
    match RolesClaim::of(&token.claims).fault(question.parameters.role_arn) {
        Some(fault) => Step::Failed(Denial::invalid_token(Check::RolesClaim, fault)),
        None => Step::Passed,
    }
}

/// Session tags and a source identity that STS takes.
pub(super) fn session_claims(found: &mut Found) -> Step {
    let Some(token) = &found.token else { return Step::Unreached };
    match SessionClaims::of(&token.claims).map_err(refused).and_then(kept) {
        Ok(session) => {
            found.session = session;
            Step::Passed
        }
        Err(denial) => Step::Failed(denial),
    }
}

fn refused(claim: InvalidClaim) -> Denial {
    match claim {
        InvalidClaim::Missing(_) => Denial::invalid_token(Check::SessionClaims, claim.to_string()),
        InvalidClaim::NestedText(_) => Denial::invalid_token(
            Check::SessionClaims,
            "principal_tags passed in claim is not in correct format.",
        ),
        InvalidClaim::Shape { .. } => {
            Denial::validation(Check::SessionClaims, "Unable to validate tags")
        }
    }
}

fn kept(session: SessionClaims) -> Result<SessionClaims, Denial> {
    if let Some(identity) = &session.source_identity {
        let mut faults = Faults::default();
        faults.hold("sourceIdentity", identity, TextLimits::name(2, 64));
        faults.check(Check::SessionClaims)?;
    }
    let tags: Vec<_> =
        session.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let transitive: Vec<_> = session.transitive_tag_keys.iter().map(String::as_str).collect();
    check_tags(&tags, &transitive).map_err(|message| {
        Denial::new(Check::SessionClaims, 400, "InvalidParameterValue", message)
    })?;
    Ok(session)
}
