//! Who the command is in its user namespace: whoever it is outside (user_namespaces(7)).

use std::fs;
use std::io;

use rustix::process::{getegid, geteuid};

/// Maps users and groups of the process's namespace to themselves: of root's as many as root
/// has here, else the one who runs this.
///
/// # Errors
/// Where the kernel refuses it.
pub(super) fn give(process: u32) -> io::Result<()> {
    let of = |file: &str| format!("/proc/{process}/{file}");
    let (user, group) = (geteuid(), getegid());
    if user.is_root() {
        fs::write(of("uid_map"), unchanged(&fs::read_to_string("/proc/self/uid_map")?))?;
        return fs::write(of("gid_map"), unchanged(&fs::read_to_string("/proc/self/gid_map")?));
    }
    fs::write(of("uid_map"), format!("{user} {user} 1", user = user.as_raw()))?;
    // Without this nobody but root may map a group: it could be one that keeps its members out.
    fs::write(of("setgroups"), "deny")?;
    fs::write(of("gid_map"), format!("{group} {group} 1", group = group.as_raw()))
}

/// A map in which everybody that there is here is the same one further in.
fn unchanged(map: &str) -> String {
    let mut lines = String::new();
    for line in map.lines() {
        let mut numbers = line.split_ascii_whitespace();
        if let (Some(first), Some(_), Some(many)) = (numbers.next(), numbers.next(), numbers.next())
        {
            lines.push_str(&format!("{first} {first} {many}\n"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_stays_who_they_are() {
        let initial = "         0          0 4294967295\n";
        assert_eq!(unchanged(initial), "0 0 4294967295\n");
        let of_a_container = "         0       1000          1\n         1     100000      65536\n";
        assert_eq!(unchanged(of_a_container), "0 0 1\n1 1 65536\n");
        assert_eq!(unchanged(""), "");
    }
}
