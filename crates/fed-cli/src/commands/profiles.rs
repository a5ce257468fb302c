//! `profiles`: which profiles there are.

use clap::Args;
use serde_json::json;

use crate::arguments::{OutputArguments, OutputFormat};
use crate::config::{Profile, profiles};
use crate::context::{Context, Outcome};
use crate::{Exit, render};

/// List the profiles of the configuration file.
///
/// The role and where the token comes from are shown as they are written there; environment
/// variables and options may outrank them.
#[derive(Debug, Args)]
pub struct ProfilesArguments {
    /// Print the names alone, a line each
    #[arg(long, conflicts_with = "output")]
    pub names: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ProfilesArguments) -> Outcome {
    let profiles = profiles(&context.host.files, context.global.config.as_deref())?;
    let text = |setting: &Option<String>| setting.clone().unwrap_or_default();
    if arguments.names {
        let names: String = profiles.keys().map(|name| format!("{name}\n")).collect();
        context.data(&names)?;
        return Ok(Exit::Done);
    }
    match arguments.output.output {
        OutputFormat::Json => {
            let all: Vec<_> =
                profiles.iter().map(|(name, profile)| as_json(name, profile)).collect();
            context.data(&render::json(&all))?;
        }
        OutputFormat::Text if profiles.is_empty() => {
            context.data("there are no profiles; write one with `fed-cli setup`\n")?;
        }
        OutputFormat::Text => {
            let row = |(name, profile): (&String, &Profile)| {
                let source = profile.source.as_deref().unwrap_or("browser");
                [name.clone(), source.to_owned(), text(&profile.role_arn), text(&profile.region)]
            };
            let rows: Vec<[String; 4]> = profiles.iter().map(row).collect();
            context.data(&render::table(["PROFILE", "SOURCE", "ROLE", "REGION"], &rows))?;
        }
    }
    Ok(Exit::Done)
}

fn as_json(name: &str, profile: &Profile) -> serde_json::Value {
    json!({
        "profile": name,
        "source": profile.source.as_deref().unwrap_or("browser"),
        "issuer": profile.issuer,
        "role_arn": profile.role_arn,
        "region": profile.region,
    })
}
