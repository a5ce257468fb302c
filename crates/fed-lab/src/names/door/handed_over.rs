//! What others are given so that they are in the lab: a folder with the environment, the authority and
//! the lab's key. It is this user's alone; whoever is to have it is given the folder.

use std::fs;
use std::path::{Path, PathBuf};

use fed_types::shell_word;

use super::super::issuer_host::host_of;
use super::super::{trust, variables};
use super::Behind;
use super::destination::ISSUERS;
use crate::LabError;
use crate::run_directory::{make_private_directory, write_private_file};

/// The environment, for shells and for programs.
const SHELL: &str = "lab.sh";
const JSON: &str = "lab.json";
const KEY: &str = "control_key";
const CLIENT_SECRET: &str = "client_secret";

/// Variables whose values are the same wherever a command is.
const EVERYWHERE: [&str; 11] = [
    "AWS_EC2_METADATA_DISABLED",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "FED_LAB_ACCOUNT_ID",
    "FED_LAB_CLIENT_ID",
    "FED_LAB_ADMIN_ACCESS_KEY_ID",
    "FED_LAB_ADMIN_SECRET_ACCESS_KEY",
    "FED_LAB_ISSUER",
    "FED_LAB_GITHUB_ACTIONS_ISSUER",
    "FED_LAB_GITLAB_ISSUER",
    "FED_LAB_EKS_ISSUER",
];
/// How a runner asks for its token; good at the issuer alone.
const RUNNER: [&str; 2] = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
/// Where issuers are, and how the variable begins that has their name.
const ISSUER_URL: &str = "_ISSUER_URL";

/// The files, which are removed when this is dropped.
pub(super) struct HandedOver {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl HandedOver {
    /// Writes everything, the environment last: who finds it finds all that it names.
    pub(super) fn write(
        folder: PathBuf,
        url: &str,
        authority: &str,
        behind: &Behind<'_>,
    ) -> Result<Self, LabError> {
        make_private_directory(&folder)?;
        let folder = fs::canonicalize(&folder).map_err(|source| LabError::File {
            what: "find",
            path: folder,
            source,
        })?;
        let mut handed = Self { folder, files: Vec::new() };
        let trusted = trust::write(behind.trust, authority, &handed.folder)?;
        handed.files.extend(trusted.files());
        let key = handed.keep(KEY, behind.key.expose())?;
        let client_secret = handed.keep(CLIENT_SECRET, behind.client_secret.expose())?;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut environment = elsewhere(&behind.environment, url);
        environment.extend(
            [
                ("AWS_ENDPOINT_URL", url.to_owned()),
                ("FED_LAB_GATE_URL", url.to_owned()),
                ("FED_LAB_CONTROL_URL", url.to_owned()),
                ("FED_LAB_CONTROL_KEY_FILE", text(&key)),
                ("FED_LAB_CLIENT_SECRET_FILE", text(&client_secret)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        environment.extend(variables::of_trust(&trusted, None));
        let json: serde_json::Map<String, serde_json::Value> =
            environment.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        handed.keep(JSON, &format!("{:#}\n", serde_json::Value::Object(json)))?;
        let export = |(name, value): &(String, String)| {
            ["export ", name.as_str(), "=", &shell_word(value), "\n"].concat()
        };
        handed.keep(SHELL, &environment.iter().map(export).collect::<String>())?;
        Ok(handed)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn keep(&mut self, name: &str, content: &str) -> Result<PathBuf, LabError> {
        let path = self.folder.join(name);
        write_private_file(&path, content.as_bytes())?;
        self.files.push(path.clone());
        Ok(path)
    }
}

impl Drop for HandedOver {
    fn drop(&mut self) {
        for file in &self.files {
            if let Err(error) = fs::remove_file(file) {
                tracing::error!(%error, path = %file.display(), "what was handed over could not be removed");
            }
        }
    }
}

/// What of the environment on this machine is good elsewhere, where the lab is at this URL.
fn elsewhere(environment: &[(String, String)], url: &str) -> Vec<(String, String)> {
    let value_of =
        |name: &str| environment.iter().find(|(known, _)| known == name).map(|(_, it)| it);
    let mut kept = Vec::new();
    let mut issuers = Vec::new();
    for (name, value) in environment {
        if EVERYWHERE.contains(&name.as_str()) {
            kept.push((name.clone(), value.clone()));
        } else if let Some(of) = name.strip_suffix("_URL").filter(|_| name.ends_with(ISSUER_URL))
            && let Some(host) = value_of(of).and_then(|issuer| host_of(issuer))
        {
            let there = format!("{url}{ISSUERS}{host}");
            issuers.push((value.clone(), there.clone()));
            kept.push((name.clone(), there));
        }
    }
    for name in RUNNER {
        let Some(value) = value_of(name) else { continue };
        let at = issuers.iter().find_map(|(here, there)| {
            value.strip_prefix(here.as_str()).map(|rest| format!("{there}{rest}"))
        });
        kept.push((name.to_owned(), at.unwrap_or_else(|| value.clone())));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_past_the_door_is_not_handed_over() {
        let here = [
            ("AWS_REGION", "eu-west-1"),
            ("FED_LAB_UPSTREAM_URL", "http://127.0.0.1:1"),
            ("FED_LAB_ISSUER", "https://accounts.google.com"),
            ("FED_LAB_ISSUER_URL", "http://127.0.0.1:2"),
            ("FED_LAB_GITHUB_ACTIONS_ISSUER", "https://token.actions.githubusercontent.com"),
            ("FED_LAB_GITHUB_ACTIONS_ISSUER_URL", "http://127.0.0.1:3"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:3/actions/id-token?run=1"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner"),
            ("GCE_METADATA_HOST", "127.0.0.1:2"),
            ("HTTPS_PROXY", "http://127.0.0.1:4"),
            ("AWS_CONFIG_FILE", "/somewhere/aws_config"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let there = elsewhere(&here, "https://fed-lab");
        let expected = [
            ("AWS_REGION", "eu-west-1"),
            ("FED_LAB_ISSUER", "https://accounts.google.com"),
            ("FED_LAB_ISSUER_URL", "https://fed-lab/_issuers/accounts.google.com"),
            ("FED_LAB_GITHUB_ACTIONS_ISSUER", "https://token.actions.githubusercontent.com"),
            (
                "FED_LAB_GITHUB_ACTIONS_ISSUER_URL",
                "https://fed-lab/_issuers/token.actions.githubusercontent.com",
            ),
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                "https://fed-lab/_issuers/token.actions.githubusercontent.com/actions/id-token?run=1",
            ),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner"),
        ];
        let there: Vec<_> =
            there.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(there, expected);
    }
}
