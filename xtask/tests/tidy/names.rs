//! Names that say nothing, and names that only one machine knows.

use crate::tree::Tree;

const SAY_NOTHING: [&str; 9] =
    ["common", "error_types", "errors", "helper", "helpers", "manager", "misc", "util", "utils"];

/// Complains of modules and crates without a concept, and of `mod.rs`.
pub(crate) fn modules(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let path = &file.path;
        if path.ends_with("/mod.rs") {
            complaints.push(format!("{path}: expected `name.rs` beside `name/`"));
        }
        let parts = path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| SAY_NOTHING.contains(part)) {
            complaints.push(format!("{path}: `{part}` names no concept"));
        }
    }
    complaints
}

/// Complains of a path into somebody's working folder or home.
pub(crate) fn machine_paths(tree: &Tree) -> Vec<String> {
    let banned = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/runner")];
    let mut complaints = Vec::new();
    for file in &tree.files {
        for (number, line) in file.lines() {
            for text in &banned {
                let found = line.match_indices(text).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    before
                        .is_none_or(|letter| !letter.is_alphanumeric() && !"}-_.".contains(letter))
                });
                if found {
                    complaints.push(format!("{}:{number}: `{text}` is one machine's", file.path));
                }
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn a_module_names_a_concept() {
        complains(modules, &[("crates/a/src/claims.rs", "")], &[]);
        for (path, expected) in [
            ("crates/a/src/utils.rs", "`utils` names no concept"),
            ("crates/a/src/errors/kind.rs", "`errors` names no concept"),
            ("crates/common/src/lib.rs", "`common` names no concept"),
            ("crates/a/src/b/mod.rs", "expected `name.rs` beside `name/`"),
        ] {
            complains(modules, &[(path, "")], &[&format!("{path}: {expected}")]);
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = concat!("see /wo", "rk/main\n");
        complains(
            machine_paths,
            &[("README.md", text)],
            &[concat!("README.md:1: `/wo", "rk/` is one machine's")],
        );
        complains(
            machine_paths,
            &[("README.md", concat!("docs/wo", "rk/ and ${HOME}/wo", "rk/\n"))],
            &[],
        );
    }
}
