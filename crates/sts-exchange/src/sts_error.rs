//! What STS said when it said no.

use std::fmt;

use fed_types::{Hint, RoleArn, Step, UnixTime, shell_line};

/// An error answer of STS, with AWS's own code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsError {
    pub(crate) kind: StsErrorKind,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) role_arn: RoleArn,
    pub(crate) attempts: u32,
}

/// The errors of `AssumeRoleWithWebIdentity` and of the chain's `AssumeRole`
/// (aws-truth.md, "Errors").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StsErrorKind {
    /// The token is no JWT at all.
    NotAJwt,
    /// The issuer is neither built in nor registered in the role's account.
    NoProvider {
        /// The token's `iss`.
        issuer: String,
    },
    /// The token's `aud` is not among the provider's client ids.
    IncorrectAudience,
    /// AWS could not fetch the issuer's key: often passing.
    VerificationKey,
    /// A claim is missing.
    MissingClaim {
        /// `aud` or `sub`.
        claim: String,
    },
    /// The token's roles claim does not name the role.
    RoleNotInRolesClaim,
    /// Anything else about the token.
    InvalidToken,
    /// The token's time is over.
    Expired {
        /// AWS's time.
        now: Option<UnixTime>,
        /// The token's `exp`.
        expiration: Option<UnixTime>,
    },
    /// The role is missing, or its trust policy does not admit the token. AWS does not
    /// say which.
    NotAuthorized,
    /// The duration is over the role's own maximum.
    DurationOverMaximum,
    /// A parameter is out of its bounds.
    Parameter,
    /// The session policy and tags do not fit.
    PackedPolicyTooLarge {
        /// Of the room there is, in percent.
        percent: Option<u32>,
    },
    /// The session policy is malformed.
    MalformedPolicyDocument,
    /// AWS could not reach the issuer: often passing.
    IssuerUnreachable,
    /// The issuer rejected the claim.
    IssuerRejected,
    /// STS is switched off in the region.
    RegionDisabled,
    /// The credentials with which the next role of a chain was asked for are not taken.
    ChainCredentials,
    /// Too many requests.
    Throttled,
    /// AWS's own failure (5xx).
    Server,
    /// A code this program does not know.
    Unknown,
}

impl StsErrorKind {
    /// Reads AWS's code, message and status.
    pub(crate) fn read(code: &str, message: &str, status: u16) -> Self {
        if status >= 500 {
            return Self::Server;
        }
        match code {
            "InvalidIdentityToken" => invalid_token(message),
            "ExpiredTokenException" => expired(message),
            "AccessDenied" | "AccessDeniedException" => Self::NotAuthorized,
            "ValidationError" if message.contains("MaxSessionDuration") => {
                Self::DurationOverMaximum
            }
            "ValidationError" => Self::Parameter,
            "PackedPolicyTooLarge" => Self::PackedPolicyTooLarge {
                percent: message
                    .split('%')
                    .next()
                    .and_then(|before| before.rsplit(' ').next()?.parse().ok()),
            },
            "MalformedPolicyDocument" => Self::MalformedPolicyDocument,
            "IDPCommunicationError" => Self::IssuerUnreachable,
            "IDPRejectedClaim" => Self::IssuerRejected,
            "RegionDisabledException" => Self::RegionDisabled,
            "ExpiredToken" | "InvalidClientTokenId" | "SignatureDoesNotMatch" => {
                Self::ChainCredentials
            }
            "Throttling"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "TooManyRequests"
            | "SlowDown" => Self::Throttled,
            _ if status == 429 => Self::Throttled,
            _ => Self::Unknown,
        }
    }

    /// Whether the very same request may succeed a moment later. Never so for a denial.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::VerificationKey | Self::IssuerUnreachable | Self::Throttled | Self::Server => {
                true
            }
            Self::NotAJwt
            | Self::NoProvider { .. }
            | Self::IncorrectAudience
            | Self::MissingClaim { .. }
            | Self::RoleNotInRolesClaim
            | Self::InvalidToken
            | Self::Expired { .. }
            | Self::NotAuthorized
            | Self::DurationOverMaximum
            | Self::Parameter
            | Self::PackedPolicyTooLarge { .. }
            | Self::MalformedPolicyDocument
            | Self::IssuerRejected
            | Self::RegionDisabled
            | Self::ChainCredentials
            | Self::Unknown => false,
        }
    }
}

fn invalid_token(message: &str) -> StsErrorKind {
    let after = |start: &str| message.strip_prefix(start).map(str::trim);
    if let Some(issuer) = after("No OpenIDConnect provider found in your account for") {
        StsErrorKind::NoProvider { issuer: issuer.to_owned() }
    } else if let Some(claim) = after("Missing a required claim:") {
        StsErrorKind::MissingClaim { claim: claim.to_owned() }
    } else if message.contains("not a valid JWT") {
        StsErrorKind::NotAJwt
    } else if message.contains("Incorrect token audience") {
        StsErrorKind::IncorrectAudience
    } else if message.contains("retrieve verification key") {
        StsErrorKind::VerificationKey
    } else if message.contains("not present in the roles claim") {
        StsErrorKind::RoleNotInRolesClaim
    } else {
        StsErrorKind::InvalidToken
    }
}

fn expired(message: &str) -> StsErrorKind {
    let mut times = message
        .split(|character: char| !character.is_ascii_digit())
        .filter(|digits| digits.len() >= 9)
        .filter_map(|digits| digits.parse().ok().map(UnixTime::from_seconds));
    StsErrorKind::Expired { now: times.next(), expiration: times.next() }
}

