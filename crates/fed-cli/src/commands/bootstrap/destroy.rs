//! `bootstrap destroy`: takes away what apply made.

use clap::Args;
use iam_bootstrap::{Plan, Provider, Removal, plan_removal, read_removal};

use super::administrator::Administrator;
use super::blueprint::invalid;
use super::carry_out::{Carrier, carry_out};
use super::refused::failed;
use super::{consent, show};
use crate::arguments::{AwsArguments, Options, OutputArguments, OutputFormat};
use crate::context::{Context, Outcome, block_on};
use crate::settings::Settings;
use crate::{Exit, Failure};

/// Remove what apply made, and nothing else.
///
/// Only what carries apply's tags is removed: the role with the policies that apply put on it,
/// the issuer's provider when no other role trusts it, the users without policies that were made
/// beside it and their access keys. Everything is looked at first: where something of others
/// hangs on it, such as a policy attached by hand or an instance profile, that is said and nothing
/// is removed. AWS is asked with the administrator's credentials that the AWS SDK finds.
#[derive(Debug, Args)]
pub struct DestroyArguments {
    /// The role [env: FED_ROLE_ARN]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Also the provider of this issuer, besides those that the role trusts
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// The user without policies; unless it is named, it goes only if it was made beside this
    /// role
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = DEFAULT_USER
    )]
    pub no_policy_user: Option<String>,
    /// Only show what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before removing anything
    #[arg(long, short)]
    pub yes: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

/// The user that apply makes where none is named.
pub(super) const DEFAULT_USER: &str = "no-policy-user";

pub(super) fn run(context: Context<'_>, arguments: &DestroyArguments) -> Outcome {
    let settings = settings(context, arguments)?;
    let removal = removal(arguments, &settings)?;
    let administrator = Administrator::of(context, &settings, &removal.role)?;
    let look = || {
        block_on(async {
            let config = administrator.iam(context).await?;
            let live = read_removal(&config, &removal).await.map_err(failed)?;
            Ok(plan_removal(&removal, &live))
        })
    };
    let plan = look()?;
    let output = arguments.output.output;
    if !plan.in_the_way.is_empty() {
        return Err(stopped(context, &plan, output));
    }
    if arguments.dry_run || plan.changes.is_empty() {
        show::plan(context, &plan, output)?;
        return Ok(Exit::Done);
    }
    consent::obtain(context, &removal.role, &plan, arguments.yes, "removed", look)?;
    carry_out(context, &administrator, &plan, output, Carrier::Destroy)?;
    if output == OutputFormat::Json {
        show::plan(context, &plan, output)?;
    }
    Ok(Exit::Done)
}

fn settings(context: Context<'_>, arguments: &DestroyArguments) -> Result<Settings, Failure> {
    let options = Options { sign_in: None, role: None, aws: Some(&arguments.aws) };
    let mut settings = context.settings(options)?;
    if arguments.role_arn.is_some() {
        settings.profile.role_arn.clone_from(&arguments.role_arn);
    }
    if arguments.issuer.is_some() {
        settings.profile.issuer.clone_from(&arguments.issuer);
    }
    Ok(settings)
}

fn removal(arguments: &DestroyArguments, settings: &Settings) -> Result<Removal, Failure> {
    let issuer = settings.profile.issuer.as_deref().map(Provider::from_issuer);
    Ok(Removal {
        role: settings.role_arn()?,
        provider: issuer.transpose().map_err(|error| invalid(&error))?,
        user: arguments.no_policy_user.clone().unwrap_or_else(|| DEFAULT_USER.to_owned()),
        user_is_named: arguments.no_policy_user.is_some(),
    })
}

/// Says what stands in the way; nothing was removed.
fn stopped(context: Context<'_>, plan: &Plan, output: OutputFormat) -> Failure {
    if let Err(failure) = show::plan(context, plan, output) {
        return failure;
    }
    let what = if plan.in_the_way.len() == 1 {
        "something that apply did not make hangs"
    } else {
        "things that apply did not make hang"
    };
    let remedies: Vec<String> =
        plan.in_the_way.iter().map(|obstacle| format!("  {}", obstacle.remedy())).collect();
    Failure::new(Exit::Unexpected, format!("nothing was removed: {what} on what is to go")).hint(
        format!("if nobody needs it, take it away and run this again:\n{}", remedies.join("\n")),
    )
}
