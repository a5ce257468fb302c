//! What IAM refused, as a person meets it.

use iam_bootstrap::BootstrapError;

use crate::{Exit, Failure};

/// What IAM refused.
pub(crate) fn failed(error: BootstrapError) -> Failure {
    let exit = match error {
        BootstrapError::Denied { .. }
        | BootstrapError::Credentials { .. }
        | BootstrapError::Clock { .. } => Exit::Denied,
        BootstrapError::NoCredentials { .. }
        | BootstrapError::NoSuchPolicy { .. }
        | BootstrapError::Quota { .. } => Exit::InvalidConfiguration,
        _ => Exit::Unexpected,
    };
    Failure::from_error(exit, &error).advised(error.hint())
}
