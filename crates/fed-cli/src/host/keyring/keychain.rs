//! The login keychain of macOS.

use std::sync::Arc;

use credential_store::{Keyring, KeyringError};
use fed_types::{Secret, shell_line};
use security_framework::base::{Error, Result};
use security_framework::os::macos::keychain::SecKeychain;
use security_framework::passwords::{
    PasswordOptions, delete_generic_password, generic_password, set_generic_password,
};

use super::SERVICE;
use crate::environment::Environment;

/// The default keychain.
#[derive(Debug)]
struct Keychain;

/// `errSecItemNotFound`.
const NOT_FOUND: i32 = -25300;

/// `errSecInteractionNotAllowed`, `errSecInteractionRequired`, `errSecAuthFailed`.
const WOULD_ASK: [i32; 3] = [-25308, -25315, -25293];

/// `errSecNoDefaultKeychain`, `errSecNoSuchKeychain`, `errSecNotAvailable`.
const NONE: [i32; 3] = [-25307, -25294, -25291];

pub(super) fn keyring(_environment: &Environment) -> Option<Arc<dyn Keyring>> {
    Some(Arc::new(Keychain))
}

/// Does the work without any dialog.
fn quietly<T>(work: impl FnOnce() -> Result<T>) -> std::result::Result<T, KeyringError> {
    let _no_dialogs = SecKeychain::disable_user_interaction().map_err(told)?;
    work().map_err(told)
}

/// `None` where there is nothing of that name.
fn or_none<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

impl Keyring for Keychain {
    fn name(&self) -> &'static str {
        "Keychain"
    }

    fn check(&self) -> std::result::Result<(), KeyringError> {
        quietly(SecKeychain::default).map(|_| ())
    }

    fn read(&self, item: &str) -> std::result::Result<Option<Secret>, KeyringError> {
        let options = PasswordOptions::new_generic_password(SERVICE, item);
        let Some(bytes) = quietly(|| or_none(generic_password(options)))? else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| KeyringError::Refused("what it holds is not text".to_owned()))?;
        Ok(Some(Secret::new(text)))
    }

    fn write(&self, item: &str, secret: &Secret) -> std::result::Result<(), KeyringError> {
        quietly(|| set_generic_password(SERVICE, item, secret.expose().as_bytes()))
    }

    fn remove(&self, item: &str) -> std::result::Result<(), KeyringError> {
        quietly(|| or_none(delete_generic_password(SERVICE, item))).map(|_| ())
    }

    fn removal_command(&self, item: &str) -> String {
        shell_line(["security", "delete-generic-password", "-s", SERVICE, "-a", item])
    }
}

/// The library's error in our words.
fn told(error: Error) -> KeyringError {
    let code = error.code();
    if WOULD_ASK.contains(&code) {
        KeyringError::Locked
    } else if NONE.contains(&code) {
        KeyringError::Absent(error.to_string())
    } else {
        KeyringError::Refused(error.to_string())
    }
}
