//! Which role, and for how long.

use std::path::PathBuf;

use clap::Args;

use crate::config::Profile;

/// Which role, and for how long.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Role options")]
pub struct RoleArguments {
    /// Role to assume [env: FED_ROLE_ARN]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Name of the session; by default from the token's email or sub
    #[arg(long, value_name = "NAME")]
    pub role_session_name: Option<String>,
    /// How long the session lasts, 15m to 12h [default: 1h]
    #[arg(long, value_name = "DURATION")]
    pub duration: Option<String>,
    /// Policy that narrows what the session may do
    #[arg(long, value_name = "FILE")]
    pub session_policy_file: Option<PathBuf>,
    /// Managed policy that narrows what the session may do; may be repeated
    #[arg(long = "session-policy-arn", value_name = "ARN")]
    pub session_policy_arns: Vec<String>,
}

impl RoleArguments {
    /// Puts the options into the profile.
    pub(super) fn lay_over(&self, profile: &mut Profile) {
        profile.role_arn.clone_from(&self.role_arn);
        profile.role_session_name.clone_from(&self.role_session_name);
        profile.duration.clone_from(&self.duration);
        profile.session_policy_file.clone_from(&self.session_policy_file);
        if !self.session_policy_arns.is_empty() {
            profile.session_policy_arns = Some(self.session_policy_arns.clone());
        }
    }
}

/// Which of several roles.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Role options")]
pub struct RoleChoiceArguments {
    /// Role to assume, by its name, by ACCOUNT/NAME or by its ARN, among the profile's `role_arn`
    /// and `roles`; where no profile is chosen, among those of all
    #[arg(long, value_name = "ROLE", conflicts_with = "role_arn")]
    pub role: Option<String>,
}
