//! The store on a real file system, with real processes.

mod files;
mod kill;
mod samples;
mod storm;
