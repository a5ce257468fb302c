//! `explain`: why a token may assume a role, or why not.

mod action;
mod mend;
mod show;

use std::path::PathBuf;

use clap::Args;
use fed_types::{Claims, RoleArn};
use iam_policy::web_identity::{self, Provider};
use iam_policy::{Explanation, Policy, PolicyKind, Verdict, explain_trust};
use sts_exchange::RoleSessionName;

use super::bootstrap::failed;
use crate::arguments::{
    ActionArguments, AwsArguments, Options, OutputArguments, OutputFormat, RoleArguments,
    SignInArguments,
};
use crate::context::{Context, Outcome, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure, render, session};

/// Explain why an ID token may assume the role, or the role may do something, or why not.
///
/// Each condition of the role's trust policy is shown with the value it asks for and the
/// token's own; where the token is not admitted, also the smallest change that would
/// admit it. The trust policy is the role's live one, read with the administrator's
/// credentials that the AWS SDK finds, or a file.
///
/// With --action, what the role's policies say to that action instead: its live ones,
/// inline, managed and boundary, narrowed by the profile's session policies; or files. A
/// condition key that is neither given nor derived is not known, and where the answer hangs
/// on one, it cannot be told.
///
/// The exit status is 0 for allowed, 3 for denied, 1 where it cannot be told.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Action to explain, such as ec2:DescribeInstances, instead of assuming the role
    #[arg(long, value_name = "ACTION", conflicts_with = "trust_policy_file")]
    pub action: Option<String>,
    /// Trust policy to explain with, instead of the role's live one: AWS is not asked
    #[arg(long, value_name = "FILE")]
    pub trust_policy_file: Option<PathBuf>,
    /// On what, by whom, judged by what.
    #[command(flatten)]
    pub about: ActionArguments,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// The action that is explained.
pub(super) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ExplainArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    if let Some(action) = &arguments.action {
        let output = arguments.output.output;
        return action::run(context, &settings, action, &arguments.about, output);
    }
    let role = settings.role_arn()?;
    let claims = session::claims(context, &settings)?;
    let (text, place) = match &arguments.trust_policy_file {
        Some(file) => {
            let text = context.host.files.read(file).map_err(|error| {
                let message = format!("could not read `{}`", file.display());
                Failure::new(Exit::InvalidConfiguration, message).caused_by(&error)
            })?;
            (text, file.display().to_string())
        }
        None => (live_trust_policy(context, &settings, &role)?, format!("role/{}", role.name())),
    };
    let trust = Policy::parse(&text, PolicyKind::Trust).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, format!("the trust policy `{place}` is malformed"))
            .caused_by(&error)
            .hint("`fed-cli policy lint` shows where")
    })?;
    let session_name = session_name(&settings, &claims);
    let explanation = explained(&trust, &role, &claims, &session_name)?;
    context.data(&match arguments.output.output {
        OutputFormat::Text => show::text(&explanation, &role, &claims),
        OutputFormat::Json => render::json(&show::json(&explanation, &role)),
    })?;
    Ok(match explanation.verdict {
        Verdict::Allowed => Exit::Done,
        Verdict::Denied => Exit::Denied,
        Verdict::CannotTell => Exit::Unexpected,
    })
}

fn live_trust_policy(
    context: Context<'_>,
    settings: &Settings,
    role: &RoleArn,
) -> Result<String, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let live = block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, environment).await?;
        iam_bootstrap::read_role(&config, role.name()).await.map_err(failed)
    })?;
    live.map(|role| role.trust_policy).ok_or_else(|| {
        Failure::new(Exit::Denied, format!("there is no role `{role}`"))
            .hint("create it with `fed-cli bootstrap apply`")
    })
}

fn session_name(settings: &Settings, claims: &Claims) -> String {
    let configured = settings.profile.role_session_name.clone();
    configured
        .or_else(|| RoleSessionName::from_claims(claims).map(|name| name.to_string()))
        .unwrap_or_else(|| session::SESSION_NAME.to_owned())
}

fn explained(
    trust: &Policy,
    role: &RoleArn,
    claims: &Claims,
    session_name: &str,
) -> Result<Explanation, Failure> {
    let issuer = claims.issuer().unwrap_or_default();
    let provider = Provider::of_issuer(issuer, role.account().as_str()).ok_or_else(|| {
        Failure::new(Exit::Denied, format!("AWS knows no issuer `{issuer}`: expected an https URL"))
    })?;
    let keys = web_identity::context(&provider, claims, session_name)
        .map_err(|error| Failure::new(Exit::Denied, "AWS takes no such token").caused_by(&error))?;
    Ok(explain_trust(trust, &provider.principal(), ACTION, role.as_str(), &keys))
}

#[cfg(test)]
mod tests;
