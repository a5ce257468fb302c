//! What Secrets Manager's operations need. A secret is named by its name or its ARN, which
//! ends in six characters that nobody chose.
//!
//! Source: Service Authorization Reference, "AWS Secrets Manager".

use super::{Demand, Kind, Place};

/// Operations on the secret that `SecretId` names.
const ON_SECRET: [&str; 20] = [
    "CancelRotateSecret",
    "DeleteResourcePolicy",
    "DeleteSecret",
    "DescribeSecret",
    "GetResourcePolicy",
    "GetSecretValue",
    "ListSecretVersionIds",
    "PutResourcePolicy",
    "PutSecretValue",
    "RemoveRegionsFromReplication",
    "ReplicateSecretToRegions",
    "RestoreSecret",
    "RotateSecret",
    "StopReplicationToReplica",
    "TagResource",
    "UntagResource",
    "UpdateSecret",
    "UpdateSecretVersionStage",
    "ValidateResourcePolicy",
    "BatchGetSecretValue",
];

pub(super) fn demands(place: &Place<'_>, action: &str) -> Option<Vec<Demand>> {
    let text = |name: &str| place.call.input.text(name);
    match place.call.operation.as_str() {
        "CreateSecret" => {
            let name = text("Name")?;
            let (region, account) = (&place.call.region, place.account());
            let arn = format!("arn:aws:secretsmanager:{region}:{account}:secret:{name}-??????");
            let mut demand = Demand::on(action, arn);
            demand.context.set("secretsmanager:Name", name);
            Some(vec![demand])
        }
        "BatchGetSecretValue" => {
            let ids = place.texts("SecretIdList");
            if ids.is_empty() {
                return None;
            }
            let each = ids.into_iter().map(|id| secret(place, "secretsmanager:GetSecretValue", id));
            Some(std::iter::once(Demand::on(action, "*")).chain(each).collect())
        }
        // Source: Secrets Manager API reference, ValidateResourcePolicy, "Required permissions".
        "ValidateResourcePolicy" => {
            let on = |action: &str| Some(secret(place, action, text("SecretId")?));
            Some(vec![on(action)?, on("secretsmanager:PutResourcePolicy")?])
        }
        // What invokes the function is the emulator, which asks nobody for it.
        "RotateSecret" if text("RotationLambdaARN").is_some() => None,
        operation if ON_SECRET.contains(&operation) => {
            Some(vec![secret(place, action, text("SecretId")?)])
        }
        _ => None,
    }
}

/// Whether an operation is mapped.
pub(super) fn is_mapped(operation: &str) -> bool {
    operation == "CreateSecret" || ON_SECRET.contains(&operation)
}

/// Where there is no such secret, AWS names it as the caller did.
pub(super) fn secret(place: &Place<'_>, action: &str, id: &str) -> Demand {
    let mut demand = Demand::on(action, id).held_by(place.reference(Kind::Secret, id));
    demand.context.set("secretsmanager:SecretId", id);
    demand
}
