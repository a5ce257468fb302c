//! The program as a person meets it: the binary, run in a sealed environment.

mod aws;
mod bootstrap;
mod credentials;
mod errors;
mod explain;
mod help;
mod policy;
mod sealed;
mod secrets;
mod setup;
mod shells;
mod usage;
