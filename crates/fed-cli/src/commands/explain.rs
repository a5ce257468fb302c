//! `explain`: why a token may assume a role, or why not.

mod action;
mod apply;
mod ask;
mod error;
mod facts;
mod mend;
mod organization;
mod policy_file;
mod show;
mod signature;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use fed_types::Claims;
use iam_policy::mend::{Remedy, remedy};
use iam_policy::sts::Outcome as Answer;
use iam_policy::web_identity::{Clock, Presented, Question, decide, surroundings};
use sts_exchange::RoleSessionName;

use crate::arguments::{
    ActionArguments, AwsArguments, Options, OutputArguments, OutputFormat, RoleArguments,
    SignInArguments,
};
use crate::context::{Context, Outcome, Person, block_on};
use crate::settings::Settings;
use crate::{Exit, identity, render, session};

use facts::Facts;

/// Explain why an ID token may assume the role, or the role may do something, or why not.
///
/// Says what STS would answer, check by check in STS's own order, and why: each condition of
/// the role's trust policy with the value it asks for and the token's own. Where the token is
/// not admitted, also changed trust policies that admit it, each tried on the token and on
/// tokens like it that must stay out; --apply puts the first. The trust policy is the role's
/// live one, read with the administrator's credentials that the AWS SDK finds, or a file. What
/// is not known, as whether a token from a file is signed by its issuer where nobody can ask
/// the issuer, stays an open question, and no yes is said.
///
/// With --action, what the role's policies say to that action instead: its live ones,
/// inline, managed and boundary, narrowed by the profile's session policies; or files. Where
/// AWS is asked, so is it about the resource: the policy of a bucket, queue, topic, key, secret,
/// table or role, and tags; and about the organization, whose policies a member cannot read. A
/// condition key that is neither given nor derived is not known, nor is a policy that was neither
/// given nor read; where the answer hangs on one, it cannot be told.
///
/// The exit status is 0 for allowed, 3 for denied, 6 where it cannot be told.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ExplainArguments {
    /// Something else than a token or an action.
    #[command(subcommand)]
    pub command: Option<ExplainCommand>,
    /// Action to explain, such as ec2:DescribeInstances, instead of assuming the role
    #[arg(long, value_name = "ACTION", conflicts_with = "trust_policy_file")]
    pub action: Option<String>,
    /// Trust policy to explain with, instead of the role's live one: AWS is not asked
    #[arg(long, value_name = "FILE")]
    pub trust_policy_file: Option<PathBuf>,
    /// Client id that the issuer's OIDC provider is registered for, with
    /// --trust-policy-file; may be repeated
    #[arg(long = "provider-client-id", value_name = "ID", requires = "trust_policy_file")]
    pub provider_client_ids: Vec<String>,
    /// Resource control policy of the account that the role, or with --action the resource, is in;
    /// may be repeated, one a level of the organization
    #[arg(long = "resource-control-policy-file", value_name = "FILE")]
    pub resource_control_policy_files: Vec<PathBuf>,
    /// No policy bears on it beside those that are read or given: no service control or resource
    /// control policy of an organization, no policy of the resource, of the session or of a VPC
    /// endpoint that the call goes through
    #[arg(long)]
    pub no_other_policies: bool,
    /// Put the first proposed trust policy on the role
    #[arg(long, conflicts_with_all = ["trust_policy_file", "action"])]
    pub apply: bool,
    /// Do not ask before --apply
    #[arg(long, requires = "apply")]
    pub yes: bool,
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

/// The commands below `explain`.
#[derive(Debug, Subcommand)]
pub enum ExplainCommand {
    Error(Box<error::ErrorArguments>),
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ExplainArguments) -> Outcome {
    if let Some(ExplainCommand::Error(arguments)) = &arguments.command {
        return error::run(context, arguments);
    }
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    if let Some(action) = &arguments.action {
        return action::run(context, &settings, action, arguments);
    }
    let role = settings.role(&context.host.files)?;
    let identity = block_on(identity::obtain(context, &settings, Person::MayBeAsked))?;
    let facts = Facts::gather(context, &settings, arguments, &identity)?;
    let session_name = session_name(&settings, &identity.claims);
    let region = settings.profile.region.as_deref();
    let surroundings = surroundings(context.host.now(), region);
    let question = Question {
        parameters: facts.parameters(&role, &session_name),
        token: Presented::Jwt(identity.token.expose()),
        signature: facts.signature,
        clock: Clock::At(context.host.now()),
        providers: facts.providers(),
        role: facts.role(),
        resource_control: facts.resource_control(),
        surroundings: &surroundings,
    };
    let report = decide(&question);
    let answer = report.outcome();
    let remedy = match &answer {
        Answer::Denied { .. } => Some(remedy(&question, facts.document())),
        Answer::Allowed | Answer::CannotTell(_) => None,
    };
    let told = show::Told { question: &question, report: &report, remedy, facts: &facts };
    context.data(&match arguments.output.output {
        OutputFormat::Text => show::text(&told),
        OutputFormat::Json => render::json(&show::json(&told)),
    })?;
    let organization = match &answer {
        Answer::CannotTell(_) => facts.organization_unread.as_ref(),
        Answer::Allowed | Answer::Denied { .. } => None,
    };
    for note in facts.notes.iter().chain(organization) {
        context.say(&format!("note: {note}"));
    }
    if let (true, Some(Remedy::Mends(mends))) = (arguments.apply, &told.remedy) {
        return apply::apply(context, &settings, &facts, mends, arguments.yes);
    }
    Ok(match answer {
        Answer::Allowed => Exit::Done,
        Answer::Denied { .. } => Exit::Denied,
        Answer::CannotTell(_) => Exit::CannotTell,
    })
}

fn session_name(settings: &Settings, claims: &Claims) -> String {
    let configured = settings.profile.role_session_name.clone();
    configured
        .or_else(|| RoleSessionName::from_claims(claims).map(|name| name.to_string()))
        .unwrap_or_else(|| session::SESSION_NAME.to_owned())
}
