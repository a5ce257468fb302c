//! Many connections at the same time.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::Failure;
use crate::client::Line;

/// Sends the request again and again over some connections; how long each took.
pub(crate) async fn run(
    address: &str,
    request: &str,
    requests: usize,
    connections: usize,
) -> Result<Vec<Duration>, Failure> {
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.to_owned());
        clients.spawn(repeat(address, request, requests.div_ceil(connections)));
    }
    let mut all = Vec::with_capacity(requests + connections);
    while let Some(client) = clients.join_next().await {
        all.extend(client??);
    }
    Ok(all)
}

async fn repeat(
    address: String,
    request: String,
    requests: usize,
) -> Result<Vec<Duration>, Failure> {
    let mut line = Line::open(&address, request).await?;
    let mut times = Vec::with_capacity(requests);
    for _ in 0..requests {
        times.push(line.send().await?);
    }
    Ok(times)
}
