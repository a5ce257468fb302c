//! Planning, applying and removing against an IAM that keeps state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]
#![expect(
    clippy::panic,
    reason = "the account ends the test where it is asked what it does not know"
)]

#[expect(dead_code, reason = "fed-cli tests with it as well")]
mod account;
mod exports;
mod fixture;
mod interrupted;
mod policies;
mod races;
mod removal;
mod sent;
