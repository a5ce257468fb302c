//! Source `paste`: the code flow with a browser that cannot reach this machine.

use std::sync::Arc;
use std::time::Duration;

use super::Surroundings;
use crate::authorize::AuthorizationOptions;
use crate::interaction::Notice;
use crate::loopback::LoopbackError;
use crate::redirect_uri::RedirectUri;
use crate::relying_party::RelyingParty;
use crate::sign_in::{SignIn, SignInError};

/// A person opens the address anywhere, signs in, and pastes the address the browser ends
/// up at; that page need not load, since nobody listens there.
#[derive(Debug)]
pub struct PasteSource {
    /// The client at the issuer.
    pub relying_party: Arc<RelyingParty>,
    /// The redirect URI registered ("Web application"); `None` for a loopback address
    /// ("Desktop app").
    pub redirect_uri: Option<RedirectUri>,
    /// How to ask.
    pub options: AuthorizationOptions,
    /// How long the person has.
    pub login_timeout: Duration,
}

/// Where the browser ends up when no redirect URI is configured: a port of the dynamic
/// range, on which nobody of ours listens.
const NOWHERE: &str = "http://127.0.0.1:49151/";

impl PasteSource {
    pub(super) async fn sign_in(
        &self,
        surroundings: Surroundings<'_>,
    ) -> Result<SignIn, SignInError> {
        let redirect_uri = match &self.redirect_uri {
            Some(redirect_uri) => redirect_uri.clone(),
            None => RedirectUri::parse(NOWHERE).map_err(|_| SignInError::NotAUrl)?,
        };
        let party = &self.relying_party;
        let request = party.authorization_request(&redirect_uri, &self.options)?;
        // Ready for the line before anybody is asked for it.
        let line = surroundings.interaction.read_line();
        surroundings.interaction.tell(&Notice::PasteAddress { url: &request.url });
        let pasted = tokio::time::timeout(self.login_timeout, line)
            .await
            .map_err(|_| LoopbackError::Timeout(self.login_timeout))?
            .map_err(SignInError::Paste)?;
        let code = party.pasted_code(&request, &pasted)?;
        party.exchange_code(&request, &code, surroundings.clock).await
    }
}
