//! No Python here: what is there, half made or broken is made of plain files.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::*;
use crate::Silent;

const PYTHON: (u32, u32) = (3, 12);

/// A machine whose Python is a script that fails at everything but its version.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap() };
        let answer =
            "case \"$1\" in -c) echo \"3.12 $0\";; *) echo no ensurepip >&2; exit 1;; esac";
        machine.script("bin/python3.12", answer);
        machine
    }

    fn script(&self, name: &str, body: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            fed_python: None,
            search_path: self.folder.path().join("bin").into(),
            cache_dir: self.folder.path().join("cache"),
            inherited: Vec::new(),
            trust: crate::PersonsTrust::default(),
        }
    }

    fn host(&self, name: &str) -> PathBuf {
        self.folder.path().join("cache/host").join(name)
    }

    /// The name of the environment that belongs to this machine's Python.
    fn name(&self) -> String {
        name(LOCALSTACK, &Python { program: PathBuf::new(), version: PYTHON })
    }
}

#[tokio::test]
async fn an_environment_that_runs_is_used_as_it_is() {
    let machine = Machine::new();
    machine.script(&format!("cache/host/{}/bin/python", machine.name()), "exit 0");
    let venv = prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap();
    assert_eq!(venv.python(), machine.host(&machine.name()).join("bin/python"));
}

#[tokio::test]
async fn a_broken_one_and_half_made_ones_are_removed_and_nothing_half_made_is_left() {
    let machine = Machine::new();
    let broken = format!("{}/bin/python", machine.name());
    machine.script(&format!("cache/host/{broken}"), "exit 1");
    let half = format!("{PARTIAL}{}-abc", machine.name());
    fs::create_dir_all(machine.host(&half)).unwrap();

    let error = prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "`{}` cannot make a virtual environment: no ensurepip",
            machine.folder.path().join("bin/python3.12").display()
        )
    );
    assert!(error.hint().unwrap().contains("apt-get install python3-venv"));
    let left: Vec<_> = fs::read_dir(machine.host("")).unwrap().flatten().collect();
    let names: Vec<_> = left.iter().map(|entry| entry.file_name()).collect();
    assert_eq!(names, [std::ffi::OsString::from(format!("{}.lock", machine.name()))]);
}

#[tokio::test]
async fn another_pythons_half_made_environment_is_left_alone() {
    let machine = Machine::new();
    let other = format!("{PARTIAL}localstack-4.13.1-python3.11-0-abc");
    fs::create_dir_all(machine.host(&other)).unwrap();
    prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap_err();
    assert!(machine.host(&other).is_dir());
}

#[test]
fn every_requirement_is_pinned_and_hashed() {
    for (packages, pinned) in [
        (LOCALSTACK, &["localstack-core==4.13.1 ", "moto-ext==5.1.24 ", "awscli=="][..]),
        (MOTO, &["moto==5.2.5 ", "awscli=="]),
        (MINISTACK, &["ministack==1.5.33 ", "hypercorn==", "awscli=="]),
    ] {
        let mut hashed = true;
        for line in packages.requirements.lines() {
            if line.starts_with("    --hash=sha256:") {
                hashed = true;
            } else {
                assert!(hashed, "the requirement before `{line}` has no hash");
                assert!(line.contains("=="), "`{line}` is not pinned");
                hashed = false;
            }
        }
        assert!(hashed, "the last requirement has no hash");
        for pinned in pinned {
            assert!(packages.requirements.lines().any(|line| line.starts_with(pinned)), "{pinned}");
        }
    }
}

#[test]
fn the_locks_name_no_package_index() {
    for Packages { requirements, .. } in [LOCALSTACK, MOTO, MINISTACK] {
        assert!(!requirements.contains("://") && !requirements.contains("--index"));
    }
}

#[test]
fn each_emulator_has_an_environment_of_its_own() {
    let python = Python { program: PathBuf::new(), version: PYTHON };
    let names = [LOCALSTACK, MOTO, MINISTACK].map(|packages| name(packages, &python));
    assert_eq!(std::collections::BTreeSet::from(names).len(), 3);
}

#[test]
fn the_aws_wrapper_runs_the_interpreter_beside_it() {
    let machine = Machine::new();
    machine.script("venv/bin/python", "echo \"$@\"");
    let root = machine.folder.path().join("venv");
    let venv = Venv { root, remembered: PathBuf::new() };
    bring_ours(&venv.root).unwrap();
    let output = std::process::Command::new(venv.aws_cli()).args(["sts", "a b"]).output().unwrap();
    let folder = venv.root.join("cli");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("-I {}/../aws.py sts a b\n", folder.display())
    );
}

