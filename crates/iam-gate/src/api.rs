//! Which operation of which API of AWS's a request means, by AWS's own models. What they do
//! not have is refused: of an unknown operation nobody can tell what it needs.

use aws_model::{Operation, Protocol, RestRequest, Service};

use crate::emulator_path::{is_kept, is_kept_within, is_unrouted};
use crate::error_response::ErrorResponse;
use crate::protocol::apis_by_query;
use crate::wire::{WireRequest, decode};

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

/// The one name that a service with this version and action is signed for; `None` where there is
/// none, or several.
pub(crate) fn signed_as(version: Option<&str>, action: &str) -> Option<&'static str> {
    let is_meant = |service: &&Service| {
        service.is_carried()
            && Some(service.api_version) == version
            && (service.speaks(Protocol::Query) || service.speaks(Protocol::Ec2))
            && service.operation(action).is_some()
    };
    let mut names = aws_model::services().iter().filter(is_meant).map(|it| it.signing_name);
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
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

/// The operation that a path of Smithy's RPC names: `/service/NAME/operation/NAME`.
///
/// # Errors
/// `UnknownOperationException` for one that the service does not have.
pub(crate) fn of_rpc(signing_name: &str, request: &WireRequest) -> Result<Api, ErrorResponse> {
    let unknown = || ErrorResponse::answered(404, "UnknownOperationException", "");
    let parts: Vec<&str> = request.path.split('/').collect();
    let ["", "service", prefix, "operation", name] = parts.as_slice() else {
        return Err(unknown());
    };
    if request.method != "POST" {
        return Err(unknown());
    }
    let service = aws_model::services_signed_as(signing_name).find(|service| {
        service.is_carried()
            && service.speaks(Protocol::SmithyRpcV2Cbor)
            && service.target_prefix == Some(prefix)
    });
    let found =
        service.and_then(|service| Some(Api { service, operation: service.operation(name)? }));
    found.ok_or_else(unknown)
}

/// A REST request whose operation is known.
#[derive(Clone, Debug)]
pub(crate) struct Routed {
    pub(crate) api: Api,
    pub(crate) protocol: Protocol,
    /// What the path fills in, decoded.
    pub(crate) labels: Vec<(&'static str, String)>,
    /// The query but for the signature, decoded.
    pub(crate) query: Vec<(String, String)>,
}

/// The APIs of a service that speak REST.
fn apis_by_rest(signing_name: &str) -> impl Iterator<Item = &'static Service> {
    aws_model::services_signed_as(signing_name)
        .filter(|service| service.is_carried() && service.protocols.iter().any(|it| it.is_rest()))
}

/// The operation that method, path and query name; `None` where the service speaks no REST.
///
/// # Errors
/// `UnknownOperationException` where it has no such operation, and
/// [`ErrorResponse::Undecidable`] for a path that emulators may read otherwise.
pub(crate) fn of_rest(
    signing_name: &str,
    request: &WireRequest,
) -> Result<Option<Routed>, ErrorResponse> {
    if is_unrouted(signing_name) || apis_by_rest(signing_name).next().is_none() {
        return Ok(None);
    }
    let malformed = || ErrorResponse::answered(400, "SerializationException", "");
    let query = query_of(request).ok_or_else(malformed)?;
    let pairs: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    let asked = RestRequest {
        method: &request.method,
        path: &request.path,
        query: &pairs,
        headers: &headers,
    };
    let mut found = apis_by_rest(signing_name).filter_map(|api| Some((api, api.route(asked)?)));
    let (service, route) = found
        .next()
        .ok_or_else(|| ErrorResponse::answered(404, "UnknownOperationException", ""))?;
    let api = Api { service, operation: route.operation };
    let mut labels = Vec::new();
    for (name, text) in route.labels {
        let text = decode(text).ok_or_else(malformed)?;
        if !is_label(&text) {
            return Err(no_such_label(signing_name, &asked, &text));
        }
        let whole = api.operation.uri.contains(&format!("{{{name}+}}"));
        let first = api.operation.uri.starts_with(&format!("/{{{name}"));
        let segment = text.split('/').next().unwrap_or_default();
        if (!whole && text.contains('/'))
            || (first && is_kept(segment))
            || text.split('/').any(is_kept_within)
        {
            return Err(ErrorResponse::Undecidable(format!(
                "the emulator behind the gate may read `{}` in a path as something else, so no \
                 `{name}` of `{}` can be called so",
                text.escape_debug(),
                api.action()
            )));
        }
        labels.push((name, text));
    }
    let rest = service.protocols.iter().copied().find(|protocol| protocol.is_rest());
    Ok(Some(Routed { api, protocol: rest.unwrap_or(Protocol::RestJson), labels, query }))
}

/// What a service says of a part of a path that is no id of its. Of tags Route 53 says what it says
/// of a zone that is not there: the id with `/hostedzone/` before it is none to tag by.
///
/// Source: getmoto/moto's `test_route53_hosted_zone_ids.py`, as compared with AWS; Route 53 API
/// reference, ChangeTagsForResource, "Errors".
fn no_such_label(signing_name: &str, asked: &RestRequest<'_>, text: &str) -> ErrorResponse {
    let of_zone = asked.path.starts_with("/2013-04-01/tags/hostedzone/");
    match signing_name {
        "route53" if of_zone => ErrorResponse::answered(
            404,
            "NoSuchHostedZone",
            format!("No hosted zone found with ID: {text}"),
        ),
        "route53" => ErrorResponse::answered(400, "InvalidInput", "The input is not valid."),
        _ => ErrorResponse::answered(400, "SerializationException", ""),
    }
}

/// Neither empty, nor a way up, nor with what is no text of a path.
fn is_label(text: &str) -> bool {
    !text.chars().any(char::is_control)
        && !text.split('/').any(|segment| matches!(segment, "" | "." | ".."))
}

/// The pairs of the query, decoded, but for those of the signature; `None` where they are no
/// text.
fn query_of(request: &WireRequest) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, value) in request.query_pairs() {
        let name = decode(&name.replace('+', " "))?;
        if !name.to_ascii_lowercase().starts_with("x-amz-") {
            pairs.push((name, decode(&value.replace('+', " "))?));
        }
    }
    Some(pairs)
}
