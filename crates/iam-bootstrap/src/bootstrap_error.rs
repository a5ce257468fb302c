//! What IAM said when it did not do what was asked.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};

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
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Denied { .. } => {
                Some("use credentials that may manage IAM, for example with `AWS_PROFILE=admin`")
            }
            Self::Credentials { .. } => Some(
                "check the administrator's credentials: `AWS_PROFILE`, `AWS_ACCESS_KEY_ID` and \
                 `AWS_SECRET_ACCESS_KEY`",
            ),
            Self::Raced { .. } => Some("run it again: it starts from what is there now"),
            Self::MalformedPolicy { .. } => Some("check the file with `fed-cli policy lint`"),
            Self::Service { code, .. } if code == "LimitExceeded" => {
                Some("remove what is no longer needed, or ask AWS for a higher quota")
            }
            Self::Service { code, .. } if code == "DeleteConflict" => {
                Some("something else still hangs on it: detach that first, then run it again")
            }
            Self::NoSuchPolicy { .. } => Some(
                "AWS's own are listed by `aws iam list-policies --scope AWS --query \
                 'Policies[].Arn'`, the account's by `--scope Local`",
            ),
            Self::Service { .. } => None,
            Self::NoCredentials { .. } => Some(
                "give the administrator's: set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, \
                 or name a profile with `AWS_PROFILE`",
            ),
            Self::Unreachable { .. } => Some("check the endpoint URL and the network connection"),
        }
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
    pub(crate) fn from_sdk<E, R>(doing: impl Into<String>, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let doing = doing.into();
        if let SdkError::ServiceError(refusal) = &error {
            let code = refusal.err().code().unwrap_or("Unknown");
            let message = refusal.err().message().unwrap_or("no message");
            return Self::from_code(doing, code, message);
        }
        Self::without_answer(doing, Box::new(error))
    }

    /// Sorts a failure to get any answer: the credentials may be what is missing.
    fn without_answer(doing: String, source: Box<dyn Error + Send + Sync>) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<CredentialsError>() {
                let nothing_to_add = matches!(error, CredentialsError::CredentialsNotLoaded(_));
                let source = (!nothing_to_add).then_some(source);
                return Self::NoCredentials { doing, source };
            }
            cause = error.source();
        }
        Self::Unreachable { doing, source }
    }

    fn from_code(doing: String, code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        match code.as_str() {
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
            told("ServiceFailure"),
            ("could not create role `r`: `ServiceFailure`: why".to_owned(), false)
        );
    }
}
