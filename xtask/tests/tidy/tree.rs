//! The files that the rules look at.

use std::fs;
use std::path::Path;

/// One file.
pub(crate) struct File {
    /// From the root, with `/` between the parts.
    pub(crate) path: String,
    /// Empty where it is not text.
    pub(crate) text: String,
}

/// All files of the repository, or those a test made up.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// Folders that hold what was made, not what was written.
const MADE: [&str; 6] = ["target", ".git", ".venv", "reports", "corpus", "artifacts"];

impl Tree {
    /// The repository this test belongs to.
    pub(crate) fn of_repository() -> Self {
        // When it runs, not when it was built: two clones may share a build folder.
        let xtask = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let mut tree = Self { files: Vec::new() };
        tree.read(Path::new(&xtask).parent().unwrap(), "");
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        tree
    }

    /// A tree of these paths and texts.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        Self { files: files.iter().map(file).collect() }
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().unwrap();
            if MADE.contains(&name.as_str()) {
                continue;
            }
            if kind.is_dir() {
                self.read(&entry.path(), &format!("{path}/"));
            } else if kind.is_file() {
                // Of what is not text (images, archives) rules know that it is there.
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                self.files.push(File { path, text });
            }
        }
    }

    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Path and content of each member's manifest.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&File, toml::Table)> {
        let of_member = |path: &str| {
            path == "xtask/Cargo.toml"
                || path.starts_with("crates/") && path.ends_with("/Cargo.toml")
        };
        self.files
            .iter()
            .filter(move |file| of_member(&file.path))
            .map(|file| (file, file.text.parse().unwrap()))
    }
}

impl File {
    /// Numbered lines, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether the whole file is tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
    }

    /// The line that the unit tests at the end of the file begin on, if any.
    pub(crate) fn unit_tests_from(&self) -> Option<usize> {
        let lines: Vec<&str> = self.text.lines().collect();
        let begins = |pair: &[&str]| {
            pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
        };
        lines.windows(2).position(begins).map(|index| index + 1)
    }
}

/// Asserts that `rule` complains of `tree` in these words exactly.
pub(crate) fn complains(rule: super::Rule, tree: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(rule(&Tree::of(tree)), expected, "{tree:?}");
}
