//! The crate against the fake issuer, over HTTP on loopback.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod canary;
mod conformance;
mod device;
mod fixture;
mod http_client;
mod loopback;
mod presented_tokens;
mod refresh;
mod serve;
mod sources;
mod tls;
mod wishes;
