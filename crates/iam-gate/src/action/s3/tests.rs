//! What S3's requests need, by the S3 API reference.

use bytes::Bytes;

use super::*;
use crate::wire::WireRequest;

fn read(request: &str, headers: &[(&str, &str)], body: &str) -> Result<S3Request, ErrorResponse> {
    let (method, target) = request.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    S3Request::read(&WireRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.collect(),
        body: Bytes::from(body.to_owned()),
    })
}

/// What a request needs, each as `ACTION RESOURCE`, `s3:` and `arn:aws:s3:::` left out.
fn needs(
    request: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Vec<String>, ErrorResponse> {
    let read = read(request, headers, body)?;
    let demands = demands(&read, &"278805249149".parse().unwrap())?;
    let short = |demand: &Demand| {
        let action = demand.action.strip_prefix("s3:").unwrap();
        format!("{action} {}", demand.resource.strip_prefix("arn:aws:s3:::").unwrap())
    };
    Ok(demands.iter().map(short).collect())
}

#[test]
fn operations_need_what_aws_says() {
    for (request, expected) in [
        ("GET /", "ListAllMyBuckets *"),
        ("GET /bucket", "ListBucket bucket"),
        ("GET /bucket/?list-type=2&prefix=a&delimiter=/&max-keys=2", "ListBucket bucket"),
        ("HEAD /bucket", "ListBucket bucket"),
        ("PUT /bucket", "CreateBucket bucket"),
        ("DELETE /bucket", "DeleteBucket bucket"),
        ("GET /bucket?location", "GetBucketLocation bucket"),
        ("GET /bucket?versions", "ListBucketVersions bucket"),
        ("GET /bucket?uploads", "ListBucketMultipartUploads bucket"),
        ("GET /bucket?policy", "GetBucketPolicy bucket"),
        ("PUT /bucket?policy", "PutBucketPolicy bucket"),
        ("DELETE /bucket?policy", "DeleteBucketPolicy bucket"),
        ("PUT /bucket?acl", "PutBucketAcl bucket"),
        ("DELETE /bucket?tagging", "PutBucketTagging bucket"),
        ("PUT /bucket?cors", "PutBucketCORS bucket"),
        ("DELETE /bucket?encryption", "PutEncryptionConfiguration bucket"),
        ("PUT /bucket?lifecycle", "PutLifecycleConfiguration bucket"),
        ("GET /bucket?object-lock", "GetBucketObjectLockConfiguration bucket"),
        ("PUT /bucket?publicAccessBlock", "PutBucketPublicAccessBlock bucket"),
        ("GET /bucket/a/b%20c", "GetObject bucket/a/b c"),
        ("GET /bucket/a?response-content-type=x&x-id=GetObject", "GetObject bucket/a"),
        ("GET /bucket/a?versionId=v", "GetObjectVersion bucket/a"),
        ("HEAD /bucket/a", "GetObject bucket/a"),
        ("HEAD /bucket/a?versionId=v&partNumber=1", "GetObjectVersion bucket/a"),
        ("PUT /bucket/a", "PutObject bucket/a"),
        ("DELETE /bucket/a", "DeleteObject bucket/a"),
        ("DELETE /bucket/a?versionId=v", "DeleteObjectVersion bucket/a"),
        ("POST /bucket/a?uploads", "PutObject bucket/a"),
        ("PUT /bucket/a?partNumber=1&uploadId=u", "PutObject bucket/a"),
        ("POST /bucket/a?uploadId=u", "PutObject bucket/a"),
        ("DELETE /bucket/a?uploadId=u", "AbortMultipartUpload bucket/a"),
        ("GET /bucket/a?uploadId=u", "ListMultipartUploadParts bucket/a"),
        ("GET /bucket/a?acl", "GetObjectAcl bucket/a"),
        ("PUT /bucket/a?acl&versionId=v", "PutObjectVersionAcl bucket/a"),
        ("GET /bucket/a?tagging&versionId=v", "GetObjectVersionTagging bucket/a"),
        ("DELETE /bucket/a?tagging", "DeleteObjectTagging bucket/a"),
        ("PUT /bucket/a?retention", "PutObjectRetention bucket/a"),
        ("PUT /bucket/a?legal-hold", "PutObjectLegalHold bucket/a"),
        ("POST /bucket/a?restore", "RestoreObject bucket/a"),
        ("GET /bucket/a?attributes", "GetObjectAttributes bucket/a, GetObject bucket/a"),
    ] {
        assert_eq!(needs(request, &[], "").unwrap().join(", "), expected, "{request}");
    }
}

#[test]
fn headers_need_permissions_of_their_own() {
    for (request, header, expected) in [
        (
            "PUT /bucket/a",
            ("x-amz-acl", "public-read"),
            "PutObject bucket/a, PutObjectAcl bucket/a",
        ),
        (
            "POST /bucket/a?uploads",
            ("x-amz-grant-read", "g"),
            "PutObject bucket/a, PutObjectAcl bucket/a",
        ),
        (
            "PUT /bucket/a",
            ("x-amz-tagging", "a=b"),
            "PutObject bucket/a, PutObjectTagging bucket/a",
        ),
        (
            "PUT /bucket/a",
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            "PutObject bucket/a, PutObjectRetention bucket/a",
        ),
        (
            "PUT /bucket/a",
            ("x-amz-object-lock-legal-hold", "ON"),
            "PutObject bucket/a, PutObjectLegalHold bucket/a",
        ),
        (
            "DELETE /bucket/a",
            ("x-amz-bypass-governance-retention", "true"),
            "DeleteObject bucket/a, BypassGovernanceRetention bucket/a",
        ),
        ("PUT /bucket", ("x-amz-acl", "private"), "CreateBucket bucket, PutBucketAcl bucket"),
        (
            "PUT /bucket",
            ("x-amz-object-ownership", "x"),
            "CreateBucket bucket, PutBucketOwnershipControls bucket",
        ),
        (
            "PUT /bucket/a",
            ("x-amz-copy-source", "other/b"),
            "PutObject bucket/a, GetObject other/b",
        ),
        (
            "PUT /bucket/a?partNumber=1&uploadId=u",
            ("x-amz-copy-source", "/other/b?versionId=v"),
            "PutObject bucket/a, GetObjectVersion other/b",
        ),
        ("PUT /bucket/a", ("x-amz-meta-x", "1"), "PutObject bucket/a"),
        ("PUT /bucket/a", ("x-amz-server-side-encryption", "AES256"), "PutObject bucket/a"),
    ] {
        assert_eq!(
            needs(request, &[header], "").unwrap().join(", "),
            expected,
            "{request} {header:?}"
        );
    }
}

#[test]
fn what_is_not_known_is_refused() {
    for request in [
        "GET /bucket?unheard-of",
        "GET /bucket?acl&policy",
        "GET /bucket/a?acl&uploadId=u",
        "GET /bucket/a?uploads",
        "PUT /bucket?location",
        "PUT /bucket/a?unheard-of=1",
        "DELETE /bucket?website&force=1",
        "POST /bucket/a",
        "POST /bucket/a?select&select-type=2",
        "GET /bucket?session",
        "PATCH /bucket/a",
        "OPTIONS /bucket/a",
        "PUT /",
        "GET /?acl",
    ] {
        let error_response = needs(request, &[], "").unwrap_err();
        assert!(
            matches!(error_response, ErrorResponse::Undecidable(_)),
            "{request}: {error_response:?}"
        );
    }
    for (request, header) in [
        ("PUT /bucket/a", ("x-amz-server-side-encryption", "aws:kms")),
        ("PUT /bucket/a", ("x-amz-server-side-encryption-aws-kms-key-id", "k")),
        ("GET /bucket/a", ("x-amz-copy-source", "other/b")),
        ("PUT /bucket?acl", ("x-amz-copy-source", "other/b")),
    ] {
        let error_response = needs(request, &[header], "").unwrap_err();
        assert!(
            matches!(error_response, ErrorResponse::Undecidable(_)),
            "{request} {header:?}: {error_response:?}"
        );
    }
    let encryption = |algorithm: &str| {
        let body = format!("<R><D><SSEAlgorithm>{algorithm}</SSEAlgorithm></D></R>");
        needs("PUT /bucket?encryption", &[], &body)
    };
    assert_eq!(encryption("AES256").unwrap(), ["PutEncryptionConfiguration bucket"]);
    let beside = "AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID><SSEAlgorithm>AES256";
    let within = "AES256<KMSMasterKeyID/>";
    for algorithm in ["aws:kms", "aws:&#107;ms", "AES<!-- -->256", "", within, beside] {
        let refused = encryption(algorithm).unwrap_err();
        assert!(matches!(refused, ErrorResponse::Undecidable(_)), "{algorithm}: {refused:?}");
    }
    let refused = needs("PUT /bucket?encryption", &[], "").unwrap_err();
    assert!(matches!(refused, ErrorResponse::Undecidable(_)), "{refused:?}");
}

#[test]
fn every_deleted_object_counts() {
    let body = "<Delete xmlns=\"x\"><Quiet>true</Quiet><Object><Key>a</Key></Object>\
                <Object><Key>b&amp;c</Key><VersionId>v</VersionId></Object></Delete>";
    assert_eq!(
        needs("POST /bucket?delete", &[], body).unwrap(),
        ["DeleteObject bucket/a", "DeleteObjectVersion bucket/b&c"]
    );
    for body in [
        "",
        "<Delete/>",
        "<Delete><Object/></Delete>",
        "<Delete><Object><Key/></Object></Delete>",
        "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
        "<Delete><Object><Key>a<!-- -->b</Key></Object></Delete>",
        "<Delete><Object><Key>a<x/>b</Key></Object></Delete>",
        "<Delete><Other><Key>a</Key></Other></Delete>",
        "<Delete><Object><Key>a</Key><Other>b</Other></Object></Delete>",
        "<!DOCTYPE d [<!ENTITY k \"b\">]><Delete><Object><Key>&k;</Key></Object></Delete>",
        "<Other><Object><Key>a</Key></Object></Other>",
    ] {
        assert_eq!(needs("POST /bucket?delete", &[], body), Err(malformed()), "{body}");
    }
}

#[test]
fn the_keys_that_a_request_gives_are_conditions() {
    let request = "GET /bucket?list-type=2&prefix=home/&delimiter=/&max-keys=5";
    let read = read(request, &[], "").unwrap();
    let demands = demands(&read, &"278805249149".parse().unwrap()).unwrap();
    for (key, value) in [("s3:prefix", "home/"), ("s3:delimiter", "/"), ("s3:max-keys", "5")] {
        assert_eq!(demands[0].context.get(key).unwrap(), [value]);
    }
}
