//! `profiles`: which profiles there are.

mod keys;

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::json;

use crate::arguments::{OutputArguments, OutputFormat};
use crate::config::{Profile, profiles};
use crate::context::{Context, Outcome};
use crate::identity::{self, Found, SignIns};
use crate::settings::{Settings, role_names};
use crate::store::store;
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
    /// Print the names of their roles alone, a line each; with --profile, of that one's
    #[arg(long, conflicts_with_all = ["output", "names"])]
    pub roles: bool,
    /// Print every key that a profile may have and what it is for, as Markdown
    #[arg(long, conflicts_with_all = ["output", "names", "roles"])]
    pub keys: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the command.
pub(crate) fn run(
    context: Context<'_>,
    arguments: &ProfilesArguments,
    definition: fn() -> clap::Command,
) -> Outcome {
    if arguments.keys {
        context.data(&keys::reference(&definition()))?;
        return Ok(Exit::Done);
    }
    let profiles = profiles(&context.host.files, context.global.config.as_deref())?;
    let text = |setting: &Option<String>| setting.clone().unwrap_or_default();
    if arguments.names {
        let names: String = profiles.keys().map(|name| format!("{name}\n")).collect();
        context.data(&names)?;
        return Ok(Exit::Done);
    }
    if arguments.roles {
        context.data(&role_lines(context, &profiles))?;
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
            let all = Settings::every(context.host, context.global.config.as_deref())?;
            let sign_ins = store(context).map(|store| SignIns::of(&store));
            let rows: Vec<[String; 6]> = all
                .iter()
                .filter_map(|settings| Some((settings, profiles.get(&settings.name)?)))
                .map(|(settings, profile)| {
                    let (account, role) =
                        profile.role_arn.as_deref().map(role_names).unwrap_or_default();
                    let source = profile.source.as_deref().unwrap_or("browser").to_owned();
                    let who = sign_ins.as_ref().map(|all| all.find(context, settings));
                    let who = match who {
                        Some(Found::One(found)) if source_signs_in(settings) => {
                            identity::account(&found.1)
                        }
                        _ => String::new(),
                    };
                    [settings.name.clone(), source, account, role, text(&profile.region), who]
                })
                .collect();
            let header = ["PROFILE", "SOURCE", "ACCOUNT", "ROLE", "REGION", "SIGNED IN"];
            context.data(&render::narrow_table(header, &rows, render::COLUMNS))?;
        }
    }
    Ok(Exit::Done)
}

fn source_signs_in(settings: &Settings) -> bool {
    settings.source().is_ok_and(|source| source.needs_person())
}

/// The last parts of the roles' names, each once.
fn role_lines(context: Context<'_>, profiles: &BTreeMap<String, Profile>) -> String {
    let chosen = context.global.profile.as_deref();
    let meant = profiles.iter().filter(|(name, _)| chosen.is_none_or(|chosen| *name == chosen));
    let roles = meant.flat_map(|(_, it)| it.role_arn.iter().chain(it.roles.iter().flatten()));
    let names: BTreeSet<String> = roles
        .map(|arn| role_names(arn).1.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    names.into_iter().map(|name| format!("{name}\n")).collect()
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
