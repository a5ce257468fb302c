//! A world of its own for a command, on Linux: a user, a mount and a network namespace in which
//! there is loopback alone. The names of AWS and of issuers have addresses on it, so a program
//! that goes by no proxy and no variable is in the lab all the same; there is no way to any other.
//!
//! The command's process makes the namespaces itself, before it becomes the command
//! ([`enter`]), and hands the sockets that it has opened in there to the lab outside ([`Seal`]),
//! which serves them: nothing of the lab runs inside.

mod files;
mod identity;
mod inside;
mod interface;
mod message;
mod plan;
mod seal;

pub use inside::enter;
pub use seal::{Closing, Seal, Sealed};

pub(crate) use plan::Plan;
