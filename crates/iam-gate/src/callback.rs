//! Addresses that a client would have the emulator call: an endpoint of a subscription, a
//! destination, a webhook. Behind the gate the emulator asks nobody's permission, itself
//! least of all.

mod called;
mod document;
mod named;

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use crate::GateConfig;
use crate::call::Input;
use crate::caller::{Caller, Identity};
use crate::error_response::ErrorResponse;
use crate::internet::is_public;

pub(crate) use named::in_unknown;

/// How long a name may take to be resolved.
const RESOLVING: Duration = Duration::from_secs(5);

/// Makes sure that the emulator may call what a call names whose members the gate does not know.
///
/// # Errors
/// As [`check`].
pub(crate) async fn check_unknown(
    config: &GateConfig,
    caller: &Caller,
    input: &Input,
) -> Result<(), ErrorResponse> {
    for address in in_unknown(input) {
        check(config, caller, &address).await?;
    }
    Ok(())
}

/// Makes sure that the emulator may call an address.
///
/// # Errors
/// `InvalidParameter` in the words of SNS for what AWS could not reach, and
/// [`ErrorResponse::Undecidable`] to everybody but the administrator for what may lead back.
pub(crate) async fn check(
    config: &GateConfig,
    caller: &Caller,
    address: &str,
) -> Result<(), ErrorResponse> {
    // Source: SNS's answer to an endpoint that it cannot reach.
    let unreachable = || {
        ErrorResponse::answered(400, "InvalidParameter", "Invalid parameter: Unreachable endpoint")
    };
    let url = read(address).ok_or_else(unreachable)?;
    if config.callbacks.iter().any(|listed| listed.origin() == url.origin()) {
        return Ok(());
    }
    let is_emulator = url.host() == config.upstream.host();
    if is_emulator || !is_elsewhere(&url).await {
        return Err(unreachable());
    }
    // Whoever answers there may send the emulator back here.
    match caller.identity {
        Identity::Root => Ok(()),
        _ => Err(ErrorResponse::Undecidable(
            "the gate cannot tell where a call to this endpoint ends, since the emulator follows \
             redirects, so it allows it to the account's administrator alone; the gate's owner \
             can list the endpoint (`--callback`)"
                .to_owned(),
        )),
    }
}

/// An address that every reader reads alike: no one's name before its host, no white space,
/// no backslash.
fn read(address: &str) -> Option<Url> {
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(address).ok().filter(|_| plain)?;
    let is_http = matches!(url.scheme(), "http" | "https");
    let named = url.username().is_empty() && url.password().is_none();
    (is_http && named && !address.contains('@')).then_some(url)
}

/// Whether an address is neither on this machine nor in a private network, by all that its
/// name means.
async fn is_elsewhere(url: &Url) -> bool {
    let (host, port) = (url.host(), url.port_or_known_default().unwrap_or(0));
    match host {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let found = tokio::time::timeout(RESOLVING, tokio::net::lookup_host((name, port)));
            let Ok(Ok(found)) = found.await else { return false };
            let addresses: Vec<_> = found.map(|address| address.ip()).collect();
            !addresses.is_empty() && addresses.into_iter().all(is_public)
        }
        None => false,
    }
}
