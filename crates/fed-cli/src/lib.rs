//! The program `fed-cli`: sign in with OpenID Connect, act in AWS with short-lived
//! credentials. Thin by design: arguments → settings → one call into a library →
//! rendering. The crate is a library so that documentation and tests can reach the
//! command line's definition; [`run`] is the whole program.

mod advice;
pub mod arguments;
mod aws_files;
mod choice;
pub mod command_line;
mod commands;
mod config;
mod context;
pub mod environment;
mod exit;
mod failure;
mod host;
mod identity;
mod loopback;
mod render;
mod run;
mod session;
mod settings;
mod store;
mod variables;

pub use exit::Exit;
pub use failure::Failure;
pub use host::{Host, LongLines, Streams, Terminal};
pub use run::{run, tell_of_panic};
