//! What every command takes that gets a session of a role.

use clap::Args;

use super::{AwsArguments, Options, RoleArguments, RoleChoiceArguments, SignInArguments};

/// Who signs in, and for which role where in AWS.
#[derive(Debug, Args)]
pub struct RoleSessionArguments {
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which of several roles.
    #[command(flatten)]
    pub choice: RoleChoiceArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

impl RoleSessionArguments {
    /// What is laid over a profile.
    pub(crate) fn options(&self) -> Options<'_> {
        Options { sign_in: Some(&self.sign_in), role: Some(&self.role), aws: Some(&self.aws) }
    }
}
