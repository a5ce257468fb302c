//! `fed-lab up`: a lab in the foreground, or in the background until `fed-lab down`.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Args;
use fed_lab::{Lab, LabError, LabName, Surroundings};

use super::reach::{self, ReachOptions};
use super::{audited, detached, start};
use crate::options::LabOptions;
use crate::signals::Signals;

/// A lab and how it is kept.
#[derive(Args)]
pub(crate) struct UpOptions {
    #[command(flatten)]
    lab: LabOptions,

    #[command(flatten)]
    reach: ReachOptions,

    /// What it is called, where several run
    #[arg(long, value_name = "NAME")]
    name: Option<LabName>,

    /// Return when it is ready, and leave it running until `fed-lab down`
    #[arg(long)]
    detach: bool,

    /// End it when this process has ended
    #[arg(long, value_name = "PROCESS", value_parser = clap::value_parser!(u32).range(2..))]
    ends_with: Option<u32>,

    /// How `--detach` starts the lab that stays.
    #[arg(long, hide = true, conflicts_with = "detach")]
    detached: bool,
}

/// Starts a lab, tells where everything is, and waits for a signal, for `fed-lab down` or for
/// the end of the process that it belongs to.
pub(crate) async fn up(
    options: UpOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    if options.detach {
        return detached::leave(&mut signals).await;
    }
    let mut config = options.lab.into_config(surroundings)?;
    config.name = options.name;
    // A port that is taken is told before minutes of installing.
    let listener = options.reach.listen().await?;
    let mut lab = match start(config, &mut signals).await? {
        Ok(lab) => lab,
        Err(signal) => return Ok(ExitCode::from(128 + signal)),
    };
    if let Some(listener) = listener {
        lab.open(listener)?;
    }
    lab.publish()?;
    tell(&lab, options.detached)?;
    audited::tell_begin(&lab);
    if options.detached && !detached::stay(&lab)? {
        // Who started it is gone, and nobody else knows of it.
        lab.stop().await;
        return Ok(ExitCode::FAILURE);
    }
    let owner = async {
        match options.ends_with {
            Some(process) => detached::end_of(process).await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        _ = signals.next() => Ok(()),
        () = owner => Ok(()),
        ended = lab.until_ended() => ended,
    };
    super::exec::tell_refused(&lab);
    audited::tell_end(&lab);
    lab.stop().await;
    ended.map(|()| ExitCode::SUCCESS)
}

fn tell(lab: &Lab, detached: bool) -> Result<(), LabError> {
    anstream::eprintln!("lab:     {} ({})", lab.backend(), lab.backend_reason());
    match lab.proxy_url() {
        None => anstream::eprintln!("gate:    {}   (AWS_ENDPOINT_URL)", lab.gate_url()),
        Some(proxy) => {
            anstream::eprintln!("gate:    {}   (as *.amazonaws.com)", lab.gate_url());
            anstream::eprintln!("proxy:   {proxy}   (HTTPS_PROXY)");
        }
    }
    anstream::eprintln!("issuer:  {}   (as {})", lab.issuer().url(), lab.issuer().issuer());
    anstream::eprintln!("account: {} in {}", lab.account_id(), lab.region());
    // The key in the address is for a person, and for no log.
    match !detached && std::io::stderr().is_terminal() {
        true => anstream::eprintln!("pages:   {}", lab.page_address()?.expose()),
        false => anstream::eprintln!("pages:   fed-lab page"),
    }
    reach::tell(lab);
    match detached {
        true => {
            anstream::eprintln!("To be in it: eval \"$(fed-lab env)\". To end it: fed-lab down")
        }
        false => {
            anstream::eprintln!(
                "In another terminal: eval \"$(fed-lab env)\". Ctrl-C ends the lab."
            );
        }
    }
    Ok(())
}
