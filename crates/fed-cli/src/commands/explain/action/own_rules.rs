//! Calls that nobody can make so, whatever the policies say, told with what to do instead.

use iam_policy::{Barred, barred};

use super::NO_RESOURCE;
use super::actor::Actor;
use crate::{Exit, Failure};

/// Refuses what nobody can call so.
///
/// # Errors
/// Why.
pub(super) fn check(action: &str, actor: &Actor, resources: &[String]) -> Result<(), Failure> {
    let alone = [NO_RESOURCE.to_owned()];
    let resources = if resources.is_empty() { &alone } else { resources };
    let of = |resource: &String| barred(&actor.principal, action, resource);
    match resources.iter().find_map(of) {
        None => Ok(()),
        Some(barred) => Err(told(&barred, actor)),
    }
}

fn told(barred: &Barred, actor: &Actor) -> Failure {
    let (exit, by, hint) = match barred {
        Barred::WithToken { .. } => (
            Exit::Usage,
            "",
            "leave `--action` out: `fed-cli explain` says what becomes of a token",
        ),
        Barred::ToSessions { .. } | Barred::ToFederatedUsers { .. } => {
            (Exit::Denied, actor.name(), "it is for users: name one with `--principal`")
        }
        Barred::PolicyOfAws { .. } => (
            Exit::Denied,
            "",
            "copy it: `aws iam get-policy-version` shows it, `aws iam create-policy` makes your own",
        ),
        Barred::RoleOfAws { .. } => (
            Exit::Denied,
            "",
            "`aws iam create-service-linked-role` and `aws iam delete-service-linked-role` are \
             what there is for it",
        ),
        Barred::OtherPartition { .. } => {
            return Failure::new(Exit::Denied, barred.to_string());
        }
    };
    let message = match by {
        "" => barred.to_string(),
        name => format!("{barred}, so not by `{name}`"),
    };
    Failure::new(exit, message).hint(hint)
}
