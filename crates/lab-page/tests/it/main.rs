//! What the pages say, and what they never do.

mod decisions;
mod one_decision;
mod others;
mod proof;
mod records;
mod trust;
