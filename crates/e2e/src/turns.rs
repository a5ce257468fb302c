//! Scenarios run at the same time. What there is only one of they take turns at: the
//! clock and the keys of the lab, by which everybody goes, and the tutorial's port, which
//! its redirect URI names.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, oneshot};
use tokio::time::timeout;

/// Where the tutorial's program listens; replaced like the account.
pub(crate) const TUTORIAL_PORT: u16 = 3000;
/// How long another run on this machine may keep the tutorial's port.
const PATIENCE: Duration = Duration::from_secs(180);

/// The lab as everybody expects it: the true time, and keys that can be had.
#[derive(Clone, Default)]
pub(crate) struct Calm(Arc<RwLock<()>>);

/// While this is held, nobody disturbs the lab.
pub(crate) type Undisturbed = OwnedRwLockReadGuard<()>;
/// While this is held, nobody else uses the lab.
pub(crate) type Alone = OwnedRwLockWriteGuard<()>;

impl Calm {
    /// Waits until nobody disturbs the lab. Who holds this must not ask again: one who
    /// waits to be alone would stand between.
    pub(crate) async fn undisturbed(&self) -> Undisturbed {
        Arc::clone(&self.0).read_owned().await
    }

    /// Waits until nobody uses the lab.
    pub(crate) async fn alone(&self) -> Alone {
        Arc::clone(&self.0).write_owned().await
    }
}

/// The tutorial's port, also among several runs on this machine. The system lets go of
/// the lock when it is dropped, or when the process ends.
pub(crate) struct TutorialPort {
    _lock: File,
}

impl TutorialPort {
    /// Waits for the port.
    ///
    /// # Errors
    /// When another program listens on it.
    pub(crate) async fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("port-{TUTORIAL_PORT}.lock"));
        let lock = File::create(&path);
        let lock = lock.with_context(|| format!("cannot write `{}`", path.display()))?;
        let (sender, locked) = oneshot::channel();
        // A thread of its own: one that waits in vain ends with the process.
        std::thread::spawn(move || {
            let locked = lock.lock().map(|()| lock);
            // Nobody waits any more: the lock goes with the file.
            drop(sender.send(locked));
        });
        let locked = timeout(PATIENCE, locked).await.with_context(|| {
            format!("another run keeps port {TUTORIAL_PORT} for {} s", PATIENCE.as_secs())
        })?;
        let lock = locked?.with_context(|| format!("cannot lock `{}`", path.display()))?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, TUTORIAL_PORT)).with_context(|| {
            format!(
                "the tutorial's redirect URI is on port {TUTORIAL_PORT}, which another program \
                 on this machine listens on: end it, or run with `--tags 'not @tutorial'`"
            )
        })?;
        Ok(Self { _lock: lock })
    }
}

/// What a command keeps from others until it has ended.
#[derive(Default)]
pub(crate) struct Held {
    _port: Option<TutorialPort>,
    _undisturbed: Option<Undisturbed>,
}

impl Held {
    /// The port that the command listens on, and the calm that it needs.
    pub(crate) fn new(port: Option<TutorialPort>, undisturbed: Option<Undisturbed>) -> Self {
        Self { _port: port, _undisturbed: undisturbed }
    }
}
