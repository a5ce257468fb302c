//! What clients have to be given so that they trust the lab's authority: bundles that hold what
//! they trusted before, and the authority.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::java;
use crate::LabError;
use crate::run_directory::write_private_file;

/// Variables that name a bundle, and who reads them.
///
/// Sources: AWS SDKs and Tools Reference Guide; OpenSSL, `SSL_CTX_load_verify_locations`, and Go,
/// `crypto/x509`; curl(1); requests, "SSL Cert Verification"; httplib2, `certs.py`; git-config(1),
/// `http.sslCAInfo`; LWP::UserAgent, `SSL_ca_file`.
pub(super) const BUNDLES: [&str; 7] = [
    "AWS_CA_BUNDLE",
    SYSTEM_FILE,
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "HTTPLIB2_CA_CERTS",
    "GIT_SSL_CAINFO",
    "PERL_LWP_SSL_CA_FILE",
];

/// What OpenSSL, and much else, reads instead of the system's bundle.
const SYSTEM_FILE: &str = "SSL_CERT_FILE";

/// Node adds its content to what it trusts by itself (Node.js, "Command-line API").
pub(super) const OF_NODE: &str = "NODE_EXTRA_CA_CERTS";

/// Options for every Java program (JVM Tool Interface, "JAVA_TOOL_OPTIONS").
pub(super) const OF_JAVA: &str = "JAVA_TOOL_OPTIONS";

/// The bundles of systems: Debian's and Arch's, Fedora's, SUSE's, Alpine's and macOS's.
pub(crate) const SYSTEMS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What a person's clients trust before they are in the lab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonsTrust {
    variables: Vec<(&'static str, PathBuf)>,
    java_options: Option<String>,
}

impl PersonsTrust {
    /// From any source of variables; an empty one counts as unset.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let names = BUNDLES.into_iter().chain([OF_NODE]);
        let variables = names.filter_map(|name| Some((name, set(name)?.into()))).collect();
        Self { variables, java_options: set(OF_JAVA) }
    }

    fn of(&self, variable: &str) -> Option<&Path> {
        let found = self.variables.iter().find(|(name, _)| *name == variable);
        found.map(|(_, path)| path.as_path())
    }
}

/// The files that were written.
pub(super) struct TrustFiles {
    /// The authority alone, as PEM.
    pub(super) authority: PathBuf,
    /// A variable each.
    pub(super) variables: Vec<(&'static str, PathBuf)>,
    pub(super) java: PathBuf,
    pub(super) java_options: Option<String>,
}

impl TrustFiles {
    /// All of them, each once.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let variables = self.variables.iter().map(|(_, path)| path);
        let mut files: Vec<_> = variables.chain([&self.authority, &self.java]).cloned().collect();
        files.sort();
        files.dedup();
        files
    }
}

/// Writes the files into a folder, closed to other users; `authority` is its certificate as PEM. What
/// a person's variable names is kept and added to.
///
/// # Errors
/// [`LabError::CertificateFile`] where that cannot be read, [`LabError::File`].
pub(super) fn write(
    trust: &PersonsTrust,
    authority: &str,
    folder: &Path,
) -> Result<TrustFiles, LabError> {
    let pem = authority.as_bytes();
    let write_private = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        write_private_file(&path, content).map(|()| path)
    };
    let of_system = match trust.of(SYSTEM_FILE) {
        Some(path) => certificates(SYSTEM_FILE, path)?,
        None => SYSTEMS.iter().find_map(|path| fs::read(path).ok()).unwrap_or_default(),
    };
    let bundle = write_private("ca-bundle.pem", &joined(&of_system, pem))?;
    let mut variables = Vec::new();
    for variable in BUNDLES {
        let path = match trust.of(variable).filter(|_| variable != SYSTEM_FILE) {
            Some(path) => {
                let own = joined(&certificates(variable, path)?, pem);
                write_private(&format!("{}.pem", variable.to_lowercase()), &own)?
            }
            None => bundle.clone(),
        };
        variables.push((variable, path));
    }
    let of_node = match trust.of(OF_NODE) {
        Some(path) => joined(&certificates(OF_NODE, path)?, pem),
        None => pem.to_vec(),
    };
    variables.push((OF_NODE, write_private("node.pem", &of_node)?));
    let trusted = joined(&of_system, pem);
    let trusted: Vec<_> = CertificateDer::pem_slice_iter(&trusted).flatten().collect();
    Ok(TrustFiles {
        authority: write_private("ca.pem", pem)?,
        variables,
        java: write_private("ca.jks", &java::key_store(&trusted))?,
        java_options: trust.java_options.clone(),
    })
}

