//! Which operation of which API of AWS's a request means, by AWS's own models. What they do
//! not have is refused: of an unknown operation nobody can tell what it needs.

use aws_model::{Operation, Protocol, Service};

use crate::error_response::ErrorResponse;
use crate::protocol::apis_by_query;

/// An operation, and the API it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api {
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
}

/// What IAM and its like call a version that is not given.
const NO_VERSION: &str = "NO_VERSION_SPECIFIED";

/// Services that take a call without `Version` for one of their newest.
const TAKES_NO_VERSION: [&str; 2] = ["sns", "sqs"];

impl Api {
    /// `service:Operation`, by the name the service is signed for.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service.signing_name, self.operation.name)
    }
}

/// The operation that `Action` and `Version` name.
///
/// # Errors
/// The service's own for an action or version that it does not have.
pub(crate) fn of_action(
    signing_name: &str,
    version: Option<&str>,
    action: &str,
) -> Result<Api, ErrorResponse> {
    let is_meant = |service: &&Service| match version {
        Some(version) => service.api_version == version,
        None => TAKES_NO_VERSION.contains(&signing_name),
    };
    let service = apis_by_query(signing_name).find(is_meant);
    let found =
        service.and_then(|service| Some(Api { service, operation: service.operation(action)? }));
    found.ok_or_else(|| {
        let version = version.unwrap_or(NO_VERSION);
        match (signing_name, service) {
            // Source: EC2 API reference, "Error codes".
            ("ec2", None) => ErrorResponse::answered(
                400,
                "NoSuchVersion",
                format!("The requested version ({version}) of service AmazonEC2 does not exist"),
            ),
            ("ec2", Some(_)) => ErrorResponse::answered(
                400,
                "InvalidAction",
                format!("The action {action} is not valid for this web service."),
            ),
            _ => ErrorResponse::answered(
                400,
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            ),
        }
    })
}

/// The operation that `X-Amz-Target` names.
///
/// # Errors
/// `UnknownOperationException` for one that no service has, and `InvalidSignatureException` for
/// one of another service than the request is signed for.
pub(crate) fn of_target(signing_name: &str, target: &str) -> Result<Api, ErrorResponse> {
    let unknown = || ErrorResponse::answered(400, "UnknownOperationException", "");
    let (prefix, name) = target.rsplit_once('.').ok_or_else(unknown)?;
    let speaks_json = |service: &&Service| {
        service.is_carried()
            && service.target_prefix == Some(prefix)
            && (service.speaks(Protocol::Json10) || service.speaks(Protocol::Json11))
    };
    let in_scope = aws_model::services_signed_as(signing_name).filter(speaks_json);
    let mut found =
        in_scope.filter_map(|service| Some(Api { service, operation: service.operation(name)? }));
    if let Some(api) = found.next() {
        return Ok(api);
    }
    let other = aws_model::services().iter().find(speaks_json);
    match other.map(|service| service.signing_name) {
        Some(right) if right != signing_name => Err(ErrorResponse::answered(
            400,
            "InvalidSignatureException",
            format!("Credential should be scoped to correct service: '{right}'. "),
        )),
        _ => Err(unknown()),
    }
}
