//! A free port of this machine, which nobody else can reach.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::net::TcpListener;

/// Listens at 127.0.0.1, on a machine without IPv4 at `::1`.
///
/// # Errors
/// Where neither can be bound: why the first cannot.
pub(crate) async fn listen() -> io::Result<TcpListener> {
    let bind = async |address: IpAddr| TcpListener::bind((address, 0)).await;
    match bind(Ipv4Addr::LOCALHOST.into()).await {
        Ok(listener) => Ok(listener),
        Err(error) => bind(Ipv6Addr::LOCALHOST.into()).await.map_err(|_| error),
    }
}
