//! Policies in files.

use std::path::{Path, PathBuf};

use iam_policy::{NamedPolicy, Policy, PolicyKind};

use crate::context::Context;
use crate::{Exit, Failure};

/// The policy in a file.
pub(super) fn from_file(
    context: Context<'_>,
    path: &Path,
    kind: PolicyKind,
) -> Result<NamedPolicy, Failure> {
    let text = context.host.files.read(path).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, format!("could not read `{}`", path.display()))
            .caused_by(&error)
    })?;
    named(&path.display().to_string(), &text, kind)
}

/// The policy, by this name.
pub(super) fn named(name: &str, text: &str, kind: PolicyKind) -> Result<NamedPolicy, Failure> {
    let policy = Policy::parse(text, kind).map_err(|error| {
        let message = format!("the {} `{name}` is malformed", kind.name());
        Failure::new(Exit::InvalidConfiguration, message)
            .caused_by(&error)
            .hint("`fed-cli policy lint` shows where")
    })?;
    Ok(NamedPolicy::new(name, policy))
}

/// An organization's policies, one file a level.
pub(super) fn levels(
    context: Context<'_>,
    paths: &[PathBuf],
    kind: PolicyKind,
) -> Result<Vec<Vec<NamedPolicy>>, Failure> {
    paths.iter().map(|path| Ok(vec![from_file(context, path, kind)?])).collect()
}
