//! Parameters of Systems Manager that stand for secrets of Secrets Manager.
//!
//! Source: Systems Manager user guide, "Referencing AWS Secrets Manager secrets from Parameter
//! Store parameters": GetParameter and GetParameters alone take them, and need
//! `secretsmanager:GetSecretValue` on the secret.

use super::secret::secret;
use super::{Demand, Place};

/// What the names of such parameters begin with.
const REFERENCE: &str = "aws/reference/secretsmanager/";

/// What the secrets need that are read through the parameters of `demands`; `None` where one
/// is named so that it cannot be told, or in an operation that takes none.
pub(super) fn secrets(place: &Place<'_>, demands: &[Demand]) -> Option<Vec<Demand>> {
    let mut secrets = Vec::new();
    for name in ["Name", "Names", "Path"].into_iter().flat_map(|name| place.texts(name)) {
        let Some(id) = referred(name) else { continue };
        let reads = matches!(place.call.operation.as_str(), "GetParameter" | "GetParameters");
        // A version or label may follow the name; an ARN would be one name to the one and
        // another to the other.
        let (id, version) = id.split_once(':').unwrap_or((id, ""));
        if !reads
            || id.is_empty()
            || id.starts_with('/')
            || version.contains(':')
            || demands.is_empty()
        {
            return None;
        }
        secrets.push(secret(place, "secretsmanager:GetSecretValue", id));
    }
    Some(secrets)
}

/// The secret that a parameter's name or ARN refers to, however often a slash is doubled.
fn referred(name: &str) -> Option<&str> {
    let (_, path) = name.split_once(":parameter").unwrap_or(("", name));
    let mut rest = path;
    for part in REFERENCE.split_terminator('/') {
        rest = rest.trim_start_matches('/').strip_prefix(part)?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
    }
    Some(rest.strip_prefix('/').unwrap_or(rest))
}
