//! Paths that emulators keep for themselves: a request that begins so would be another one.

/// First segments of paths that emulators keep for themselves, whoever the host is.
///
/// Source: the routes of LocalStack 4.13.1 (`services/opensearch`, `services/apigateway`,
/// `services/dynamodb`, `services/sqs/query_api.py`, `http/resources`, `aws/protocol`) and of
/// moto 5.2.5 (`moto_server/werkzeug_app.py`).
#[rustfmt::skip]
const RESERVED: [&str; 8] = [
    "2015-03-31", "favicon.ico", "latest", "openapi.yaml", "opensearch", "queue", "restapis",
    "shell",
];

/// The same for all that begins so: moto's own pages, and S3's control endpoint.
const RESERVED_STARTS: [&str; 2] = ["moto-api", "v20180820"];

/// Segments by which LocalStack tells its own routes wherever they stand.
const WITHIN: [&str; 3] = ["_user_request_", "_localstack", "_aws"];

/// Services of REST that LocalStack 4.13.1 does not know by the name they are signed for: it
/// takes their requests for requests of S3.
const UNROUTED: [&str; 2] = ["aidevops", "connect-campaigns"];

/// Whether an emulator would take a service's requests for another's.
pub(crate) fn is_unrouted(signing_name: &str) -> bool {
    UNROUTED.contains(&signing_name)
}

/// Whether a path that begins with this segment is the emulator's own.
pub(crate) fn is_kept(segment: &str) -> bool {
    // The queues of an account are behind its number.
    let is_account = segment.len() == 12 && segment.bytes().all(|byte| byte.is_ascii_digit());
    is_account
        || segment.starts_with('_')
        || RESERVED.contains(&segment)
        || RESERVED_STARTS.iter().any(|start| segment.starts_with(start))
}

/// Whether a path that has this segment anywhere may be the emulator's own.
pub(crate) fn is_kept_within(segment: &str) -> bool {
    WITHIN.contains(&segment)
}
