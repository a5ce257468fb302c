//! Requests read, refused, and written again.

use super::*;

fn wire(host: &str, path: &str, query: &str, headers: &[(&str, &str)]) -> WireRequest {
    let mut all = vec![("host".to_owned(), host.to_owned())];
    all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    WireRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: all,
        body: Bytes::new(),
    }
}

#[test]
fn bucket_and_key_are_read_from_path_or_host() {
    for (host, path, target) in [
        ("127.0.0.1:4000", "/", "/"),
        ("127.0.0.1:4000", "/bucket", "/bucket"),
        ("127.0.0.1:4000", "/bucket/", "/bucket"),
        ("127.0.0.1:4000", "/bucket/a%20b/c+d", "/bucket/a%20b/c%2Bd"),
        ("127.0.0.1:4000", "/bucket//a", "/bucket//a"),
        ("127.0.0.1:4000", "/%62ucket/%61", "/bucket/a"),
        ("bucket.s3.amazonaws.com", "/", "/bucket"),
        ("bucket.s3.eu-west-1.amazonaws.com", "/a/b", "/bucket/a/b"),
        ("my.bucket.s3.localhost.localstack.cloud:4566", "/a", "/my.bucket/a"),
        ("bucket.localhost:4566", "/a", "/bucket/a"),
        ("s3.amazonaws.com", "/bucket/a", "/bucket/a"),
        // In whatever case, with the dot at its end and with a port.
        ("Bucket.S3.Eu-West-1.AmazonAWS.com", "/other/b", "/bucket/other/b"),
        ("bucket.s3.eu-west-1.amazonaws.com.", "/other/b", "/bucket/other/b"),
        ("bucket.s3.eu-west-1.amazonaws.com.:443", "/other/b", "/bucket/other/b"),
        ("BUCKET.LOCALHOST.:4566", "/other/b", "/bucket/other/b"),
        ("a.s3.b.s3.eu-west-1.amazonaws.com", "/b", "/a.s3.b/b"),
        ("bucket.s3-eu-west-1.amazonaws.com", "/a", "/bucket/a"),
        ("s3-eu-west-1.amazonaws.com", "/bucket/a", "/bucket/a"),
        ("s3.dualstack.eu-west-1.amazonaws.com", "/bucket/a", "/bucket/a"),
        ("localhost:4566", "/bucket/a", "/bucket/a"),
    ] {
        let read = S3Request::read(&wire(host, path, "", &[])).unwrap();
        assert_eq!(read.target(), target, "{host}{path}");
    }
}

#[test]
fn what_is_no_bucket_or_key_is_refused() {
    let long = format!("/bucket/{}", "k".repeat(1025));
    for (host, path) in [
        ("h", long.as_str()),
        ("h", "/_localstack/health"),
        ("h", "/_aws/sqs/messages"),
        ("h", "/Bucket/a"),
        ("h", "/ab"),
        ("h", "/bucket-/a"),
        ("h", "/a..b/a"),
        ("h", "//a"),
        ("h", "/bucket/../_localstack/health"),
        ("h", "/bucket/a/%2e%2e/b"),
        ("h", "/bucket/./a"),
        ("h", "/bucket/a%00"),
        ("h", "/bucket/%ff"),
        ("h", "/%2e%2e/a"),
        ("h", "*"),
        ("_localstack.localhost", "/health"),
    ] {
        let error_response = S3Request::read(&wire(host, path, "", &[])).unwrap_err();
        assert!(matches!(error_response, ErrorResponse::Answered { status: 400, .. }), "{path}");
    }
}

#[test]
fn parameters_and_headers_are_read_once_and_the_signatures_left_out() {
    let query = "list-type=2&prefix=a%2Fb&X-Amz-Signature=1&x-id=ListObjectsV2&max-keys=";
    let headers = [("x-amz-meta-a", "1"), ("x-amz-date", "d"), ("cookie", "c"), ("range", "r")];
    let read = S3Request::read(&wire("h", "/bucket", query, &headers)).unwrap();
    assert_eq!(read.target(), "/bucket?list-type=2&prefix=a%2Fb&max-keys");
    assert_eq!((read.parameter("prefix"), read.parameter("max-keys")), (Some("a/b"), Some("")));
    assert_eq!(read.canonical_target(), "GET\n/bucket\nlist-type=2&max-keys=&prefix=a%2Fb");
    let names: Vec<&str> = read.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x-amz-meta-a", "range"]);
}

