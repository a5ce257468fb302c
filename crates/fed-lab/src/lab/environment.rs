//! What a command in the lab finds in its environment.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Mutex;

use super::Lab;
use crate::accounts::Around;
use crate::aws_files::CREDENTIALS;
use crate::script::ScriptPlace;
use crate::{LabError, PlacedIssuer, aws_files};

/// Where Google's machines find their metadata server.
const METADATA_HOST: &str = "metadata.google.internal";

impl Lab {
    /// What a command run in the lab finds in its environment. It includes the
    /// administrator's key, but sets no `AWS_ACCESS_KEY_ID`. What it must not inherit beside
    /// it: [`unset_variables`](crate::unset_variables).
    pub fn environment(&self) -> Vec<(String, String)> {
        self.environment_of(self.sealed)
    }

    /// The same for a command that is in a world of its own, or beside it.
    fn environment_of(&self, sealed: bool) -> Vec<(String, String)> {
        let client_secret_file = self.client_secret_file.to_string_lossy();
        let control_key_file = self.control.key_file().to_string_lossy();
        let of_the_lab = aws_files::variables(self.run.path());
        let aws_cli = self
            .aws_cli
            .as_ref()
            .map(|path| ("FED_LAB_AWS_CLI".to_owned(), path.to_string_lossy().into_owned()));
        // Where names lead into the lab, there is no endpoint to be told.
        let endpoint = self.names.is_none().then(|| self.gate_url().to_owned());
        let endpoint = endpoint.map(|gate| ("AWS_ENDPOINT_URL".to_owned(), gate));
        let of_names = match sealed {
            true => self.sealed_environment(),
            false => self.names_environment(),
        };
        let values = [
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_REGION", self.region()),
            ("AWS_DEFAULT_REGION", self.region()),
            ("FED_LAB_GATE_URL", self.gate_url()),
            ("FED_LAB_CONTROL_URL", self.control.url()),
            ("FED_LAB_CONTROL_KEY_FILE", &control_key_file),
            ("FED_LAB_UPSTREAM_URL", self.upstream_url()),
            ("FED_LAB_ACCOUNT_ID", self.account.as_str()),
            ("FED_LAB_ISSUER", self.issuer.issuer()),
            ("FED_LAB_ISSUER_URL", self.issuer.url()),
            ("FED_LAB_CLIENT_ID", self.client_id()),
            ("FED_LAB_CLIENT_SECRET_FILE", &client_secret_file),
            ("FED_LAB_ADMIN_ACCESS_KEY_ID", &self.administrator.access_key_id),
            ("FED_LAB_ADMIN_SECRET_ACCESS_KEY", self.administrator.secret_access_key.expose()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        values
            .into_iter()
            .chain(endpoint)
            .chain(of_the_lab)
            .chain(aws_cli)
            .chain(self.of_metadata_server(sealed))
            .chain(self.of_placed())
            .chain(self.of_pod())
            .chain(of_names.iter().cloned())
            .collect()
    }

    /// Where Google's libraries ask who the machine is: at the issuer; by names at the server's own
    /// name and, in a sealed world, address (google-auth, `compute_engine/_metadata.py`).
    fn of_metadata_server(&self, sealed: bool) -> Vec<(String, String)> {
        let address = self.issuer.url().trim_start_matches("http://");
        let variables: &[(&str, &str)] = match (&self.names, sealed) {
            (None, _) => &[("GCE_METADATA_HOST", address), ("GCE_METADATA_IP", address)],
            (Some(_), false) => &[("GCE_METADATA_IP", METADATA_HOST)],
            (Some(_), true) => &[],
        };
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// What the programs of a world file find around them, and where its profiles go. They run
    /// before a command has a world of its own, and outside of it.
    pub(super) fn around(&self, search_path: &OsStr, inherited: Vec<OsString>) -> Around {
        let folder = self.aws_cli.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folders = folder.into_iter().chain(std::env::split_paths(search_path));
        let search_path = std::env::join_paths(folders).unwrap_or_else(|_| search_path.to_owned());
        let environment = self.environment_of(false);
        let scripts = ScriptPlace { environment, search_path, inherited };
        Around { scripts, profiles: Mutex::new(self.run.path().join(CREDENTIALS)) }
    }

    /// Where the issuers beside Google's are, and what a GitHub Actions runner has.
    fn of_placed(&self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (placed, issuer) in &self.placed {
            let name = match placed {
                PlacedIssuer::GithubActions => {
                    let (url, token) = issuer.github_actions_request();
                    variables.push(("ACTIONS_ID_TOKEN_REQUEST_URL".to_owned(), url));
                    variables.push(("ACTIONS_ID_TOKEN_REQUEST_TOKEN".to_owned(), token));
                    "GITHUB_ACTIONS"
                }
                PlacedIssuer::Gitlab => "GITLAB",
                PlacedIssuer::Eks => "EKS",
                PlacedIssuer::Google | PlacedIssuer::Other(_) => continue,
            };
            variables.push((format!("FED_LAB_{name}_ISSUER"), issuer.issuer().to_owned()));
            variables.push((format!("FED_LAB_{name}_ISSUER_URL"), issuer.url().to_owned()));
        }
        variables
    }

    /// What a pod of the service account has.
    fn of_pod(&self) -> Vec<(String, String)> {
        let Some(projected) = &self.projected else { return Vec::new() };
        let file = projected.token.path().to_string_lossy().into_owned();
        let role = projected.role_arn.iter().flat_map(|role_arn| {
            [("AWS_ROLE_ARN", role_arn.as_str()), ("AWS_WEB_IDENTITY_TOKEN_FILE", &file)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        });
        let file = ("FED_LAB_EKS_TOKEN_FILE".to_owned(), file.clone());
        role.chain([file]).collect()
    }

    /// Lets [`running_labs`](crate::running_labs) find this lab until it stops.
    ///
    /// # Errors
    /// [`LabError::File`].
    pub fn publish(&self) -> Result<(), LabError> {
        self.run.publish()
    }
}
