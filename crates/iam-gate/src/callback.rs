//! Addresses that a client would have the emulator call: an endpoint of a subscription, a
//! destination, a webhook. Behind the gate the emulator asks nobody's permission, itself
//! least of all.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;
use url::{Host, Url};

use crate::GateConfig;
use crate::call::Input;
use crate::caller::{Caller, Identity};
use crate::error_response::ErrorResponse;
use crate::input::Tree;
use crate::internet::is_public;

/// How long a name may take to be resolved.
const RESOLVING: Duration = Duration::from_secs(5);

/// What the members of calls that the gate does not know end in where they hold an address.
const MEMBERS: [&str; 8] = ["Endpoint", "endpoint", "Url", "url", "URL", "Uri", "uri", "URI"];

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

/// The addresses in a call whose members the gate does not know.
pub(crate) fn in_unknown(input: &Input) -> Vec<String> {
    let mut found = Vec::new();
    match input {
        Input::Query(parameters) => {
            for (name, value) in parameters.iter() {
                keep(name, value, &mut found);
            }
        }
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => {
            members.iter().for_each(|(name, value)| search(name, value, &mut found));
        }
        Input::S3(_) => {}
    }
    found
}

fn search(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => keep(name, text, found),
        Value::Array(list) => list.iter().for_each(|value| search(name, value, found)),
        Value::Object(map) => map.iter().for_each(|(name, value)| search(name, value, found)),
        _ => {}
    }
}

fn keep(name: &str, value: &str, found: &mut Vec<String>) {
    let is_address = value.trim_start().get(..4).is_some_and(|it| it.eq_ignore_ascii_case("http"));
    let is_called = MEMBERS.iter().any(|end| name.ends_with(end)) && name != "QueueUrl";
    if is_address && is_called {
        found.push(value.to_owned());
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
