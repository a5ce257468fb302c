//! Members that have a service act on something else than what the tables say: a template that
//! is fetched, a table or secret that is copied, a policy that is set, a role that is passed.
//! What they need is not written down, so a call that brings one is the administrator's.
//!
//! Source: the API references, by member; `tests/it/naming_members.rs` finds those there are.

use super::Place;
use crate::call::Input;

const MEMBERS: [(&str, &str); 8] = [
    ("cloudformation", "TemplateURL"),
    ("dynamodb", "GlobalTableSourceArn"),
    ("dynamodb", "ReplicaUpdates"),
    ("dynamodb", "ResourcePolicy"),
    ("secretsmanager", "AddReplicaRegions"),
    ("secretsmanager", "CrossAccountPrimaryARN"),
    ("secretsmanager", "ExternalSecretRotationRoleArn"),
    // Beside `logGroupName` an emulator may go by it.
    ("logs", "logGroupIdentifier"),
];

/// Operations whose rules take such a member for what it is.
const TAKEN: [(&str, &str); 2] = [("logs", "DescribeLogStreams"), ("logs", "FilterLogEvents")];

/// Whether a call brings none of them.
pub(super) fn is_nowhere(place: &Place<'_>) -> bool {
    let (service, operation) = (place.call.service.as_str(), place.call.operation.as_str());
    TAKEN.contains(&(service, operation))
        || !MEMBERS.iter().any(|(of, member)| *of == service && has(&place.call.input, member))
}

fn has(input: &Input, member: &str) -> bool {
    match input {
        Input::Query(parameters) => {
            parameters.iter().any(|(name, _)| name.split('.').next() == Some(member))
        }
        input => input.members().is_some_and(|members| members.contains_key(member)),
    }
}
