//! How much of something an account may have.
//!
//! Source: IAM user guide, "IAM and AWS STS quotas": white space in policies is not counted.

use iam_policy::PolicyKind;

use super::conflict::Looking;
use super::document;
use super::writing::Writing;
use crate::account::{Attached, Holder, Reading};
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::wire::Parameters;

const MANAGED_POLICY: usize = 6144;
const TRUST_POLICY: usize = 2048;
const ATTACHED: usize = 10;
const GROUPS_OF_A_USER: usize = 10;
const KEYS_OF_A_USER: usize = 2;
const CLIENT_IDS: usize = 100;
const THUMBPRINTS: usize = 5;

/// Operations that put an inline policy, on whom, and how much all of somebody's inline
/// policies may hold together.
const INLINE: [(&str, Holder, usize); 3] = [
    ("PutUserPolicy", Holder::User, 2048),
    ("PutGroupPolicy", Holder::Group, 5120),
    ("PutRolePolicy", Holder::Role, 10_240),
];

/// Refuses what would be too much.
///
/// # Errors
/// `LimitExceeded`, 409; what stands against reading the account's identity providers, and the
/// user's access keys.
pub(super) async fn check(state: &State, writing: Writing<'_>) -> Result<(), ErrorResponse> {
    let Writing { operation, parameters, .. } = writing;
    let reading = writing.reading();
    let name = |parameter: &str| writing.name(parameter);
    if let Some((text, kind)) = document::brought(operation, parameters) {
        let size = counted(text);
        match (operation, kind) {
            (_, PolicyKind::Trust) => quota("ACLSizePerRole", TRUST_POLICY, size)?,
            ("CreatePolicy" | "CreatePolicyVersion", _) => {
                quota("PolicySize", MANAGED_POLICY, size)?;
            }
            _ => inline(&reading, operation, parameters, size).await?,
        }
    }
    let policy = name("PolicyArn");
    match operation {
        "AttachUserPolicy" => {
            let held = reading.attached(Holder::User, name("UserName")).await?;
            attached("PoliciesPerUser", &held, policy)
        }
        "AttachGroupPolicy" => {
            let held = reading.attached(Holder::Group, name("GroupName")).await?;
            attached("PoliciesPerGroup", &held, policy)
        }
        "AttachRolePolicy" => {
            let held = reading.attached(Holder::Role, name("RoleName")).await?;
            attached("PoliciesPerRole", &held, policy)
        }
        "AddUserToGroup" => {
            let groups = reading.groups(name("UserName")).await?;
            let others = groups.iter().filter(|group| *group != name("GroupName"));
            quota("GroupsPerUser", GROUPS_OF_A_USER, others.count() + 1)
        }
        "CreateAccessKey" => {
            let keys = Looking { state, writing };
            let keys = keys.listed("ListAccessKeys", "UserName", "AccessKeyMetadata").await?;
            quota("AccessKeysPerUser", KEYS_OF_A_USER, keys.len() + 1)
        }
        "CreateOpenIDConnectProvider" => {
            if parameters.list("ThumbprintList").len() > THUMBPRINTS {
                return Err(ErrorResponse::answered(
                    400,
                    "InvalidInput",
                    "Thumbprint list must contain fewer than 5 entries.",
                ));
            }
            client_ids(parameters.list("ClientIDList").len())
        }
        "AddClientIDToOpenIDConnectProvider" => {
            let arn = name("OpenIDConnectProviderArn");
            let providers = reading.providers().await?;
            let provider = providers.iter().find(|provider| provider.arn == arn);
            let ids = provider.into_iter().flat_map(|provider| &provider.client_ids);
            client_ids(ids.filter(|id| *id != name("ClientID")).count() + 1)
        }
        _ => Ok(()),
    }
}

/// Characters of a policy that count.
fn counted(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

fn quota(name: &str, most: usize, asked: usize) -> Result<(), ErrorResponse> {
    match asked > most {
        true => Err(exceeded(format!("Cannot exceed quota for {name}: {most}"))),
        false => Ok(()),
    }
}

fn exceeded(message: String) -> ErrorResponse {
    ErrorResponse::answered(409, "LimitExceeded", message)
}

fn client_ids(asked: usize) -> Result<(), ErrorResponse> {
    quota("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS, asked)
}

fn attached(name: &str, held: &[Attached], policy: &str) -> Result<(), ErrorResponse> {
    let others = held.iter().filter(|arn| *arn != policy).count();
    quota(name, ATTACHED, others + 1)
}

/// All inline policies of one user, group or role count together; the one that is replaced
/// does not.
async fn inline(
    reading: &Reading<'_>,
    operation: &str,
    parameters: &Parameters,
    size: usize,
) -> Result<(), ErrorResponse> {
    let Some((_, holder, most)) = INLINE.iter().find(|(of, ..)| *of == operation) else {
        return Ok(());
    };
    let word = holder.word();
    let name = parameters.get(&format!("{word}Name")).unwrap_or_default();
    let held = reading.inline(*holder, name).await?;
    let replaced = parameters.get("PolicyName").unwrap_or_default();
    let others = held.iter().flatten().filter(|policy| &*policy.name != replaced);
    let others: usize = others.map(|policy| counted(policy.policy.text())).sum();
    match others + size > *most {
        true => Err(exceeded(format!(
            "Maximum policy size of {most} bytes exceeded for {} {name}",
            word.to_ascii_lowercase()
        ))),
        false => Ok(()),
    }
}
