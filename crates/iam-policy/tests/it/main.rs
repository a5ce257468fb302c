//! Crate-level tests of the policy engine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod allocations;
mod causes;
mod codes;
mod documented;
mod mends;
mod operators;
mod permissions;
mod sample;
mod situations;
mod strangers;
mod table;
