//! Runs `features/` against a lab.
fn main() {}
