//! Certificate authorities of one's own.

use std::path::Path;

use super::unreadable;
use crate::config::ConfigError;
use crate::environment::{SSL_CERT_DIR, SSL_CERT_FILE};
use crate::host::Host;

/// The certificate authorities that are trusted beside the system's, in PEM. That the files of
/// `SSL_CERT_FILE` and `SSL_CERT_DIR`, which the TLS library reads in the system's place, are
/// there is looked at here: it would go on without them in silence.
///
/// # Errors
/// [`ConfigError::Invalid`] for what cannot be read.
pub(super) fn bundle(ca_bundle: Option<&Path>, host: &Host) -> Result<Option<String>, ConfigError> {
    if let Some(file) = host.environment.path(SSL_CERT_FILE) {
        readable(SSL_CERT_FILE, &file, std::fs::File::open(&file).map(|_| ()))?;
    }
    if let Some(directories) = host.environment.path(SSL_CERT_DIR) {
        for directory in std::env::split_paths(&directories) {
            readable(SSL_CERT_DIR, &directory, std::fs::read_dir(&directory).map(|_| ()))?;
        }
    }
    let Some(path) = ca_bundle else { return Ok(None) };
    let text = host.files.read(path);
    Ok(Some(text.map_err(|error| unreadable("ca_bundle", path, &error))?))
}

fn readable(
    name: &'static str,
    path: &Path,
    outcome: std::io::Result<()>,
) -> Result<(), ConfigError> {
    outcome.map_err(|error| ConfigError::Invalid {
        key: name,
        why: format!("cannot read `{}`: {error}", path.display()),
        hint: Some(format!("correct `{name}` or unset it")),
    })
}
