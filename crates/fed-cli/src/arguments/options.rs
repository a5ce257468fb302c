//! The option groups of a command as what is laid over a profile.

use super::{AwsArguments, RoleArguments, SignInArguments};
use crate::config::Profile;
use crate::settings::Given;

/// The options that a command takes; those it does not take are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options<'a> {
    /// Who signs in where.
    pub sign_in: Option<&'a SignInArguments>,
    /// Which role.
    pub role: Option<&'a RoleArguments>,
    /// Where in AWS.
    pub aws: Option<&'a AwsArguments>,
}

impl Options<'_> {
    /// What was typed, as settings.
    pub(crate) fn given(self) -> Given {
        let mut profile = Profile::default();
        if let Some(options) = self.sign_in {
            options.lay_over(&mut profile);
        }
        if let Some(options) = self.role {
            options.lay_over(&mut profile);
        }
        if let Some(options) = self.aws {
            options.lay_over(&mut profile);
        }
        Given { profile, asking: self.sign_in.map(SignInArguments::asking) }
    }
}
