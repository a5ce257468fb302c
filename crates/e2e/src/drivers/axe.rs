//! axe-core, which finds what keeps people with disabilities from using a page; in the
//! environment that `cargo xtask clients` makes.

use std::path::PathBuf;

/// Its folder beside this program.
const ENVIRONMENT: &str = "python-requirements";

/// The file of the script; `None` where it is not there.
pub(crate) fn script() -> Option<PathBuf> {
    let libraries = std::env::current_exe().ok()?.with_file_name(ENVIRONMENT).join("lib");
    let versions = std::fs::read_dir(libraries).ok()?.flatten();
    let of = |version: std::fs::DirEntry| {
        version.path().join("site-packages/axe_core_python/axe.min.js")
    };
    versions.map(of).find(|file| file.is_file())
}
