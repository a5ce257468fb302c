//! Where was looked, and what was found there. Everything is kept and searched at the end,
//! when every secret is known.

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::secrets::Secrets;

/// Kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The arguments of a process of ours.
    Argv,
    /// The arguments of any other process: only what was planted here must not be there.
    Foreign,
    /// The environment of a process of ours.
    Environ,
    /// What a command said on stdout or, at `-vvv`, on stderr.
    Told,
    /// A page a browser was shown, with its headers.
    Page,
    /// What a browser keeps of its visits.
    Browser,
    /// A file's contents.
    File,
    /// A file's or folder's mode.
    Mode,
}

const KINDS: [(Kind, &str); 8] = [
    (Kind::Argv, "arguments of processes (/proc)"),
    (Kind::Foreign, "arguments of processes of others"),
    (Kind::Environ, "environments of processes"),
    (Kind::Told, "stdout and stderr at -vvv, logs, errors, hints"),
    (Kind::Page, "callback pages and their headers"),
    (Kind::Browser, "files Chromium keeps: history, cache, sessions"),
    (Kind::File, "files written"),
    (Kind::Mode, "modes of files and folders"),
];

/// Collects places and secrets.
#[derive(Default)]
pub(super) struct Journal {
    secrets: Secrets,
    places: Vec<(Kind, String, Vec<u8>)>,
    exceptions: Vec<(String, Vec<u8>)>,
    findings: Vec<String>,
    modes: usize,
}

impl Journal {
    /// A secret that must not turn up.
    pub(super) fn secret(&mut self, what: &str, value: &str) {
        self.secrets.add(what, value);
    }

    /// A place where no secret may be.
    pub(super) fn look(&mut self, kind: Kind, name: impl Into<String>, bytes: &[u8]) {
        self.places.push((kind, name.into(), bytes.to_owned()));
    }

    /// A place where a secret must be: that is what it is for.
    pub(super) fn except(&mut self, name: impl Into<String>, bytes: &[u8]) {
        self.exceptions.push((name.into(), bytes.to_owned()));
    }

    /// A file or folder that only its owner may enter.
    pub(super) fn private(&mut self, path: &Path) {
        self.modes += 1;
        let mode = std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        if mode != expected {
            let path = path.display();
            self.findings.push(format!("`{path}`: mode {mode:o}, expected {expected:o}"));
        }
    }

    /// Something else that is wrong.
    pub(super) fn wrong(&mut self, finding: String) {
        self.findings.push(finding);
    }

    /// Searches.
    pub(super) fn report(&self) -> Report {
        let searcher = self.secrets.searcher();
        let mut findings = self.findings.clone();
        let mut searched: Vec<usize> = Vec::new();
        for (kind, _) in KINDS {
            let places = self.places.iter().filter(|(of, ..)| *of == kind);
            let mut count = if kind == Kind::Mode { self.modes } else { 0 };
            for (_, name, bytes) in places {
                count += 1;
                let found = match kind {
                    Kind::Foreign => searcher.planted(bytes),
                    _ => searcher.find(bytes),
                };
                if let Some(what) = found {
                    findings.push(format!("{name}: {what}"));
                }
            }
            searched.push(count);
        }
        let mut exceptions = Vec::new();
        for (name, bytes) in &self.exceptions {
            match searcher.find(bytes) {
                Some(_) => exceptions.push(name.clone()),
                None => findings.push(format!("{name}: expected a secret there")),
            }
        }
        exceptions.sort();
        exceptions.dedup();
        Report { secrets: self.secrets.len(), searched, findings, exceptions }
    }
}

/// The outcome.
pub(super) struct Report {
    secrets: usize,
    searched: Vec<usize>,
    pub(super) findings: Vec<String>,
    exceptions: Vec<String>,
}

impl Report {
    pub(super) fn searched(&self, kind: Kind) -> usize {
        KINDS.iter().zip(&self.searched).filter(|((of, _), _)| *of == kind).map(|(_, n)| n).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, found) = (self.searched.iter().sum::<usize>(), self.findings.len());
        writeln!(f, "canary: {} secrets, {all} places searched, {found} found", self.secrets)?;
        for ((_, name), count) in KINDS.iter().zip(&self.searched) {
            writeln!(f, "  {count:>5}  {name}")?;
        }
        writeln!(f, "  a secret is, and must be, in:")?;
        for name in &self.exceptions {
            writeln!(f, "         {name}")?;
        }
        for finding in &self.findings {
            writeln!(f, "  FOUND  {finding}")?;
        }
        Ok(())
    }
}
