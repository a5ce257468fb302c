//! The role and the session.

use fed_types::{Arn, RoleArn};

use super::{Settings, unreadable};
use crate::config::ConfigError;
use crate::host::Files;

/// The role and the session, still without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleSettings {
    /// The role to assume with the ID token.
    pub role_arn: RoleArn,
    /// Roles to assume after it, in order.
    pub chain: Vec<RoleArn>,
    /// The session's name, where the settings give one.
    pub session_name: Option<String>,
    /// How long the session lasts, as written.
    pub duration: Option<String>,
    /// The document that narrows the session.
    pub session_policy: Option<String>,
    /// Managed policies that narrow the session.
    pub session_policy_arns: Vec<String>,
}

impl Settings {
    /// The role's ARN.
    ///
    /// # Errors
    /// [`ConfigError`] when there is none, or it is none.
    pub(crate) fn role_arn(&self) -> Result<RoleArn, ConfigError> {
        let text = self.required(
            self.profile.role_arn.as_ref(),
            "role to assume",
            "role_arn",
            "--role-arn",
        )?;
        parse(text, "role_arn")
    }

    /// The role and the session.
    ///
    /// # Errors
    /// [`ConfigError`] for what is missing, unreadable or no ARN.
    pub(crate) fn role(&self, files: &Files) -> Result<RoleSettings, ConfigError> {
        let chain = self.profile.chain.iter().flatten();
        let (session_policy, session_policy_arns) = self.session_policies(files)?;
        Ok(RoleSettings {
            role_arn: self.role_arn()?,
            chain: chain.map(|text| parse(text, "chain")).collect::<Result<_, _>>()?,
            session_name: self.profile.role_session_name.clone(),
            duration: self.profile.duration.clone(),
            session_policy,
            session_policy_arns,
        })
    }

    /// What narrows the session: the text of a policy, and the ARNs of managed ones.
    ///
    /// # Errors
    /// [`ConfigError`] when the file cannot be read.
    pub(crate) fn session_policies(
        &self,
        files: &Files,
    ) -> Result<(Option<String>, Vec<String>), ConfigError> {
        let document = match &self.profile.session_policy_file {
            Some(path) => Some(
                files
                    .read(path)
                    .map_err(|error| unreadable("session_policy_file", path, &error))?,
            ),
            None => None,
        };
        Ok((document, self.profile.session_policy_arns.clone().unwrap_or_default()))
    }
}

/// Account and name of a role, with its path; the text itself where it is no ARN.
pub(crate) fn role_names(arn: &str) -> (String, String) {
    match Arn::parse(arn) {
        Ok(parsed) => {
            let name = parsed.resource.strip_prefix("role/").unwrap_or(parsed.resource);
            (parsed.account.to_owned(), name.to_owned())
        }
        Err(_) => (String::new(), arn.to_owned()),
    }
}

fn parse(text: &str, key: &'static str) -> Result<RoleArn, ConfigError> {
    text.parse().map_err(|error: fed_types::InvalidArn| ConfigError::Invalid {
        key,
        why: error.to_string(),
        hint: None,
    })
}
