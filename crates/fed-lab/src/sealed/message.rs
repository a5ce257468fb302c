//! What the command's process and the lab outside say to each other before the command runs:
//! JSON, a datagram each, with descriptors beside it (unix(7), `SCM_RIGHTS`).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::sealed_error::Step;

/// The longest message; a plan has some kilobytes.
const LONGEST: usize = 64 * 1024;
/// The most descriptors of one message: a resolver's, and one for each port.
const DESCRIPTORS: usize = 64;

/// From the command's process.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Told {
    /// It is in its own namespaces, and its user in there is nobody yet.
    Apart,
    /// Everything is made; the sockets come along, the resolver's first.
    Ready,
    /// A step failed.
    Failed(Step, Cause),
}

/// An error, on its way to whoever tells it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Cause {
    /// The operating system's number of it.
    Number(i32),
    /// What it says, where it has none.
    Words(String),
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(number) => Self::Number(number),
            None => Self::Words(error.to_string()),
        }
    }
}

impl From<Cause> for io::Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Number(number) => Self::from_raw_os_error(number),
            Cause::Words(words) => Self::other(words),
        }
    }
}

/// Sends a message; the descriptors stay the sender's, too.
pub(super) fn send(
    socket: impl AsFd,
    message: &impl Serialize,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let text = serde_json::to_vec(message)?;
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::ErrorKind::ArgumentListTooLong.into());
    }
    sendmsg(socket, &[IoSlice::new(&text)], &mut beside, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Waits for a message. The descriptors are closed when a program is executed.
pub(super) fn receive<T: DeserializeOwned>(socket: impl AsFd) -> io::Result<(T, Vec<OwnedFd>)> {
    let mut text = vec![0; LONGEST];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let into = &mut [IoSliceMut::new(&mut text)];
    let received = recvmsg(socket, into, &mut beside, RecvFlags::CMSG_CLOEXEC)?;
    if received.bytes == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut descriptors = Vec::new();
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(received) = message {
            descriptors.extend(received);
        }
    }
    Ok((serde_json::from_slice(&text[..received.bytes])?, descriptors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_as_it_was() {
        for error in [
            io::Error::from_raw_os_error(13),
            io::ErrorKind::UnexpectedEof.into(),
            io::Error::other("expected a plan, found none"),
        ] {
            let expected = (error.raw_os_error(), error.to_string());
            let sent = serde_json::to_string(&Told::Failed(Step::Ports, error.into())).unwrap();
            let Told::Failed(_, cause) = serde_json::from_str(&sent).unwrap() else { panic!() };
            let heard = io::Error::from(cause);
            assert_eq!((heard.raw_os_error(), heard.to_string()), expected);
        }
    }
}
