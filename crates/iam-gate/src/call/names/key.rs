//! Keys of KMS by which something is to be encrypted. Whoever uses it later needs permissions on
//! the key, of which what is encrypted does not tell the gate: so nothing is encrypted by any key
//! but AWS's own.
//!
//! Source: the services' guides on encryption at rest.

use serde_json::Value;

use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;

/// Members that name a key, and those they stand in.
const MEMBERS: [(&str, &[&str]); 6] = [
    ("dynamodb", &["SSESpecification", "KMSMasterKeyId"]),
    ("logs", &["kmsKeyId"]),
    ("secretsmanager", &["KmsKeyId"]),
    ("sns", &["Attributes", ATTRIBUTE]),
    ("sqs", &["Attributes", ATTRIBUTE]),
    ("ssm", &["KeyId"]),
];

/// The attribute of queues and topics.
const ATTRIBUTE: &str = "KmsMasterKeyId";

/// Refuses a key that is not AWS's own.
pub(super) fn check(call: &Call) -> Result<(), ErrorResponse> {
    let service = call.service.as_str();
    let of_members = MEMBERS.iter().filter(|(of, _)| *of == service);
    let mut keys = of_members.filter_map(|(_, path)| in_members(&call.input, path));
    let keys = keys.by_ref().chain(in_attributes(service, &call.input)).collect::<Vec<_>>();
    match keys.iter().all(|key| key.is_empty() || key.starts_with("alias/aws/")) {
        true => Ok(()),
        false => Err(ErrorResponse::Undecidable(format!(
            "the gate does not ask KMS for the permissions that what `{}` encrypts needs later, \
             so it lets nothing be encrypted by a key but AWS's own (`alias/aws/{service}`)",
            call.action()
        ))),
    }
}

fn in_members<'a>(input: &'a Input, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let value = input.members()?.get(*first)?;
    rest.iter().try_fold(value, |value, name| value.get(name)).and_then(Value::as_str)
}

/// Among the pairs of a form: `Attribute.1.Name` and `.Value`, `Attributes.entry.1.key` and
/// `.value`, `AttributeName` and `AttributeValue`.
fn in_attributes<'a>(service: &str, input: &'a Input) -> Vec<&'a str> {
    let Input::Query(parameters) = input else { return Vec::new() };
    if !matches!(service, "sns" | "sqs") {
        return Vec::new();
    }
    let named = parameters.iter().filter(|(_, value)| *value == ATTRIBUTE);
    let value = |name: &str| {
        let ends = [(".Name", ".Value"), (".key", ".value"), ("Name", "Value")];
        let at = ends.iter().find_map(|(name_end, value_end)| {
            Some(format!("{}{value_end}", name.strip_suffix(name_end)?))
        })?;
        parameters.get(&at)
    };
    named.filter_map(|(name, _)| value(name)).collect()
}
