//! What EC2 said, or why it said nothing.

use aws_credential_types::provider::error::CredentialsError;

use crate::Instance;

/// EC2's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The credentials may ask; these are the instances of the region, possibly none.
    Allowed(Vec<Instance>),
    /// The credentials are good, but may not ask.
    Denied {
        /// AWS's error code, such as `UnauthorizedOperation`.
        code: String,
        /// AWS's own sentence.
        reason: String,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// AWS does not accept the credentials themselves: unknown key, wrong secret,
    /// expired or foreign session token.
    #[error("EC2 does not accept the credentials: `{code}`: {message}")]
    Credentials {
        /// AWS's error code, such as `AuthFailure` or `RequestExpired`.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// Any other error EC2 answered with.
    #[error("EC2 could not list the instances: `{code}`: {message}")]
    Service {
        /// AWS's error code.
        code: String,
        /// AWS's own sentence.
        message: String,
    },
    /// There are no credentials to sign with.
    #[error("there are no AWS credentials to ask EC2 with")]
    NoCredentials(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// No answer came: wrong endpoint, no network, time-out.
    #[error("could not ask EC2 for the instances")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ProbeError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Credentials { code, .. }
                if code == "RequestExpired" || code == "ExpiredToken" =>
            {
                Some("the session is over, or this machine's clock is wrong: get new credentials")
            }
            Self::Credentials { .. } => Some(
                "check that access key, secret and session token belong together, and that the \
                 key was not deleted",
            ),
            Self::Service { code, .. } if code == "OptInRequired" => {
                Some("enable the region for the account, or choose another")
            }
            Self::Service { .. } => None,
            Self::NoCredentials(_) => Some(
                "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or name a profile with \
                 `AWS_PROFILE`",
            ),
            Self::Unreachable(_) => {
                Some("check the region, the endpoint URL and the network connection")
            }
        }
    }

    /// Sorts a failure to get any answer: the credentials may be what is missing.
    pub(crate) fn without_answer(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error.as_ref());
        while let Some(at) = cause {
            if let Some(missing) = at.downcast_ref::<CredentialsError>() {
                // That none was found is the message already.
                let nothing_to_add = matches!(missing, CredentialsError::CredentialsNotLoaded(_));
                return Self::NoCredentials((!nothing_to_add).then_some(error));
            }
            cause = at.source();
        }
        Self::Unreachable(error)
    }

    /// Sorts an error code of EC2 into refusal, bad credentials and the rest.
    ///
    /// Source: EC2 user guide, "Error codes for the Amazon EC2 API".
    pub(crate) fn from_code(code: &str, message: &str) -> Result<Answer, Self> {
        let (code, message) = (code.to_owned(), message.to_owned());
        match code.as_str() {
            "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => {
                Ok(Answer::Denied { code, reason: message })
            }
            "AuthFailure"
            | "RequestExpired"
            | "ExpiredToken"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "MissingAuthenticationToken"
            | "IncompleteSignature"
            | "UnrecognizedClientException" => Err(Self::Credentials { code, message }),
            _ => Err(Self::Service { code, message }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_an_answer() {
        for code in ["UnauthorizedOperation", "AccessDenied"] {
            assert_eq!(
                ProbeError::from_code(code, "no").unwrap(),
                Answer::Denied { code: code.to_owned(), reason: "no".to_owned() }
            );
        }
    }

    #[test]
    fn bad_credentials_are_no_answer() {
        for code in ["AuthFailure", "RequestExpired", "SignatureDoesNotMatch"] {
            let error = ProbeError::from_code(code, "no").unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("EC2 does not accept the credentials: `{code}`: no")
            );
        }
    }

    #[test]
    fn what_can_be_done_is_told_by_the_code() {
        let hint = |code| ProbeError::from_code(code, "no").unwrap_err().hint();
        let over = "the session is over, or this machine's clock is wrong: get new credentials";
        for code in ["RequestExpired", "ExpiredToken"] {
            assert_eq!(hint(code), Some(over), "{code}");
        }
        let apart = "check that access key, secret and session token belong together, and that \
                     the key was not deleted";
        for code in ["AuthFailure", "SignatureDoesNotMatch"] {
            assert_eq!(hint(code), Some(apart), "{code}");
        }
        let region = "enable the region for the account, or choose another";
        assert_eq!(hint("OptInRequired"), Some(region));
        assert_eq!(hint("InternalError"), None);
    }

    #[test]
    fn missing_credentials_are_told_from_a_missing_answer() {
        let missing = CredentialsError::not_loaded("none of the providers has any");
        let error = ProbeError::without_answer(Box::new(missing));
        assert_eq!(error.to_string(), "there are no AWS credentials to ask EC2 with");
        // The provider says no more than that.
        assert!(matches!(error, ProbeError::NoCredentials(None)), "{error:?}");
        let refused = CredentialsError::provider_error("the file is broken");
        let error = ProbeError::without_answer(Box::new(refused));
        assert!(matches!(error, ProbeError::NoCredentials(Some(_))), "{error:?}");
        let error = ProbeError::without_answer(Box::new(std::io::Error::other("reset")));
        assert_eq!(error.to_string(), "could not ask EC2 for the instances");
    }

    #[test]
    fn an_unknown_code_is_never_taken_for_an_answer() {
        for code in ["InternalError", "OptInRequired", ""] {
            let error = ProbeError::from_code(code, "no").unwrap_err();
            assert!(matches!(error, ProbeError::Service { .. }), "{code}");
        }
    }
}
