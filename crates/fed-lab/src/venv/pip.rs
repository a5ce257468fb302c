//! The pip that fills an environment: the interpreter's own where it can install into another's, since
//! bringing one of its own into the environment takes longer than many a package.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::python::Python;

/// The first that takes `--python`.
/// Source: pip's changelog, 22.3.
const OLDEST: (u32, u32) = (22, 3);
/// How long it may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where pip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pip {
    /// With the interpreter that makes the environment.
    OfInterpreter,
    /// In the environment, where `venv` puts it.
    OfEnvironment,
}

impl Pip {
    /// The one that is there.
    pub(super) async fn find(python: &Python) -> Self {
        let mut command = isolated(&python.program);
        command.args(["-m", "pip", "--version"]).stdin(Stdio::null()).kill_on_drop(true);
        let told = match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(Ok(output)) if output.status.success() => output.stdout,
            _ => return Self::OfEnvironment,
        };
        match version(&String::from_utf8_lossy(&told)) {
            Some(version) if version >= OLDEST => Self::OfInterpreter,
            _ => Self::OfEnvironment,
        }
    }

    /// Makes the environment, with pip in it where it is to be there.
    pub(super) fn venv(self, python: &Python, environment: &Path) -> Command {
        let mut command = isolated(&python.program);
        command.args(["-m", "venv"]);
        if self == Self::OfInterpreter {
            command.arg("--without-pip");
        }
        command.arg(environment);
        command
    }

    /// `pip install` into the environment.
    pub(super) fn install(self, python: &Python, environment: &Path) -> Command {
        let inside = environment.join("bin/python");
        let mut command = match self {
            Self::OfInterpreter => {
                let mut command = isolated(&python.program);
                command.args(["-m", "pip", "--python"]).arg(inside);
                command
            }
            Self::OfEnvironment => {
                let mut command = isolated(&inside);
                command.args(["-m", "pip"]);
                command
            }
        };
        command.arg("install");
        command
    }
}

/// An interpreter that looks at nobody's modules. pip starts the environment's without `-I`.
fn isolated(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-I").env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command.env("PYTHONNOUSERSITE", "1");
    command
}

/// `pip 23.0.1 from … (python 3.11)`.
fn version(told: &str) -> Option<(u32, u32)> {
    let mut parts = told.strip_prefix("pip ")?.split_whitespace().next()?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// An interpreter whose pip says this.
    async fn found(says: &str) -> Pip {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("python3");
        std::fs::write(&program, format!("#!/bin/sh\n{says}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Pip::find(&Python { program, version: (3, 11) }).await
    }

    #[tokio::test]
    async fn only_a_pip_that_installs_elsewhere_is_taken() {
        for says in ["pip 22.3 from /x (python 3.11)", "pip 23.0.1 from /x", "pip 100.0.dev1"] {
            assert_eq!(found(&format!("echo '{says}'")).await, Pip::OfInterpreter, "{says}");
        }
        for says in ["pip 22.2.2 from /x", "pip 9.0.3", "pip", "", "22.3"] {
            assert_eq!(found(&format!("echo '{says}'")).await, Pip::OfEnvironment, "{says}");
        }
        let lacking = "echo 'No module named pip' >&2; exit 1";
        assert_eq!(found(lacking).await, Pip::OfEnvironment);
        assert_eq!(found("echo pip 23.0; exit 1").await, Pip::OfEnvironment);
    }

    #[test]
    fn an_environment_has_a_pip_of_its_own_only_where_there_is_no_other() {
        let python = Python { program: "/usr/bin/python3".into(), version: (3, 11) };
        let typed = |command: Command| {
            let command = command.into_std();
            let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
            format!("{} {}", command.get_program().to_string_lossy(), words.join(" "))
        };
        let environment = Path::new("/e");
        let own = Pip::OfEnvironment;
        assert_eq!(typed(own.venv(&python, environment)), "/usr/bin/python3 -I -m venv /e");
        assert_eq!(typed(own.install(&python, environment)), "/e/bin/python -I -m pip install");
        let other = Pip::OfInterpreter;
        assert_eq!(
            typed(other.venv(&python, environment)),
            "/usr/bin/python3 -I -m venv --without-pip /e"
        );
        assert_eq!(
            typed(other.install(&python, environment)),
            "/usr/bin/python3 -I -m pip --python /e/bin/python install"
        );
    }
}
