//! The pages of the book, at the paths that they have in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Where the pages are listed, with paths as seen from there.
const SUMMARY: &str = "docs/SUMMARY.md";

/// What pages lead to that is no page.
const BESIDE: [&str; 3] = ["LICENSE-MIT", "LICENSE-APACHE", "docs/control-api.yaml"];

/// The summary, whose paths are the root's now, and each page that it lists.
pub(super) fn gather(root: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path))
            .map_err(|error| Failure::new(format!("could not read `{path}`: {error}")))
    };
    let mut summary = String::new();
    let mut pages = BTreeMap::new();
    for line in read(SUMMARY)?.lines() {
        let Some((before, target)) = line.strip_suffix(')').and_then(|line| line.rsplit_once("]("))
        else {
            summary.push_str(line);
            summary.push('\n');
            continue;
        };
        let path = resolved("docs", target);
        summary.push_str(&format!("{before}]({path})\n"));
        pages.insert(path.clone(), by_index(&read(&path)?));
    }
    for path in BESIDE {
        pages.insert(path.to_owned(), read(path)?);
    }
    pages.insert("SUMMARY.md".to_owned(), summary);
    Ok(pages)
}

/// The pictures that pages show.
pub(super) fn pictures(root: &Path) -> Result<Vec<String>, Failure> {
    let mut pictures = Vec::new();
    for folder in ["docs/pictures", "docs/plots"] {
        let unreadable = |error| Failure::new(format!("could not read `{folder}`: {error}"));
        for entry in fs::read_dir(root.join(folder)).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            pictures.push(format!("{folder}/{}", name.to_string_lossy()));
        }
    }
    Ok(pictures)
}

/// With links to a folder's README as to its index, which is what mdBook makes of it; the list of
/// all pages is beside each of them.
fn by_index(text: &str) -> String {
    text.replace("README.md)", "index.md)")
        .replace("README.md#", "index.md#")
        .replace("(docs/SUMMARY.md)", "(index.md)")
}

/// `target` as seen from `folder`, as a path from the root.
pub(super) fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_root() {
        assert_eq!(resolved("docs", "start.md"), "docs/start.md");
        assert_eq!(resolved("docs", "../README.md"), "README.md");
        assert_eq!(resolved("docs/guides", "./../../a/b.md"), "a/b.md");
    }

    #[test]
    fn each_document_is_a_page() {
        let pages = gather(crate::process::root()).unwrap();
        let mut folders = vec![crate::process::root().join("docs")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "md") {
                    let name = path.strip_prefix(crate::process::root()).unwrap();
                    let name = name.display().to_string().replace('\\', "/");
                    assert!(
                        name == SUMMARY || pages.contains_key(&name),
                        "{name}: {SUMMARY} lacks it"
                    );
                }
            }
        }
    }
}
