//! All services by their names, and how old the data is.

use std::sync::OnceLock;

use crate::authorization::{Action, Authorization, ConditionKey, global_condition_keys};
use crate::decode::{self, DataVersions, Index};
use crate::pack;
use crate::service::Service;
use crate::text::DamagedData;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| read().unwrap_or_default())
}

/// Reads the index anew.
pub(crate) fn read() -> Result<Index, DamagedData> {
    decode::index(pack::inflate("index", pack::INDEX)?)
}

/// All APIs, in the order of their names.
pub fn services() -> &'static [Service] {
    &index().services
}

/// An API by its name, by its signing name, or by its IAM prefix, in this order. Where
/// several share the signing name or prefix it is the first; see [`services_signed_as`].
pub fn service(name: &str) -> Option<&'static Service> {
    let by = |matches: fn(&Service, &str) -> bool| services().iter().find(|one| matches(one, name));
    by(|service, name| service.name == name)
        .or_else(|| by(|service, name| service.signing_name == name))
        .or_else(|| by(|service, name| service.iam_prefix == Some(name)))
}

/// The APIs that share a signing name: `X-Amz-Target`, version or path tells them apart.
pub fn services_signed_as(signing_name: &str) -> impl Iterator<Item = &'static Service> {
    services().iter().filter(move |service| service.signing_name == signing_name)
}

/// All IAM prefixes, in their order.
pub fn authorizations() -> &'static [Authorization] {
    index().authorizations
}

/// Actions, resource types and condition keys of an IAM prefix, without regard to case.
pub fn authorization(prefix: &str) -> Option<&'static Authorization> {
    authorizations().iter().find(|one| one.prefix.eq_ignore_ascii_case(prefix))
}

/// An action by its whole name (`s3:GetObject`), without regard to case.
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, name) = name.split_once(':')?;
    authorization(prefix)?.action(name)
}

/// The condition key that a policy means, global or a service's, without regard to case.
pub fn condition_key(name: &str) -> Option<&'static ConditionKey> {
    let (prefix, _) = name.split_once(':')?;
    let known = match authorization(prefix) {
        Some(authorization) => authorization.condition_keys(),
        None => &[],
    };
    global_condition_keys().iter().chain(known).find(|key| key.covers(name))
}

/// The day of the data (`2026-10-27`): what is newer than that is unknown here.
pub fn data_date() -> &'static str {
    index().versions.date
}

/// What the data was made from.
pub fn data_versions() -> DataVersions {
    index().versions
}
