//! The exchange against an STS of three lines, over HTTP on loopback.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod chain;
mod exchange;
mod proxy;
mod sts;
mod tls;
