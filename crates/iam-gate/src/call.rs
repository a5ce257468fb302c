//! What a request asks for: service, operation and input, read from the wire in the one
//! way the gate authorizes and forwards it.

use aws_model::Auth;
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::api::{self, Api};
use crate::error_response::ErrorResponse;
use crate::input::{Tree, fit_json, rewrite_query};
use crate::protocol::Protocol;
use crate::region;
use crate::signature::{Content, Presented, Scope, SignatureError};
use crate::wire::{Parameters, WireRequest, read_members, write_members};

mod names;
mod s3;

pub(crate) use names::check_names;
pub(crate) use s3::{CopySource, S3Request, is_s3_operation};

/// One API call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The endpoint prefix, which is also the signing name and the prefix of actions.
    pub(crate) service: String,
    /// Such as `DescribeInstances`.
    pub(crate) operation: String,
    pub(crate) protocol: Protocol,
    pub(crate) region: String,
    pub(crate) input: Input,
}

/// The input of a call. It is what is authorized *and* what is forwarded: the emulator
/// never sees bytes that the gate understood otherwise.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// AWS Query and EC2 Query.
    Query(Parameters),
    /// AWS JSON 1.0 and 1.1.
    Json {
        /// `X-Amz-Target`.
        target: String,
        members: Map<String, Value>,
    },
    /// S3's REST.
    S3(S3Request),
    /// Other services' REST, and CBOR.
    Tree(Tree),
}

impl Input {
    /// The members of an input that has any by name.
    pub(crate) fn members(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Json { members, .. } => Some(members),
            Self::Tree(tree) => Some(&tree.members),
            Self::Query(_) | Self::S3(_) => None,
        }
    }

    /// A parameter or top-level member that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Query(parameters) => parameters.get(name),
            _ => self.members()?.get(name).and_then(Value::as_str),
        }
    }

    /// The body to forward: parameters and members written anew.
    pub(crate) fn to_body(&self) -> Bytes {
        match self {
            Self::Query(parameters) => parameters.to_form().into(),
            Self::Json { members, .. } => write_members(members),
            Self::S3(request) => request.body.clone(),
            Self::Tree(tree) => tree.write().body,
        }
    }
}

/// The version by which an unsigned request is STS's, the only service that takes any.
const STS_VERSION: &str = "2011-06-15";

impl Call {
    /// Reads the call. The service and the region are those the signature is scoped to.
    ///
    /// # Errors
    /// An [`ErrorResponse`] when the request is of a protocol that is not served, or contradicts
    /// itself.
    pub(crate) fn read(
        request: &WireRequest,
        presented: Option<&Presented>,
        region: &str,
    ) -> Result<Self, ErrorResponse> {
        let scope = presented.map(|presented| &presented.scope);
        if let Some(scope) = scope.filter(|scope| scope.service == "s3") {
            let read = S3Request::read(request)?;
            return Ok(Self {
                service: scope.service.clone(),
                operation: read.operation_name().to_owned(),
                protocol: Protocol::RestXml,
                region: scope.region.clone(),
                input: Input::S3(read),
            });
        }
        let target = match request.header_values("x-amz-target").count() {
            0 => None,
            1 => request.header("x-amz-target"),
            _ => {
                return Err(ErrorResponse::malformed(
                    "the X-Amz-Target header is given more than once",
                ));
            }
        };
        let region = match scope {
            Some(scope) => region::of_call(&scope.service, &scope.region),
            None => region,
        };
        let region = region.to_owned();
        if let Some(call) = Self::tree(request, scope.map(|scope| scope.service.as_str()), &region)?
        {
            return Ok(call);
        }
        if let Some(target) = target {
            let service = scope.map(|scope| scope.service.clone()).unwrap_or_default();
            return Self::json(request, service, region, target);
        }
        Self::query(request, scope, region)
    }

    /// Reads a call whose parameters are a form.
    fn query(
        request: &WireRequest,
        scope: Option<&Scope>,
        region: String,
    ) -> Result<Self, ErrorResponse> {
        let parameters = Parameters::read(request)
            .map_err(|repeated| ErrorResponse::malformed(repeated.to_string()))?;
        let operation = parameters.get("Action").unwrap_or_default().to_owned();
        let service = match scope {
            Some(scope) => scope.service.clone(),
            None if parameters.get("Version") == Some(STS_VERSION) => "sts".to_owned(),
            None => String::new(),
        };
        if !service.is_empty() && !Protocol::is_query(&service) {
            return Err(Self::unserved(Some(&service)));
        }
        if operation.is_empty() {
            return Err(ErrorResponse::answered(
                400,
                "MissingAction",
                "The request must contain the parameter Action.",
            ));
        }
        let protocol = Protocol::of_query(&service);
        let parameters = match service.as_str() {
            // STS is answered here, and without a signature nothing else is.
            "sts" | "" => parameters,
            _ => {
                let version = parameters.get("Version");
                rewrite_query(api::of_action(&service, version, &operation)?, &parameters)?
            }
        };
        Ok(Self { service, operation, protocol, region, input: Input::Query(parameters) })
    }

