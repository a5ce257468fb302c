//! The exchange: check, call, try again where that can help, follow the chain.

mod attempts;

use attempts::Attempts;

use fed_types::{Hint, Step, is_untrusted_certificate};

use crate::call::{self, Sts};
use crate::{AssumedRole, ExchangeRequest, InvalidRequest, RetryPolicy, StsEndpoint, StsError};

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// STS would refuse the request; it was not sent.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// STS said no.
    #[error(transparent)]
    Refused(Box<StsError>),
    /// STS could not be reached.
    #[error("no answer from STS at {endpoint} (after {attempts} tries)")]
    NoAnswer {
        /// The endpoint, as a person knows it.
        endpoint: String,
        /// How many tries were made.
        attempts: u32,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something else than STS answered.
    #[error("the answer of STS at {endpoint} cannot be read{}", status.map(|status| format!(" (status {status})")).unwrap_or_default())]
    Unreadable {
        /// The endpoint, as a person knows it.
        endpoint: String,
        /// The HTTP status, where there was one.
        status: Option<u16>,
    },
}

impl ExchangeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Invalid(error) => error.hint().map(Hint::from),
            Self::Refused(refusal) => Some(refusal.hint()),
            Self::NoAnswer { source, .. } if is_untrusted_certificate(source.as_ref()) => Some(Hint::to(
                "its certificate is of no authority that is trusted here; if your network has one \
                 of its own, name it",
                Step::TrustAuthority,
            )),
            Self::NoAnswer { .. } | Self::Unreadable { .. } => Some(
                "check the network, any proxy (`HTTPS_PROXY`, `NO_PROXY`), the region and `AWS_ENDPOINT_URL`".into(),
            ),
        }
    }

    /// STS's own error, where it answered with one.
    pub fn refusal(&self) -> Option<&StsError> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Invalid(_) | Self::NoAnswer { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// Whether AWS said "you may not".
    pub fn is_denial(&self) -> bool {
        self.refusal().is_some_and(StsError::is_denial)
    }
}

/// Exchanges the token for the role's credentials, then follows the chain.
///
/// # Errors
/// [`ExchangeError`]; a denial after one try, what may pass after as many as `retry` says.
pub async fn exchange(
    request: &ExchangeRequest,
    endpoint: &StsEndpoint,
    retry: &RetryPolicy,
) -> Result<AssumedRole, ExchangeError> {
    request.check()?;
    endpoint.check()?;
    let attempt = Attempts { request, endpoint, retry, wait: tokio::time::sleep };
    let sts = Sts::at(endpoint, retry.answer_time)?;
    let mut assumed =
        attempt.until_settled(&request.role_arn, || call::web_identity(request, &sts)).await?;
    for (index, role_arn) in request.chain.iter().enumerate() {
        let last = index + 1 == request.chain.len();
        assumed = attempt
            .until_settled(role_arn, || {
                call::next_role(assumed.clone(), role_arn, last, request, &sts)
            })
            .await?;
    }
    Ok(assumed)
}