#[test]
fn what_is_copied_is_written_anew() {
    for (text, header) in [
        ("bucket/a", "bucket/a"),
        ("/bucket/a%20b/c", "bucket/a%20b/c"),
        ("bucket/a;b#c", "bucket/a%3Bb%23c"),
        ("bucket/a%3Fb", "bucket/a%3Fb"),
        ("bucket/a?versionId=1", "bucket/a?versionId=1"),
        ("bucket/a?versionId=1&x", "bucket/a?versionId=1%26x"),
    ] {
        assert_eq!(CopySource::read(text).unwrap().header(), header, "{text}");
    }
    for text in [
        "",
        "bucket",
        "bucket/",
        "//bucket/a",
        "b/a",
        "bucket/../a",
        "bucket/a?b",
        "bucket/%ff",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/b",
    ] {
        let refused = CopySource::read(text).map(|source| source.header()).unwrap_err();
        assert!(matches!(refused, ErrorResponse::Answered { status: 400, .. }), "{text}");
    }
}

#[test]
fn what_is_unknown_or_given_twice_is_refused() {
    let read = |query, headers: &[_]| S3Request::read(&wire("h", "/bucket/a", query, headers));
    assert!(matches!(read("", &[("x-amz-new-thing", "1")]), Err(ErrorResponse::Undecidable(_))));
    for (query, headers) in [
        ("acl&acl", &[][..]),
        ("versionId=1&versionId=2", &[]),
        ("versionId=1&%76ersionId=2", &[]),
        ("prefix=%ff", &[]),
        ("", &[("x-amz-acl", "private"), ("x-amz-acl", "public-read")]),
    ] {
        assert!(matches!(read(query, headers), Err(ErrorResponse::Answered { status: 400, .. })));
    }
}

/// Each is compared with those before it, and nobody has signed yet.
#[test]
fn parameters_are_bounded() {
    let query = |count: usize| (0..count).map(|n| format!("p{n}=&")).collect::<String>();
    let read = |count| S3Request::read(&wire("h", "/bucket", &query(count), &[])).unwrap_err();
    assert!(matches!(read(64), ErrorResponse::Undecidable(_)));
    assert!(matches!(read(65), ErrorResponse::Answered { code, .. } if code == "InvalidURI"));
}

#[test]
fn a_header_in_the_query_string_is_a_header() {
    let read = |query: &str, headers: &[(&str, &str)]| {
        S3Request::read(&WireRequest {
            method: "PUT".to_owned(),
            ..wire("127.0.0.1:4000", "/bucket/key", query, headers)
        })
    };
    let signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=c&X-Amz-Date=d\
                     &X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t\
                     &X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&x-amz-checksum-crc32=AAAAAA%3D%3D\
                     &x-amz-sdk-checksum-algorithm=CRC32&x-id=PutObject&X-Amz-Signature=s";
    let found =
        read(&format!("{signature}&x-amz-acl=public-read&X-Amz-Tagging=a%3Db%26c%3Dd"), &[]);
    let found = found.unwrap();
    assert_eq!(found.header("x-amz-acl"), Some("public-read"));
    assert_eq!(found.header("x-amz-tagging"), Some("a=b&c=d"));
    assert_eq!((found.headers.len(), found.parameters.len()), (2, 0));
    let copy = read(&format!("{signature}&x-amz-copy-source=other%2Fkey"), &[]).unwrap();
    assert_eq!(copy.operation_name(), "CopyObject");
    // What is not known may need a permission, and of two nobody knows which counts.
    assert!(matches!(
        read(&format!("{signature}&x-amz-new=1"), &[]),
        Err(ErrorResponse::Undecidable(_))
    ));
    for (query, headers) in [
        ("x-amz-acl=private", &[("x-amz-acl", "public-read")][..]),
        ("x-amz-acl=private&X-Amz-Acl=public-read", &[]),
        ("x-amz-acl=%ff", &[]),
    ] {
        let found = read(query, headers);
        assert!(matches!(found, Err(ErrorResponse::Answered { status: 400, .. })), "{query}");
    }
}
