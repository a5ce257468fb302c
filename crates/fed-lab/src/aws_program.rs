//! Which `aws` a search path leads to, and whether it goes where `AWS_ENDPOINT_URL` says.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// The first of each line whose clients read `AWS_ENDPOINT_URL` (aws/aws-cli, `CHANGELOG.rst`
/// of both, July 2023).
const FIRST: [(u32, u32); 2] = [(1, 29), (2, 13)];
/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// An `aws` and what it says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AwsProgram {
    pub(crate) path: PathBuf,
    /// Such as `2.9.19`.
    pub(crate) version: String,
}

impl AwsProgram {
    /// The first `aws` on the path that runs. Asking for the version sends nothing.
    pub(crate) async fn find(search_path: &OsStr) -> Option<Self> {
        let path = on_path(OsStr::new("aws"), search_path)?;
        let printed = answer(&path, &["--version"], search_path).await?;
        let version = printed.split_whitespace().next()?.strip_prefix("aws-cli/")?.to_owned();
        Some(Self { path, version })
    }

    /// Whether it reads `AWS_ENDPOINT_URL`.
    pub(crate) fn obeys(&self) -> bool {
        let mut numbers = self.version.split('.').map_while(|part| part.parse::<u32>().ok());
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else { return false };
        let first = FIRST.into_iter().find(|(line, _)| *line == major);
        first.map_or(major > 2, |(_, first)| minor >= first)
    }

    /// One sentence, where its calls would leave the lab.
    pub(crate) fn warning(&self) -> Option<String> {
        let Self { path, version } = self;
        (!self.obeys()).then(|| {
            format!(
                "`{}` {version} ignores AWS_ENDPOINT_URL and would call the real AWS; use 2.13, \
                 1.29 or newer, or give it --endpoint-url \"$AWS_ENDPOINT_URL\"",
                path.display()
            )
        })
    }
}

/// The file that a shell would run for this name.
pub(crate) fn on_path(program: &OsStr, search_path: &OsStr) -> Option<PathBuf> {
    if Path::new(program).components().count() > 1 {
        return Some(PathBuf::from(program)).filter(|path| path.is_file());
    }
    let file = |folder: PathBuf| {
        let name = folder.join(program);
        let with_suffix = name.with_extension(std::env::consts::EXE_EXTENSION);
        [name, with_suffix].into_iter().find(|path| is_program(path))
    };
    std::env::split_paths(search_path).find_map(file)
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// What the program prints, on either stream: `aws` 1 says its version on the second with
/// old Pythons.
pub(crate) async fn answer(
    program: &Path,
    arguments: &[&str],
    search_path: &OsStr,
) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", search_path).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let streams = [output.stdout, output.stderr];
    let told = streams.map(|stream| String::from_utf8_lossy(&stream).trim().to_owned());
    told.into_iter().find(|text| !text.is_empty()).filter(|_| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_obeys_is_known_for_both_lines() {
        for (version, obeys) in [
            ("1.27.100", false),
            ("1.28.99", false),
            ("1.29.0", true),
            ("1.45.11", true),
            ("2.1.34", false),
            ("2.9.19", false),
            ("2.12.7", false),
            ("2.13.0", true),
            ("2.31.5", true),
            ("3.0.0", true),
            ("0.9.0", false),
            ("2", false),
            ("two", false),
            ("", false),
        ] {
            let program = AwsProgram { path: "/usr/bin/aws".into(), version: version.to_owned() };
            assert_eq!(program.obeys(), obeys, "{version}");
            assert_eq!(program.warning().is_none(), obeys, "{version}");
        }
    }
}
