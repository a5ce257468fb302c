//! The lab's side of a command in a world of its own: says what is to be made there, and serves
//! the sockets that come out of it.

use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use tokio::task::JoinHandle;

use super::identity;
use super::message::{Told, receive, send};
use super::plan::Plan;
use crate::LabError;
use crate::names::Direct;
use crate::sealed_error::{SealedError, Step};

/// How long the command's process may take for a step.
const PATIENCE: Duration = Duration::from_secs(20);

/// A world that is to be made, for one command.
pub struct Seal {
    socket: OwnedFd,
    of_command: OwnedFd,
    plan: Plan,
    direct: Option<Direct>,
}

/// A world that is served, until it is dropped.
pub struct Sealed {
    servers: Vec<JoinHandle<()>>,
}

impl Seal {
    /// One in which there is nothing: to see whether the system lets it be made.
    ///
    /// # Errors
    /// [`LabError::Sealed`].
    pub fn empty() -> Result<Self, LabError> {
        Self::new(Plan::default(), None)
    }

    pub(crate) fn new(plan: Plan, direct: Option<Direct>) -> Result<Self, LabError> {
        let kind = (AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC);
        let pair = socketpair(kind.0, kind.1, kind.2, None);
        let (socket, of_command) = pair.map_err(|error| SealedError::Unanswered(error.into()))?;
        Ok(Self { socket, of_command, plan, direct })
    }

    /// The standard input for the command's process, which is to call [`enter`](super::enter)
    /// first; and the seal, for when it was started.
    #[must_use]
    pub fn split(self) -> (Stdio, Closing) {
        let Self { socket, of_command, plan, direct } = self;
        (of_command.into(), Closing { socket, plan, direct })
    }
}

/// A world in the making; the command's process has been started.
pub struct Closing {
    socket: OwnedFd,
    plan: Plan,
    direct: Option<Direct>,
}

impl Closing {
    /// Has the process make its world, and serves it; `input` becomes its standard input. The
    /// command runs when this returns.
    ///
    /// # Errors
    /// [`LabError::Sealed`].
    pub async fn close(self, process: u32, input: OwnedFd) -> Result<Sealed, LabError> {
        let Self { socket, plan, direct } = self;
        let agreed = tokio::task::spawn_blocking(move || agree(&socket, process, &plan, &input));
        let agreed = agreed.await.map_err(|error| SealedError::Unanswered(error.into()))?;
        let sockets = agreed?;
        let servers = match direct {
            Some(direct) => serve(direct, sockets).map_err(SealedError::Unanswered)?,
            None => Vec::new(),
        };
        Ok(Sealed { servers })
    }
}

fn agree(
    socket: &OwnedFd,
    process: u32,
    plan: &Plan,
    input: &OwnedFd,
) -> Result<Vec<OwnedFd>, SealedError> {
    let unanswered = SealedError::Unanswered;
    for direction in [Timeout::Recv, Timeout::Send] {
        let set = set_socket_timeout(socket, direction, Some(PATIENCE));
        set.map_err(|error| unanswered(error.into()))?;
    }
    hear(socket)?;
    identity::give(process).map_err(|error| SealedError::refused(Step::Identity, error))?;
    send(socket, plan, &[input.as_fd()]).map_err(unanswered)?;
    hear(socket)
}

/// The sockets that came with the next message, unless it tells of a failure.
fn hear(socket: &OwnedFd) -> Result<Vec<OwnedFd>, SealedError> {
    match receive(socket).map_err(SealedError::Unanswered)? {
        (Told::Apart | Told::Ready, sockets) => Ok(sockets),
        (Told::Failed(step, cause), _) => Err(SealedError::refused(step, cause.into())),
    }
}

fn serve(direct: Direct, sockets: Vec<OwnedFd>) -> io::Result<Vec<JoinHandle<()>>> {
    let mut sockets = sockets.into_iter();
    let resolver = sockets.next().ok_or(io::ErrorKind::UnexpectedEof)?;
    direct.serve(UdpSocket::from(resolver), sockets.map(TcpListener::from).collect())
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}
