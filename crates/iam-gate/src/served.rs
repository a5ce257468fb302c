//! What the gate serves, for documents: by AWS's models, and by the tables that it decides by.

use aws_model::{Protocol, Service};

use crate::action;
use crate::api::Api;
use crate::emulator_path::is_unrouted;

/// One API that an emulator serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Its name in AWS's command line.
    pub name: &'static str,
    /// Whether LocalStack serves it.
    pub in_localstack: bool,
    /// Whether moto serves it.
    pub in_moto: bool,
    /// The protocols that the gate reads it in.
    pub protocols: Vec<&'static str>,
    /// How many operations it has.
    pub operations: usize,
    /// Those of them whose permissions the gate knows; the others are the administrator's.
    pub mapped: Vec<&'static str>,
}

/// A service by its name in AWS's command line, and who serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmulatedService {
    /// Such as `sqs`.
    pub name: &'static str,
    /// Whether LocalStack serves it.
    pub in_localstack: bool,
    /// Whether moto serves it.
    pub in_moto: bool,
}

/// All services that some emulator serves.
pub fn emulated_services() -> Vec<EmulatedService> {
    let known = aws_model::services().iter().map(|service| EmulatedService {
        name: service.name,
        in_localstack: service.in_localstack,
        in_moto: service.in_moto,
    });
    known.filter(|service| service.in_localstack || service.in_moto).collect()
}

/// All of them, in the order of their names.
pub fn served() -> Vec<Served> {
    let carried = aws_model::services().iter().filter(|service| service.is_carried());
    carried.map(describe).collect()
}

fn describe(service: &'static Service) -> Served {
    let operations = service.operations();
    // Signed as S3, but none of its requests.
    let is_read = service.name != "s3control" && !is_unrouted(service.signing_name);
    let mapped = operations
        .iter()
        .filter(|operation| is_read && action::is_mapped(Api { service, operation }));
    Served {
        name: service.name,
        in_localstack: service.in_localstack,
        in_moto: service.in_moto,
        protocols: match is_read {
            true => service.protocols.iter().copied().map(Protocol::name).collect(),
            false => Vec::new(),
        },
        operations: operations.len(),
        mapped: mapped.map(|operation| operation.name).collect(),
    }
}
