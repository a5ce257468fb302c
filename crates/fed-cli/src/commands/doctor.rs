//! `doctor`: what is in order, what is not, and what outranks what.

mod findings;

use clap::Args;
use serde_json::json;

use crate::arguments::{AwsArguments, Options, OutputArguments, OutputFormat, SignInArguments};
use crate::context::{Context, Outcome, block_on};
use crate::{Exit, render};

use findings::{Finding, State};

/// Say what is in order and what is not: configuration, clock, issuer, role, files, terminal.
///
/// Nobody signs in, and nothing is changed, but for credentials that are kept. The exit status is 5
/// when something is broken.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Ask neither the issuer nor AWS
    #[arg(long)]
    pub offline: bool,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &DoctorArguments) -> Outcome {
    let options =
        Options { sign_in: Some(&arguments.sign_in), role: None, aws: Some(&arguments.aws) };
    let mut found = vec![findings::configuration_file(context)];
    match context.settings(options) {
        Ok(settings) => {
            found.extend(findings::settings(context, &settings));
            if !arguments.offline && settings.profile.issuer.is_some() {
                found.extend(block_on(async { Ok(findings::issuer(context, &settings).await) })?);
            }
            // What is broken already would only be told again.
            let is_broken = found.iter().any(|finding| finding.state == State::Broken);
            if !arguments.offline && !is_broken {
                found.push(findings::credentials(context, &settings));
            }
            found.extend(findings::aws_files(context, &settings));
            found.push(findings::keyring(context, &settings));
        }
        Err(error) => found.push(Finding {
            state: State::Broken,
            what: "profile",
            says: error.to_string(),
            hint: error.hint(),
        }),
    }
    found.extend(findings::environment(context));
    found.push(findings::store(context));
    found.push(findings::terminal(context));
    match arguments.output.output {
        OutputFormat::Text => {
            let text: String = found.iter().map(ToString::to_string).collect();
            context.data(&text)?;
        }
        OutputFormat::Json => {
            let all: Vec<_> = found
                .iter()
                .map(|finding| {
                    json!({
                        "state": finding.state.name(),
                        "what": finding.what,
                        "says": finding.says,
                        "hint": finding.hint,
                    })
                })
                .collect();
            context.data(&render::json(&all))?;
        }
    }
    let broken = found.iter().any(|finding| finding.state == State::Broken);
    Ok(if broken { Exit::InvalidConfiguration } else { Exit::Done })
}
