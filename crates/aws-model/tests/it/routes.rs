//! Which operation a REST request is.

use std::collections::BTreeMap;

use aws_model::{Location, Operation, RestRequest, Service};

fn route<'p>(
    service: &str,
    method: &'p str,
    path: &'p str,
    query: &'p [(&'p str, &'p str)],
    headers: &'p [&'p str],
) -> String {
    let service = aws_model::service(service).unwrap();
    match service.route(RestRequest { method, path, query, headers }) {
        Some(route) => {
            let labels: Vec<_> =
                route.labels.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{}{}", route.operation.name, labels.concat())
        }
        None => "none".to_owned(),
    }
}

// Long: a table of cases.
#[test]
fn s3_by_path_query_and_headers() {
    for (method, path, query, headers, expected) in [
        ("GET", "/", &[][..], &[][..], "ListBuckets"),
        ("GET", "/b", &[], &[], "ListObjects Bucket=b"),
        ("GET", "/b/", &[], &[], "ListObjects Bucket=b"),
        ("GET", "/b", &[("list-type", "2")], &[], "ListObjectsV2 Bucket=b"),
        ("GET", "/b", &[("list-type", "1")], &[], "ListObjects Bucket=b"),
        ("GET", "/b", &[("versions", "")], &[], "ListObjectVersions Bucket=b"),
        ("GET", "/b", &[("policy", "")], &[], "GetBucketPolicy Bucket=b"),
        ("GET", "/b/k", &[("policy", "")], &[], "GetObject Bucket=b Key=k"),
        ("GET", "/b/a/b/c", &[], &[], "GetObject Bucket=b Key=a/b/c"),
        ("GET", "/b//a/", &[], &[], "GetObject Bucket=b Key=/a/"),
        ("GET", "/b//", &[], &[], "GetObject Bucket=b Key=/"),
        ("GET", "/b/k", &[("acl", "")], &[], "GetObjectAcl Bucket=b Key=k"),
        ("GET", "/b/k", &[("uploadId", "u")], &[], "ListParts Bucket=b Key=k"),
        ("GET", "/b", &[("lifecycle", "")], &[], "GetBucketLifecycleConfiguration Bucket=b"),
        (
            "GET",
            "/b",
            &[("analytics", ""), ("id", "1")],
            &[],
            "GetBucketAnalyticsConfiguration Bucket=b",
        ),
        ("GET", "/b", &[("analytics", "")], &[], "ListBucketAnalyticsConfigurations Bucket=b"),
        ("HEAD", "/b/k", &[], &[], "HeadObject Bucket=b Key=k"),
        ("HEAD", "/b", &[], &[], "HeadBucket Bucket=b"),
        ("PUT", "/b/k", &[], &[], "PutObject Bucket=b Key=k"),
        ("PUT", "/b/k", &[], &["x-amz-copy-source"], "CopyObject Bucket=b Key=k"),
        (
            "PUT",
            "/b/k",
            &[("partNumber", "1"), ("uploadId", "u")],
            &[],
            "UploadPart Bucket=b Key=k",
        ),
        (
            "PUT",
            "/b/k",
            &[("partNumber", "1"), ("uploadId", "u")],
            &["x-amz-copy-source"],
            "UploadPartCopy Bucket=b Key=k",
        ),
        ("POST", "/b/k", &[("uploads", "")], &[], "CreateMultipartUpload Bucket=b Key=k"),
        ("POST", "/b/k", &[("uploadId", "u")], &[], "CompleteMultipartUpload Bucket=b Key=k"),
        ("POST", "/b", &[("delete", "")], &[], "DeleteObjects Bucket=b"),
        ("DELETE", "/b/k", &[("uploadId", "u")], &[], "AbortMultipartUpload Bucket=b Key=k"),
        ("DELETE", "/b/k", &[], &[], "DeleteObject Bucket=b Key=k"),
        ("DELETE", "/b", &[], &[], "DeleteBucket Bucket=b"),
        ("PUT", "/", &[], &[], "none"),
        ("PATCH", "/b", &[], &[], "none"),
        ("GET", "b", &[], &[], "none"),
        ("GET", "", &[], &[], "none"),
        ("get", "/", &[], &[], "none"),
    ] {
        assert_eq!(
            route("s3", method, path, query, headers),
            expected,
            "{method} {path} {query:?}"
        );
    }
}

