//! Trying until it is settled: credentials, an answer that stays, or tries enough.

use std::time::Duration;

use fed_types::RoleArn;

use super::ExchangeError;
use crate::call::Failure;
use crate::{AssumedRole, ExchangeRequest, RetryPolicy, StsEndpoint, StsError, StsErrorKind};

/// Tries for one request. `wait` passes the time between them.
pub(super) struct Attempts<'a, Wait> {
    pub(super) request: &'a ExchangeRequest,
    pub(super) endpoint: &'a StsEndpoint,
    pub(super) retry: &'a RetryPolicy,
    pub(super) wait: Wait,
}

impl<Wait: AsyncFn(Duration)> Attempts<'_, Wait> {
    pub(super) async fn until_settled<F>(
        &self,
        role_arn: &RoleArn,
        call: impl Fn() -> F,
    ) -> Result<AssumedRole, ExchangeError>
    where
        F: Future<Output = Result<AssumedRole, Failure>>,
    {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match call().await {
                Ok(assumed) => {
                    let key = &assumed.credentials.access_key_id;
                    tracing::debug!(role = %role_arn, attempts, key, "STS gave credentials");
                    return Ok(assumed);
                }
                Err(failure) => failure,
            };
            if attempts >= self.retry.attempts || !may_pass(&failure) {
                return Err(self.error(failure, role_arn, attempts));
            }
            let pause = self.retry.pause(attempts);
            tracing::debug!(attempts, ?pause, role = %role_arn, "STS did not answer; again");
            (self.wait)(pause).await;
        }
    }

    fn error(&self, failure: Failure, role_arn: &RoleArn, attempts: u32) -> ExchangeError {
        let endpoint = shown(self.endpoint);
        match failure {
            Failure::Answered { code, message, status, request_id } => {
                ExchangeError::Refused(Box::new(StsError {
                    kind: StsErrorKind::read(&code, &message, status),
                    message: message.replace(self.request.token.expose(), "[redacted]"),
                    code,
                    status,
                    request_id,
                    role_arn: role_arn.clone(),
                    attempts,
                }))
            }
            Failure::NoAnswer(source) => ExchangeError::NoAnswer { endpoint, attempts, source },
            Failure::Unreadable { status } => ExchangeError::Unreadable { endpoint, status },
        }
    }
}

fn may_pass(failure: &Failure) -> bool {
    match failure {
        Failure::Answered { code, message, status, .. } => {
            StsErrorKind::read(code, message, *status).may_pass()
        }
        Failure::NoAnswer(_) => true,
        Failure::Unreadable { status } => status.is_some_and(|status| status >= 500),
    }
}

fn shown(endpoint: &StsEndpoint) -> String {
    match &endpoint.endpoint_url {
        Some(url) => format!("`{url}`"),
        None => format!("the endpoint of `{}`", endpoint.region),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use fed_types::{Proxies, WebIdentityToken};

    use super::*;
    use crate::SessionPolicy;

    fn request() -> ExchangeRequest {
        ExchangeRequest {
            token: WebIdentityToken::new("canary.id.token"),
            role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".parse().unwrap(),
            session_name: "session".parse().unwrap(),
            duration: None,
            session_policy: SessionPolicy::default(),
            chain: Vec::new(),
        }
    }

    /// The pauses that are made while STS fails as it is told to.
    async fn pauses(failure: fn() -> Failure) -> Vec<Duration> {
        let waited = RefCell::new(Vec::new());
        let request = request();
        let region = "ap-northeast-2".to_owned();
        let endpoint = StsEndpoint {
            region,
            endpoint_url: None,
            proxies: Proxies::none(),
            certificate_authorities: None,
        };
        let attempts = Attempts {
            request: &request,
            endpoint: &endpoint,
            retry: &RetryPolicy::STANDARD,
            wait: async |pause| waited.borrow_mut().push(pause),
        };
        let settled = attempts.until_settled(&request.role_arn, async || Err(failure())).await;
        assert_eq!(settled.err().map(|error| error.is_denial()), Some(false));
        waited.into_inner()
    }

    #[tokio::test]
    async fn between_two_tries_there_is_a_pause() {
        for failure in [
            || Failure::NoAnswer("no network".into()),
            || Failure::Unreadable { status: Some(502) },
            || Failure::Answered {
                code: "Throttling".into(),
                message: "Rate exceeded".into(),
                status: 400,
                request_id: None,
            },
        ] {
            let waited = pauses(failure).await;
            assert_eq!(waited.len(), 3, "{waited:?}");
            // A pause is a random part of its bound: all three are next to nothing never.
            assert!(waited.iter().sum::<Duration>() > Duration::from_micros(100), "{waited:?}");
        }
    }

    #[tokio::test]
    async fn what_cannot_pass_is_waited_for_by_nobody() {
        let waited = pauses(|| Failure::Unreadable { status: Some(200) }).await;
        assert!(waited.is_empty(), "{waited:?}");
    }
}
