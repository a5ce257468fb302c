//! What KMS's operations need. A key is named by its id, its ARN or an alias, and
//! permission is always on the key.
//!
//! Source: KMS developer guide, "AWS KMS permissions" and "Condition keys".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Demand, Kind, Place};
use crate::call::Input;

/// Operations on the key that `KeyId` names.
#[rustfmt::skip]
const ON_KEY: [&str; 34] = [
    "CancelKeyDeletion", "CreateGrant", "DeleteImportedKeyMaterial", "DescribeKey", "DisableKey",
    "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "Encrypt", "GenerateDataKey",
    "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyPolicy", "GetKeyRotationStatus",
    "GetParametersForImport", "GetPublicKey", "ImportKeyMaterial", "ListGrants",
    "ListKeyPolicies", "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "ReplicateKey",
    "RetireGrant", "RevokeGrant", "RotateKeyOnDemand", "ScheduleKeyDeletion", "Sign",
    "TagResource", "UntagResource", "UpdateKeyDescription", "Verify",
];

pub(super) fn demands(place: &Place<'_>, action: &str) -> Option<Vec<Demand>> {
    let text = |name: &str| place.call.input.text(name);
    let operation = place.call.operation.as_str();
    Some(match operation {
        "Decrypt" => vec![key(place, action, &source_key(place, "KeyId")?)],
        "ReEncrypt" => vec![
            key(place, "kms:ReEncryptFrom", &source_key(place, "SourceKeyId")?),
            key(place, "kms:ReEncryptTo", text("DestinationKeyId")?),
        ],
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
    if let Input::Json { members, .. } = &place.call.input
        && let Some(Value::Object(pairs)) = members.get("EncryptionContext")
    {
        demand.context.set_all("kms:EncryptionContextKeys", pairs.keys().map(String::as_str));
        for (name, value) in pairs {
            if let Some(value) = value.as_str() {
                demand.context.set(format!("kms:EncryptionContext:{name}"), value);
            }
        }
    }
    demand
}

fn alias(place: &Place<'_>, action: &str) -> Option<Demand> {
    let name = place.call.input.text("AliasName")?;
    name.starts_with("alias/").then(|| {
        let arn = format!("arn:aws:kms:{}:{}:{name}", place.call.region, place.account());
        Demand::on(action, arn)
    })
}

/// The key that a ciphertext was made with: named beside it, or, as emulators have it, the
/// ciphertext's first 36 bytes.
fn source_key(place: &Place<'_>, parameter: &str) -> Option<String> {
    if let Some(named) = place.call.input.text(parameter) {
        return Some(named.to_owned());
    }
    let ciphertext = STANDARD.decode(place.call.input.text("CiphertextBlob")?).ok()?;
    let id = std::str::from_utf8(ciphertext.get(..36)?).ok()?;
    let digits = id.strip_prefix("mrk-").unwrap_or(id);
    let plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    digits.bytes().all(plain).then(|| id.to_owned())
}
