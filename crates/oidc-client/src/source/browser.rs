//! Source `browser`: the loopback authorization code flow.

use std::sync::Arc;
use std::time::Duration;

use super::Surroundings;
use crate::authorize::AuthorizationOptions;
use crate::interaction::Notice;
use crate::loopback::{LoopbackRedirect, Outcome, Stray};
use crate::redirect_uri::RedirectUri;
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
    pub redirect_uri: Option<RedirectUri>,
    /// How to ask.
    pub options: AuthorizationOptions,
    /// How long the person has.
    pub login_timeout: Duration,
}

/// An issuer that refuses the request shows it in the browser alone and does not come back. Who
/// signs in takes longer than this, but is not disturbed by a hint.
const SILENCE: Duration = Duration::from_secs(20);

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
        let interaction = surroundings.interaction;
        let strays =
            |stray: &Stray| interaction.tell(&Notice::TurnedAway { error: stray.error.as_deref() });
        let wait = listener.wait(&request, party.provider(), self.login_timeout, &strays);
        let callback = self.or_told(wait, surroundings, &request.redirect_uri).await?;
        let sign_in = party.exchange_code(&request, &callback.code, surroundings.clock).await;
        let outcome = match &sign_in {
            Ok(sign_in) => Outcome::SignedIn { account: sign_in.account().to_owned() },
            Err(error) => Outcome::Failed { reason: error.to_string() },
        };
        callback.finish(outcome).await;
        sign_in
    }

    /// Waits; after a while of silence the person is told what may be amiss.
    async fn or_told<T>(
        &self,
        wait: impl Future<Output = T>,
        surroundings: Surroundings<'_>,
        redirect_uri: &RedirectUri,
    ) -> T {
        let mut wait = std::pin::pin!(wait);
        tokio::select! {
            biased;
            answer = &mut wait => return answer,
            () = surroundings.clock.wait(SILENCE) => {}
        }
        surroundings.interaction.tell(&Notice::NothingYet {
            redirect_uri,
            any_port: self.redirect_uri.as_ref().is_none_or(|uri| uri.port().is_none()),
            client_id: self.relying_party.client_id(),
        });
        wait.await
    }
}
