//! What every member's manifest has in common.

use crate::crate_table::{dependencies, name};
use crate::tree::Tree;

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
}
