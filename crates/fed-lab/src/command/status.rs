//! `fed-lab status`: which labs run.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use fed_lab::{LabError, LabName, LabStatus, RunningLab, Surroundings, dead_labs};
use serde_json::json;

/// Of which labs, and how.
#[derive(Args)]
pub(crate) struct StatusOptions {
    /// Of which lab [default: all]
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,

    /// How it is printed
    #[arg(long, value_enum, default_value_t = Output::Text, value_name = "OUTPUT")]
    output: Output,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A block of lines for each lab
    Text,
    /// One JSON object: what runs, and what died
    Json,
}

/// Asks each lab how it is. A lab that does not answer is an error after the others were told.
pub(crate) async fn status(
    options: &StatusOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let cache_dir = &surroundings.cache_dir;
    let labs = match &options.name {
        Some(name) => vec![RunningLab::find(cache_dir, Some(name))?],
        None => RunningLab::all(cache_dir),
    };
    let (mut told, mut silent) = (Vec::new(), None);
    for lab in &labs {
        match lab.status().await {
            Ok(status) => told.push(status),
            Err(error) => silent = Some(error),
        }
    }
    let dead = dead_labs(cache_dir);
    match options.output {
        Output::Json => {
            anstream::println!("{:#}", json!({ "running": told, "dead": dead }));
        }
        Output::Text => {
            for status in &told {
                anstream::println!("{}", text(status));
            }
            for lab in &dead {
                anstream::eprintln!("dead: {lab}; `fed-lab down` removes what it left");
            }
            if labs.is_empty() {
                anstream::eprintln!("no lab is running; start one: fed-lab up --detach");
            }
        }
    }
    silent.map_or(Ok(ExitCode::SUCCESS), Err)
}

fn text(status: &LabStatus) -> String {
    let label = status.name.as_ref().map_or(status.id.as_str(), LabName::as_str);
    let since = match (status.seconds / 3600, status.seconds / 60 % 60) {
        (0, 0) => format!("{} s", status.seconds),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    let first = format!("{label}: running for {since}, process {}", status.process);
    let accounts = match status.accounts {
        0 | 1 => format!("{} in {}", status.account, status.region),
        several => format!("{} in {}, and {} more", status.account, status.region, several - 1),
    };
    [
        first,
        format!("  lab:     {}", status.backend),
        format!("  gate:    {}", status.gate_url),
        format!("  issuer:  {}", status.issuer_url),
        format!("  account: {accounts}"),
    ]
    .join("\n")
}
