//! The client for issuers that nobody has placed: it goes to the public internet alone.

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::internet::is_public;

/// Resolves names, and forgets the addresses that are not of the public internet.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            match public.is_empty() {
                true => Err(io::Error::other("the name means no public address").into()),
                false => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

/// Makes sure that an address is by https, and of the public internet where it is no name.
pub(super) fn check(url: &str) -> Result<(), String> {
    let read = Url::parse(url).ok().filter(|read| read.scheme() == "https");
    let Some(read) = read else { return Err(format!("expected an https address, found `{url}`")) };
    let is_near = match read.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(_)) => false,
        None => true,
    };
    match is_near {
        true => Err(format!("expected a public address, found `{url}`")),
        false => Ok(()),
    }
}
