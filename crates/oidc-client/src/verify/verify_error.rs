//! Why an ID token is not believed.

use std::time::Duration;

use fed_types::{Hint, Step, UnixTime};

use crate::algorithm::SigningAlgorithm;
use crate::clock::ClockSkew;
use crate::id_token::MalformedToken;

/// Why an ID token is not believed. Holds no token, nonce or access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Not a JWT.
    #[error(transparent)]
    Malformed(#[from] MalformedToken),
    /// Signed in a way not agreed upon; `none` and HMAC never are.
    #[error("expected an ID token signed with `{expected}`, found `{found}`")]
    Algorithm {
        /// The algorithms configured.
        expected: String,
        /// The header's `alg`.
        found: String,
    },
    /// The header demands extensions (`crit`) nobody agreed upon.
    #[error("the ID token's header demands an extension (`crit`) that is not supported")]
    CriticalExtension,
    /// The key is not among the issuer's, even after fetching them again.
    #[error("the ID token is signed with the key `{key_id}`, which the issuer does not publish")]
    UnknownKey {
        /// The header's `kid`.
        key_id: String,
    },
    /// The token names no key and several would fit.
    #[error("the ID token names no key (`kid`), and the issuer publishes {count} that fit")]
    AmbiguousKey {
        /// How many.
        count: usize,
    },
    /// The token names no key and none would fit.
    #[error("the issuer publishes no key for `{algorithm}`")]
    NoKey {
        /// The token's algorithm.
        algorithm: SigningAlgorithm,
    },
    /// The signature is wrong.
    #[error("the ID token's signature is wrong")]
    Signature,
    /// A claim is missing or not of its kind.
    #[error("the ID token's `{claim}` claim is missing or malformed")]
    MissingClaim {
        /// The claim.
        claim: &'static str,
    },
    /// Another issuer's token.
    #[error("expected an ID token issued by `{expected}`, found `{found}`")]
    Issuer {
        /// The issuer configured.
        expected: String,
        /// The token's `iss`.
        found: String,
    },
    /// For another client.
    #[error("expected an ID token for `{expected}`, found one for `{found}`")]
    Audience {
        /// Our client id.
        expected: String,
        /// The token's `aud`.
        found: String,
    },
    /// Also for someone unknown.
    #[error("the ID token is also for `{found}`, which is not trusted")]
    UntrustedAudience {
        /// The audience in question.
        found: String,
    },
    /// Several audiences and no authorized party.
    #[error("the ID token is for {count} audiences and names no authorized party (`azp`)")]
    MissingAuthorizedParty {
        /// How many.
        count: usize,
    },
    /// Issued to another client.
    #[error("expected an ID token issued to `{expected}` (`azp`), found `{found}`")]
    AuthorizedParty {
        /// Our client id.
        expected: String,
        /// The token's `azp`.
        found: String,
    },
    /// Its time is over.
    #[error("the ID token expired at {expiration}, and it is {now}{}", cause(*skew))]
    Expired {
        /// `exp`.
        expiration: UnixTime,
        /// This machine's time.
        now: UnixTime,
        /// This machine's clock, when it is wrong by more than the leeway.
        skew: Option<ClockSkew>,
    },
    /// Its time has not begun.
    #[error("the ID token was issued in the future, at {issued_at}, and it is {now}{}", cause(*skew))]
    IssuedInFuture {
        /// `iat`.
        issued_at: UnixTime,
        /// This machine's time.
        now: UnixTime,
        /// This machine's clock, when it is wrong by more than the leeway.
        skew: Option<ClockSkew>,
    },
    /// Its time has not begun.
    #[error("the ID token is not valid before {not_before}, and it is {now}{}", cause(*skew))]
    NotYetValid {
        /// `nbf`.
        not_before: UnixTime,
        /// This machine's time.
        now: UnixTime,
        /// This machine's clock, when it is wrong by more than the leeway.
        skew: Option<ClockSkew>,
    },
    /// The answer to someone else's request, or a replay.
    #[error("the ID token's `nonce` is not the one sent")]
    Nonce,
    /// The access token belongs to another ID token.
    #[error("the ID token's `at_hash` does not fit the access token")]
    AtHash,
    /// An account outside the domain.
    #[error("expected an account of `{expected}`, found {}", domain(found.as_deref()))]
    HostedDomain {
        /// The domain configured.
        expected: String,
        /// The token's `hd`; personal accounts have none.
        found: Option<String>,
    },
    /// Another account than the one asked for.
    #[error("expected the account `{expected}`, found `{found}`")]
    Account {
        /// The account configured.
        expected: String,
        /// The token's `email`, else its `sub`.
        found: String,
    },
    /// The person showed who they are in another way than was asked for.
    #[error("expected an authentication of the class `{expected}` (`acr`), found {}", class(found.as_deref()))]
    AuthenticationContext {
        /// The classes configured.
        expected: String,
        /// The token's `acr`.
        found: Option<String>,
    },
    /// The person showed who they are too long ago.
    #[error(
        "the person last signed in at {authenticated} (`auth_time`), more than {} s before {now}",
        max_age.as_secs()
    )]
    AuthenticationTooOld {
        /// `auth_time`.
        authenticated: UnixTime,
        /// How long ago it may be.
        max_age: Duration,
        /// This machine's time.
        now: UnixTime,
    },
    /// Renewed into someone else.
    #[error("expected a token about the subject `{expected}`, found `{found}`")]
    Subject {
        /// The `sub` before.
        expected: String,
        /// The `sub` now.
        found: String,
    },
}

