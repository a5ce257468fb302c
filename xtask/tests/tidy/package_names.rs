//! What the packages are called stands in one file. Where a format wants it written again, it is the
//! same there.

use crate::tree::Tree;

const FILE: &str = "packaging/names";

/// Where a name stands again: the file, what stands there with the name as `{}`, and the name.
const AGAIN: [(&str, &str, &str); 5] = [
    ("python/fed-lab/pyproject.toml", "\nname = \"{}\"\n", "WHEEL"),
    ("python/pytest-fed-lab/pyproject.toml", "\nname = \"{}\"\n", "PYTEST_PLUGIN"),
    ("docker/fed-lab/compose.yaml", "    image: ${LAB_IMAGE:-{}}\n", "IMAGE"),
    ("docs/guides/compose.md", "\n    image: {}\n", "IMAGE"),
    ("flake.nix", "pname = \"{}\";", "FORMULA"),
];

/// Complains of a place that has another name.
pub(crate) fn are_one(tree: &Tree) -> Vec<String> {
    let text = |path: &str| tree.files.iter().find(|file| file.path == path).map(|file| &file.text);
    let Some(names) = text(FILE) else { return vec![format!("{FILE}: is not there")] };
    let mut complaints = Vec::new();
    for (path, place, key) in AGAIN {
        let name = names.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let Some(name) = name else {
            complaints.push(format!("{FILE}: expected `{key}=…`"));
            continue;
        };
        let expected = place.replace("{}", name);
        if !text(path).is_some_and(|text| text.contains(&expected)) {
            complaints.push(format!("{path}: expected `{}` as in {FILE}", expected.trim()));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree that is as it shall be, with one text replaced.
    fn found(but: &str, by: &str) -> Vec<String> {
        let names = "WHEEL=lab\nPYTEST_PLUGIN=plugin\nIMAGE=picture\nFORMULA=brew\n";
        let value = |key: &str| {
            names.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap()
        };
        let mut files: Vec<(String, String)> = vec![(FILE.to_owned(), names.to_owned())];
        for (path, place, key) in AGAIN {
            files.push((path.to_owned(), place.replace("{}", value(key))));
        }
        for (_, text) in &mut files {
            *text = text.replace(but, by);
        }
        let files: Vec<_> = files.iter().map(|(path, text)| (&path[..], &text[..])).collect();
        are_one(&Tree::of(&files))
    }

    #[test]
    fn a_name_is_the_same_wherever_it_stands() {
        assert_eq!(found("nothing", "else"), [""; 0]);
        let expected =
            "python/fed-lab/pyproject.toml: expected `name = \"another\"` as in packaging/names";
        assert_eq!(found("WHEEL=lab", "WHEEL=another"), [expected]);
        assert_eq!(found("FORMULA=", "FORMULAS="), ["packaging/names: expected `FORMULA=…`"]);
    }
}
