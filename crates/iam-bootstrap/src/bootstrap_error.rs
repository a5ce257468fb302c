//! What IAM said when it did not do what was asked.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use fed_types::{Hint, Step};

/// Why the account could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootstrapError {
    /// The caller may not do that.
    #[error("not allowed to {doing}: {message}")]
    Denied {
        /// What we tried.
        doing: String,
        /// AWS's own sentence.
        message: String,
    },
    /// AWS does not accept the caller's credentials.
    #[error("AWS does not accept the credentials to {doing}: `{code}`: {message}")]
    Credentials {
        /// What we tried.
        doing: String,
        /// AWS's error code.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// Somebody changed the account between reading and changing it.
    #[error("could not {doing}: `{code}`: {message}")]
    Raced {
        /// What we tried.
        doing: String,
        /// AWS's error code.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// IAM refuses a document.
    #[error("could not {doing}, IAM refuses the document: {message}")]
    MalformedPolicy {
        /// What we tried.
        doing: String,
        /// AWS's own sentence.
        message: String,
    },
    /// Something of that name is there, but not what the ARN names.
    #[error("expected `{expected}`, found `{found}` in the account of these credentials")]
    AnotherArn {
        /// What was asked for.
        expected: String,
        /// What IAM answered with.
        found: String,
    },
    /// It does not fit into the account.
    #[error("IAM takes at most {most} {what}, and there would be {found}")]
    Quota {
        /// Of what.
        what: &'static str,
        /// How many there would be.
        found: usize,
        /// How many the account may have.
        most: usize,
    },
    /// AWS takes no call of a machine whose clock is off.
    #[error("could not {doing}, this machine's clock is off: `{code}`: {message}")]
    Clock {
        /// What we tried.
        doing: String,
        /// AWS's error code.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// Something answered that is not AWS.
    #[error("could not {doing}: expected an answer of AWS, found status {status} with `{content}`")]
    NotAws {
        /// What we tried.
        doing: String,
        /// The status of the answer.
        status: u16,
        /// The kind of its content.
        content: String,
    },
    /// Managed policies that are to be attached are not there.
    #[error("there is no managed policy `{}`", arns.join("`, and none `"))]
    NoSuchPolicy {
        /// Their ARNs.
        arns: Vec<String>,
    },
    /// Anything else IAM answered with.
    #[error("could not {doing}: `{code}`: {message}")]
    Service {
        /// What we tried.
        doing: String,
        /// AWS's error code.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// There are no credentials to sign with.
    #[error("there are no AWS credentials to {doing} with")]
    NoCredentials {
        /// What we tried.
        doing: String,
        /// What the AWS SDK says, where it is more than that.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// No answer came: no network or wrong endpoint.
    #[error("could not {doing}")]
    Unreachable {
        /// What we tried.
        doing: String,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl BootstrapError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<Hint> {
        let text = match self {
            Self::Denied { .. } => {
                Some("use credentials that may manage IAM, for example with `AWS_PROFILE=admin`")
            }
            Self::Credentials { code, .. } if code.starts_with("ExpiredToken") => Some(
                "the session has ended: get new credentials where these came from, for example \
                 with `aws sso login`, or unset `AWS_SESSION_TOKEN` and what was set beside it",
            ),
            Self::Credentials { .. } => Some(
                "check the administrator's credentials: `AWS_PROFILE`, `AWS_ACCESS_KEY_ID` and \
                 `AWS_SECRET_ACCESS_KEY`",
            ),
            Self::Quota { .. } => Some("leave some out, or ask AWS for a higher quota"),
            Self::Clock { .. } => Some(
                "set the clock to the right time and zone, for example with `timedatectl set-ntp \
                 true`, then run it again",
            ),
            Self::NotAws { .. } => Some(
                "a proxy or the network's sign-in page answers in AWS's place: check `HTTPS_PROXY`, \
                 `NO_PROXY` and the endpoint URL",
            ),
            Self::Raced { .. } => Some("run it again: it starts from what is there now"),
            Self::MalformedPolicy { .. } => {
                return Some(Hint::to("check the file", Step::LintPolicy));
            }
            Self::Service { code, .. } if code == "LimitExceeded" => {
                Some("remove what is no longer needed, or ask AWS for a higher quota")
            }
            Self::Service { code, .. } if code == "DeleteConflict" => {
                Some("something else still hangs on it: detach that first, then run it again")
            }
            Self::AnotherArn { .. } => Some(
                "use credentials of the account that the ARN names, and the whole ARN, path included",
            ),
            Self::NoSuchPolicy { .. } => Some(
                "AWS's own are listed by `aws iam list-policies --scope AWS --query \
                 'Policies[].Arn'`, the account's with `Local` in the place of `AWS`",
            ),
            Self::Service { .. } => None,
            Self::NoCredentials { .. } => {
                return Some(Hint::to(
                    "give the administrator's: name one of the profiles that `aws configure \
                     list-profiles` prints with `AWS_PROFILE`, or set `AWS_ACCESS_KEY_ID` and \
                     `AWS_SECRET_ACCESS_KEY`; in a lab",
                    Step::LabAdministrator,
                ));
            }
            Self::Unreachable { .. } => Some("check the endpoint URL and the network connection"),
        };
        text.map(Hint::from)
    }

    /// Whether somebody else changed the account meanwhile.
    pub(crate) fn is_raced(&self) -> bool {
        matches!(self, Self::Raced { .. })
    }

    /// Whether the thing was not there: for what is to be removed, that is as it should be.
    pub(crate) fn says_missing(&self) -> bool {
        matches!(self, Self::Raced { code, .. } if code == "NoSuchEntity")
    }

    /// Sorts what the SDK reports. `doing` reads after "could not".
    pub fn from_sdk<E>(doing: impl Into<String>, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let doing = doing.into();
        let code = match &error {
            SdkError::ServiceError(refusal) => refusal.err().code(),
            _ => None,
        };
        if let Some(code) = code {
            let message = error.message().unwrap_or("no message");
            return Self::from_code(doing, code, message);
        }
        match error.raw_response() {
            Some(answer) => Self::NotAws {
                doing,
                status: answer.status().as_u16(),
                content: answer.headers().get("content-type").unwrap_or("nothing").to_owned(),
            },
            None => Self::without_answer(doing, Box::new(error)),
        }
    }

    /// Sorts a failure to get any answer: the credentials may be what is missing.
    fn without_answer(doing: String, source: Box<dyn Error + Send + Sync>) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<CredentialsError>() {
                let nothing_to_add = matches!(error, CredentialsError::CredentialsNotLoaded(_))
                    || is_of_metadata_service(error);
                let source = (!nothing_to_add).then_some(source);
                return Self::NoCredentials { doing, source };
            }
            cause = error.source();
        }
        Self::Unreachable { doing, source }
    }

    fn from_code(doing: String, code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        let clock = ["Signature expired", "Signature not yet current"];
        match code.as_str() {
            "RequestTimeTooSkewed" | "RequestExpired" => Self::Clock { doing, code, message },
            "SignatureDoesNotMatch" if clock.iter().any(|text| message.contains(text)) => {
                Self::Clock { doing, code, message }
            }
            "AccessDenied" | "AccessDeniedException" => Self::Denied { doing, message },
            "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken" => Self::Credentials { doing, code, message },
            "EntityAlreadyExists" | "NoSuchEntity" | "ConcurrentModification" => {
                Self::Raced { doing, code, message }
            }
            "MalformedPolicyDocument" => Self::MalformedPolicy { doing, message },
            _ => Self::Service { doing, code, message },
        }
    }
}

/// Whether it is about the metadata service of an instance: that is asked last, on any machine,
/// and no answer of it says more than that there are no credentials.
fn is_of_metadata_service(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("IMDS") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether the thing asked for is not there.
pub(crate) fn is_missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(error, SdkError::ServiceError(refusal) if refusal.err().code() == Some("NoSuchEntity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_credentials_are_told_from_a_missing_answer() {
        let told = |source: Box<dyn Error + Send + Sync>| {
            BootstrapError::without_answer("read role `r`".to_owned(), source).to_string()
        };
        let missing = CredentialsError::not_loaded("none of the providers has any");
        assert_eq!(told(Box::new(missing)), "there are no AWS credentials to read role `r` with");
        assert_eq!(told(Box::new(std::io::Error::other("reset"))), "could not read role `r`");
    }

    #[test]
    fn the_metadata_service_is_not_spoken_of() {
        let cause = |message: &'static str| {
            let source = CredentialsError::provider_error(std::io::Error::other(message));
            let error = BootstrapError::without_answer("read role `r`".to_owned(), source.into());
            error.source().is_some()
        };
        assert!(!cause("failed to load IMDS session token"));
        assert!(cause("the profile `admin` names no source of credentials"));
    }

    #[test]
    fn a_clock_that_is_off_is_told_from_a_wrong_secret() {
        let is_clock = |message: &str| {
            let error =
                BootstrapError::from_code("do".to_owned(), "SignatureDoesNotMatch", message);
            matches!(error, BootstrapError::Clock { .. })
        };
        assert!(is_clock("Signature not yet current: 20261128T183000Z is still later than …"));
        assert!(is_clock("Signature expired: 20261128T183000Z is now earlier than …"));
        assert!(!is_clock(
            "The request signature we calculated does not match the signature you \
                           provided."
        ));
    }

    #[test]
    fn a_session_that_ended_has_a_hint_of_its_own() {
        let hint = |code: &str| {
            let error = BootstrapError::from_code("do".to_owned(), code, "why");
            error.hint().map(|hint| hint.to_string())
        };
        assert!(hint("ExpiredToken").is_some_and(|hint| hint.contains("aws sso login")));
        assert_eq!(hint("ExpiredToken"), hint("ExpiredTokenException"));
        assert_ne!(hint("ExpiredToken"), hint("InvalidClientTokenId"));
    }

    #[test]
    fn codes_are_sorted_by_what_helps() {
        let told = |code: &str| {
            let error = BootstrapError::from_code("create role `r`".to_owned(), code, "why");
            (error.to_string(), error.hint().is_some())
        };
        assert_eq!(told("AccessDenied"), ("not allowed to create role `r`: why".to_owned(), true));
        assert_eq!(
            told("InvalidClientTokenId"),
            (
                "AWS does not accept the credentials to create role `r`: `InvalidClientTokenId`: \
                 why"
                .to_owned(),
                true
            )
        );
        assert_eq!(
            told("EntityAlreadyExists"),
            ("could not create role `r`: `EntityAlreadyExists`: why".to_owned(), true)
        );
        assert_eq!(
            told("MalformedPolicyDocument"),
            ("could not create role `r`, IAM refuses the document: why".to_owned(), true)
        );
        assert_eq!(
            told("RequestTimeTooSkewed"),
            (
                "could not create role `r`, this machine's clock is off: `RequestTimeTooSkewed`: \
                 why"
                .to_owned(),
                true
            )
        );
        assert_eq!(
            told("ServiceFailure"),
            ("could not create role `r`: `ServiceFailure`: why".to_owned(), false)
        );
    }
}
