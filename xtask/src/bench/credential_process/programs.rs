//! The programs that are compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{build, could_not, executable};
use crate::failure::Failure;
use crate::process;

/// Why the aws CLI is not compared, and what to do.
pub(super) const NO_AWS: &str =
    "no `aws` on the PATH and none in the lab's folder; `cargo xtask e2e` installs one";

/// The profile that the release workflow builds in, and what it inherits from.
const PROFILE: &str = "dist";
const INHERITED: &str = "release";

/// fed-cli as the release workflow builds it.
pub(super) fn fed_cli() -> Result<PathBuf, Failure> {
    build(&["build", "--profile", PROFILE, "--locked", "-p", "fed-cli"])?;
    let beside = process::built("fed-cli")?;
    // This program is in `target/debug`, its sibling in `target/dist`.
    let target = beside.parent().and_then(Path::parent);
    let target = target.ok_or_else(|| Failure::new("this program is in no build folder"))?;
    Ok(target.join(PROFILE).join(executable("fed-cli")))
}

/// The size of a file in bytes.
pub(super) fn size(path: &Path) -> Result<u64, Failure> {
    let metadata = fs::metadata(path);
    metadata
        .map(|metadata| metadata.len())
        .map_err(|error| could_not(&format!("read `{}`", path.display()), &error))
}

/// A program whose `main` is empty.
pub(super) struct Empty(PathBuf);

/// Builds it below `folder`, in the same profile as fed-cli.
pub(super) fn empty(folder: &Path) -> Result<Empty, Failure> {
    let manifest = process::root().join("Cargo.toml");
    let workspace = fs::read_to_string(&manifest)
        .map_err(|error| could_not(&format!("read `{}`", manifest.display()), &error))?;
    let mut profiles = String::new();
    for name in [INHERITED, PROFILE] {
        let header = format!("[profile.{name}]");
        let found = section(&workspace, &header);
        let missing = || Failure::new(format!("expected `{header}` in `Cargo.toml`"));
        profiles.push_str(&found.ok_or_else(missing)?);
    }
    let package = folder.join("empty");
    let written = fs::create_dir_all(package.join("src"))
        .and_then(|()| fs::write(package.join("src/main.rs"), "fn main() {}\n"))
        .and_then(|()| {
            let head = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
            fs::write(package.join("Cargo.toml"), format!("{head}\n[workspace]\n\n{profiles}"))
        });
    written.map_err(|error| could_not("write the empty program", &error))?;
    let mut cargo = process::cargo(["build", "--profile", PROFILE, "--offline", "--quiet"]);
    process::run(cargo.current_dir(&package).env("CARGO_TARGET_DIR", package.join("target")))?;
    Ok(Empty(package.join("target").join(PROFILE).join(executable("empty"))))
}

impl Empty {
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.env_clear();
        command
    }
}

/// A section of a TOML file, its header included.
fn section(text: &str, header: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| *line != header);
    let first = lines.next()?;
    let rest = lines.take_while(|line| !line.starts_with('['));
    Some(std::iter::once(first).chain(rest).fold(String::new(), |text, line| text + line + "\n"))
}

/// The aws CLI.
pub(super) struct Aws(PathBuf);

/// The lab's, which no version manager's wrapper slows down, or the PATH's.
pub(super) fn aws() -> Option<Aws> {
    let in_lab = lab_folder().and_then(|folder| {
        let environments = fs::read_dir(folder.join("host")).ok()?;
        environments
            .flatten()
            .map(|environment| environment.path().join("cli").join("aws"))
            .find(|path| starts(path))
    });
    in_lab.or_else(|| Some(PathBuf::from("aws")).filter(|path| starts(path))).map(Aws)
}

/// Where the lab keeps what it installs.
fn lab_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(variable("HOME")?.join(".cache")));
    variable("FED_LAB_CACHE_DIR").or_else(|| Some(cache?.join("fed").join("lab")))
}

fn starts(aws: &Path) -> bool {
    let mut command = Command::new(aws);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Aws {
    /// Its last path components, for the table's reader.
    pub(super) fn told(&self) -> String {
        let parts: Vec<_> = self.0.iter().rev().take(3).collect();
        parts.into_iter().rev().collect::<PathBuf>().display().to_string()
    }

    /// With a home that holds no configuration, and no instance to ask for credentials.
    pub(super) fn command(&self, home: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(&self.0);
        command.args(words).env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_REGION", "ap-northeast-2");
        for name in ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE"] {
            command.env_remove(name);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text = "[a]\nx = 1\n\n[profile.release]\nlto = \"thin\"\n\n[b]\ny = 2\n";
        let found = section(text, "[profile.release]").unwrap();
        assert_eq!(found, "[profile.release]\nlto = \"thin\"\n\n");
        assert_eq!(section(text, "[profile.dev]"), None);
        assert_eq!(section(text, "[b]").unwrap(), "[b]\ny = 2\n");
    }
}
