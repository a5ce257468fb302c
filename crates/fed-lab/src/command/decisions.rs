//! `fed-lab decisions`: what the gate of a running lab has decided, and why.

mod filter;
mod row;

use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use fed_lab::{LabError, LabName, Surroundings};
use serde_json::Value;

use super::running;
use crate::signals::Signals;
use filter::{Filter, Since};

/// Which decisions, and how they are printed.
#[derive(Args)]
pub(crate) struct DecisionsOptions {
    /// Go on with what is decided from now on, until Ctrl-C or the lab's end
    #[arg(long)]
    follow: bool,

    /// Only what was denied or refused
    #[arg(long)]
    denied: bool,

    /// Only of principals whose ARN has this in it, such as user/ada
    #[arg(long, value_name = "PART")]
    principal: Option<String>,

    /// Only since then: a date as 2026-11-23T10:00:00Z, or how long ago, as 10m
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,

    /// How they are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Have the gate forget what it has decided so far, and print nothing
    #[arg(long, conflicts_with_all = ["follow", "denied", "principal", "since"])]
    clear: bool,

    /// In which lab [default: the one this shell is in, else the only one]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each, and more where it was denied
    Table,
    /// A line of JSON each, as the gate tells it
    Json,
}

/// Prints them, oldest first.
pub(crate) async fn decisions(
    options: DecisionsOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let lab = running(surroundings, options.name.as_ref())?;
    if options.clear {
        lab.clear_decisions().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut signals = Signals::listen();
    let filter = Filter {
        denied: options.denied,
        principal: options.principal,
        since: options.since.map(|since| since.moment(SystemTime::now().into())),
    };
    let mut decisions = lab.decisions(options.follow).await?;
    if decisions.dropped > 0 {
        let dropped = decisions.dropped;
        anstream::eprintln!("{dropped} older ones are no longer kept");
    }
    if options.format == Format::Table {
        anstream::println!("{}", row::HEADER);
    }
    loop {
        let decision = tokio::select! {
            decision = decisions.next() => decision?,
            _ = signals.next() => None,
        };
        let Some(decision) = decision else { return Ok(ExitCode::SUCCESS) };
        if let Some(missed) = decision.get("missed").and_then(Value::as_u64) {
            anstream::eprintln!("{missed} were decided faster than they could be told");
        } else if filter.shows(&decision) {
            match options.format {
                Format::Json => anstream::println!("{decision}"),
                Format::Table => anstream::println!("{}", row::of(&decision)),
            }
        }
    }
}
