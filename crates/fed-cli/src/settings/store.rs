//! Where the refresh token is kept.

use credential_store::{RefreshTokenPlace, Vault};

use super::Settings;
use crate::config::ConfigError;
use crate::host::Host;

const PLACES: [&str; 3] = ["auto", "keyring", "file"];

impl Settings {
    /// Where the refresh token is kept.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for an unknown place.
    pub(crate) fn vault(&self, host: &Host) -> Result<Vault, ConfigError> {
        let place = match self.profile.store.as_deref() {
            None | Some("auto") => RefreshTokenPlace::Auto,
            Some("keyring") => RefreshTokenPlace::Keyring,
            Some("file") => RefreshTokenPlace::File,
            Some(other) => {
                return Err(ConfigError::Invalid {
                    key: "store",
                    why: format!("expected one of `{}`, found `{other}`", PLACES.join("`, `")),
                    hint: fed_types::did_you_mean(other, PLACES),
                });
            }
        };
        Ok(Vault::new(host.keyring.clone(), place))
    }
}
