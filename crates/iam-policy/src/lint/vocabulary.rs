//! The words of policies that AWS knows, and how to say that one is not among them.

use aws_model::{Action, Authorization};

use crate::wildcard;

/// Keys that the credentials bring along, whatever they are used for.
/// Source: the services' guides on using instance, function and job roles.
const OF_CREDENTIALS: [&str; 6] = [
    "ec2:RoleDelivery",
    "ec2:SourceInstanceARN",
    "glue:CredentialIssuingService",
    "glue:RoleAssumedBy",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceARN",
];

/// The actions of a service that a pattern of their names (`Describe*`) covers; `None` when
/// no service has this prefix.
pub(super) fn matching(prefix: &str, name: &str) -> Option<Vec<&'static Action>> {
    let actions = aws_model::authorization(prefix)?.actions();
    let pattern: Vec<u8> = name
        .bytes()
        .map(|byte| match byte {
            b'*' => wildcard::RUN,
            b'?' => wildcard::ONE,
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let covers = |action: &&Action| wildcard::matches_ignoring_case(&pattern, action.name);
    Some(actions.iter().filter(covers).collect())
}

/// The prefixes of all services.
pub(super) fn prefixes() -> impl Iterator<Item = &'static str> {
    aws_model::authorizations().iter().map(|authorization| authorization.prefix)
}

/// The names of a prefix's condition keys, without the prefix; `None` when it is not known.
pub(super) fn key_names(prefix: &str) -> Option<Vec<&'static str>> {
    let keys = if prefix.eq_ignore_ascii_case("aws") {
        aws_model::global_condition_keys()
    } else {
        aws_model::authorization(prefix)?.condition_keys()
    };
    let own = keys.iter().filter_map(|key| key.name.split_once(':'));
    let own = own.filter(|(known, _)| known.eq_ignore_ascii_case(prefix));
    Some(own.map(|(_, name)| name).collect())
}

/// Whether a key comes with the credentials, so that any action may carry it.
pub(super) fn comes_with_credentials(key: &str) -> bool {
    OF_CREDENTIALS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether one request may have several values of a key.
pub(super) fn is_multivalued(key: &str) -> bool {
    let key_type = aws_model::condition_key(key).and_then(|known| known.key_type);
    key_type.is_some_and(aws_model::KeyType::is_multivalued)
}

/// What an ARN's third field says it belongs to.
pub(super) fn authorization_of_arn(arn: &str) -> Option<&'static Authorization> {
    aws_model::authorization(arn.split(':').nth(2)?)
}
