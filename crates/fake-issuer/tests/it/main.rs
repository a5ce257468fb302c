//! The issuer as clients and tests meet it, over HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod authorize;
mod control;
mod device;
mod discovery;
mod exchange;
mod faults;
mod fixture;
mod refresh;
mod sign_in;
mod userinfo;
mod workload;
