//! `status`: who is signed in, and what is kept of it.

mod entries;
mod people;
mod words;

use clap::Args;
use credential_store::Listed;
use serde_json::Value;

use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::settings::Settings;
use crate::store::store;
use crate::{Exit, Failure, render};

use people::People;

/// Show who is signed in, for which profiles, and for how long.
///
/// One row for each sign-in: profiles of one issuer and client share it. With --credentials or
/// --profile, the credentials that are kept, too.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// Show the credentials that are kept, a row each
    #[arg(long)]
    pub credentials: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &StatusArguments) -> Outcome {
    let entries = match store(context) {
        Some(store) => store
            .list()
            .map_err(|error| Failure::from_error(Exit::Unexpected, &error).advised(error.hint()))?,
        None => Vec::new(),
    };
    // What is kept is shown whatever the configuration is like.
    let profiles = Settings::every(context.host, context.global.config.as_deref());
    let begins = entries.is_empty() && profiles.as_ref().is_ok_and(Vec::is_empty);
    let profiles = profiles.unwrap_or_else(|error| {
        context.say(&format!("warning: which profiles there are is not known: {error}"));
        Vec::new()
    });
    let chosen = context.global.profile.as_deref();
    let people = People::of(context, &entries, &profiles).only(chosen);
    let now = context.host.now();
    match arguments.output.output {
        OutputFormat::Json => {
            let shown: Vec<Value> = entries
                .iter()
                .filter(|listed| chosen.is_none_or(|name| people.is_of(listed, name)))
                .filter_map(|listed| entries::as_json(listed, &people, now))
                .collect();
            context.data(&render::json(&shown))?;
        }
        OutputFormat::Text => {
            context.data(&people.to_text(now))?;
            if arguments.credentials || chosen.is_some() {
                let of_chosen =
                    |listed: &&Listed| chosen.is_none_or(|name| listed.key.profile() == name);
                context.data(&entries::table(entries.iter().filter(of_chosen), now))?;
            }
            let is_meant = |listed: &&Listed| chosen.is_none_or(|name| people.is_of(listed, name));
            context.data(&people.failures(entries.iter().filter(is_meant)))?;
            context.data(&people.signed_out())?;
            if begins {
                context.data("\nthere are no profiles; write one with `fed-cli setup`\n")?;
            }
        }
    }
    Ok(Exit::Done)
}
