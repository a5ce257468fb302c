//! Stands where the aws CLI or its Python stands in a scenario: has the server beside it run the
//! command on this process's own standard input and outputs, and ends as that does. The server has
//! in memory what each process would read anew for half a second.

use std::ffi::OsStr;
use std::io::{IoSlice, Read as _, Write as _, stderr, stdin, stdout};
use std::mem::MaybeUninit;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

/// The server's socket, in this program's folder.
const SOCKET: &str = "server";

fn main() -> ExitCode {
    match run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The exit status of what the server ran.
fn run() -> Result<u8> {
    let socket = std::env::current_exe()?.with_file_name(SOCKET);
    let server = UnixStream::connect(&socket);
    let mut server = server.with_context(|| format!("nobody serves `{}`", socket.display()))?;
    let told = told()?;
    send_files(&server, u64::try_from(told.len())?.to_be_bytes())?;
    server.write_all(&told)?;
    let mut status = [0];
    server.read_exact(&mut status).context("the server did not run it to its end")?;
    Ok(status[0])
}

/// How many arguments there are, the arguments, the folder and the environment, each ended by a
/// zero.
fn told() -> Result<Vec<u8>> {
    let arguments: Vec<_> = std::env::args_os().collect();
    let mut told = format!("{}\0", arguments.len()).into_bytes();
    let mut tell = |parts: &[&OsStr]| {
        parts.iter().for_each(|part| told.extend_from_slice(part.as_bytes()));
        told.push(0);
    };
    for argument in &arguments {
        tell(&[argument]);
    }
    tell(&[std::env::current_dir()?.as_os_str()]);
    for (name, value) in std::env::vars_os() {
        tell(&[&name, OsStr::new("="), &value]);
    }
    Ok(told)
}

/// Sends what the three files of this process are, beside the size of what is told next.
fn send_files(server: &UnixStream, size: [u8; 8]) -> Result<()> {
    let (input, output, errors) = (stdin(), stdout(), stderr());
    let files = [input.as_fd(), output.as_fd(), errors.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    beside.push(SendAncillaryMessage::ScmRights(&files));
    sendmsg(server, &[IoSlice::new(&size)], &mut beside, SendFlags::empty())?;
    Ok(())
}
