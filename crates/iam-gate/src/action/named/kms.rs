//! What KMS's operations need. A key is named by its id, its ARN or an alias, and
//! permission is always on the key.
//!
//! Source: KMS developer guide, "AWS KMS permissions" and "Condition keys".

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::{Demand, Kind, Place};
use crate::precondition::Precondition;

/// Operations on the key that `KeyId` names.
#[rustfmt::skip]
const ON_KEY: [&str; 33] = [
    "CancelKeyDeletion", "CreateGrant", "DeleteImportedKeyMaterial", "DescribeKey", "DisableKey",
    "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "Encrypt", "GenerateDataKey",
    "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyPolicy", "GetKeyRotationStatus",
    "GetParametersForImport", "GetPublicKey", "ImportKeyMaterial", "ListGrants",
    "ListKeyPolicies", "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "RetireGrant",
    "RevokeGrant", "RotateKeyOnDemand", "ScheduleKeyDeletion", "Sign", "TagResource",
    "UntagResource", "UpdateKeyDescription", "Verify",
];

pub(super) fn demands(place: &Place<'_>, action: &str) -> Option<Vec<Demand>> {
    let text = |name: &str| place.call.input.text(name);
    let operation = place.call.operation.as_str();
    Some(match operation {
        "Decrypt" => vec![source(place, action, "KeyId")?],
        "ReEncrypt" => vec![
            source(place, "kms:ReEncryptFrom", "SourceKeyId")?,
            key(place, "kms:ReEncryptTo", text("DestinationKeyId")?),
        ],
        // Source: KMS API reference, ReplicateKey, "Required permissions".
        "ReplicateKey" => {
            let mut create = Demand::without_resource("kms:CreateKey");
            create.context.set("aws:RequestedRegion", text("ReplicaRegion")?);
            vec![key(place, action, text("KeyId")?), create]
        }
        // On the alias and on every key that it means, before and after.
        "CreateAlias" => {
            vec![alias(place, action)?, key(place, action, text("TargetKeyId")?)]
        }
        "DeleteAlias" => vec![alias(place, action)?, key(place, action, text("AliasName")?)],
        "UpdateAlias" => vec![
            alias(place, action)?,
            key(place, action, text("AliasName")?),
            key(place, action, text("TargetKeyId")?),
        ],
        "VerifyMac" => vec![key(place, action, text("KeyId")?)],
        // By grant token alone the grant's key is not told.
        operation if ON_KEY.contains(&operation) => vec![key(place, action, text("KeyId")?)],
        _ => return None,
    })
}

/// Whether an operation is mapped.
pub(super) fn is_mapped(operation: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "CreateAlias",
        "Decrypt",
        "DeleteAlias",
        "ReEncrypt",
        "ReplicateKey",
        "UpdateAlias",
        "VerifyMac",
    ];
    ON_KEY.contains(&operation) || OTHERS.contains(&operation)
}

fn key(place: &Place<'_>, action: &str, name: &str) -> Demand {
    let account = place.account();
    let arn = match name {
        arn if arn.starts_with("arn:") => arn.to_owned(),
        alias if alias.starts_with("alias/") => {
            format!("arn:aws:kms:{}:{account}:{alias}", place.call.region)
        }
        id => format!("arn:aws:kms:{}:{account}:key/{id}", place.call.region),
    };
    let mut demand = Demand::on(action, arn).held_by(place.reference(Kind::Key, name));
    demand.context.set("kms:CallerAccount", account.as_str());
    if let Some(at) = name.find("alias/") {
        demand.context.set("kms:RequestAlias", name.get(at..).unwrap_or_default());
    }
    let pairs: Vec<_> = encryption_context(place, action).flatten().collect();
    if !pairs.is_empty() {
        let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        demand.context.set_all("kms:EncryptionContextKeys", names);
    }
    for (name, value) in pairs {
        if let Some(value) = value.as_str() {
            demand.context.set(format!("kms:EncryptionContext:{name}"), value);
        }
    }
    demand
}

/// What a call says of the encryption context, for this action: each side of a re-encryption has
/// its own, and a grant is for what its constraints name.
///
/// Source: KMS developer guide, "Condition keys", `kms:EncryptionContext:context-key`.
fn encryption_context<'p>(
    place: &'p Place<'_>,
    action: &str,
) -> impl Iterator<Item = &'p Map<String, Value>> + use<'p> {
    let members = place.call.input.members();
    let of = |name: &str| members.and_then(|members| members.get(name));
    let constraint = |name: &str| of("Constraints").and_then(|it| it.get(name));
    let given = match action {
        "kms:ReEncryptFrom" => [of("SourceEncryptionContext"), None],
        "kms:ReEncryptTo" => [of("DestinationEncryptionContext"), None],
        "kms:CreateGrant" => {
            [constraint("EncryptionContextEquals"), constraint("EncryptionContextSubset")]
        }
        _ => [of("EncryptionContext"), None],
    };
    given.into_iter().flatten().filter_map(Value::as_object)
}

fn alias(place: &Place<'_>, action: &str) -> Option<Demand> {
    let name = place.call.input.text("AliasName")?;
    name.starts_with("alias/").then(|| {
        let arn = format!("arn:aws:kms:{}:{}:{name}", place.call.region, place.account());
        Demand::on(action, arn)
    })
}

/// On the key that a ciphertext was made with. Where one is named beside it, it must be that
/// one, whatever an emulator does with the other.
fn source(place: &Place<'_>, action: &str, parameter: &str) -> Option<Demand> {
    let of_ciphertext = key_of_ciphertext(place);
    match (place.call.input.text(parameter), of_ciphertext) {
        (None, of_ciphertext) => {
            Some(Demand { is_hidden: true, ..key(place, action, &of_ciphertext?) })
        }
        // Of an asymmetric key's ciphertexts nothing tells the key but the call.
        (Some(named), None) => Some(key(place, action, named)),
        (Some(named), Some(of_ciphertext)) => {
            let reference = |name: &str| place.reference(Kind::Key, name);
            let same = Precondition::SameKey {
                named: reference(named),
                of_ciphertext: reference(&of_ciphertext),
            };
            Some(key(place, action, named).only_if(same))
        }
    }
}

/// As emulators have it, a ciphertext's first 36 bytes are the id of its key.
fn key_of_ciphertext(place: &Place<'_>) -> Option<String> {
    let ciphertext = STANDARD.decode(place.call.input.text("CiphertextBlob")?).ok()?;
    let id = std::str::from_utf8(ciphertext.get(..36)?).ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    id.bytes().all(plain).then(|| id.to_owned())
}