#[tokio::test]
async fn an_older_versions_wrapper_is_replaced_and_a_current_one_left_alone() {
    let machine = Machine::new();
    machine.script(&format!("cache/host/{}/bin/python", machine.name()), "exit 0");
    machine.script(&format!("cache/host/{}/cli/aws", machine.name()), "echo old");
    let venv = prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap();
    assert!(fs::read_to_string(venv.aws_cli()).unwrap().contains("aws.py"));
    let written = fs::metadata(venv.aws_cli()).unwrap().modified().unwrap();
    prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap();
    assert_eq!(fs::metadata(venv.aws_cli()).unwrap().modified().unwrap(), written);
    let names = fs::read_dir(venv.root.join("cli")).unwrap().count();
    assert_eq!(names, 1, "`aws` is alone in its folder");
}

/// A machine whose Python says in a file how often it was asked, with an environment that does too.
fn counting() -> Machine {
    let machine = Machine::new();
    let asked = machine.folder.path().join("asked");
    let note = format!("echo $0 >> {}", asked.display());
    let answer = "case \"$1\" in -c) echo \"3.12 $0\";; *) echo no ensurepip >&2; exit 1;; esac";
    machine.script("bin/python3.12", &format!("{note}; {answer}"));
    machine.script(&format!("cache/host/{}/bin/python", machine.name()), &note);
    let packages = format!("{}/lib/python3.12/site-packages/awscli", machine.name());
    fs::create_dir_all(machine.host(&packages)).unwrap();
    machine
}

impl Machine {
    /// How many interpreters are started by finding the environment.
    async fn asked_by_preparing(&self, surroundings: &Surroundings) -> usize {
        let asked = self.folder.path().join("asked");
        let _ = fs::remove_file(&asked);
        let venv = prepare(LOCALSTACK, surroundings, &Silent).await.unwrap();
        assert_eq!(venv.root, self.host(&self.name()));
        fs::read_to_string(asked).unwrap_or_default().lines().count()
    }
}

#[tokio::test]
async fn what_was_whole_is_not_asked_again() {
    let machine = counting();
    let mut surroundings = machine.surroundings();
    assert_eq!(machine.asked_by_preparing(&surroundings).await, 2);
    assert_eq!(machine.asked_by_preparing(&surroundings).await, 0);
    let another = prepare(MOTO, &surroundings, &Silent).await.unwrap_err().to_string();
    assert!(another.ends_with("cannot make a virtual environment: no ensurepip"), "{another}");
    // A Python that is named may be another; one that is the environment's own is not.
    surroundings.fed_python = Some(machine.folder.path().join("bin/python3.12").into());
    assert_eq!(machine.asked_by_preparing(&surroundings).await, 2);
    surroundings.fed_python = Some(machine.host(&machine.name()).join("bin/python").into());
    assert_eq!(machine.asked_by_preparing(&surroundings).await, 0);
}

#[tokio::test]
async fn what_may_have_changed_is_asked_again() {
    let machine = counting();
    let root = machine.host(&machine.name());
    let asked = |surroundings: Surroundings| {
        let machine = &machine;
        async move { machine.asked_by_preparing(&surroundings).await }
    };
    asked(machine.surroundings()).await;
    let mut elsewhere = machine.surroundings();
    elsewhere.search_path.push(":/elsewhere");
    assert_eq!(asked(elsewhere).await, 2, "another search path");
    asked(machine.surroundings()).await;

    let mut text = fs::read_to_string(root.join("bin/python")).unwrap();
    text.push_str("# another build\n");
    fs::write(root.join("bin/python"), text).unwrap();
    assert_eq!(asked(machine.surroundings()).await, 2, "another interpreter");

    fs::remove_dir(root.join("lib/python3.12/site-packages/awscli")).unwrap();
    assert_eq!(asked(machine.surroundings()).await, 2, "a package is gone");

    prepare(LOCALSTACK, &machine.surroundings(), &Silent).await.unwrap().distrust();
    assert_eq!(asked(machine.surroundings()).await, 2, "an emulator did not start");

    let file = remembered::file(&machine.host(""), LOCALSTACK);
    fs::write(file, "{").unwrap();
    assert_eq!(asked(machine.surroundings()).await, 2, "what is remembered cannot be read");
    assert_eq!(asked(machine.surroundings()).await, 0);
}
