//! What IAM refused, as a person meets it.

use iam_bootstrap::BootstrapError;

use crate::{Exit, Failure};

/// What IAM refused.
pub(crate) fn failed(error: BootstrapError) -> Failure {
    let exit = match error {
        BootstrapError::Denied { .. } | BootstrapError::Credentials { .. } => Exit::Denied,
        BootstrapError::NoCredentials { .. } | BootstrapError::NoSuchPolicy { .. } => {
            Exit::InvalidConfiguration
        }
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, &error).maybe_hint(error.hint())
}
