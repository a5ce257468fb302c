//! The Secret Service of a desktop session (GNOME Keyring, KWallet, KeePassXC), over D-Bus.
//!
//! Source: freedesktop.org, "Secret Service API Draft".

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use credential_store::{Keyring, KeyringError};
use dbus_secret_service::{EncryptionType, Error, Item, SecretService};
use fed_types::{Secret, shell_line};

use super::SERVICE;
use crate::environment::{DBUS_SESSION_BUS_ADDRESS, Environment, XDG_RUNTIME_DIR};

/// The Secret Service of this session.
#[derive(Debug)]
struct Desktop;

/// How long the library waits for one answer.
const ONE_ANSWER: Duration = Duration::from_secs(2);

pub(super) fn keyring(environment: &Environment) -> Option<Arc<dyn Keyring>> {
    has_session_bus(environment).then(|| Arc::new(Desktop) as Arc<dyn Keyring>)
}

/// Whether there is a session bus that is a socket of this machine: secrets cross it as they
/// are, so no other is used. Where the address is not set, the bus is where systemd puts it;
/// without this check the library would start one of its own.
fn has_session_bus(environment: &Environment) -> bool {
    match environment.text(DBUS_SESSION_BUS_ADDRESS) {
        Some(addresses) => addresses.split(';').all(|address| address.starts_with("unix:")),
        None => environment
            .path(XDG_RUNTIME_DIR)
            .is_some_and(|directory| directory.join("bus").exists()),
    }
}

/// A connection on which no prompt is ever shown.
fn connect() -> Result<SecretService, KeyringError> {
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, 0).map_err(told)
}

fn attributes(item: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("account", item)])
}

/// The items of that name, in any collection.
fn find<'a>(service: &'a SecretService, item: &str) -> Result<Vec<Item<'a>>, KeyringError> {
    let found = service.search_items(attributes(item)).map_err(told)?;
    if found.unlocked.is_empty() && !found.locked.is_empty() {
        return Err(KeyringError::Locked);
    }
    Ok(found.unlocked)
}

impl Keyring for Desktop {
    fn name(&self) -> &'static str {
        "Secret Service"
    }

    fn check(&self) -> Result<(), KeyringError> {
        let service = connect()?;
        let collection = service.get_default_collection().map_err(told)?;
        if collection.is_locked().map_err(told)? { Err(KeyringError::Locked) } else { Ok(()) }
    }

    fn read(&self, item: &str) -> Result<Option<Secret>, KeyringError> {
        let service = connect()?;
        let Some(found) = find(&service, item)?.into_iter().next() else { return Ok(None) };
        let bytes = found.get_secret().map_err(told)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| KeyringError::Refused("what it holds is not text".to_owned()))?;
        Ok(Some(Secret::new(text)))
    }

    fn write(&self, item: &str, secret: &Secret) -> Result<(), KeyringError> {
        let service = connect()?;
        let collection = service.get_default_collection().map_err(told)?;
        if collection.is_locked().map_err(told)? {
            return Err(KeyringError::Locked);
        }
        let label = format!("fed-cli: {item}");
        let secret = secret.expose().as_bytes();
        let kept = collection.create_item(&label, attributes(item), secret, true, "text/plain");
        kept.map(|_| ()).map_err(told)
    }

    fn remove(&self, item: &str) -> Result<(), KeyringError> {
        let service = connect()?;
        find(&service, item)?.iter().try_for_each(Item::delete).map_err(told)
    }

    fn removal_command(&self, item: &str) -> String {
        shell_line(["secret-tool", "clear", "service", SERVICE, "account", item])
    }
}

/// The library's error in our words.
fn told(error: Error) -> KeyringError {
    match error {
        Error::Locked | Error::Prompt => KeyringError::Locked,
        Error::NoResult => KeyringError::Absent("it has no default collection".to_owned()),
        Error::Unavailable => KeyringError::Absent("no program keeps secrets".to_owned()),
        Error::Dbus(error) => {
            let name = error.name().unwrap_or_default().rsplit('.').next().unwrap_or_default();
            let message = error.message().unwrap_or(name);
            match name {
                "IsLocked" => KeyringError::Locked,
                "NoReply" | "Timeout" | "TimedOut" => KeyringError::Timeout(ONE_ANSWER),
                "ServiceUnknown" | "NameHasNoOwner" => {
                    KeyringError::Absent("no program on the session bus keeps secrets".to_owned())
                }
                "NoServer" | "FileNotFound" => {
                    KeyringError::Absent(format!("the session bus is gone ({message})"))
                }
                _ => KeyringError::Refused(message.to_owned()),
            }
        }
        other => KeyringError::Refused(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
