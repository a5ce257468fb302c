//! Source `browser`: the loopback authorization code flow.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Surroundings;
use crate::authorize::AuthorizationOptions;
use crate::interaction::Notice;
use crate::loopback::{LoopbackRedirect, Outcome};
use crate::relying_party::RelyingParty;
use crate::sign_in::{SignIn, SignInError};

/// A person signs in in a browser on this machine. If none opens, the address is printed
/// and the sign-in goes on.
#[derive(Debug)]
pub struct BrowserSource {
    /// The client at the issuer.
    pub relying_party: Arc<RelyingParty>,
    /// The redirect URI registered ("Web application"); `None` for any free loopback port
    /// ("Desktop app").
    pub redirect_uri: Option<Url>,
    /// How to ask.
    pub options: AuthorizationOptions,
    /// How long the person has.
    pub login_timeout: Duration,
}

impl BrowserSource {
    pub(super) async fn sign_in(
        &self,
        surroundings: Surroundings<'_>,
    ) -> Result<SignIn, SignInError> {
        let listener = LoopbackRedirect::bind(self.redirect_uri.as_ref()).await?;
        let party = &self.relying_party;
        let request = party.authorization_request(listener.redirect_uri(), &self.options)?;
        let url = &request.url;
        match surroundings.interaction.open_browser(url) {
            Ok(()) => surroundings.interaction.tell(&Notice::BrowserOpened { url }),
            Err(error) => surroundings
                .interaction
                .tell(&Notice::BrowserNotOpened { url, reason: &error.to_string() }),
        }
        let callback = listener.wait(&request, party.provider(), self.login_timeout).await?;
        let sign_in = party.exchange_code(&request, &callback.code, surroundings.clock).await;
        let outcome = match &sign_in {
            Ok(sign_in) => Outcome::SignedIn { account: sign_in.account().to_owned() },
            Err(_) => Outcome::Failed,
        };
        callback.finish(outcome).await;
        sign_in
    }
}
