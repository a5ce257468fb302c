//! What is given for one run, apart from the profile.

use std::path::Path;
use std::time::Duration;

use crate::config::Profile;

/// Which profile of which file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// The profile's name.
    pub profile: Option<&'a str>,
    /// The configuration file.
    pub config: Option<&'a Path>,
}

/// What is laid over the profile for this run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The settings that the profile has, too.
    pub profile: Profile,
    /// How a person is asked; `None` for commands that ask nobody.
    pub asking: Option<Asking>,
}

/// How a person is asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asking {
    /// The address is shown, no browser opened.
    pub no_browser: bool,
    /// The account is chosen on the sign-in page.
    pub select_account: bool,
    /// How long to wait for it.
    pub timeout: Duration,
}

impl Asking {
    /// How long a sign-in may take where nothing else is said.
    pub(crate) const TIMEOUT: Duration = Duration::from_secs(5 * 60);
}

impl Default for Asking {
    fn default() -> Self {
        Self { no_browser: false, select_account: false, timeout: Self::TIMEOUT }
    }
}
