//! What a command in the lab finds in its environment.

use super::Lab;
use crate::run_directory::RunDirectory;
use crate::{LabError, PlacedIssuer};

/// What AWS clients read of a person's home folder, and what stands in its place: files of
/// the lab, empty at first. `credential_process`, keys and `ignore_configured_endpoint_urls`
/// of a person's profile have no say here.
const AWS_FILES: [(&str, &str); 4] = [
    ("AWS_CONFIG_FILE", "aws_config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "aws_credentials"),
    // The AWS SDK for Java 1.x, `AwsProfileFileLocationProvider`.
    ("AWS_CREDENTIAL_PROFILES_FILE", "aws_credentials"),
    // botocore, `BotoProvider`: keys in `~/.boto` and `/etc/boto.cfg`.
    ("BOTO_CONFIG", "boto.cfg"),
];

/// Makes those files, closed to other users.
pub(super) fn write_aws_files(run: &RunDirectory) -> Result<(), LabError> {
    AWS_FILES.iter().try_for_each(|(_, file)| run.write_private(file, b"").map(drop))
}

impl Lab {
    /// What a command run in the lab finds in its environment. It includes the
    /// administrator's key, but sets no `AWS_ACCESS_KEY_ID`. What it must not inherit beside
    /// it: [`unset_variables`](crate::unset_variables).
    pub fn environment(&self) -> Vec<(String, String)> {
        let client_secret_file = self.client_secret_file.to_string_lossy();
        let control_key_file = self.control.key_file().to_string_lossy();
        let of_the_lab = AWS_FILES.map(|(name, file)| {
            (name.to_owned(), self.run.path().join(file).to_string_lossy().into_owned())
        });
        let aws_cli = self
            .aws_cli
            .as_ref()
            .map(|path| ("FED_LAB_AWS_CLI".to_owned(), path.to_string_lossy().into_owned()));
        // Where names lead into the lab, there is no endpoint to be told.
        let endpoint = self.names.is_none().then(|| self.gate_url().to_owned());
        let endpoint = endpoint.map(|gate| ("AWS_ENDPOINT_URL".to_owned(), gate));
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
            .chain(self.of_placed())
            .chain(self.of_pod())
            .chain(self.names_environment().iter().cloned())
            .collect()
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

    /// Lets [`running_labs`](crate::running_labs) find this lab until it stops. The
    /// file holds the administrator's key and is closed to other users.
    ///
    /// # Errors
    /// [`LabError::File`].
    pub fn publish(&self) -> Result<(), LabError> {
        self.run.publish(&self.environment())
    }
}
