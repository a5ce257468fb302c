//! What a command's process makes before it becomes the command.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the command's process has to make, and what could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The namespaces.
    Namespaces,
    /// Who the command is in them.
    Identity,
    /// Loopback.
    Loopback,
    /// Files in the place of the system's.
    Files,
    /// Listening sockets.
    Ports,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Namespaces => "a user, a mount and a network namespace",
            Self::Identity => "the same user in its namespace",
            Self::Loopback => "a loopback interface",
            Self::Files => "private names and certificates",
            Self::Ports => "ports for the lab's names",
        })
    }
}
