//! One file a command: its options, and what it does.

pub(crate) mod assume;
pub(crate) mod bootstrap;
pub(crate) mod completions;
pub(crate) mod console;
pub(crate) mod credential_process;
pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod policy;
pub(crate) mod probe;
pub(crate) mod setup;
pub(crate) mod status;
pub(crate) mod token;

use std::pin::Pin;

use tokio::runtime::{Builder, Runtime};

use crate::arguments::GlobalArguments;
use crate::{Exit, Failure, Host};

/// What every command gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The world outside.
    pub(crate) host: &'a Host,
    /// The options of every command.
    pub(crate) global: &'a GlobalArguments,
}

/// How a command ends.
pub(crate) type Outcome = Result<Exit, Failure>;

impl Context<'_> {
    /// Writes data to stdout.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        self.host.terminal.data(text).map_err(|error| Failure::output(&error))
    }

    /// Says something on stderr.
    pub(crate) fn say(&self, text: &str) {
        self.host.terminal.say(text);
    }
}

/// Runs the future to its end on a runtime of its own. It is boxed, because the runtime's ways
/// of waiting are several, and each would have all the code of every command in it.
pub(crate) fn block_on<'a, T: 'a>(
    future: impl Future<Output = Result<T, Failure>> + 'a,
) -> Result<T, Failure> {
    let future: Pin<Box<dyn Future<Output = Result<T, Failure>> + 'a>> = Box::pin(future);
    runtime()?.block_on(future)
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(|error| {
        Failure::new(Exit::Unexpected, "could not start the asynchronous runtime").caused_by(&error)
    })
}
