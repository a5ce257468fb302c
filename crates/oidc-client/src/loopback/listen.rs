//! Where we listen: at every loopback address that the redirect URI's host is.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

use super::LoopbackError;
use crate::redirect_uri::RedirectUri;

/// How often another free port is tried, where it is free in one family alone.
const TRIES: u8 = 8;

/// Listeners at all addresses of `redirect_uri`, and the URI with their port, where it named
/// none. A family that this machine does not have is left out. A port that another program
/// has in one of them is refused: the browser might bring the code there.
pub(crate) async fn listen(
    redirect_uri: &RedirectUri,
) -> Result<(Vec<TcpListener>, RedirectUri), LoopbackError> {
    let addresses = redirect_uri
        .loopback_addresses()
        .ok_or_else(|| LoopbackError::NotLoopback(redirect_uri.to_string()))?;
    if let Some(port) = redirect_uri.port() {
        let (listeners, _) = at(&addresses, port).await?;
        return Ok((listeners, redirect_uri.clone()));
    }
    let mut bound = at(&addresses, 0).await;
    for _ in 1..TRIES {
        match bound {
            Err(error) if is_taken(&error) => bound = at(&addresses, 0).await,
            _ => break,
        }
    }
    let (listeners, port) = bound?;
    Ok((listeners, redirect_uri.with_port(port).map_err(|_| LoopbackError::Ended)?))
}

/// Listeners at one port of all addresses; with 0 at the one that is free in the first of them.
async fn at(addresses: &[IpAddr], mut port: u16) -> Result<(Vec<TcpListener>, u16), LoopbackError> {
    let mut bound = Vec::new();
    for address in addresses {
        let one = bind((*address, port).into()).await;
        if port == 0
            && let Ok(listener) = &one
        {
            port = listener.local_addr().map_err(|_| LoopbackError::Ended)?.port();
        }
        bound.push(one);
    }
    Ok((those_there_are(bound)?, port))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, LoopbackError> {
    TcpListener::bind(address).await.map_err(|source| LoopbackError::Listen { address, source })
}

/// What could be bound. A port that is taken or forbidden is an error, and so is it that
/// nothing could be bound.
fn those_there_are<T>(bound: Vec<Result<T, LoopbackError>>) -> Result<Vec<T>, LoopbackError> {
    let mut there = Vec::new();
    let mut missing = None;
    for one in bound {
        match one {
            Ok(one) => there.push(one),
            Err(error) if is_taken(&error) => return Err(error),
            Err(error) => missing = missing.or(Some(error)),
        }
    }
    match missing {
        Some(error) if there.is_empty() => Err(error),
        _ => Ok(there),
    }
}

fn is_taken(error: &LoopbackError) -> bool {
    let taken = [io::ErrorKind::AddrInUse, io::ErrorKind::PermissionDenied];
    matches!(error, LoopbackError::Listen { source, .. } if taken.contains(&source.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: io::ErrorKind) -> Result<u8, LoopbackError> {
        let address = "[::1]:3000".parse().unwrap();
        Err(LoopbackError::Listen { address, source: kind.into() })
    }

    #[test]
    fn a_family_that_is_not_there_is_left_out_and_a_port_that_is_taken_is_not() {
        let (gone, taken) = (io::ErrorKind::AddrNotAvailable, io::ErrorKind::AddrInUse);
        assert_eq!(those_there_are(vec![Ok(4), Ok(6)]).unwrap(), [4, 6]);
        assert_eq!(those_there_are(vec![failed(gone), Ok(6)]).unwrap(), [6]);
        assert_eq!(those_there_are(vec![Ok(4), failed(gone)]).unwrap(), [4]);
        for bound in [
            vec![failed(gone), failed(gone)],
            vec![Ok(4), failed(taken)],
            vec![failed(taken), Ok(6)],
            vec![Ok(4), failed(io::ErrorKind::PermissionDenied)],
        ] {
            let error = those_there_are(bound).unwrap_err();
            assert_eq!(error.to_string(), "cannot listen on `[::1]:3000`");
        }
    }
}
