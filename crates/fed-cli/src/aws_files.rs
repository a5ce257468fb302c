//! The AWS tools' own files, as far as they matter to us.

use std::path::{Path, PathBuf};

use crate::Host;
use crate::environment::{AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE};

/// Keys with which a profile gets its credentials.
pub(crate) const STYLES: [&str; 10] = [
    "aws_access_key_id",
    "credential_process",
    "credential_source",
    "login_session",
    "mfa_serial",
    "role_arn",
    "source_profile",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];

/// Their configuration file.
pub(crate) fn config(host: &Host) -> PathBuf {
    place(host, AWS_CONFIG_FILE, "~/.aws/config")
}

/// Their file of keys.
pub(crate) fn credentials(host: &Host) -> PathBuf {
    place(host, AWS_SHARED_CREDENTIALS_FILE, "~/.aws/credentials")
}

fn place(host: &Host, variable: &str, customary: &str) -> PathBuf {
    let named = host.environment.path(variable);
    named.unwrap_or_else(|| host.files.expand(Path::new(customary)))
}

/// The variables that name those of the two files in which the profile `default` has credentials:
/// SDKs take them before they ask a container's endpoint.
pub(crate) fn outranking(host: &Host) -> Vec<(&'static str, PathBuf)> {
    let has = |path: &Path| {
        let text = host.files.read(path).unwrap_or_default();
        let keys = keys(&text, "default").unwrap_or_default();
        keys.iter().any(|key| STYLES.contains(&key.as_str()))
    };
    let files = [(AWS_CONFIG_FILE, config(host)), (AWS_SHARED_CREDENTIALS_FILE, credentials(host))];
    files.into_iter().filter(|(_, path)| has(path)).collect()
}

/// The section's name in `~/.aws/config`.
pub(crate) fn header(name: &str) -> String {
    if name == "default" { name.to_owned() } else { format!("profile {name}") }
}

/// A section's name as the AWS tools understand it: `profile "corp"` is `profile corp`.
fn unquoted(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(" ");
    match name.split_once(' ') {
        Some((kind, rest)) => format!("{kind} {}", rest.trim_matches(['"', '\''])),
        None => name.trim_matches(['"', '\'']).to_owned(),
    }
}

/// Where the first line after the head of the section begins, in bytes.
pub(crate) fn after_head(text: &str, section: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let name = line.trim().strip_prefix('[').and_then(|line| line.split(']').next());
        if name.is_some_and(|name| unquoted(name) == section) {
            return Some(at);
        }
    }
    None
}

/// The keys of a section of an INI file; `None` when there is no such section.
pub(crate) fn keys(text: &str, section: &str) -> Option<Vec<String>> {
    let mut found = None;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            inside = unquoted(name) == section;
            if inside {
                found.get_or_insert_with(Vec::new);
            }
        } else if inside
            && !line.starts_with(['#', ';'])
            && let Some((key, _)) = line.split_once('=')
        {
            found.get_or_insert_with(Vec::new).push(key.trim().to_ascii_lowercase());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_with_their_keys() {
        let text = "[default]\nregion = a\n\n[profile  dev]\n# role_arn = no\nSSO_Session=x\n\
                    [other]\nrole_arn = y\n";
        assert_eq!(keys(text, "default"), Some(vec!["region".to_owned()]));
        assert_eq!(keys(text, &header("dev")), Some(vec!["sso_session".to_owned()]));
        assert_eq!(keys(text, &header("missing")), None);
        for quoted in
            ["[profile \"corp\"]\nsso_session = x", "[ profile  'corp' ]\nsso_session = x"]
        {
            let found = keys(quoted, &header("corp"));
            assert_eq!(found, Some(vec!["sso_session".to_owned()]), "{quoted}");
        }
        assert_eq!(keys("", &header("default")), None);
    }
}
