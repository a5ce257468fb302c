//! `fed-lab down`: ends labs that run in the background, or in another terminal.

use std::process::ExitCode;

use clap::Args;
use fed_lab::{LabError, LabName, RunningLab, Surroundings, dead_labs, remove_dead_labs};

/// Which labs.
#[derive(Args)]
pub(crate) struct DownOptions {
    /// Which lab [default: the only one]
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    name: Option<LabName>,

    /// All that `fed-lab up` has started
    #[arg(long)]
    all: bool,
}

/// Returns when they have ended and nothing is left of them.
pub(crate) async fn down(
    options: &DownOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let cache_dir = &surroundings.cache_dir;
    let dead = dead_labs(cache_dir);
    remove_dead_labs(cache_dir).await;
    let left = dead_labs(cache_dir);
    for lab in dead.iter().filter(|lab| !left.contains(lab)) {
        anstream::eprintln!("removed: what `{lab}` left when it died");
    }
    let labs = match options.all {
        true => RunningLab::all(cache_dir),
        false => match RunningLab::find(cache_dir, options.name.as_ref()) {
            // What was asked for has just been done.
            Err(LabError::NoRunningLab) if !dead.is_empty() => Vec::new(),
            found => vec![found?],
        },
    };
    for lab in labs {
        lab.stop().await?;
        anstream::eprintln!("ended: {}", lab.label());
    }
    Ok(ExitCode::SUCCESS)
}