fn cause(skew: Option<ClockSkew>) -> String {
    skew.map(|skew| format!(": this machine's clock is {skew}")).unwrap_or_default()
}

fn domain(found: Option<&str>) -> String {
    found.map_or_else(|| "one of no domain".to_owned(), |found| format!("one of `{found}`"))
}

fn class(found: Option<&str>) -> String {
    found.map_or_else(|| "none".to_owned(), |found| format!("`{found}`"))
}

impl VerifyError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Expired { skew: Some(_), .. }
            | Self::IssuedInFuture { skew: Some(_), .. }
            | Self::NotYetValid { skew: Some(_), .. } => {
                Some("set this machine's clock: `sudo timedatectl set-ntp true`".into())
            }
            Self::Expired { .. } => Some(Hint::sign_in_again()),
            Self::HostedDomain { expected, .. } => Some(Hint::to(
                format!("sign in with an account of `{expected}`"),
                Step::SignInAs(format!("NAME@{expected}")),
            )),
            Self::Account { expected, found } => Some(
                Hint::to(format!("choose `{expected}` on the sign-in page"), Step::ChooseAccount)
                    .or("ask for the other", Step::SignInAs(found.clone())),
            ),
            Self::Algorithm { found, .. } if found.parse::<SigningAlgorithm>().is_ok() => Some(
                format!("if the issuer is meant to sign so, set `signing_algorithms` to `{found}`")
                    .into(),
            ),
            Self::Audience { .. } | Self::AuthorizedParty { .. } => {
                Some("check `client_id`".into())
            }
            Self::UntrustedAudience { .. } => {
                Some("have the issuer make the token for this client alone".into())
            }
            Self::Issuer { found, .. } => Some(
                format!("if that is the issuer you mean, configure `issuer = {found:?}`").into(),
            ),
            Self::Subject { .. } | Self::Nonce => {
                Some(Hint::to("do not use this sign-in; begin a new one", Step::SignIn))
            }
            Self::MissingClaim { claim: "auth_time" } => {
                Some("the issuer does not say when somebody signed in: leave `max_age` out".into())
            }
            Self::AuthenticationContext { .. } => Some(
                "sign in again in the way that was asked for, or configure `acr_values` otherwise"
                    .into(),
            ),
            Self::AuthenticationTooOld { .. } => Some(Hint::sign_in_again()),
            _ => None,
        }
    }
}
