//! The exchange against an STS of three lines, over HTTP on loopback.

mod chain;
mod exchange;
mod sts;
