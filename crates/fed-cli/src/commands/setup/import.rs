//! What other tools' configurations say, as profiles: kubelogin's, and those of tools that write
//! roles into INI files.

mod ini;
mod kubeconfig;

use std::path::Path;

use crate::config::Profile;

/// What could be taken over, and what not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Imported {
    /// Profiles by the names they will have.
    pub(super) profiles: Vec<(String, Profile)>,
    /// What stays behind, and why.
    pub(super) left: Vec<String>,
}

/// Reads a configuration of kubelogin (a kubeconfig), aws-vault, granted (`~/.aws/config`) or
/// saml2aws (`~/.saml2aws`). Which one it is, the text itself tells.
///
/// # Errors
/// What was expected instead.
pub(super) fn read(text: &str, path: &Path) -> Result<Imported, String> {
    let is_ini = text.lines().any(|line| line.trim_start().starts_with('['));
    let imported = if is_ini { ini::read(text) } else { kubeconfig::read(text)? };
    if imported == Imported::default() {
        return Err(format!(
            "expected a kubeconfig, `~/.aws/config` or `~/.saml2aws`, found nothing of the kind in \
             `{}`",
            path.display()
        ));
    }
    Ok(imported)
}

/// A name that a profile may have.
fn name(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.@+=,".contains(c) { c } else { '-' };
    text.trim_matches(['"', '\'']).chars().map(plain).collect()
}
