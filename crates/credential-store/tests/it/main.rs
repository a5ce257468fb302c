//! The store on a real file system, with real processes.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod files;
mod kill;
mod samples;
mod storm;
mod vault;
