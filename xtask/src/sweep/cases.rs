//! The files of cases, as far as this program reads them: `run.py` reads the rest.

use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::process;

/// The cases, and what runs them.
pub(super) const FOLDER: &str = "xtask/src/sweep";

/// Commands that `fed-lab --services` knows by another name.
const OTHERWISE: [(&str, &str); 2] = [("configservice", "config"), ("s3api", "s3")];

/// Where the cases of a service are.
pub(super) fn file(service: &str) -> PathBuf {
    process::root().join(FOLDER).join("cases").join(format!("{service}.txt"))
}

/// The services with cases, by the names of their commands, each with its file's text.
fn all() -> Result<Vec<(String, String)>, Failure> {
    let folder = process::root().join(FOLDER).join("cases");
    let read = || {
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().display().to_string();
            files.push((name, fs::read_to_string(&path)?));
        }
        files.sort();
        Ok(files)
    };
    read().map_err(|error: std::io::Error| {
        Failure::new(format!("could not read `{}`: {error}", folder.display()))
    })
}

/// What LocalStack has to serve, as `fed-lab --services` names it.
pub(super) fn in_localstack() -> Result<Vec<String>, Failure> {
    let mut services = vec!["iam".to_owned(), "sts".to_owned()];
    for (name, text) in all()? {
        let alone = text.lines().find_map(|line| line.strip_prefix("emulators "));
        if alone.is_none_or(|emulators| emulators.contains("localstack")) {
            let other = OTHERWISE.iter().find(|(command, _)| *command == name);
            services.push(other.map_or(name, |(_, service)| (*service).to_owned()));
        }
    }
    services.sort();
    services.dedup();
    Ok(services)
}

#[cfg(test)]
mod tests {
    use super::super::table::DOCUMENT;
    use super::*;

    /// The operations of a file: of a case the first word, which nothing stands before.
    fn operations(text: &str) -> Vec<&str> {
        let (mut in_block, mut operations) = (false, Vec::new());
        for line in text.lines() {
            in_block = (in_block || line.starts_with('[')) && !line.is_empty();
            let is_case = !in_block && line.starts_with(|first: char| first.is_ascii_lowercase());
            if let Some(word) = line.split(' ').next().filter(|_| is_case)
                && !["refuses", "emulators", "region"].contains(&word)
            {
                operations.push(word);
            }
        }
        operations
    }

    #[test]
    fn the_document_has_every_case() {
        let document = process::root().join(DOCUMENT);
        let document = fs::read_to_string(document).unwrap();
        let files = all().unwrap();
        for (name, text) in &files {
            let start = format!("| {name} | ");
            let rows: Vec<_> = document.lines().filter(|line| line.starts_with(&start)).collect();
            let told =
                |operation: &str| rows.iter().any(|row| row.contains(&format!("`{operation}`")));
            let all = operations(text);
            assert!(!all.is_empty(), "{name}");
            let missing: Vec<_> = all.into_iter().filter(|operation| !told(operation)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?}: run `cargo xtask sweep`");
        }
        let rows = document.lines().filter_map(|line| line.strip_prefix("| "));
        for row in rows.filter(|row| !row.starts_with("service |") && !row.starts_with("---")) {
            let name = row.split(" | ").next().unwrap();
            assert!(files.iter().any(|(known, _)| known == name), "there is no file of {name}");
        }
    }

    #[test]
    fn localstack_is_told_of_its_own_services() {
        let services = in_localstack().unwrap();
        for name in ["config", "s3", "sqs"] {
            assert!(services.contains(&name.to_owned()), "{name}: {services:?}");
        }
        // In moto alone, and no service.
        assert!(!services.contains(&"dynamodb".to_owned()), "{services:?}");
        assert!(!services.contains(&"s3api".to_owned()), "{services:?}");
    }
}