/// What a file holds, or all files of a folder with certificates in them, as requests takes one.
fn certificates(variable: &'static str, path: &Path) -> Result<Vec<u8>, LabError> {
    let read = || -> io::Result<Vec<u8>> {
        if !path.is_dir() {
            return fs::read(path);
        }
        let mut all = Vec::new();
        for entry in fs::read_dir(path)? {
            let file = fs::read(entry?.path()).unwrap_or_default();
            if String::from_utf8_lossy(&file).contains("-----BEGIN CERTIFICATE-----") {
                all = joined(&all, &file);
            }
        }
        Ok(all)
    };
    read().map_err(|source| LabError::CertificateFile { variable, path: path.to_owned(), source })
}

/// One after the other, each from the beginning of a line.
fn joined(first: &[u8], second: &[u8]) -> Vec<u8> {
    let between: &[u8] = if first.is_empty() || first.ends_with(b"\n") { b"" } else { b"\n" };
    [first, between, second].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_directory::RunDirectory;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nbGFi\n-----END CERTIFICATE-----\n";

    fn run() -> (tempfile::TempDir, RunDirectory) {
        let cache = tempfile::tempdir().unwrap();
        let run = RunDirectory::create(cache.path()).unwrap();
        (cache, run)
    }

    #[test]
    fn what_a_person_trusts_is_kept_and_added_to() {
        let (cache, run) = run();
        let own = cache.path().join("own.pem");
        fs::write(&own, "own").unwrap();
        let folder = cache.path().join("folder");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("a.pem"), "-----BEGIN CERTIFICATE-----\nYQ==").unwrap();
        fs::write(folder.join("notes.txt"), "nothing").unwrap();
        let trust = PersonsTrust::read(|name| match name {
            "AWS_CA_BUNDLE" => Some(own.display().to_string()),
            "REQUESTS_CA_BUNDLE" => Some(folder.display().to_string()),
            "CURL_CA_BUNDLE" => Some(String::new()),
            _ => None,
        });
        let files = write(&trust, PEM, run.path()).unwrap();
        let of = |variable: &str| {
            let found = files.variables.iter().find(|(name, _)| *name == variable);
            fs::read_to_string(&found.unwrap().1).unwrap()
        };
        assert_eq!(of("AWS_CA_BUNDLE"), format!("own\n{PEM}"));
        assert_eq!(of("REQUESTS_CA_BUNDLE"), format!("-----BEGIN CERTIFICATE-----\nYQ==\n{PEM}"));
        assert!(of("CURL_CA_BUNDLE").ends_with(PEM));
        assert!(!of("CURL_CA_BUNDLE").contains("own"));
        assert_eq!(of("NODE_EXTRA_CA_CERTS"), PEM);
        assert_eq!(fs::read_to_string(&own).unwrap(), "own");
    }

    #[test]
    fn the_systems_place_is_taken_by_what_the_person_says() {
        let (cache, run) = run();
        let own = cache.path().join("own.pem");
        fs::write(&own, "own\n").unwrap();
        let trust =
            PersonsTrust::read(|name| (name == "SSL_CERT_FILE").then(|| own.display().to_string()));
        let files = write(&trust, PEM, run.path()).unwrap();
        for (variable, path) in files.variables.iter().filter(|(name, _)| *name != OF_NODE) {
            assert_eq!(fs::read_to_string(path).unwrap(), format!("own\n{PEM}"), "{variable}");
        }
    }

    #[test]
    fn a_bundle_that_cannot_be_read_is_told() {
        let (cache, run) = run();
        let missing = cache.path().join("missing.pem");
        let trust = PersonsTrust::read(|name| {
            (name == "AWS_CA_BUNDLE").then(|| missing.display().to_string())
        });
        let error = write(&trust, PEM, run.path()).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("tried to read the certificates in `{}` (AWS_CA_BUNDLE)", missing.display())
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_files() {
        use std::os::unix::fs::PermissionsExt;

        let (_cache, run) = run();
        write(&PersonsTrust::default(), PEM, run.path()).unwrap();
        for entry in fs::read_dir(run.path()).unwrap().flatten() {
            if entry.file_name() != "lock" {
                let mode = entry.metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
            }
        }
    }
}
