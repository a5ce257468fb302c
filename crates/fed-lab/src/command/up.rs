//! `fed-lab up`: a lab in the foreground.

use std::process::ExitCode;

use fed_lab::{LabError, Surroundings};

use super::start;
use crate::options::LabOptions;
use crate::signals::Signals;

/// Starts a lab, tells where everything is, and waits for a signal.
pub(crate) async fn up(
    options: LabOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let mut signals = Signals::listen();
    let mut lab = match start(options.into_config(surroundings)?, &mut signals).await? {
        Ok(lab) => lab,
        Err(signal) => return Ok(ExitCode::from(128 + signal)),
    };
    lab.publish()?;
    anstream::eprintln!("lab:     {} ({})", lab.backend(), lab.backend_reason());
    match lab.proxy_url() {
        None => anstream::eprintln!("gate:    {}   (AWS_ENDPOINT_URL)", lab.gate_url()),
        Some(proxy) => {
            anstream::eprintln!("gate:    {}   (as *.amazonaws.com)", lab.gate_url());
            anstream::eprintln!("proxy:   {proxy}   (HTTPS_PROXY)");
        }
    }
    anstream::eprintln!("issuer:  {}   (as {})", lab.issuer().url(), lab.issuer().issuer());
    anstream::eprintln!("account: {} in {}", lab.account(), lab.region());
    anstream::eprintln!("In another terminal: eval \"$(fed-lab env)\". Ctrl-C ends the lab.");
    let ended = tokio::select! {
        _ = signals.next() => None,
        error = lab.ended() => Some(error),
    };
    super::exec::tell_refused(&lab);
    lab.stop().await;
    ended.map_or(Ok(ExitCode::SUCCESS), Err)
}
