//! Source `device`: the device flow.

use std::sync::Arc;
use std::time::Duration;

use super::Surroundings;
use crate::authorize::AuthorizationOptions;
use crate::interaction::Notice;
use crate::relying_party::RelyingParty;
use crate::sign_in::{SignIn, SignInError};

/// A person enters a code on another machine (RFC 8628). Google wants a client of type
/// "TVs and Limited Input devices" for it.
#[derive(Debug)]
pub struct DeviceSource {
    /// The client at the issuer.
    pub relying_party: Arc<RelyingParty>,
    /// How to ask; the scopes and the extra parameters count.
    pub options: AuthorizationOptions,
    /// How long the person has; the issuer's own limit counts too.
    pub login_timeout: Duration,
}

impl DeviceSource {
    pub(super) async fn sign_in(
        &self,
        surroundings: Surroundings<'_>,
    ) -> Result<SignIn, SignInError> {
        let party = &self.relying_party;
        let device = party.begin_device_flow(&self.options, surroundings.clock).await?;
        surroundings.interaction.tell(&Notice::EnterCode {
            verification_uri: device.verification_uri(),
            user_code: device.user_code(),
            expires_in: device.expires_in().min(self.login_timeout),
        });
        party.finish_device_flow(&device, self.login_timeout, surroundings.clock).await
    }
}
