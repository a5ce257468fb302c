//! A command in a world of its own.

use fed_lab::{Lab, LabError};
use tokio::process::{Child, Command};

#[cfg(target_os = "linux")]
pub(super) use here::{possible, spawn};

#[cfg(target_os = "linux")]
mod here {
    use std::ffi::OsString;
    use std::io;
    use std::os::fd::AsFd;

    use super::{Child, Command, Lab, LabError};

    use fed_lab::SealedError;
    use fed_lab::sealed::{Seal, Sealed};

    /// This program, also where its file was replaced since.
    const ITSELF: &str = "/proc/self/exe";

    /// Whether the system lets such a world be made.
    ///
    /// # Errors
    /// [`LabError::Sealed`].
    pub(in crate::command) async fn possible() -> Result<(), LabError> {
        let mut process = Command::new(ITSELF);
        process.arg("within").kill_on_drop(true);
        let (mut child, _sealed) = close(Seal::empty()?, process).await?;
        child.wait().await.map(drop).map_err(|error| SealedError::Unanswered(error).into())
    }

    /// Starts what `prepare` makes of the command's process, in a world with the lab's names.
    ///
    /// # Errors
    /// [`LabError::Sealed`], [`LabError::File`].
    pub(in crate::command) async fn spawn(
        lab: &Lab,
        command: &[OsString],
        prepare: impl FnOnce(&mut Command),
    ) -> Result<(Child, Sealed), LabError> {
        let mut process = Command::new(ITSELF);
        process.args(["within", "--"]).args(command).kill_on_drop(true);
        prepare(&mut process);
        for name in fed_lab::PROXY_VARIABLES {
            process.env_remove(name);
        }
        close(lab.seal()?, process).await
    }

    async fn close(seal: Seal, mut process: Command) -> Result<(Child, Sealed), LabError> {
        let (input, closing) = seal.split();
        let child = process.stdin(input).spawn().map_err(SealedError::Unanswered)?;
        // It holds the other end of the socket.
        drop(process);
        let own = io::stdin().as_fd().try_clone_to_owned().map_err(SealedError::Unanswered)?;
        let id = child.id().unwrap_or_default();
        Ok((child, closing.close(id, own).await?))
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{possible, spawn};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::ffi::OsString;

    use fed_lab::SealedError;

    use super::{Child, Command, Lab, LabError};

    /// There is none.
    pub(in crate::command) enum Sealed {}

    pub(in crate::command) async fn possible() -> Result<(), LabError> {
        Err(SealedError::Elsewhere.into())
    }

    pub(in crate::command) async fn spawn(
        _: &Lab,
        _: &[OsString],
        _: impl FnOnce(&mut Command),
    ) -> Result<(Child, Sealed), LabError> {
        Err(SealedError::Elsewhere.into())
    }
}
