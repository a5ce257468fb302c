//! How much memory a process took at most.

use std::process::Command;

use crate::failure::Failure;

/// The most memory the process had at once, in bytes: the kernel's high-water mark, read
/// while the process waits to hand over its answer. `None` where there is no `/proc`.
///
/// What the kernel tells the parent after the end (`ru_maxrss`) would do as well, were it
/// not that it starts from the parent's own size.
#[cfg(target_os = "linux")]
pub(super) fn peak(command: &mut Command) -> Result<Option<u64>, Failure> {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::process::Stdio;

    use super::could_not;

    let failed = |error| could_not("measure the memory", &error);
    let (mut ours, mut theirs) = UnixStream::pair().map_err(failed)?;
    // So full that the answer does not go in any more, until we read.
    theirs.set_nonblocking(true).map_err(failed)?;
    let mut filled = 0;
    for size in [4096, 1] {
        loop {
            match theirs.write(&vec![b' '; size]) {
                Ok(written) => filled += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(failed(error)),
            }
        }
    }
    theirs.set_nonblocking(false).map_err(failed)?;
    command.stdin(Stdio::null()).stdout(Stdio::from(OwnedFd::from(theirs)));
    let mut child = command.spawn().map_err(failed)?;
    // The command keeps its copy of the socket; without it, the end of the answer is seen.
    command.stdout(Stdio::null());
    let waits = wait_until_it_writes(child.id());
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let mut answer = vec![0; filled];
    ours.read_exact(&mut answer).map_err(failed)?;
    let mut answer = String::new();
    ours.read_to_string(&mut answer).map_err(failed)?;
    child.wait().map_err(failed)?;
    let status = status.map_err(failed)?;
    if !waits || !answer.contains("\"AccessKeyId\"") {
        return Err(Failure::new("the process ended before its memory was read"));
    }
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> =
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    match kilobytes {
        Some(kilobytes) => Ok(Some(kilobytes * 1024)),
        None => Err(Failure::new("expected `VmHWM` in the process's status")),
    }
}

/// Whether the process comes to sit in a system call that writes to its standard output.
#[cfg(target_os = "linux")]
fn wait_until_it_writes(id: u32) -> bool {
    use std::time::{Duration, Instant};

    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        // `write`, file 1: on x86-64 call 1, on arm64 call 64.
        let call = std::fs::read_to_string(format!("/proc/{id}/syscall")).unwrap_or_default();
        if call.starts_with("1 0x1 ") || call.starts_with("64 0x1 ") {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[cfg(not(target_os = "linux"))]
pub(super) fn peak(_command: &mut Command) -> Result<Option<u64>, Failure> {
    Ok(None)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_mark_is_read_before_the_process_ends() {
        let bytes = peak(&mut shell("echo '\"AccessKeyId\"'")).unwrap().unwrap();
        assert!((100_000..50_000_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn another_answer_is_no_measurement() {
        let failure = peak(&mut shell("echo nothing")).unwrap_err();
        assert_eq!(failure.to_string(), "the process ended before its memory was read");
    }
}
