//! Resource control policies, as AWS Organizations takes them: they only deny, to everybody, what
//! they name.
//!
//! Source: AWS Organizations user guide, "RCP syntax".

use std::path::Path;

use iam_policy::PolicyKind;
use serde_json::Value;

use super::document;
use super::section::Text;
use super::source::WorldError;

/// AWS's own, which is attached everywhere.
pub(super) const FULL_ACCESS: &str = "RCPFullAWSAccess";

/// The text of one, or where it is at fault.
pub(super) fn read(given: &Text, folder: &Path) -> Result<String, WorldError> {
    let text = document::read(given, folder, PolicyKind::ResourceControl)?;
    match fault(&text) {
        Some(message) => Err(given.place.error(message)),
        None => Ok(text),
    }
}

fn fault(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let statements = match document.get("Statement")? {
        Value::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    statements.iter().find_map(|statement| {
        let is_bare = |actions: &Value| match actions {
            Value::Array(several) => several.iter().any(|action| action == "*"),
            one => one == "*",
        };
        if statement.get("Effect").is_some_and(|effect| effect != "Deny") {
            return Some(format!(
                "expected `Effect` to be `Deny` in a resource control policy: `{FULL_ACCESS}` alone \
                 allows, and is attached everywhere"
            ));
        }
        if statement.get("Principal").is_none_or(|principal| principal != "*") {
            return Some(
                "expected `Principal` to be `\"*\"` in a resource control policy".to_owned(),
            );
        }
        match statement.get("Action") {
            Some(actions) if !is_bare(actions) => None,
            Some(_) => Some(
                "expected actions of a service, as in `s3:*`, in a resource control policy, found \
                 `*`"
                .to_owned(),
            ),
            None => Some("expected `Action` in a resource control policy".to_owned()),
        }
    })
}
