//! Who may depend on whom. ARCHITECTURE.md says why.

use std::collections::BTreeMap;

use crate::tree::Tree;

/// Each crate of ours and those of ours it may depend on.
const MAY_DEPEND_ON: [(&str, &[&str]); 18] = [
    ("aws-model", &[]),
    ("fed-types", &[]),
    ("iam-policy", &["aws-model", "fed-types"]),
    ("oidc-client", &["fed-types"]),
    ("sts-exchange", &["fed-types"]),
    ("ec2-probe", &["fed-types"]),
    ("credential-store", &["fed-types"]),
    ("hcl-text", &[]),
    ("iam-bootstrap", &["fed-types", "hcl-text"]),
    (
        "fed-cli",
        &[
            "aws-model",
            "fed-types",
            "iam-policy",
            "oidc-client",
            "sts-exchange",
            "ec2-probe",
            "credential-store",
            "iam-bootstrap",
        ],
    ),
    ("fake-issuer", &[]),
    ("iam-gate", &["aws-model", "fed-types", "iam-policy"]),
    ("lab-page", &["fed-types", "iam-gate", "iam-policy"]),
    ("learned-policy", &["aws-model", "hcl-text", "iam-policy"]),
    (
        "fed-lab",
        &["fed-types", "fake-issuer", "iam-gate", "iam-policy", "lab-page", "learned-policy"],
    ),
    ("run-page", &["fed-types", "iam-gate", "lab-page"]),
    ("e2e", &["fed-lab", "run-page"]),
    ("xtask", &[]),
];

/// Crates that only tests may start, whoever they belong to.
const TEST_SERVERS: [&str; 2] = ["fake-issuer", "iam-gate"];

const EC2_SDK_ALLOWED: [&str; 2] = ["ec2-probe", "fed-cli"];

/// Complains of an edge that is not in the table, in any kind of dependency.
pub(crate) fn edges(tree: &Tree) -> Vec<String> {
    let table: BTreeMap<_, _> = MAY_DEPEND_ON.into_iter().collect();
    let mut complaints = Vec::new();
    for (file, manifest) in tree.manifests() {
        let path = &file.path;
        let name = name(&manifest);
        let Some(allowed) = table.get(name.as_str()) else {
            complaints.push(format!("{path}: `{name}` is not in the table of crates"));
            continue;
        };
        let folder = path.trim_end_matches("/Cargo.toml").rsplit('/').next().unwrap_or_default();
        if folder != name {
            complaints.push(format!("{path}: crate `{name}` is in the folder `{folder}`"));
        }
        for (kind, dependency) in dependencies(&manifest) {
            let is_ours = table.contains_key(dependency.as_str());
            let for_tests = kind == "dev-dependencies"
                && TEST_SERVERS.contains(&dependency.as_str())
                && name != "fake-issuer";
            if is_ours && !allowed.contains(&dependency.as_str()) && !for_tests {
                complaints.push(format!("{path}: `{name}` may not depend on `{dependency}`"));
            }
        }
    }
    complaints
}

/// Complains of a crate that would compile aws-sdk-ec2 for others.
pub(crate) fn ec2_sdk(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (file, manifest) in tree.manifests() {
        let uses = dependencies(&manifest).iter().any(|(_, name)| name == "aws-sdk-ec2");
        if uses && !EC2_SDK_ALLOWED.contains(&name(&manifest).as_str()) {
            complaints.push(format!("{}: `aws-sdk-ec2` compiles for minutes", file.path));
        }
    }
    complaints
}

pub(crate) fn name(manifest: &toml::Table) -> String {
    let name = manifest.get("package").and_then(|package| package.get("name"));
    name.and_then(|name| name.as_str()).unwrap_or_default().to_owned()
}

/// The kind and the package of every dependency, also of those for one target.
pub(crate) fn dependencies(manifest: &toml::Table) -> Vec<(&'static str, String)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(|target| target.as_table()) {
        tables.extend(targets.values().filter_map(|target| target.as_table()));
    }
    let mut found = Vec::new();
    for table in tables {
        for kind in KINDS {
            let Some(entries) = table.get(kind).and_then(|entries| entries.as_table()) else {
                continue;
            };
            for (key, value) in entries {
                let renamed = value.get("package").and_then(|package| package.as_str());
                found.push((kind, renamed.unwrap_or(key).to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn an_edge_outside_the_table_is_found_in_every_kind() {
        let direct =
            "[package]\nname = \"iam-policy\"\n[dependencies]\noidc-client.workspace = true";
        let message = "crates/iam-policy/Cargo.toml: `iam-policy` may not depend on `oidc-client`";
        complains(edges, &[("crates/iam-policy/Cargo.toml", direct)], &[message]);
        for kind in ["dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            let manifest = direct.replace("dependencies", kind);
            complains(edges, &[("crates/iam-policy/Cargo.toml", &manifest)], &[message]);
        }
        let renamed =
            "[package]\nname = \"iam-policy\"\n[dependencies]\nx = { package = \"oidc-client\" }";
        complains(edges, &[("crates/iam-policy/Cargo.toml", renamed)], &[message]);
    }

    #[test]
    fn the_issuer_shares_nothing_and_a_new_crate_must_be_entered() {
        let issuer =
            "[package]\nname = \"fake-issuer\"\n[dev-dependencies]\niam-gate.workspace = true";
        complains(
            edges,
            &[("crates/fake-issuer/Cargo.toml", issuer)],
            &["crates/fake-issuer/Cargo.toml: `fake-issuer` may not depend on `iam-gate`"],
        );
        complains(
            edges,
            &[("crates/new/Cargo.toml", "[package]\nname = \"novel\"")],
            &["crates/new/Cargo.toml: `novel` is not in the table of crates"],
        );
        complains(
            edges,
            &[("crates/policy/Cargo.toml", "[package]\nname = \"iam-policy\"")],
            &["crates/policy/Cargo.toml: crate `iam-policy` is in the folder `policy`"],
        );
    }

    #[test]
    fn tests_may_start_the_servers() {
        let client =
            "[package]\nname = \"oidc-client\"\n[dev-dependencies]\nfake-issuer.workspace = true";
        complains(edges, &[("crates/oidc-client/Cargo.toml", client)], &[]);
    }

    #[test]
    fn the_large_sdk_stays_where_it_is() {
        let manifest = |name: &str| {
            format!(
                "[package]\nname = \"{name}\"\n[dev-dependencies]\naws-sdk-ec2.workspace = true"
            )
        };
        let path = "crates/fed-lab/Cargo.toml";
        let expected = "crates/fed-lab/Cargo.toml: `aws-sdk-ec2` compiles for minutes";
        complains(ec2_sdk, &[(path, &manifest("fed-lab"))], &[expected]);
        complains(ec2_sdk, &[(path, &manifest("ec2-probe"))], &[]);
    }
}
