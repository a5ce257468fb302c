//! What a sign-in gives, and why one fails.

use fed_types::{Hint, Secret, Step, UnixTime};

use crate::authorize::AuthorizationError;
use crate::discovery::DiscoveryError;
use crate::id_token::{IdToken, MalformedToken};
use crate::jwks::KeySetError;
use crate::loopback::LoopbackError;
use crate::redirect::RedirectError;
use crate::token_endpoint::TokenEndpointError;
use crate::verify::VerifyError;

/// A finished sign-in or renewal. The ID token is verified.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who signed in.
    pub id_token: IdToken,
    /// For the issuer's own services.
    pub access_token: Secret,
    /// `Bearer`.
    pub token_type: String,
    /// When the access token ends, by this machine's clock.
    pub expires_at: Option<UnixTime>,
    /// Gets the next ID token: a new one, or after a renewal that brought none the old.
    pub refresh_token: Option<Secret>,
}

impl SignIn {
    /// How to address the person: `email`, else the subject.
    pub fn account(&self) -> &str {
        self.id_token.claims().text("email").unwrap_or_else(|| self.id_token.subject())
    }
}

/// Why a sign-in or renewal failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The issuer's description is missing or wrong.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The browser did not come back, or without a code.
    #[error(transparent)]
    Loopback(#[from] LoopbackError),
    /// The pasted address brings no code.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// The token endpoint gave nothing.
    #[error(transparent)]
    TokenEndpoint(#[from] TokenEndpointError),
    /// The issuer's keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeySetError),
    /// The ID token is not believed.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Nobody can be asked.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// The issuer has no device flow.
    #[error("the issuer `{0}` offers no device flow")]
    NoDeviceFlow(String),
    /// Nobody entered the device's code in time.
    #[error("nobody entered the code in time")]
    DeviceCodeExpired,
    /// What was pasted is no address.
    #[error("expected the address the browser ended up at, found text that is no URL")]
    NotAUrl,
    /// The terminal gave nothing to read.
    #[error("cannot read the pasted address")]
    Paste(#[source] std::io::Error),
    /// The issuer has no userinfo endpoint.
    #[error("the issuer `{0}` offers no userinfo")]
    NoUserinfo(String),
    /// Userinfo is about someone else (OpenID Connect Core section 5.3.2).
    #[error("expected userinfo about `{expected}`, found `{found}`")]
    UserinfoSubject {
        /// The ID token's `sub`.
        expected: String,
        /// The userinfo's.
        found: String,
    },
}

impl SignInError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Discovery(error) => error.hint(),
            Self::Loopback(error) => error.hint(),
            Self::Redirect(error) => error.hint(),
            Self::TokenEndpoint(error) => error.hint(),
            Self::Keys(error) => error.hint(),
            Self::Verify(error) => error.hint(),
            Self::Authorization(error) => error.hint(),
            Self::NoDeviceFlow(_) => Some(Hint::to("sign in in a browser elsewhere", Step::Paste)),
            Self::DeviceCodeExpired => Some(Hint::to("begin again", Step::SignIn)),
            Self::NotAUrl => Some(
                "after signing in, copy the whole address bar: `http://127.0.0.1…?state=…&code=…`; the page itself need not load".into(),
            ),
            Self::UserinfoSubject { .. } => {
                Some(Hint::to("do not use this sign-in; begin a new one", Step::SignIn))
            }
            Self::Paste(_) | Self::NoUserinfo(_) => None,
        }
    }

    /// Whether a refresh token is spent or revoked, so that it must be forgotten and a
    /// person asked. Nothing else is a reason to forget one.
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::TokenEndpoint(error) if error.is_invalid_grant())
    }

    /// Whether somebody signed in, with another account than the one asked for.
    pub fn is_wrong_account(&self) -> bool {
        matches!(self, Self::Verify(VerifyError::Account { .. } | VerifyError::HostedDomain { .. }))
    }

    /// Whether the client, its secret, its redirect URI or the choice of a flow has to
    /// be configured otherwise: beginning again would end the same way.
    pub fn is_misconfiguration(&self) -> bool {
        match self {
            Self::Loopback(LoopbackError::NotLoopback(_))
            | Self::Authorization(
                AuthorizationError::NoSignIn(_) | AuthorizationError::SetAlready(_),
            )
            | Self::TokenEndpoint(TokenEndpointError::ClientKey(_))
            | Self::NoDeviceFlow(_) => true,
            Self::TokenEndpoint(error) => error.is_misconfigured_client(),
            _ => false,
        }
    }
}

impl From<MalformedToken> for SignInError {
    fn from(error: MalformedToken) -> Self {
        Self::Verify(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redirect::RedirectError;

    #[test]
    fn what_another_sign_in_may_mend_is_no_misconfiguration() {
        for error in [
            LoopbackError::Timeout(std::time::Duration::from_secs(1)).into(),
            LoopbackError::Ended.into(),
            RedirectError::State.into(),
            SignInError::DeviceCodeExpired,
            SignInError::NotAUrl,
        ] {
            assert!(!error.is_misconfiguration(), "{error}");
        }
    }
}
