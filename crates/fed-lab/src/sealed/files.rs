//! Files in the place of the system's, in the command's mount namespace alone: names, whom to
//! ask for them, and what is trusted.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::LabError;
use crate::names::SYSTEM_BUNDLES;

/// `nsswitch.conf`: no daemon outside is asked for a name.
const SOURCES: &str = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n\
    networks: files\nprotocols: files\nservices: files\n";
const RESOLVER: &str = "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n";

/// Sockets of daemons that reach the network for whoever asks: engines of containers, and
/// those that resolve names.
///
/// Sources: dockerd(8), podman-system-service(1), containerd's and BuildKit's manuals; nscd(8),
/// nss-resolve(8).
const DAEMONS: [&str; 8] = [
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/nscd/socket",
    "/run/systemd/resolve/io.systemd.Resolve",
    "/run/systemd/resolve/io.systemd.Resolve.Monitor",
    "/run/avahi-daemon/socket",
];

/// Writes the files into a folder of the lab's, which nobody else can enter; `authority` is the
/// lab's certificate as PEM. What is to be replaced, and by what.
///
/// # Errors
/// [`LabError::File`].
pub(super) fn write(folder: &Path, authority: &str) -> Result<Vec<(PathBuf, PathBuf)>, LabError> {
    let made = tempfile::Builder::new().prefix("sealed-").tempdir_in(folder);
    // It goes with the lab's.
    let folder = made.map(tempfile::TempDir::keep).map_err(|source| LabError::File {
        what: "create a folder in",
        path: folder.to_owned(),
        source,
    })?;
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let mut instead = Vec::new();
    let mut put = |of: &str, text: &[u8]| -> Result<(), LabError> {
        // A link to nothing is nothing: programs have the same defaults then.
        if Path::new(of).exists() {
            let file = written(&folder, of, text)?;
            instead.push((of.into(), file));
        }
        Ok(())
    };
    put("/etc/hosts", hosts(host.trim()).as_bytes())?;
    put("/etc/resolv.conf", RESOLVER.as_bytes())?;
    put("/etc/nsswitch.conf", sources().as_bytes())?;
    for bundle in SYSTEM_BUNDLES {
        let known = fs::read(bundle).unwrap_or_default();
        put(bundle, &[&known, b"\n".as_slice(), authority.as_bytes()].concat())?;
    }
    let daemons = DAEMONS.into_iter().map(PathBuf::from).filter(|socket| socket.exists());
    instead.extend(daemons.map(|of| (of, "/dev/null".into())));
    Ok(instead)
}

/// Whoever the command is may read it, and nobody else can get to it.
fn written(folder: &Path, of: &str, text: &[u8]) -> Result<PathBuf, LabError> {
    let path = folder.join(of.trim_start_matches('/').replace('/', "-"));
    let written = fs::write(&path, text)
        .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o644)));
    written.map_err(|source| LabError::File { what: "write", path: path.clone(), source })?;
    Ok(path)
}

fn hosts(host: &str) -> String {
    format!("127.0.0.1 localhost {host}\n::1 localhost ip6-localhost ip6-loopback\n")
}

/// The system's own, but for where it looks for hosts.
fn sources() -> String {
    let of_system = fs::read_to_string("/etc/nsswitch.conf").map_err(|_: io::Error| ());
    let of_system = of_system.unwrap_or_else(|()| SOURCES.to_owned());
    let line = |line: &str| match line.trim_start().starts_with("hosts:") {
        true => "hosts: files dns\n".to_owned(),
        false => format!("{line}\n"),
    };
    of_system.lines().map(line).collect()
}
