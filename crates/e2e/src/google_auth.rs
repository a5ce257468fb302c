//! Google's own libraries for Python, in the environment that `cargo xtask clients` makes.

use std::path::PathBuf;
use std::process::Command;

/// Its folder beside this program.
const ENVIRONMENT: &str = "python-requirements";

/// The folder with the `python3` that has them; `None` where it has not.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.with_file_name(ENVIRONMENT).join("bin");
    let mut python = Command::new(folder.join("python3"));
    let found = python.args(["-I", "-c", "import google_auth_oauthlib"]).output().ok()?;
    found.status.success().then_some(folder)
}
