//! fed-cli's own program between a fake issuer and the gate, both in this process: what is
//! proved of it needs neither LocalStack nor the aws CLI.
//!
//! The program is the one cargo built beside this test (`cargo test --workspace` does, and
//! `cargo nextest run -p e2e -p fed-lab -p fed-cli`).

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod canary;
mod emulator;
mod stand;
mod storm;
