//! What every member's manifest has in common.

use std::collections::BTreeSet;

use crate::crate_table::{dependencies, name};
use crate::tree::{File, Tree};

const PROGRAMS: [&str; 3] = ["e2e", "fed-lab", "xtask"];

/// Complains of a version that the workspace does not know, and of a member
/// that leaves the workspace's lints out.
pub(crate) fn inherit(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (file, manifest) in tree.manifests() {
        let path = &file.path;
        let inherits = |value: Option<&toml::Value>| {
            value.and_then(|value| value.get("workspace")).and_then(|value| value.as_bool())
                == Some(true)
        };
        if !inherits(manifest.get("lints")) {
            complaints.push(format!("{path}: expected `[lints] workspace = true`"));
        }
        for key in ["edition", "license", "rust-version", "version"] {
            if !inherits(manifest.get("package").and_then(|package| package.get(key))) {
                complaints.push(format!("{path}: expected `{key}.workspace = true`"));
            }
        }
        for (kind, dependency) in dependencies(&manifest) {
            let Some(value) = manifest.get(kind).and_then(|kind| kind.get(&dependency)) else {
                continue;
            };
            if !inherits(Some(value)) {
                complaints.push(format!("{path}: expected `{dependency}.workspace = true`"));
            }
        }
    }
    complaints
}

/// Complains of anyhow in a library: its errors are types.
pub(crate) fn anyhow(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (file, manifest) in tree.manifests() {
        let uses = dependencies(&manifest)
            .iter()
            .any(|(kind, name)| *kind == "dependencies" && name == "anyhow");
        if uses && !PROGRAMS.contains(&name(&manifest).as_str()) {
            complaints.push(format!("{}: `anyhow` is for programs, expected thiserror", file.path));
        }
    }
    complaints
}

/// Complains of a dependency that the workspace has and no member takes, and of one that a
/// member takes and none of its files names.
pub(crate) fn unused(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut taken = BTreeSet::new();
    for (file, manifest) in tree.manifests() {
        let folder = file.path.trim_end_matches("Cargo.toml");
        let own: Vec<&File> = tree.rust().filter(|file| file.path.starts_with(folder)).collect();
        // Benchmarks and tests may take in a file of another member.
        let taken_in: Vec<&str> = own.iter().flat_map(|file| taken_in(&file.text)).collect();
        let others = tree.rust().filter(|file| taken_in.iter().any(|it| file.path.ends_with(it)));
        let texts: Vec<&str> =
            own.iter().copied().chain(others).map(|file| file.text.as_str()).collect();
        for (_, dependency) in dependencies(&manifest) {
            let name = dependency.replace('-', "_");
            if !texts.iter().any(|text| names(text, &name)) {
                complaints.push(format!("{}: no file names `{dependency}`", file.path));
            }
            taken.insert(dependency);
        }
    }
    let root = tree.files.iter().find(|file| file.path == "Cargo.toml");
    let root: toml::Table = root.map(|file| file.text.parse().unwrap()).unwrap_or_default();
    let offered = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let offered = offered.and_then(|offered| offered.as_table()).into_iter().flatten();
    let left = offered.filter(|(name, _)| !taken.contains(*name));
    complaints.extend(left.map(|(name, _)| format!("Cargo.toml: no member takes `{name}`")));
    complaints
}

/// The ends of the paths that `#[path = "…"]` names, from the last `..` on.
fn taken_in(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("#[path = \"").skip(1);
    let paths = after.filter_map(|rest| Some(rest.split_once('"')?.0.trim_start_matches("..")));
    paths.map(|path| path.rsplit_once("/..").map_or(path, |(_, end)| end))
}

/// Whether the text has the name as a whole word.
fn names(text: &str, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_letter) && !text[at + name.len()..].starts_with(is_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    const GOOD: &str = "[package]\nname = \"iam-policy\"\nversion.workspace = true\n\
        edition.workspace = true\nlicense.workspace = true\nrust-version.workspace = true\n\
        [dependencies]\nserde.workspace = true\n[lints]\nworkspace = true\n";

    #[test]
    fn each_line_of_the_good_manifest_is_needed() {
        let path = "crates/iam-policy/Cargo.toml";
        complains(inherit, &[(path, GOOD)], &[]);
        for (from, to, expected) in [
            ("[lints]\nworkspace = true", "", "expected `[lints] workspace = true`"),
            (
                "version.workspace = true\nedition",
                "version = \"1.0.0\"\nedition",
                "expected `version.workspace = true`",
            ),
            ("serde.workspace = true", "serde = \"1\"", "expected `serde.workspace = true`"),
            ("license.workspace = true\n", "", "expected `license.workspace = true`"),
        ] {
            let manifest = GOOD.replacen(from, to, 1);
            assert_ne!(manifest, GOOD);
            complains(inherit, &[(path, &manifest)], &[&format!("{path}: {expected}")]);
        }
    }

    #[test]
    fn a_library_has_errors_of_its_own() {
        let manifest = GOOD.replace("serde", "anyhow");
        let path = "crates/iam-policy/Cargo.toml";
        let expected = format!("{path}: `anyhow` is for programs, expected thiserror");
        complains(anyhow, &[(path, &manifest)], &[&expected]);
        complains(anyhow, &[(path, &manifest.replace("iam-policy", "e2e"))], &[]);
    }

    #[test]
    fn what_nobody_uses_is_found() {
        let root = "[workspace.dependencies]\nserde = \"1\"\nserde-saphyr = \"2\"\n";
        let tree = |root: &'static str, code: &'static str| {
            let path = "crates/iam-policy/Cargo.toml";
            [("Cargo.toml", root), (path, GOOD), ("crates/iam-policy/src/a.rs", code)]
        };
        let left = "Cargo.toml: no member takes `serde-saphyr`";
        complains(unused, &tree(root, "use serde::Serialize;"), &[left]);
        complains(unused, &tree("", "#[derive(serde::Serialize)]"), &[]);
        let elsewhere = [
            ("crates/iam-policy/Cargo.toml", GOOD),
            (
                "crates/iam-policy/tests/it/main.rs",
                "#[path = \"../../../b/tests/it/c.rs\"]\nmod c;",
            ),
            ("crates/b/tests/it/c.rs", "use serde::Serialize;"),
        ];
        complains(unused, &elsewhere, &[]);
        let unnamed = "crates/iam-policy/Cargo.toml: no file names `serde`";
        complains(unused, &tree("", "use serde_json::json; fn deserde() {}"), &[unnamed]);
    }
}
