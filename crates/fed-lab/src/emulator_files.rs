//! The files that an emulator on this machine is started with.

use crate::LabError;
use crate::localstack::ACCOUNTS;
use crate::run_directory::RunDirectory;

/// AWS's managed policies, the same for every emulator.
const POLICIES: &[u8] = include_bytes!("../python/managed_policies/policies.zlib");

/// What LocalStack and moto start without.
macro_rules! quick_start {
    () => {
        include_str!("../python/quick_start.py")
    };
}

/// The same for LocalStack in a container, as a `sitecustomize.py` there.
pub(crate) const CONTAINER_START: &str =
    concat!(quick_start!(), include_str!("../python/container_start.py"));

/// Each beside the launcher, which reads those it needs.
const FILES: [(&str, &[u8]); 6] = [
    ("launcher.py", include_bytes!("../python/launcher.py")),
    ("accounts.py", ACCOUNTS.as_bytes()),
    ("managed_policies.py", include_bytes!("../python/managed_policies.py")),
    ("ministack_server.py", include_bytes!("../python/ministack_server.py")),
    ("policies.zlib", POLICIES),
    ("quick_start.py", quick_start!().as_bytes()),
];

/// Writes them into the lab's folder; the launcher is `launcher.py` there.
pub(crate) fn write(run: &RunDirectory) -> Result<(), LabError> {
    for (name, content) in FILES {
        run.write_private(name, content)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_are_those_that_were_generated() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, POLICIES);
        let hexadecimal: String =
            digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let told = include_str!("../python/managed_policies/hashes.txt");
        assert_eq!(told, format!("{hexadecimal}  policies.zlib\n"));
    }
}
