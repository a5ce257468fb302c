//! The operating system's keyring, where this machine and this session have one.
//!
//! No call asks a person anything, and none takes longer than [`TIME_LIMIT`].

#[cfg(windows)]
mod credential_manager;
#[cfg(target_os = "macos")]
mod keychain;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;

use std::sync::Arc;
use std::time::Duration;

use credential_store::{BoundedKeyring, Keyring};

#[cfg(windows)]
use credential_manager as system;
#[cfg(target_os = "macos")]
use keychain as system;
#[cfg(all(unix, not(target_os = "macos")))]
use secret_service as system;

use crate::environment::Environment;

/// How long any call may take. A Secret Service may first have to be started.
const TIME_LIMIT: Duration = Duration::from_secs(3);

/// What the keyring files our items under.
const SERVICE: &str = "fed-cli";

/// The keyring; `None` where there is no way to one. Asks nobody yet.
pub(super) fn of(environment: &Environment) -> Option<Arc<dyn Keyring>> {
    let keyring = system::keyring(environment)?;
    Some(Arc::new(BoundedKeyring::new(keyring, TIME_LIMIT)))
}
