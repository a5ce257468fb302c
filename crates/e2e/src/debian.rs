//! The aws CLI as Debian 12 ships it: of the second line, and older than `AWS_ENDPOINT_URL`.

use std::process::Command;

/// Where Debian's package puts it.
pub(crate) const FOLDER: &str = "/usr/bin";
/// What it says of itself.
const VERSION: &str = "aws-cli/2.9.19 ";
/// Its exit status where a service refused.
pub(crate) const REFUSED: i32 = 254;

/// Whether it is installed here.
pub(crate) fn has_aws() -> bool {
    let asked = Command::new(format!("{FOLDER}/aws")).arg("--version").output();
    asked.is_ok_and(|answer| answer.stdout.starts_with(VERSION.as_bytes()))
}
