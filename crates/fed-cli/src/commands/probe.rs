//! `probe`: what may these credentials do?

use clap::{Args, ValueEnum};
use ec2_probe::{Answer, Instance, ProbeError, probe};
use serde_json::json;

use crate::arguments::{
    AwsArguments, Options, OutputArguments, OutputFormat, RoleArguments, SignInArguments,
};
use crate::context::{Context, Outcome, block_on};
use crate::settings::Service;
use crate::{Exit, Failure, render, session};

/// Ask EC2 which instances there are: a harmless test of what credentials may do.
///
/// Being denied is an answer too: AWS's reason is printed and the exit status is 3.
#[derive(Debug, Args)]
pub struct ProbeArguments {
    /// Whose credentials to ask with
    #[arg(long, value_enum, default_value_t, value_name = "WHOSE")]
    pub credentials: Whose,
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

/// Whose credentials to ask with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Whose {
    /// The profile's role
    #[default]
    Role,
    /// What the AWS SDK finds: AWS_ACCESS_KEY_ID, AWS_PROFILE and so on
    Environment,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ProbeArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    settings.region(&aws)?;
    let config = match arguments.credentials {
        Whose::Role => {
            let credentials = session::credentials(context, &settings, None)?;
            aws.with_credentials(Service::Ec2, &credentials.credentials, context.host)?
        }
        Whose::Environment => block_on(async {
            Ok(aws.with_surrounding_credentials(Service::Ec2, context.host).await?)
        })?,
    };
    let answer = block_on(async { probe(&config).await.map_err(|error| failed(&error)) })?;
    context.data(&match arguments.output.output {
        OutputFormat::Text => text(&answer),
        OutputFormat::Json => render::json(&as_json(&answer)),
    })?;
    Ok(match answer {
        Answer::Allowed(_) => Exit::Done,
        Answer::Denied { .. } => Exit::Denied,
    })
}

fn failed(error: &ProbeError) -> Failure {
    let exit = match error {
        ProbeError::Credentials { .. } => Exit::Denied,
        ProbeError::NoCredentials(_) => Exit::InvalidConfiguration,
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, error).maybe_hint(error.hint())
}

fn text(answer: &Answer) -> String {
    match answer {
        Answer::Denied { code, reason } => format!("denied: {code}: {reason}\n"),
        Answer::Allowed(instances) if instances.is_empty() => {
            "allowed: there are no instances in this region\n".to_owned()
        }
        Answer::Allowed(instances) => {
            let rows: Vec<[String; 8]> = instances.iter().map(row).collect();
            render::table(
                [
                    "INSTANCE",
                    "TYPE",
                    "STATE",
                    "ZONE",
                    "KEY NAME",
                    "NAME",
                    "PRIVATE IP",
                    "PUBLIC IP",
                ],
                &rows,
            )
        }
    }
}

fn row(instance: &Instance) -> [String; 8] {
    let cell = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        instance.instance_id.clone(),
        cell(&instance.instance_type),
        cell(&instance.state),
        cell(&instance.availability_zone),
        cell(&instance.key_name),
        cell(&instance.name),
        cell(&instance.private_ip_address),
        cell(&instance.public_ip_address),
    ]
}

fn as_json(answer: &Answer) -> serde_json::Value {
    match answer {
        Answer::Allowed(instances) => json!({"allowed": true, "instances": instances}),
        Answer::Denied { code, reason } => {
            json!({"allowed": false, "code": code, "reason": reason})
        }
    }
}