    /// A call of REST or CBOR; `None` for one of the protocols that say all in their body.
    fn tree(
        request: &WireRequest,
        service: Option<&str>,
        region: &str,
    ) -> Result<Option<Self>, ErrorResponse> {
        let is_rpc = request.header_values("smithy-protocol").next().is_some();
        let has_target = request.header_values("x-amz-target").next().is_some();
        let has_path = request.path != "/" && !request.path.is_empty();
        let Some(signed) = service else {
            return if has_path { Err(Self::unserved(service)) } else { Ok(None) };
        };
        if !is_rpc && !has_path && (has_target || Protocol::is_query(signed)) {
            return Ok(None);
        }
        if has_target || (is_rpc && request.header("smithy-protocol") != Some("rpc-v2-cbor")) {
            return Err(ErrorResponse::answered(400, "SerializationException", ""));
        }
        let (protocol, tree) = if is_rpc {
            let api = api::of_rpc(signed, request)?;
            (Protocol::Cbor, Tree::of_cbor(api, &request.body)?)
        } else {
            // Of whom there is no path, and a form that is another service's.
            if let Some(right) = Self::meant(request).filter(|_| !has_path) {
                return Err(SignatureError::wrong_service(right).into());
            }
            let routed = api::of_rest(signed, request)?;
            let routed = routed.ok_or_else(|| Self::unserved(service))?;
            let protocol = match routed.protocol {
                aws_model::Protocol::RestXml => Protocol::RestXml,
                _ => Protocol::RestJson,
            };
            (protocol, Tree::of_rest(&routed, request)?)
        };
        Ok(Some(Self {
            service: signed.to_owned(),
            operation: tree.api.operation.name.to_owned(),
            protocol,
            region: region.to_owned(),
            input: Input::Tree(tree),
        }))
    }

    /// The service that a form is for, by its action and version.
    fn meant(request: &WireRequest) -> Option<&'static str> {
        let parameters = Parameters::read(request).ok()?;
        api::signed_as(parameters.get("Version"), parameters.get("Action")?)
    }

    /// The operation of AWS's that the call is.
    ///
    /// # Errors
    /// Those of reading it, for what was not read from the wire.
    pub(crate) fn api(&self) -> Result<Api, ErrorResponse> {
        match &self.input {
            Input::Query(parameters) => {
                api::of_action(&self.service, parameters.get("Version"), &self.operation)
            }
            Input::Json { target, .. } => api::of_target(&self.service, target),
            Input::Tree(tree) => Ok(tree.api),
            Input::S3(_) => Err(Self::unserved(Some("s3"))),
        }
    }

    /// Whether its body has to be signed.
    pub(crate) fn content(&self) -> Content {
        match &self.input {
            Input::Tree(tree) if tree.api.operation.auth == Auth::UnsignedPayload => {
                Content::MayBeLeftOut
            }
            _ => Content::Signed,
        }
    }

    fn unserved(service: Option<&str>) -> ErrorResponse {
        let request = match service {
            Some(service) => format!("a REST request to `{service}`"),
            None => "an unsigned REST request".to_owned(),
        };
        ErrorResponse::Undecidable(format!(
            "the gate cannot tell which operation {request} means, so it refuses it: it reads what \
             AWS's models have, for the services in docs/lab.md, and not what an emulator would \
             take for another service's. Where nothing has to be enforced, call the emulator itself"
        ))
    }

    fn json(
        request: &WireRequest,
        service: String,
        region: String,
        target: &str,
    ) -> Result<Self, ErrorResponse> {
        let protocol = Protocol::of_json(request.header("content-type").unwrap_or_default());
        let of_signature = |name: &str| name.to_ascii_lowercase().starts_with("x-amz-");
        let is_form = request.header_values("content-type").any(|value| value.contains("form"));
        // Two protocols in one request: each reader would choose his own.
        if is_form || request.query_pairs().any(|(name, _)| !of_signature(name)) {
            return Err(ErrorResponse::answered(400, "SerializationException", ""));
        }
        let api = api::of_target(&service, target)?;
        let mut members = match request.body.is_empty() {
            true => Map::new(),
            false => read_members(&request.body)
                .ok_or_else(|| ErrorResponse::answered(400, "SerializationException", ""))?,
        };
        fit_json(api, &mut members)?;
        Ok(Self {
            service,
            operation: api.operation.name.to_owned(),
            protocol,
            region,
            input: Input::Json { target: target.to_owned(), members },
        })
    }

    /// `service:Operation`.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}
