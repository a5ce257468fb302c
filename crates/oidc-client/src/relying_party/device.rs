//! The device flow (RFC 8628): the person signs in on another machine.

use std::time::Duration;

use chrono::DateTime;
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
use crate::token_endpoint::{TokenEndpointError, Wire};
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

    /// Polls until the person has signed in, at the pace the issuer asks for.
    ///
    /// # Errors
    /// [`SignInError::DeviceCodeExpired`] when nobody did in time (the issuer's limit or
    /// `login_timeout`); otherwise as [`RelyingParty::exchange_code`].
    pub async fn finish_device_flow(
        &self,
        device: &DeviceAuthorization,
        login_timeout: Duration,
        clock: &dyn Clock,
    ) -> Result<SignIn, SignInError> {
        let caller = self.caller(clock)?;
        let wire = Wire::new(caller, caller.token_endpoint);
        let device_code = device.answer.device_code().secret().clone();
        let now = || DateTime::from_timestamp(clock.now().seconds(), 0).unwrap_or_default();
        let answer = caller
            .oauth_client()
            .exchange_device_access_token(&device.answer)
            .set_time_fn(now)
            .request_async(
                &wire,
                |pause| clock.sleep(pause),
                Some(device.expires_in().min(login_timeout)),
            )
            .await
            .map_err(|error| ended(wire.error(error, &[&device_code])))?;
        let bound = Bound { nonce: Nonce::NotSent, subject: None };
        self.sign_in(wire.read(answer), bound, clock).await
    }
}

fn ended(error: TokenEndpointError) -> SignInError {
    match &error {
        TokenEndpointError::Refused(refusal) => match refusal.error.as_str() {
            "expired_token" => SignInError::DeviceCodeExpired,
            // As where the browser brings it (RFC 8628 section 3.5).
            "access_denied" => RedirectError::Refused(refusal.clone()).into(),
            _ => error.into(),
        },
        _ => error.into(),
    }
}
