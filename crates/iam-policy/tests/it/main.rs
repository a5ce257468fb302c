//! Crate-level tests of the policy engine.

mod documented;
mod sample;