#[test]
fn lambda_by_path() {
    for (method, path, expected) in [
        ("GET", "/2015-03-31/functions", "ListFunctions"),
        ("GET", "/2015-03-31/functions/", "ListFunctions"),
        ("GET", "/2015-03-31/functions//", "none"),
        ("GET", "/2015-03-31/functions/f", "GetFunction FunctionName=f"),
        ("POST", "/2015-03-31/functions/f/invocations", "Invoke FunctionName=f"),
        ("POST", "/2015-03-31/functions//invocations", "none"),
        ("POST", "/2015-03-31/functions/f/invocations/x", "none"),
        ("POST", "/2015-03-31//functions/f/invocations", "none"),
        ("GET", "/2017-03-31/tags/arn%3Aaws%3Alambda", "ListTags Resource=arn%3Aaws%3Alambda"),
        ("GET", "/2015-03-31/Functions", "none"),
    ] {
        assert_eq!(route("lambda", method, path, &[], &[]), expected, "{method} {path}");
    }
    let found = route("lambda", "GET", "/2018-10-31/layers", &[("find", "LayerVersion")], &[]);
    assert_eq!(found, "GetLayerVersionByArn");
    assert_eq!(route("lambda", "GET", "/2018-10-31/layers", &[("find", "x")], &[]), "ListLayers");
}

/// A request that its own template and input ask for.
fn own_request(service: &'static Service, operation: &'static Operation) -> String {
    let (path, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let path: Vec<&str> = path
        .split('/')
        .map(|part| match part {
            _ if part.ends_with("+}") => "x/y",
            _ if part.starts_with('{') => "x",
            _ => part,
        })
        .collect();
    let path = path.join("/");
    let mut parameters: Vec<(&str, &str)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect();
    let mut headers = Vec::new();
    for member in service.input(operation).map_or(&[][..], |input| &input.members) {
        let name = member.location_name.unwrap_or(member.name);
        match member.location {
            Some(Location::QueryString) if member.required => parameters.push((name, "x")),
            Some(Location::Header) if member.required => headers.push(name),
            _ => {}
        }
    }
    let request = RestRequest {
        method: operation.method,
        path: &path,
        query: &parameters,
        headers: &headers,
    };
    service.route(request).map_or("none", |route| route.operation.name).to_owned()
}

/// Operations of which another is found for their own request, because AWS itself tells the
/// two apart by something else (the endpoint's host, or nothing at all) or keeps an old name.
const CLASHES: &[(&str, &str, &str)] = &[
    ("s3", "GetBucketLifecycle", "GetBucketLifecycleConfiguration"),
    ("s3", "GetBucketNotification", "GetBucketNotificationConfiguration"),
    ("s3", "ListDirectoryBuckets", "ListBuckets"),
    ("s3", "PutBucketLifecycle", "PutBucketLifecycleConfiguration"),
    ("s3", "PutBucketNotification", "PutBucketNotificationConfiguration"),
];

#[test]
fn each_operation_is_found_by_its_own_template() {
    let mut clashes = BTreeMap::new();
    let mut operations = 0;
    for service in aws_model::services() {
        if !service.protocols.iter().any(|protocol| protocol.is_rest()) {
            continue;
        }
        for operation in service.operations() {
            operations += 1;
            let found = own_request(service, operation);
            if found != operation.name {
                clashes.insert((service.name, operation.name), found);
            }
        }
    }
    let found: Vec<_> =
        clashes.iter().map(|((service, one), other)| (*service, *one, other.as_str())).collect();
    assert_eq!(found, CLASHES);
    assert!(operations > 4000, "{operations}");
}
