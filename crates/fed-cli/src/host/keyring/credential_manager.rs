//! The Credential Manager of Windows. It holds secrets of up to 2,560 bytes; a longer one is
//! refused.

use std::collections::HashMap;
use std::sync::Arc;

use credential_store::{Keyring, KeyringError};
use fed_types::Secret;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use windows_native_keyring_store::Store;

use super::SERVICE;
use crate::environment::Environment;

/// The credentials of whoever is logged in.
#[derive(Debug)]
struct CredentialManager;

pub(super) fn keyring(_environment: &Environment) -> Option<Arc<dyn Keyring>> {
    Some(Arc::new(CredentialManager))
}

fn entry(item: &str) -> Result<Entry, KeyringError> {
    let store = Store::new().map_err(told)?;
    // Not the default, which would follow the person to other machines of the domain.
    let here = HashMap::from([("persistence", "Local")]);
    store.build(SERVICE, item, Some(&here)).map_err(told)
}

impl Keyring for CredentialManager {
    fn name(&self) -> &'static str {
        "Credential Manager"
    }

    fn check(&self) -> Result<(), KeyringError> {
        self.read("check").map(|_| ())
    }

    fn read(&self, item: &str) -> Result<Option<Secret>, KeyringError> {
        let bytes = match entry(item)?.get_secret() {
            Ok(bytes) => bytes,
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(told(error)),
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| KeyringError::Refused("what it holds is not text".to_owned()))?;
        Ok(Some(Secret::new(text)))
    }

    fn write(&self, item: &str, secret: &Secret) -> Result<(), KeyringError> {
        entry(item)?.set_secret(secret.expose().as_bytes()).map_err(told)
    }

    fn remove(&self, item: &str) -> Result<(), KeyringError> {
        match entry(item)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(error)),
        }
    }

    fn removal_command(&self, item: &str) -> String {
        format!("cmdkey /delete:\"{item}.{SERVICE}\"")
    }
}

/// The library's error in our words; its `Display` shows no secret.
fn told(error: Error) -> KeyringError {
    match error {
        Error::NoStorageAccess(_) => KeyringError::Locked,
        error => KeyringError::Refused(error.to_string()),
    }
}
