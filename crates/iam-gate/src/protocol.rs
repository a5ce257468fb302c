//! The wire formats of AWS services.

use aws_model::{Protocol as Wire, Service};

/// Of what is answered before its service is known.
const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// How a service writes its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// EC2's own XML.
    Ec2,
    /// AWS Query: XML with a name space per service.
    Query {
        /// The `xmlns` of the answer.
        namespace: &'static str,
    },
    /// REST with XML, as S3 speaks it.
    RestXml,
    /// REST with JSON, as Lambda speaks it.
    RestJson,
    /// Smithy's RPC with CBOR.
    Cbor,
    /// AWS JSON 1.0 or 1.1.
    Json {
        /// The answer's content type.
        content_type: &'static str,
        /// Whether the codes and statuses are those of AWS Query, which the service spoke before.
        as_query: bool,
    },
}

/// What `X-Amz-Target` begins with in SQS, which keeps the codes of its Query protocol.
const SQS: &str = "AmazonSQS.";

impl Protocol {
    /// Whether a service is called with an `Action` parameter.
    pub(crate) fn is_query(service: &str) -> bool {
        apis_by_query(service).next().is_some()
    }

    /// The protocol of a service that is called with an `Action` parameter.
    pub(crate) fn of_query(service: &str) -> Self {
        let namespace = match service {
            "ec2" => return Self::Ec2,
            // The model has the JSON protocol's own in its place.
            "sqs" => "http://queue.amazonaws.com/doc/2012-11-05/",
            _ => apis_by_query(service).find_map(|api| api.xml_namespace).unwrap_or(STS_NAMESPACE),
        };
        Self::Query { namespace }
    }

    /// The protocol of a service that is called with an `X-Amz-Target` header.
    pub(crate) fn of_json(content_type: &str) -> Self {
        let content_type = match content_type.starts_with("application/x-amz-json-1.0") {
            true => "application/x-amz-json-1.0",
            false => "application/x-amz-json-1.1",
        };
        Self::Json { content_type, as_query: false }
    }

    /// What can be told before the signature is understood, to word its error response in.
    pub(crate) fn guess(request: &crate::wire::WireRequest) -> Self {
        let authorization = request.header_values("authorization").next().unwrap_or_default();
        let in_header = service_in_scope(authorization, "/");
        let service = in_header.or_else(|| service_in_scope(&request.query, "%2F"));
        if let Some(target) = request.header_values("x-amz-target").next() {
            let as_query = target.starts_with(SQS);
            return match Self::of_json(request.header("content-type").unwrap_or_default()) {
                Self::Json { content_type, .. } => Self::Json { content_type, as_query },
                other => other,
            };
        }
        if request.header_values("smithy-protocol").next().is_some() {
            return Self::Cbor;
        }
        if let Some(namespace) = service.and_then(rest_xml_namespace) {
            return Self::Query { namespace };
        }
        let has_path = request.path.len() > 1;
        if let Some(service) = service.filter(|name| !has_path && Self::is_query(name)) {
            return Self::of_query(service);
        }
        let content_type = request.header("content-type").unwrap_or_default();
        let is_form = content_type.starts_with("application/x-www-form-urlencoded");
        match (service == Some("s3"), authorization.is_empty() || is_form) {
            (true, _) => Self::RestXml,
            (false, true) => Self::of_query("sts"),
            (false, false) => Self::RestJson,
        }
    }
}

/// The service of a scope (`…/REGION/SERVICE/aws4_request`), whatever else is wrong with it.
fn service_in_scope<'t>(text: &'t str, slash: &str) -> Option<&'t str> {
    let (before, _) = text.split_once("aws4_request")?;
    before.strip_suffix(slash)?.rsplit(slash).next()
}

/// The APIs of a service that are called with an `Action` parameter.
pub(crate) fn apis_by_query(signing_name: &str) -> impl Iterator<Item = &'static Service> {
    aws_model::services_signed_as(signing_name).filter(|service| {
        service.is_carried() && (service.speaks(Wire::Query) || service.speaks(Wire::Ec2))
    })
}

/// The namespace of what services other than S3 say in REST's XML.
fn rest_xml_namespace(signing_name: &str) -> Option<&'static str> {
    let mut apis = aws_model::services_signed_as(signing_name);
    let of_rest = |api: &&Service| api.speaks(Wire::RestXml) && signing_name != "s3";
    let of_operations = |api: &'static Service| {
        api.operations().iter().find_map(|operation| operation.input_namespace)
    };
    apis.find(of_rest).and_then(|api| api.xml_namespace.or_else(|| of_operations(api)))
}
