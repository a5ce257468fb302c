//! What every command gets, how it ends, and how it waits.

use std::pin::Pin;

use credential_store::ConfiguredProfile;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{GlobalArguments, Options};
use crate::config::ConfigError;
use crate::settings::Settings;
use crate::{Exit, Failure, Host};
use fed_types::printable;

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

/// Whether somebody can be asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// A browser may be opened, a question asked.
    MayBeAsked,
    /// Nobody is there.
    NonInteractive,
}

impl Context<'_> {
    /// The chosen profile with environment and options laid over it.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration file cannot be used.
    pub(crate) fn settings(&self, options: Options<'_>) -> Result<Settings, ConfigError> {
        Settings::resolve(self.host, &self.global.choice(), options.given())
    }

    /// The profile of these settings, told from those of the same name in other files.
    pub(crate) fn configured(&self, settings: &Settings) -> ConfiguredProfile {
        let files = &self.host.files;
        let file = self.global.config.as_deref().or(files.config());
        let file = file.map(|path| files.whole_path(path).display().to_string());
        ConfiguredProfile { file: file.unwrap_or_default(), name: settings.name.clone() }
    }

    /// Writes data to stdout: a text for a person, or JSON. What a terminal would obey is
    /// replaced; [`render::json`](crate::render::json) has none of it.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        self.verbatim(&printable(text))
    }

    /// Writes data to stdout as it is, for those who read it to the letter.
    pub(crate) fn verbatim(&self, text: &str) -> Result<(), Failure> {
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
