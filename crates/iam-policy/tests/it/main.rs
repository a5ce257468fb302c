//! Crate-level tests of the policy engine.

mod sample;
