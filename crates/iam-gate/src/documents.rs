//! The policies of somebody, as texts for a person to read.

use std::sync::Arc;

use fed_types::{AccountId, Arn};
use iam_policy::{NamedPolicy, PolicyKind};

use crate::account::{Entity, Holder, Reading};
use crate::error_response::ErrorResponse;
use crate::state::State;

/// A policy of a user or role, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    /// As decisions name it.
    pub name: String,
    /// Its type, as AWS calls it.
    pub kind: PolicyKind,
    /// The JSON text.
    pub text: String,
}

/// What decisions call the trust policy of whichever role.
const TRUST: &str = "trust policy";

impl PolicyDocument {
    fn of(NamedPolicy { name, policy }: &NamedPolicy) -> Self {
        Self { name: name.to_string(), kind: policy.kind(), text: policy.text().to_owned() }
    }
}

/// Why policies cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadablePolicies(String);

impl From<ErrorResponse> for UnreadablePolicies {
    fn from(error: ErrorResponse) -> Self {
        Self(match error {
            ErrorResponse::Undecidable(why) | ErrorResponse::Upstream(why) => why,
            ErrorResponse::Answered { message, .. } => message,
            other => format!("{other:?}"),
        })
    }
}

/// The policies of a user or role: what it may, what limits it, and who may assume it. None of
/// whom no policy binds.
///
/// # Errors
/// What stands against reading them.
pub(crate) async fn documents(
    state: &Arc<State>,
    arn: &str,
) -> Result<Vec<PolicyDocument>, UnreadablePolicies> {
    let account = Arn::parse(arn).ok().and_then(|arn| arn.account.parse::<AccountId>().ok());
    let account = account.and_then(|id| state.accounts.find(&id));
    let Some(account) = account else { return Ok(Vec::new()) };
    let reading = account.reading();
    match reading.find(arn).await? {
        Some(Entity::User(user)) => {
            Ok(held(&reading, Holder::User, &user.name, user.boundary.as_deref()).await?)
        }
        Some(Entity::Role(role)) => {
            let mut all =
                held(&reading, Holder::Role, &role.name, role.boundary.as_deref()).await?;
            if let Ok(trust) = &role.trust {
                all.push(PolicyDocument { name: TRUST.to_owned(), ..PolicyDocument::of(trust) });
            }
            Ok(all)
        }
        Some(Entity::Group(_)) | None => Ok(Vec::new()),
    }
}

async fn held(
    reading: &Reading<'_>,
    holder: Holder,
    name: &str,
    boundary: Option<&str>,
) -> Result<Vec<PolicyDocument>, ErrorResponse> {
    let set = reading.policies(holder, name, boundary).await?;
    Ok(set.identity.iter().chain(&set.boundary).map(PolicyDocument::of).collect())
}
