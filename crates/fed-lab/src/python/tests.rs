//! Interpreters are shell scripts here; none of them is Python.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

/// Folders of scripts, each `(name, body)`, as one search path.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn with(scripts: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, body) in scripts {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn find(&self, fed_python: Option<&str>) -> Result<Python, LabError> {
        let folders = [self.path("first"), self.path("second")];
        find(&Surroundings {
            fed_python: fed_python.map(OsString::from),
            search_path: std::env::join_paths(folders).unwrap(),
            cache_dir: PathBuf::new(),
            inherited: Vec::new(),
            trust: crate::PersonsTrust::default(),
        })
        .await
    }
}

fn python(version: (u32, u32), program: &str) -> Python {
    Python { program: PathBuf::from(program), version }
}

#[tokio::test]
async fn the_newest_known_wins_and_the_plain_name_comes_last() {
    let machine = Machine::with(&[
        ("first/python3", "echo 3.14 /usr/bin/python3.14"),
        ("first/python3.11", "echo 3.11 /usr/bin/python3.11"),
        ("second/python3.12", "echo 3.12 /opt/python3.12"),
    ]);
    assert_eq!(machine.find(None).await.unwrap(), python((3, 12), "/opt/python3.12"));
}

#[tokio::test]
async fn a_shim_with_nothing_behind_it_is_passed_over() {
    let machine = Machine::with(&[
        ("first/python3.13", "echo 'command not found' >&2; exit 127"),
        ("second/python3.13", "echo 3.13 /opt/real"),
    ]);
    assert_eq!(machine.find(None).await.unwrap(), python((3, 13), "/opt/real"));
}

#[tokio::test]
async fn fed_python_is_the_only_one_asked_where_it_is_set() {
    let machine = Machine::with(&[
        ("first/python3.13", "echo 3.13 /opt/real"),
        ("mine/python", "echo 3.10 /mine/python"),
        ("mine/old", "echo 2.7 /mine/old"),
    ]);
    let named = |name: &str| machine.path(name).to_str().unwrap().to_owned();
    let found = machine.find(Some(&named("mine/python"))).await.unwrap();
    assert_eq!(found, python((3, 10), "/mine/python"));

    let error = machine.find(Some(&named("mine/old"))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "expected `FED_PYTHON` to name Python 3.10 or newer, found that `{}` is Python 2.7",
            named("mine/old")
        )
    );
    assert_eq!(error.exit_code(), 5);

    let error = machine.find(Some(&named("mine/none"))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "expected `FED_PYTHON` to name Python 3.10 or newer, found that `{}` is not there",
            named("mine/none")
        )
    );
}

#[tokio::test]
async fn too_old_is_told_with_what_was_tried() {
    let machine = Machine::with(&[
        ("first/python3", "echo 3.9 /usr/bin/python3.9"),
        ("second/python3", "echo nonsense"),
    ]);
    let error = machine.find(None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "found no Python 3.10 or newer: `{}` is Python 3.9; `{}` does not say its version",
            machine.path("first/python3").display(),
            machine.path("second/python3").display()
        )
    );
}

#[tokio::test]
async fn a_machine_without_python_gets_a_hint_that_can_be_pasted() {
    let error = Machine::with(&[]).find(None).await.unwrap_err();
    assert_eq!(error.to_string(), "found no Python 3.10 or newer on the search path");
    assert_eq!(
        error.hint().unwrap(),
        "install Python 3.10 or newer, name one with FED_PYTHON=/path/to/python3, \
         or use --backend container, or external with an --endpoint"
    );
    assert_eq!(error.exit_code(), 1);
}
