//! What a system lacks that lets no namespaces be made.

use std::fs;

/// What is likely missing, by what the system says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Debian's switch is off.
    UnprivilegedNamespaces,
    /// None may be made, or no more.
    NamespaceCount,
    /// Ubuntu's AppArmor lets nobody unknown make them.
    AppArmor,
    /// A container's filter, or a kernel without them.
    Unknown,
}

impl Missing {
    pub(super) fn here() -> Self {
        Self::found(|file| fs::read_to_string(format!("/proc/sys/{file}")).ok())
    }

    /// From any source of settings, by their path below `/proc/sys`.
    ///
    /// Sources: user_namespaces(7), namespaces(7); Debian's and Ubuntu's release notes.
    fn found(setting: impl Fn(&str) -> Option<String>) -> Self {
        let is = |file: &str, value: &str| setting(file).is_some_and(|set| set.trim() == value);
        if is("kernel/unprivileged_userns_clone", "0") {
            return Self::UnprivilegedNamespaces;
        }
        let counts = ["user", "mnt", "net"].map(|kind| format!("user/max_{kind}_namespaces"));
        if counts.iter().any(|file| is(file, "0")) {
            return Self::NamespaceCount;
        }
        if is("kernel/apparmor_restrict_unprivileged_userns", "1") {
            return Self::AppArmor;
        }
        Self::Unknown
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::UnprivilegedNamespaces => {
                "sudo sysctl kernel.unprivileged_userns_clone=1; or use --names instead"
            }
            Self::NamespaceCount => {
                "sudo sysctl user.max_user_namespaces=15000 user.max_mnt_namespaces=15000 \
                 user.max_net_namespaces=15000; or use --names instead"
            }
            Self::AppArmor => {
                "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or have a profile \
                 grant fed-lab `userns`; or use --names instead"
            }
            Self::Unknown => {
                "in a container, start it with --security-opt seccomp=unconfined and --security-opt \
                 apparmor=unconfined; or use --names instead"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_by_what_is_set() {
        let with = |name: &'static str, value: &'static str| {
            Missing::found(move |file| (file == name).then(|| format!("{value}\n")))
        };
        let debians = "kernel/unprivileged_userns_clone";
        assert_eq!(with(debians, "0"), Missing::UnprivilegedNamespaces);
        assert_eq!(with(debians, "1"), Missing::Unknown);
        for file in ["user/max_user_namespaces", "user/max_net_namespaces"] {
            assert_eq!(with(file, "0"), Missing::NamespaceCount);
            assert_eq!(with(file, "15000"), Missing::Unknown);
        }
        let ubuntus = "kernel/apparmor_restrict_unprivileged_userns";
        assert_eq!(with(ubuntus, "1"), Missing::AppArmor);
        assert_eq!(with(ubuntus, "0"), Missing::Unknown);
    }
}
