//! What a source gives.

use fed_types::{Claims, WebIdentityToken};
use oidc_client::SignIn;

use super::holder::Holder;

/// A token, what it says, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// The token.
    pub(crate) token: WebIdentityToken,
    /// Its claims; empty where the token is none that can be read (AWS will say so).
    pub(crate) claims: Claims,
    /// Whose it is.
    pub(crate) holder: Holder,
}

impl Identity {
    /// Of a token that a machine presents.
    pub(super) fn presented(token: &WebIdentityToken, claims: &Claims) -> Self {
        let holder = Holder::of_presented(token, claims);
        Self { token: token.clone(), claims: claims.clone(), holder }
    }

    /// Of a sign-in.
    pub(super) fn of(sign_in: &SignIn) -> Self {
        Self::signed_in(sign_in.id_token.web_identity_token(), sign_in.id_token.claims())
    }

    /// Of a person who signed in; the token is verified.
    pub(super) fn signed_in(token: &WebIdentityToken, claims: &Claims) -> Self {
        let (issuer, subject) = (claims.issuer(), claims.subject());
        let holder = Holder::of_sign_in(issuer.unwrap_or_default(), subject.unwrap_or_default());
        Self { token: token.clone(), claims: claims.clone(), holder }
    }
}
