//! Why a blueprint cannot be built.

use fed_types::{Hint, Step};

/// Why a blueprint cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBlueprint {
    /// IAM takes no such issuer.
    #[error("expected an issuer like `https://host/path`, found {why} in `{issuer}`")]
    Issuer {
        /// As given.
        issuer: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Nobody is named who may assume the role.
    #[error("the trust policy would not test `{key}`, so that {consequence}")]
    NotPinned {
        /// The condition key.
        key: String,
        /// Who would get in.
        consequence: &'static str,
    },
    /// A wildcard where only exact values are compared.
    #[error(
        "expected an exact value for `{key}`, found a wildcard in `{value}`, which `StringEquals` \
         compares literally"
    )]
    Wildcard {
        /// The condition key.
        key: String,
        /// As given.
        value: String,
    },
    /// A value that no token of this issuer has.
    #[error("`{value}` can never match `{key}`: {why}")]
    NeverMatches {
        /// The condition key.
        key: String,
        /// As given.
        value: String,
        /// What is wrong with it.
        why: &'static str,
        /// The right form.
        expected: String,
    },
    /// A pattern that strangers' tokens match.
    #[error("`{value}` for `{key}` would let strangers in: {why}")]
    Strangers {
        /// The condition key.
        key: String,
        /// As given.
        value: String,
        /// Who they are.
        why: &'static str,
        /// A form that is safe.
        expected: String,
    },
    /// IAM replaces `${…}` in values by what the request says.
    #[error("expected a plain value for `{key}`, found a policy variable in `{value}`")]
    Variable {
        /// The condition key.
        key: String,
        /// As given.
        value: String,
    },
    /// A name or text that IAM refuses for its form.
    #[error("IAM takes no {what} `{value}`: {why}")]
    Form {
        /// What it is.
        what: &'static str,
        /// As given.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// More than IAM takes.
    #[error("IAM takes at most {most} {what}, found {found}")]
    TooMany {
        /// Of what, and for what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Outside IAM's limits.
    #[error("expected a session duration of 3600 to 43200 seconds, found `{0}`")]
    MaxSessionDuration(i32),
    /// Not the ARN of a managed policy.
    #[error("expected the ARN of a managed policy, found `{0}`")]
    ManagedPolicy(String),
    /// A managed policy that the role's account cannot attach.
    #[error("`{policy}` cannot be attached in account {account}: it is of {of}")]
    ForeignPolicy {
        /// Its ARN.
        policy: String,
        /// The role's account.
        account: String,
        /// Whose it is.
        of: String,
    },
    /// An inline policy that IAM would refuse.
    #[error("inline policy `{name}` is not one JSON object")]
    InlinePolicy {
        /// Its name.
        name: String,
    },
}

impl InvalidBlueprint {
    /// What to do about it.
    pub fn hint(&self) -> Hint {
        let text = match self {
            Self::Issuer { why: "a port", .. } => {
                "IAM registers no issuer with a port: let the issuer answer on port 443, and write \
                 its `iss` without one"
            }
            Self::Issuer { why: "no `https://`", .. } => {
                "IAM registers issuers that are reached by https alone"
            }
            Self::Issuer {
                issuer,
                why: "capitals in the host" | "a dot at the end of the host",
            } => {
                let rest = issuer.strip_prefix("https://").unwrap_or(issuer);
                let at = rest.find('/').unwrap_or(rest.len());
                let (host, path) = rest.split_at(at);
                let host = host.trim_end_matches('.').to_lowercase();
                return format!("write `https://{host}{path}`").into();
            }
            Self::Issuer { .. } => "use the `iss` of the ID token, exactly as the issuer writes it",
            Self::NotPinned { key, .. } if key.ends_with(":aud") => {
                "name the audience that the tokens are for"
            }
            Self::NotPinned { .. } => {
                "name who may assume the role, or sign in once so that the token tells"
            }
            Self::Wildcard { .. } | Self::Variable { .. } => "name each value in full",
            Self::NeverMatches { expected, .. } | Self::Strangers { expected, .. } => expected,
            Self::Form { what: "character", .. } => {
                "in JSON write it as it is shown here, after a backslash; in a name leave it out"
            }
            Self::Form { .. } => "choose another one",
            Self::TooMany { .. } => "leave some out, or make another role for them",
            Self::MaxSessionDuration(_) => "use a duration between `1h` and `12h`",
            Self::ManagedPolicy(_) => {
                "for example `arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess`"
            }
            Self::ForeignPolicy { .. } => {
                "attach one of AWS's own policies, or one of the role's account"
            }
            Self::InlinePolicy { .. } => return Hint::to("check the file", Step::LintPolicy),
        };
        text.into()
    }
}
