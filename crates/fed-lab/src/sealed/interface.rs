//! Loopback in a network namespace that has just been made, where it is down: two requests to
//! the kernel (rtnetlink(7)).

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
};

/// Loopback's number in a network namespace.
const LOOPBACK: i32 = 1;

// linux/netlink.h, linux/rtnetlink.h, linux/if_addr.h and linux/if.h.
const NLMSG_ERROR: u16 = 2;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
const NLM_F_EXCL: u16 = 0x200;
const NLM_F_CREATE: u16 = 0x400;
const RTM_NEWLINK: u16 = 16;
const RTM_NEWADDR: u16 = 20;
const RT_SCOPE_HOST: u8 = 254;
const AF_INET: u8 = 2;
const IFA_LOCAL: u16 = 2;
const IFF_UP: u32 = 0x1;
/// The length of a message's head, of which 4 bytes are the length.
const HEAD: usize = 16;

/// Has loopback up, with an address beside its own.
///
/// # Errors
/// Where the kernel refuses it.
pub(super) fn raise(beside: Ipv4Addr) -> io::Result<()> {
    let kernel = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        None, // NETLINK_ROUTE
    )?;
    request(&kernel, RTM_NEWLINK, 0, &up())?;
    request(&kernel, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address(beside))
}

/// `struct ifinfomsg`: family and type of no matter, flags, and which of them are meant.
fn up() -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(LOOPBACK.to_ne_bytes());
    body.extend(IFF_UP.to_ne_bytes());
    body.extend(IFF_UP.to_ne_bytes());
    body
}

/// `struct ifaddrmsg`, and the address as its attribute.
fn address(address: Ipv4Addr) -> Vec<u8> {
    let mut body = vec![AF_INET, 32, 0, RT_SCOPE_HOST];
    body.extend(LOOPBACK.to_ne_bytes());
    body.extend(8_u16.to_ne_bytes());
    body.extend(IFA_LOCAL.to_ne_bytes());
    body.extend(address.octets());
    body
}

fn request(kernel: &OwnedFd, kind: u16, flags: u16, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend((NLM_F_REQUEST | NLM_F_ACK | flags).to_ne_bytes());
    message.extend([0; 8]); // number of the request, and who sends it
    message.extend(body);
    sendto(kernel, &message, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    let mut answer = [0; 256];
    let (length, _) = recv(kernel, &mut answer[..], RecvFlags::empty())?;
    match told(&answer[..length]) {
        Some(0) => Ok(()),
        Some(error) => Err(Errno::from_raw_os_error(-error).into()),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The error in an answer, negative; 0 is none. `None`: it is no such answer.
fn told(answer: &[u8]) -> Option<i32> {
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    let error = i32::from_ne_bytes(answer.get(HEAD..HEAD + 4)?.try_into().ok()?);
    (kind == NLMSG_ERROR).then_some(error)
}
