//! How much of something an account may have.
//!
//! Source: IAM user guide, "IAM and AWS STS quotas": white space in policies is not counted.

use iam_policy::PolicyKind;

use super::document;
use crate::account::{Attached, CompiledPolicy};
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::wire::Parameters;

const MANAGED_POLICY: usize = 6144;
const TRUST_POLICY: usize = 2048;
const ATTACHED: usize = 10;
const GROUPS_OF_A_USER: usize = 10;
const CLIENT_IDS: usize = 100;
const THUMBPRINTS: usize = 5;

/// Operations that put an inline policy, the parameter that names on whom, what AWS calls
/// it, and how much all of somebody's inline policies may hold together.
const INLINE: [(&str, &str, &str, usize); 3] = [
    ("PutUserPolicy", "UserName", "user", 2048),
    ("PutGroupPolicy", "GroupName", "group", 5120),
    ("PutRolePolicy", "RoleName", "role", 10_240),
];

/// Refuses what would be too much.
///
/// # Errors
/// `LimitExceeded`, 409; what stands against reading the account's identity providers.
pub(super) async fn check(
    state: &State,
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let snapshot = &caller.snapshot;
    let name = |parameter: &str| parameters.get(parameter).unwrap_or_default();
    if let Some((text, kind)) = document::brought(operation, parameters) {
        let size = counted(text);
        match (operation, kind) {
            (_, PolicyKind::Trust) => quota("ACLSizePerRole", TRUST_POLICY, size)?,
            ("CreatePolicy" | "CreatePolicyVersion", _) => {
                quota("PolicySize", MANAGED_POLICY, size)?;
            }
            _ => inline(caller, operation, parameters, size)?,
        }
    }
    let policy = name("PolicyArn");
    match operation {
        "AttachUserPolicy" => {
            let user = snapshot.user(name("UserName"));
            attached("PoliciesPerUser", user.map(|user| &user.attached), policy)
        }
        "AttachGroupPolicy" => {
            let group = snapshot.group(name("GroupName"));
            attached("PoliciesPerGroup", group.map(|group| &group.attached), policy)
        }
        "AttachRolePolicy" => {
            let role = snapshot.role(name("RoleName"));
            attached("PoliciesPerRole", role.map(|role| &role.attached), policy)
        }
        "AddUserToGroup" => {
            let groups = snapshot.user(name("UserName")).map(|user| &user.groups);
            let others = groups.into_iter().flatten().filter(|group| *group != name("GroupName"));
            quota("GroupsPerUser", GROUPS_OF_A_USER, others.count() + 1)
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
            let providers = state.reader.providers(caller.account_id(), snapshot).await?;
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

fn attached(name: &str, held: Option<&Vec<Attached>>, policy: &str) -> Result<(), ErrorResponse> {
    let others = held.into_iter().flatten().filter(|arn| *arn != policy).count();
    quota(name, ATTACHED, others + 1)
}

/// All inline policies of one user, group or role count together; the one that is replaced
/// does not.
fn inline(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
    size: usize,
) -> Result<(), ErrorResponse> {
    let Some((_, parameter, kind, most)) = INLINE.iter().find(|(of, ..)| *of == operation) else {
        return Ok(());
    };
    let name = parameters.get(parameter).unwrap_or_default();
    let held: &[CompiledPolicy] = match *kind {
        "user" => caller.snapshot.user(name).map(|user| user.inline.as_slice()),
        "group" => caller.snapshot.group(name).map(|group| group.inline.as_slice()),
        _ => caller.snapshot.role(name).map(|role| role.inline.as_slice()),
    }
    .unwrap_or_default();
    let replaced = parameters.get("PolicyName").unwrap_or_default();
    let others = held.iter().flatten().filter(|policy| &*policy.name != replaced);
    let others: usize = others.map(|policy| counted(policy.policy.text())).sum();
    match others + size > *most {
        true => {
            Err(exceeded(format!("Maximum policy size of {most} bytes exceeded for {kind} {name}")))
        }
        false => Ok(()),
    }
}
