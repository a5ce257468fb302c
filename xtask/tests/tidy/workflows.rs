//! The pipelines: what they run is pinned, and they may do little.

use crate::tree::{File, Tree};

fn workflows(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| file.path.starts_with(".github/workflows/"))
}

/// Complains of an action named by a branch or by a moving tag.
pub(crate) fn pinned(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in workflows(tree) {
        for (number, line) in file.lines() {
            let line = line.trim().trim_start_matches("- ");
            let Some(action) = line.strip_prefix("uses: ") else { continue };
            let action = action.split(" #").next().unwrap_or_default().trim();
            if !action.starts_with("./") && !is_exact(action) {
                let path = &file.path;
                complaints.push(format!("{path}:{number}: `{action}` is not an exact version"));
            }
        }
    }
    complaints
}

fn is_exact(action: &str) -> bool {
    let version = action.split_once('@').map(|(_, version)| version).unwrap_or_default();
    let is_commit = version.len() == 40 && version.chars().all(|digit| digit.is_ascii_hexdigit());
    let numbers: Vec<&str> = version.strip_prefix('v').unwrap_or_default().split('.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit());
    is_commit || numbers.len() == 3 && numbers.iter().all(is_number)
}

/// Complains of a workflow without least permissions, or of a job without an
/// end.
pub(crate) fn restrained(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in workflows(tree) {
        let path = &file.path;
        if !file.text.contains("\npermissions:\n  contents: read\n") {
            complaints.push(format!("{path}: expected top-level `permissions: contents: read`"));
        }
        let jobs = file.text.matches("\n    runs-on: ").count();
        let ends = file.text.matches("\n    timeout-minutes: ").count();
        if jobs != ends {
            complaints.push(format!("{path}: {jobs} jobs, but {ends} with `timeout-minutes`"));
        }
    }
    complaints
}

const MUTANTS: &str = ".github/workflows/mutants.yml";

/// Crates whose code is a test.
const NOT_BROKEN: [&str; 1] = ["e2e"];

/// Complains of a crate that is not broken on purpose each night, or not all of it.
pub(crate) fn break_every_crate(tree: &Tree) -> Vec<String> {
    let Some(workflow) = workflows(tree).find(|file| file.path == MUTANTS) else {
        return vec![format!("{MUTANTS}: is not there")];
    };
    let crates = tree.files.iter().filter_map(|file| {
        let name = file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
        (!name.contains('/') && !NOT_BROKEN.contains(&name)).then_some(name)
    });
    let mut complaints = Vec::new();
    for name in crates {
        let start = format!("{{ package: {name}, shard: ");
        let mut shards: Vec<&str> = Vec::new();
        for (_, line) in workflow.lines() {
            let shard = line.trim().trim_start_matches("- ").strip_prefix(&start);
            shards.extend(shard.and_then(|shard| shard.strip_suffix(" }")));
        }
        let all: Vec<String> =
            (0..shards.len()).map(|number| format!("{number}/{}", shards.len())).collect();
        if shards.is_empty() || shards != all {
            complaints
                .push(format!("{MUTANTS}: expected each shard of `{name}`, found {shards:?}"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    const PATH: &str = ".github/workflows/a.yml";

    #[test]
    fn a_moving_version_is_found() {
        for action in ["actions/checkout@main", "actions/checkout@v6", "actions/checkout"] {
            let text = format!("steps:\n  - uses: {action} # comment\n");
            let expected = format!("{PATH}:2: `{action}` is not an exact version");
            complains(pinned, &[(PATH, &text)], &[&expected]);
        }
        for action in ["a/b@v6.0.1", "./local", "a/b@0123456789abcdef0123456789abcdef01234567"] {
            complains(pinned, &[(PATH, &format!("- uses: {action}\n"))], &[]);
        }
    }

    #[test]
    fn rights_and_ends_are_asked_for() {
        let good = "on: push\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: 5\n";
        complains(restrained, &[(PATH, good)], &[]);
        complains(
            restrained,
            &[(PATH, &good.replace("read", "write"))],
            &[".github/workflows/a.yml: expected top-level `permissions: contents: read`"],
        );
        complains(
            restrained,
            &[(PATH, &good.replace("    timeout-minutes: 5\n", ""))],
            &[".github/workflows/a.yml: 1 jobs, but 0 with `timeout-minutes`"],
        );
    }
    #[test]
    fn a_crate_that_is_not_broken_is_found() {
        let expected =
            |found: &str| format!("{MUTANTS}: expected each shard of `a`, found {found}");
        let found = |lines: &str| {
            let files =
                [(MUTANTS, lines), ("crates/a/Cargo.toml", ""), ("crates/e2e/Cargo.toml", "")];
            break_every_crate(&Tree::of(&files))
        };
        assert_eq!(found("- { package: a, shard: 0/1 }\n"), [""; 0]);
        assert_eq!(found("- { package: a, shard: 0/2 }\n- { package: a, shard: 1/2 }\n"), [""; 0]);
        assert_eq!(found("- { package: b, shard: 0/1 }\n"), [expected("[]")]);
        assert_eq!(found("- { package: a, shard: 0/2 }\n"), [expected("[\"0/2\"]")]);
        assert_eq!(break_every_crate(&Tree::of(&[])), [format!("{MUTANTS}: is not there")]);
    }
}
