//! The device flow (RFC 8628): the person signs in on another machine.

use std::time::Duration;

use fed_types::Secret;
use oauth2::basic::BasicErrorResponse;
use oauth2::{
    DeviceAuthorizationUrl, RequestTokenError, Scope, StandardDeviceAuthorizationResponse,
};
use url::Url;

use super::{Bound, RelyingParty};
use crate::authorize::AuthorizationOptions;
use crate::clock::Clock;
use crate::http_client::shown;
use crate::redirect::RedirectError;
use crate::sign_in::{SignIn, SignInError};
use crate::token_endpoint::{self, TokenEndpointError, Wire};
use crate::verify::Nonce;

/// What the person is told, and what we poll with.
#[derive(Debug)]
pub struct DeviceAuthorization {
    answer: StandardDeviceAuthorizationResponse,
    verification_uri: Url,
}

impl DeviceAuthorization {
    /// The address to open on any machine.
    pub fn verification_uri(&self) -> &Url {
        &self.verification_uri
    }

    /// The code to enter there.
    pub fn user_code(&self) -> &str {
        self.answer.user_code().secret()
    }

    /// How long it can be entered.
    pub fn expires_in(&self) -> Duration {
        self.answer.expires_in()
    }
}

impl RelyingParty {
    /// Begins a device flow. Google answers with `verification_url` in place of
    /// `verification_uri`; both are read.
    ///
    /// # Errors
    /// [`SignInError::NoDeviceFlow`], [`SignInError::TokenEndpoint`].
    pub async fn begin_device_flow(
        &self,
        options: &AuthorizationOptions,
        clock: &dyn Clock,
    ) -> Result<DeviceAuthorization, SignInError> {
        let Some(endpoint) = &self.provider.device_authorization_endpoint else {
            return Err(SignInError::NoDeviceFlow(self.provider.issuer.to_string()));
        };
        let caller = self.caller(clock)?;
        let wire = Wire::new(caller, endpoint);
        let scope = self.scope(options);
        let oauth = caller
            .oauth_client()
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(endpoint.clone()));
        let mut request = oauth
            .exchange_device_code()
            .add_scopes(scope.split(' ').map(|scope| Scope::new(scope.to_owned())));
        for (name, value) in &options.parameters {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let answer: Result<StandardDeviceAuthorizationResponse, _> =
            request.request_async(&wire).await;
        let answer = answer.map_err(
            |error: RequestTokenError<TokenEndpointError, BasicErrorResponse>| {
                wire.error(error, &[])
            },
        )?;
        // Only shown to the person, never called; some issuers on a private network have no https.
        match Url::parse(answer.verification_uri().as_str()) {
            Ok(verification_uri) if ["https", "http"].contains(&verification_uri.scheme()) => {
                Ok(DeviceAuthorization { answer, verification_uri })
            }
            _ => Err(TokenEndpointError::Unreadable {
                url: shown(endpoint),
                status: 200,
                expected: "a `verification_uri` to open in a browser",
                found: "another one",
            }
            .into()),
        }
    }

    /// Polls until the person has signed in, at the pace the issuer asks for. Without an answer
    /// it goes on, more slowly.
    ///
    /// # Errors
    /// [`SignInError::DeviceCodeExpired`] when nobody did in time (the issuer's limit or
    /// `login_timeout`), [`SignInError::TokenEndpoint`] when there was no answer at the end of it;
    /// otherwise as [`RelyingParty::exchange_code`].
    pub async fn finish_device_flow(
        &self,
        device: &DeviceAuthorization,
        login_timeout: Duration,
        clock: &dyn Clock,
    ) -> Result<SignIn, SignInError> {
        let caller = self.caller(clock)?;
        let device_code = Secret::new(device.answer.device_code().secret().as_str());
        let end = clock.now().plus(device.expires_in().min(login_timeout));
        let mut pause = device.answer.interval();
        let mut unanswered = None;
        while clock.now() <= end {
            let error = match token_endpoint::poll_device(caller, &device_code).await {
                Ok(answer) => {
                    let bound = Bound { nonce: Nonce::NotSent, subject: None };
                    return self.sign_in(answer, bound, clock).await;
                }
                Err(error) => error,
            };
            unanswered = match next(&error) {
                Next::Wait => None,
                Next::WaitLonger => {
                    pause += SLOWER;
                    None
                }
                Next::WaitForAnswer => {
                    tracing::warn!(%error, "asking again");
                    pause = pause.max(LONGEST_DOUBLED.min(pause * 2));
                    Some(error)
                }
                Next::End => return Err(ended(error)),
            };
            clock.wait(pause).await;
        }
        Err(unanswered.map_or(SignInError::DeviceCodeExpired, Into::into))
    }
}

/// By how much the pause between two polls grows when the issuer asks for it.
const SLOWER: Duration = Duration::from_secs(5);

/// Up to where the pause is doubled when there is no answer.
const LONGEST_DOUBLED: Duration = Duration::from_secs(30);

/// What comes after a poll that brought no tokens (RFC 8628 section 3.5).
enum Next {
    Wait,
    WaitLonger,
    WaitForAnswer,
    End,
}

fn next(error: &TokenEndpointError) -> Next {
    match error {
        TokenEndpointError::Refused(refusal) if refusal.error() == "authorization_pending" => {
            Next::Wait
        }
        TokenEndpointError::Refused(refusal) if refusal.error() == "slow_down" => Next::WaitLonger,
        error if error.is_transient() => Next::WaitForAnswer,
        _ => Next::End,
    }
}

fn ended(error: TokenEndpointError) -> SignInError {
    match &error {
        TokenEndpointError::Refused(refusal) => match refusal.error() {
            "expired_token" => SignInError::DeviceCodeExpired,
            // As where the browser brings it (RFC 8628 section 3.5).
            "access_denied" => RedirectError::Refused(refusal.clone()).into(),
            _ => error.into(),
        },
        _ => error.into(),
    }
}
