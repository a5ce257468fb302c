//! Where in AWS.

use clap::Args;

use crate::config::Profile;

/// Where in AWS.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "AWS options")]
pub struct AwsArguments {
    /// AWS region [env: AWS_REGION, AWS_DEFAULT_REGION]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Where AWS calls go, instead of AWS [env: AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

impl AwsArguments {
    /// Puts the options into the profile.
    pub(super) fn lay_over(&self, profile: &mut Profile) {
        profile.region.clone_from(&self.region);
        profile.endpoint_url.clone_from(&self.endpoint_url);
    }
}
