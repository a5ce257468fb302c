//! The wire formats of AWS services.

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
    /// AWS JSON 1.0 or 1.1.
    Json {
        /// The answer's content type.
        content_type: &'static str,
    },
}

/// Services that are called with an `Action` parameter.
const QUERY_SERVICES: [&str; 16] = [
    "autoscaling",
    "cloudformation",
    "cloudsearch",
    "ec2",
    "elasticache",
    "elasticbeanstalk",
    "elasticloadbalancing",
    "iam",
    "monitoring",
    "rds",
    "redshift",
    "sdb",
    "ses",
    "sns",
    "sqs",
    "sts",
];

impl Protocol {
    /// Whether a service is called with an `Action` parameter.
    pub(crate) fn is_query(service: &str) -> bool {
        QUERY_SERVICES.contains(&service)
    }

    /// The protocol of a service that is called with an `Action` parameter.
    pub(crate) fn of_query(service: &str) -> Self {
        let namespace = match service {
            "ec2" => return Self::Ec2,
            "iam" => "https://iam.amazonaws.com/doc/2010-05-08/",
            "sns" => "http://sns.amazonaws.com/doc/2010-03-31/",
            "sqs" => "http://queue.amazonaws.com/doc/2012-11-05/",
            "cloudformation" => "http://cloudformation.amazonaws.com/doc/2010-05-15/",
            "monitoring" => "http://monitoring.amazonaws.com/doc/2010-08-01/",
            _ => "https://sts.amazonaws.com/doc/2011-06-15/",
        };
        Self::Query { namespace }
    }

    /// The protocol of a service that is called with an `X-Amz-Target` header.
    pub(crate) fn of_json(content_type: &str) -> Self {
        let content_type = match content_type.starts_with("application/x-amz-json-1.0") {
            true => "application/x-amz-json-1.0",
            false => "application/x-amz-json-1.1",
        };
        Self::Json { content_type }
    }

    /// What can be told before the signature is understood, to word its error response in.
    pub(crate) fn guess(request: &crate::wire::WireRequest) -> Self {
        let authorization = request.header_values("authorization").next().unwrap_or_default();
        let marker = |service: &str| {
            authorization.contains(&format!("/{service}/aws4_request"))
                || request.query.contains(&format!("%2F{service}%2Faws4_request"))
        };
        if request.header_values("x-amz-target").next().is_some() {
            return Self::of_json(request.header("content-type").unwrap_or_default());
        }
        if let Some(service) = QUERY_SERVICES.into_iter().find(|service| marker(service)) {
            return Self::of_query(service);
        }
        let content_type = request.header("content-type").unwrap_or_default();
        let is_form = content_type.starts_with("application/x-www-form-urlencoded");
        match (marker("s3"), authorization.is_empty() || is_form) {
            (true, _) => Self::RestXml,
            (false, true) => Self::of_query("sts"),
            (false, false) => Self::RestJson,
        }
    }
}
