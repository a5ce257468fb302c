//! A keyring that answers within a time limit, whatever the one behind it does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use fed_types::Secret;

use super::{Keyring, KeyringError};

/// Each call is made on a thread of its own, and given up after the limit. Once it was
/// slow, it is not asked again: a person who waits should wait once.
#[derive(Debug)]
pub struct BoundedKeyring {
    inner: Arc<dyn Keyring>,
    limit: Duration,
    gave_up: AtomicBool,
}

impl BoundedKeyring {
    /// Waits at most `limit` for any call to `inner`.
    pub fn new(inner: Arc<dyn Keyring>, limit: Duration) -> Self {
        Self { inner, limit, gave_up: AtomicBool::new(false) }
    }

    fn within_limit<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Keyring) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        if self.gave_up.load(Ordering::Relaxed) {
            return Err(KeyringError::Timeout(self.limit));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let inner = Arc::clone(&self.inner);
        thread::Builder::new()
            .spawn(move || {
                let _ = sender.send(call(inner.as_ref()));
            })
            .map_err(|error| KeyringError::Refused(format!("no thread for it: {error}")))?;
        match receiver.recv_timeout(self.limit) {
            Ok(answer) => answer,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.gave_up.store(true, Ordering::Relaxed);
                Err(KeyringError::Timeout(self.limit))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(KeyringError::Refused("its library gave up".to_owned()))
            }
        }
    }
}

impl Keyring for BoundedKeyring {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn check(&self) -> Result<(), KeyringError> {
        self.within_limit(|keyring| keyring.check())
    }

    fn read(&self, item: &str) -> Result<Option<Secret>, KeyringError> {
        let item = item.to_owned();
        self.within_limit(move |keyring| keyring.read(&item))
    }

    fn write(&self, item: &str, secret: &Secret) -> Result<(), KeyringError> {
        let (item, secret) = (item.to_owned(), secret.clone());
        self.within_limit(move |keyring| keyring.write(&item, &secret))
    }

    fn remove(&self, item: &str) -> Result<(), KeyringError> {
        let item = item.to_owned();
        self.within_limit(move |keyring| keyring.remove(&item))
    }

    fn removal_command(&self, item: &str) -> String {
        self.inner.removal_command(item)
    }
}
