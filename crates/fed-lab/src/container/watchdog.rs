//! Removes a container when the process that owns it is gone without a word.
//!
//! Destructors run on success, failure, panic and signals. They do not run when the
//! process is killed, aborts, or exits while a static holds the lab. A shell then
//! notices that its standard input has ended, and asks Docker's own client to remove
//! the container. Without that client the next lab's start removes it.

use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, then removes the container `$0` as soon as it is
/// there.
const SCRIPT: &str = "cat >/dev/null
for seconds in 0 1 2 4 8 16; do
  sleep $seconds
  if docker container inspect \"$0\" && docker rm --force --volumes \"$0\"; then exit; fi
done >/dev/null 2>&1";

/// A shell that waits for our end, or for being dropped.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Watches over the container of that name, which need not be there yet.
    /// `None` where there is no shell.
    pub(super) fn start(container: &str) -> Option<Self> {
        if !cfg!(unix) {
            return None;
        }
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, container]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C on the terminal is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().ok().map(Self)
    }

    /// Ends it: the container has been removed.
    pub(super) fn dismiss(mut self) {
        crate::process::kill_group(Some(self.0.id()));
        let _ = self.0.wait();
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_script_removes_the_container_once_its_input_ends() {
        let folder = tempfile::tempdir().unwrap();
        let (docker, calls) = (folder.path().join("docker"), folder.path().join("calls"));
        fs::write(&docker, format!("#!/bin/sh\necho \"$@\" >>'{}'\n", calls.display())).unwrap();
        fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "fed-lab-1-x"])
            .env("PATH", path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        assert!(shell.try_wait().unwrap().is_none() && !calls.exists());
        drop(shell.stdin.take());
        assert!(shell.wait().unwrap().success());
        assert_eq!(
            fs::read_to_string(calls).unwrap(),
            "container inspect fed-lab-1-x\nrm --force --volumes fed-lab-1-x\n"
        );
    }
}