impl StsError {
    /// What it means.
    pub const fn kind(&self) -> &StsErrorKind {
        &self.kind
    }

    /// AWS's error code, such as `AccessDenied`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// AWS's message; a token in it is replaced by `[redacted]`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// AWS's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The role that was asked for.
    pub const fn role_arn(&self) -> &RoleArn {
        &self.role_arn
    }

    /// How many tries were made.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether AWS said "you may not", rather than "that is not a proper request" or
    /// "not now".
    pub fn is_denial(&self) -> bool {
        !self.kind.may_pass()
            && !matches!(
                self.kind,
                StsErrorKind::DurationOverMaximum
                    | StsErrorKind::Parameter
                    | StsErrorKind::PackedPolicyTooLarge { .. }
                    | StsErrorKind::MalformedPolicyDocument
                    | StsErrorKind::Unknown
            )
    }

    /// Whether a new ID token, got by signing in again, can mend it.
    pub fn needs_new_token(&self) -> bool {
        matches!(self.kind, StsErrorKind::Expired { .. })
    }

    /// What to do about it.
    // Long: a table.
    pub fn hint(&self) -> Hint {
        let role = self.role_arn.name();
        let iam = |words: &[&str]| format!("`{}`", shell_line([&["aws", "iam"], words].concat()));
        let query = "Role.AssumeRolePolicyDocument";
        let trust = format!(
            "{} shows what the role admits",
            iam(&["get-role", "--role-name", role, "--query", query])
        );
        let text = match &self.kind {
            StsErrorKind::NotAJwt => {
                "pass the ID token (three parts, `eyJ…`), not the access token".to_owned()
            }
            StsErrorKind::NoProvider { issuer } => format!(
                "in account {}, once: {}; mind a slash at the end",
                self.role_arn.account(),
                iam(&[
                    "create-open-id-connect-provider",
                    "--url",
                    &with_scheme(issuer),
                    "--client-id-list",
                    "AUDIENCE"
                ])
            ),
            StsErrorKind::IncorrectAudience => format!(
                "add the token's `aud` to the provider: {}",
                iam(&[
                    "add-client-id-to-open-id-connect-provider",
                    "--open-id-connect-provider-arn",
                    &self.provider_arn(),
                    "--client-id",
                    "AUDIENCE"
                ])
            ),
            StsErrorKind::VerificationKey => {
                "AWS must reach the issuer's `jwks_uri` from the internet within 5 s and find the token's `kid` there; often it passes by itself".to_owned()
            }
            StsErrorKind::MissingClaim { claim } if claim == "sub" => {
                "this looks like a request token, not an ID token: on GitHub Actions fetch the ID token from `ACTIONS_ID_TOKEN_REQUEST_URL`".to_owned()
            }
            StsErrorKind::MissingClaim { claim } => {
                format!("have the issuer put `{claim}` into the ID token")
            }
            StsErrorKind::RoleNotInRolesClaim => format!(
                "the claim `https://aws.amazon.com/roles` must hold exactly `{}`: ask whoever runs the issuer",
                self.role_arn
            ),
            StsErrorKind::InvalidToken => return Hint::to("look at the token", Step::LookAtToken),
            StsErrorKind::Expired { .. } => return Hint::sign_in_again(),
            StsErrorKind::NotAuthorized => {
                format!("the role does not exist or its trust policy does not admit this token; {trust}")
            }
            StsErrorKind::DurationOverMaximum => format!(
                "ask for less, or raise it: {}",
                iam(&["update-role", "--role-name", role, "--max-session-duration", "43200"])
            ),
            StsErrorKind::Parameter => "correct the parameter that AWS names".to_owned(),
            StsErrorKind::PackedPolicyTooLarge { .. } => {
                "shorten the session policy or the tags in the token".to_owned()
            }
            StsErrorKind::MalformedPolicyDocument => {
                return Hint::to("see where the session policy is wrong", Step::LintPolicy);
            }
            StsErrorKind::IssuerUnreachable => {
                "AWS must reach the issuer from the internet; often it passes by itself".to_owned()
            }
            StsErrorKind::IssuerRejected => return Hint::sign_in_again(),
            StsErrorKind::RegionDisabled => {
                "choose another region, or switch STS on for it in the account's settings".to_owned()
            }
            StsErrorKind::ChainCredentials => {
                "check that the first role's session has not ended and this machine's clock is right".to_owned()
            }
            StsErrorKind::Throttled | StsErrorKind::Server => "try again in a moment".to_owned(),
            StsErrorKind::Unknown => trust,
        };
        text.into()
    }

    /// Of the provider in the role's account, with a word for the issuer.
    fn provider_arn(&self) -> String {
        let role = &self.role_arn;
        format!("arn:{}:iam::{}:oidc-provider/ISSUER", role.partition(), role.account())
    }
}

fn with_scheme(issuer: &str) -> String {
    if issuer.contains("://") { issuer.to_owned() } else { format!("https://{issuer}") }
}

impl fmt::Display for StsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AWS refused to assume `{}`: {}: {}", self.role_arn, self.code, self.message)?;
        if self.attempts > 1 {
            write!(f, " (after {} tries)", self.attempts)?;
        }
        Ok(())
    }
}

impl std::error::Error for StsError {}

#[cfg(test)]
mod tests;
