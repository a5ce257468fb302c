//! The AWS tools' own files, as far as they matter to us.

use std::io::ErrorKind;
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

/// Whether one of them is anywhere: without a home directory the customary ones are not.
pub(crate) fn is_a_place(path: &Path) -> bool {
    !path.starts_with("~")
}

/// The names of the profiles in both files, as far as they can be read; each once.
pub(crate) fn profiles(host: &Host) -> Vec<String> {
    let texts = [config(host), credentials(host)].map(|path| host.files.read(&path));
    let heads = texts.iter().flatten().flat_map(|text| text.lines()).filter_map(|line| {
        let head = line.trim().strip_prefix('[')?.split(']').next()?.trim();
        let other = ["sso-session ", "services "].iter().any(|kind| head.starts_with(kind));
        (!other).then(|| head.strip_prefix("profile ").unwrap_or(head).trim().to_owned())
    });
    let mut names: Vec<String> = Vec::new();
    for name in heads {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// One of the two files that SDKs take before they ask a container's endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outranking {
    /// The variable that names it.
    pub(crate) variable: &'static str,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Whether it can be read; who cannot, does not know that there is nothing in it.
    pub(crate) is_readable: bool,
}

/// Those of the two files in which the profile `default` has credentials, or may have.
pub(crate) fn outranking(host: &Host) -> Vec<Outranking> {
    let files = [(AWS_CONFIG_FILE, config(host)), (AWS_SHARED_CREDENTIALS_FILE, credentials(host))];
    let outranks = |(variable, path): (&'static str, PathBuf)| match host.files.read(&path) {
        // SDKs may find a home by other ways than we do.
        _ if !is_a_place(&path) => Some(Outranking { variable, path, is_readable: false }),
        Ok(text) => {
            style(&text, "default").map(|_| Outranking { variable, path, is_readable: true })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(_) => Some(Outranking { variable, path, is_readable: false }),
    };
    files.into_iter().filter_map(outranks).collect()
}

/// The heads that a profile's section may have, the one that the AWS tools prefer first:
/// `[profile default]` outranks `[default]` (AWS SDKs and Tools reference, "Shared config and
/// credentials files"; the file of keys has the short one).
fn heads(name: &str) -> Vec<String> {
    let long = format!("profile {name}");
    if name == "default" { vec![long, name.to_owned()] } else { vec![long] }
}

/// The section of `~/.aws/config` that the AWS tools read for the profile, and its keys.
pub(crate) fn section(text: &str, name: &str) -> Option<(String, Vec<String>)> {
    heads(name).into_iter().find_map(|head| keys(text, &head).map(|keys| (head, keys)))
}

/// The key with which the profile gets its credentials, in whichever of its sections.
pub(crate) fn style(text: &str, name: &str) -> Option<String> {
    let keys = heads(name).into_iter().filter_map(|head| keys(text, &head)).flatten();
    keys.into_iter().find(|key| STYLES.contains(&key.as_str()))
}

/// The head of a new section in `~/.aws/config`.
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

/// The keys of a section of an INI file; `None` when there is no such section. Python's reader,
/// which the aws CLI has, takes a colon for `=`.
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
            && let Some((key, _)) = line.split_once(['=', ':'])
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
        let colon = "[default]\nrole_arn: arn:aws:iam::1:role/r = x\n";
        assert_eq!(keys(colon, "default"), Some(vec!["role_arn".to_owned()]));
    }

    #[test]
    fn the_profile_default_has_two_heads() {
        let both = "[default]\nregion = a\n[profile default]\noutput = json\n";
        let preferred = ("profile default".to_owned(), vec!["output".to_owned()]);
        assert_eq!(section(both, "default"), Some(preferred));
        let short = ("default".to_owned(), vec!["region".to_owned()]);
        assert_eq!(section("[default]\nregion = a\n", "default"), Some(short));
        assert_eq!(section("[dev]\nregion = a\n", "dev"), None, "others have one");
        for head in ["default", "profile default", " profile  \"default\" "] {
            let text = format!("[{head}]\nrole_arn = x\n[profile default]\nregion = a\n");
            assert_eq!(style(&text, "default").as_deref(), Some("role_arn"), "{head}");
        }
        for head in ["profile dev", "sso-session default", "Default"] {
            assert_eq!(style(&format!("[{head}]\nrole_arn = x\n"), "default"), None, "{head}");
        }
    }
}
