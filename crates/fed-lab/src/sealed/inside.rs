//! What the command's process does before it becomes the command.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::mount::{MountPropagationFlags, mount_bind, mount_change};
use rustix::stdio::{dup2_stdin, stdin};
use rustix::thread::UnshareFlags;

use super::interface;
use super::message::{Told, receive, send};
use super::plan::{Instead, Plan};
use crate::names::METADATA;
use crate::sealed_error::Step;

/// Where programs ask for the addresses of names (RFC 1035 §4.2.1).
const RESOLVER: u16 = 53;

/// Puts this process into a world of its own; then its standard input is the command's, which
/// it may become. `false`: that failed, and who waits outside was told why.
///
/// It has to have one thread, and a [`Seal`](super::Seal)'s socket as its standard input.
///
/// # Errors
/// Where nobody waits outside.
pub fn enter() -> io::Result<bool> {
    let outside = stdin();
    match make(outside) {
        Ok(standard_input) => {
            dup2_stdin(standard_input)?;
            Ok(true)
        }
        Err(Failed(step, error)) => {
            send(outside, &Told::Failed(step, error.into()), &[])?;
            Ok(false)
        }
    }
}

struct Failed(Step, io::Error);

fn at<E: Into<io::Error>>(step: Step) -> impl Fn(E) -> Failed {
    move |error| Failed(step, error.into())
}

fn make(outside: BorrowedFd<'_>) -> Result<OwnedFd, Failed> {
    apart().map_err(at(Step::Namespaces))?;
    send(outside, &Told::Apart, &[]).map_err(at(Step::Identity))?;
    let (plan, descriptors) = receive::<Plan>(outside).map_err(at(Step::Identity))?;
    let input = descriptors.into_iter().next();
    let input = input.map_or_else(|| File::open("/dev/null").map(OwnedFd::from), Ok);
    let input = input.map_err(at(Step::Identity))?;
    interface::raise(METADATA).map_err(at(Step::Loopback))?;
    replace(&plan.files).map_err(at(Step::Files))?;
    let sockets = listen(&plan.ports).map_err(at(Step::Ports))?;
    let sockets: Vec<_> = sockets.iter().map(AsFd::as_fd).collect();
    send(outside, &Told::Ready, &sockets).map_err(at(Step::Ports))?;
    Ok(input)
}

#[expect(deprecated, reason = "unsafe is `FILES` alone, which is not among the flags")]
fn apart() -> rustix::io::Result<()> {
    let apart = UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWNET;
    rustix::thread::unshare(apart)
}

/// In this mount namespace alone.
fn replace(files: &[Instead]) -> rustix::io::Result<()> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    files.iter().try_for_each(|Instead { of, file }| mount_bind(file, of))
}

/// The resolver's socket, and one for each port, at all addresses of loopback.
fn listen(ports: &[u16]) -> io::Result<Vec<OwnedFd>> {
    let resolver = UdpSocket::bind((Ipv4Addr::LOCALHOST, RESOLVER))?;
    let mut sockets = vec![OwnedFd::from(resolver)];
    for port in ports {
        sockets.push(TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port))?.into());
    }
    Ok(sockets)
}
