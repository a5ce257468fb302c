//! What the pages say, and what they never do.

mod decisions;
mod one_decision;
mod others;
mod records;
mod trust;
