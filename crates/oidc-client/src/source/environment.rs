//! Source `env`: an environment variable.

use fed_types::{Hint, Secret, shell_line};

use super::presented::{self, Origin, PresentedError};
use crate::clock::Clock;
use crate::id_token::UnverifiedIdToken;

/// A variable, looked up by whoever may.
#[derive(Clone, Debug)]
pub struct EnvironmentSource {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Option<Secret>,
    /// The audience expected, where known.
    pub audience: Option<String>,
}

/// Why there is no ID token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// It is not set.
    #[error("the variable `{0}` is not set")]
    NotSet(String),
    /// What is in it is no ID token.
    #[error(transparent)]
    Presented(#[from] PresentedError),
}

impl EnvironmentError {
    /// What to do about it.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::NotSet(name) => {
                let export = shell_line(["export", name]);
                Some(format!("set it to an ID token, and export it: `{export}=…`").into())
            }
            Self::Presented(error) => error.hint(),
        }
    }
}

impl EnvironmentSource {
    pub(super) fn read(&self, clock: &dyn Clock) -> Result<UnverifiedIdToken, EnvironmentError> {
        let value =
            self.value.as_ref().ok_or_else(|| EnvironmentError::NotSet(self.name.clone()))?;
        let origin = Origin::Variable(self.name.clone());
        Ok(presented::accept(value.expose(), &origin, self.audience.as_deref(), clock.now())?)
    }
}
