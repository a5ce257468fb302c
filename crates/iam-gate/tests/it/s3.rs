//! S3's REST: what each request needs, in S3's own words, and what is forwarded of it.

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

/// A user with this policy beside none.
async fn with_policy(document: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("s3", document)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

async fn send(lab: &Lab, signing: &Signing, request: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, target) = request.split_once(' ').unwrap();
    let method = match method {
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "POST" => "POST",
        _ => "GET",
    };
    let body = if method == "PUT" { "hello" } else { "" };
    signing.s3(lab.gate.url(), method, target, headers, body).send().await
}

fn denial(action: &str, resource: &str) -> String {
    format!(
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: {action} on \
         resource: \"arn:aws:s3:::{resource}\" because no identity-based policy allows the \
         {action} action"
    )
}

const MINE: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket/mine/*"},
    {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::bucket",
     "Condition":{"StringEquals":{"s3:prefix":"mine/"}}}]}"#;

#[tokio::test]
async fn objects_and_buckets_are_told_apart() {
    let (lab, someone) = with_policy(MINE).await;
    let uploads = "<R><Upload><Key>mine/a</Key><UploadId>u</UploadId></Upload></R>";
    lab.emulator.refuses("GET /bucket?uploads&prefix=mine%2Fa", 200, uploads);
    for request in [
        "GET /bucket/mine/a%20b",
        "PUT /bucket/mine/a",
        "GET /bucket?list-type=2&prefix=mine%2F",
        "PUT /bucket/mine/a?partNumber=1&uploadId=u",
    ] {
        let answer = send(&lab, &someone, request, &[]).await;
        assert_eq!(answer.status, 200, "{request}: {}", answer.body);
        assert_eq!(lab.emulator.seen(request).len(), 1, "{request}");
    }
    for (request, action, resource) in [
        ("GET /bucket/theirs/a", "s3:GetObject", "bucket/theirs/a"),
        ("GET /other/mine/a", "s3:GetObject", "other/mine/a"),
        ("GET /bucket/mine/a?versionId=v", "s3:GetObjectVersion", "bucket/mine/a"),
        ("DELETE /bucket/mine/a", "s3:DeleteObject", "bucket/mine/a"),
        ("GET /bucket/mine/a?acl", "s3:GetObjectAcl", "bucket/mine/a"),
        ("GET /bucket?list-type=2", "s3:ListBucket", "bucket"),
        ("GET /bucket?list-type=2&prefix=theirs%2F", "s3:ListBucket", "bucket"),
        ("GET /bucket?policy", "s3:GetBucketPolicy", "bucket"),
        ("DELETE /bucket", "s3:DeleteBucket", "bucket"),
        ("PUT /new-bucket", "s3:CreateBucket", "new-bucket"),
    ] {
        let answer = send(&lab, &someone, request, &[]).await;
        answer.refused(403, "AccessDenied", &denial(action, resource));
        assert_eq!(answer.content_type, "application/xml");
        let asked = usize::from(request.ends_with("?policy"));
        assert_eq!(lab.emulator.seen(request).len(), asked, "{request}");
    }
    send(&lab, &someone, "GET /", &[]).await.refused(
        403,
        "AccessDenied",
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
         s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets \
         action",
    );
}

#[tokio::test]
async fn a_signature_is_for_the_buckets_own_region() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    for who in [someone, lab.as_root()] {
        let elsewhere = Signing { region: "eu-west-1".to_owned(), ..who };
        for request in ["GET /bucket/a", "GET /bucket?acl", "PUT /bucket/a", "DELETE /bucket/a"] {
            let answer = send(&lab, &elsewhere, request, &[]).await;
            answer.refused(
                400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region 'eu-west-1' is wrong; \
                 expecting 'ap-northeast-2'",
            );
            assert_eq!(answer.text("Region"), "ap-northeast-2");
            assert!(lab.emulator.seen(request).is_empty(), "{request}");
        }
        // Where it is, and what is nowhere yet.
        for request in ["GET /bucket?location", "PUT /new-bucket", "GET /"] {
            send(&lab, &elsewhere, request, &[]).await.allowed();
        }
    }
    // One that is not there is nowhere.
    lab.emulator.refuses("GET /gone?policy", 404, "<Error><Code>NoSuchBucket</Code></Error>");
    let elsewhere = Signing { region: "eu-west-1".to_owned(), ..lab.as_root() };
    send(&lab, &elsewhere, "GET /gone/a", &[]).await.allowed();
}

#[tokio::test]
async fn copies_and_acls_need_more() {
    let (lab, someone) = with_policy(MINE).await;
    let put = "PUT /bucket/mine/a";
    send(&lab, &someone, put, &[("x-amz-copy-source", "/bucket/mine/b;c")]).await.allowed();
    let forwarded = lab.emulator.seen(put)[0].headers.clone();
    assert!(forwarded.contains(&("x-amz-copy-source".to_owned(), "bucket/mine/b%3Bc".to_owned())));
    for (header, action, resource) in [
        (("x-amz-copy-source", "bucket/theirs/b"), "s3:GetObject", "bucket/theirs/b"),
        (("x-amz-acl", "public-read"), "s3:PutObjectAcl", "bucket/mine/a"),
        (("x-amz-tagging", "a=b"), "s3:PutObjectTagging", "bucket/mine/a"),
    ] {
        let answer = send(&lab, &someone, put, &[header]).await;
        answer.refused(403, "AccessDenied", &denial(action, resource));
    }
    assert_eq!(lab.emulator.seen(put).len(), 1);
}

#[tokio::test]
async fn only_what_is_known_is_forwarded() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    let get = "GET /bucket/a";
    let headers = [("range", "bytes=0-1"), ("cookie", "c"), ("x-forwarded-host", "h")];
    let answer = send(&lab, &someone, get, &headers).await;
    assert_eq!(answer.status, 200);
    let names: Vec<String> =
        lab.emulator.seen(get)[0].headers.iter().map(|(name, _)| name.clone()).collect();
    assert!(names.contains(&"range".to_owned()));
    for name in ["cookie", "x-forwarded-host", "x-amz-security-token", "user-agent"] {
        assert!(!names.contains(&name.to_owned()), "{name}");
    }
    for (request, headers) in [
        ("GET /bucket?unheard-of", &[][..]),
        ("GET /bucket/a?torrent", &[]),
        ("PUT /bucket/a", &[("x-amz-new-thing", "1")]),
        ("PUT /bucket/a", &[("x-amz-server-side-encryption", "aws:kms")]),
    ] {
        let before = lab.emulator.seen(request).len();
        let answer = send(&lab, &someone, request, headers).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"));
        assert!(answer.text("Message").starts_with("the gate does not"), "{}", answer.body);
        assert_eq!(lab.emulator.seen(request).len(), before, "{request}");
    }
    for request in ["GET /_localstack/health", "GET /Ab/c"] {
        let answer = send(&lab, &someone, request, &[]).await;
        assert_eq!(answer.status, 400, "{request}");
    }
}

#[tokio::test]
async fn whoever_may_not_list_is_not_told_what_is_not_there() {
    let (lab, someone) = with_policy(MINE).await;
    let get = "GET /bucket/mine/nothing";
    let missing = "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>";
    lab.emulator.refuses(get, 404, missing);
    let answer = send(&lab, &someone, get, &[]).await;
    answer.refused(403, "AccessDenied", &denial("s3:ListBucket", "bucket"));
    send(&lab, &lab.as_root(), get, &[]).await.refused(404, "NoSuchKey", "m");
}

const BUCKET_POLICY: &str = "GET /bucket?policy";

fn grant(effect: &str, principal: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"it","Effect":"{effect}",
            "Principal":{principal},"Action":"{action}",
            "Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"]}}]}}"#
    )
}

#[tokio::test]
async fn a_bucket_policy_gives_and_takes() {
    let (lab, someone) = with_policy(MINE).await;
    let user = r#"{"AWS":"arn:aws:iam::278805249149:user/someone"}"#;
    lab.emulator.refuses(BUCKET_POLICY, 200, &grant("Allow", user, "s3:DeleteObject"));
    send(&lab, &someone, "DELETE /bucket/theirs/a", &[]).await.allowed();
    send(&lab, &someone, "DELETE /bucket/theirs/b", &[]).await.allowed();
    assert_eq!(lab.emulator.seen(BUCKET_POLICY).len(), 1, "it is read once");
    // What is written counts at once.
    lab.emulator.refuses(BUCKET_POLICY, 200, &grant("Deny", "\"*\"", "s3:*"));
    let put = lab.as_root().s3(
        lab.gate.url(),
        "PUT",
        "/bucket?policy",
        &[],
        &grant("Deny", "\"*\"", "s3:*"),
    );
    put.send().await.allowed();
    let denied = |arn: &str, action: &str, resource: &str| {
        format!(
            "User: arn:aws:iam::278805249149:{arn} is not authorized to perform: {action} on \
             resource: \"arn:aws:s3:::{resource}\" with an explicit deny in a resource-based policy"
        )
    };
    let answer = send(&lab, &someone, "GET /bucket/mine/a", &[]).await;
    answer.refused(403, "AccessDenied", &denied("user/someone", "s3:GetObject", "bucket/mine/a"));
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.deciding_statement, ["bucket#it"]);
    let answer = send(&lab, &lab.as_root(), "GET /bucket/mine/a", &[]).await;
    answer.refused(403, "AccessDenied", &denied("root", "s3:GetObject", "bucket/mine/a"));
    // But the owner can mend it.
    send(&lab, &lab.as_root(), "DELETE /bucket?policy", &[]).await.allowed();
}

#[tokio::test]
async fn a_bucket_of_an_account_that_is_filled_is_out_of_reach() {
    let (lab, someone) = with_policy(MINE).await;
    let filling = lab.gate.found(&"111122223333".parse().unwrap()).unwrap();
    lab.emulator.refuses(&format!("278805249149 {BUCKET_POLICY}"), 403, "<Error/>");
    let document = grant("Allow", r#"{"AWS":"278805249149"}"#, "s3:GetObject");
    lab.emulator.refuses(&format!("111122223333 {BUCKET_POLICY}"), 200, &document);
    let request = "GET /bucket/mine/a";
    let answer = send(&lab, &someone, request, &[]).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(lab.emulator.seen(request).is_empty());
    filling.done();
    send(&lab, &someone, request, &[]).await.allowed();
}

#[tokio::test]
async fn a_bucket_of_another_account_needs_both_policies_and_gives_no_reasons() {
    let (lab, someone) = with_policy(MINE).await;
    lab.gate.open_account(&"111122223333".parse().unwrap()).unwrap();
    lab.emulator.refuses(&format!("278805249149 {BUCKET_POLICY}"), 403, "<Error/>");
    let here = r#"{"AWS":"278805249149"}"#;
    let document = grant("Allow", here, "s3:GetObject");
    lab.emulator.refuses(&format!("111122223333 {BUCKET_POLICY}"), 200, &document);
    send(&lab, &someone, "GET /bucket/mine/a", &[]).await.allowed();
    for request in [
        // The bucket's policy allows it, the user's does not.
        "GET /bucket/theirs/a",
        // The other way round.
        "PUT /bucket/mine/a",
        "GET /bucket?list-type=2&prefix=mine%2F",
    ] {
        let answer = send(&lab, &someone, request, &[]).await;
        answer.refused(403, "AccessDenied", "Access Denied");
        assert!(lab.emulator.seen(request).is_empty());
    }
    // The administrator of this account is not that of the bucket.
    let answer = send(&lab, &lab.as_root(), "DELETE /bucket?policy", &[]).await;
    answer.refused(403, "AccessDenied", "Access Denied");
}

#[tokio::test]
async fn a_bucket_policy_that_cannot_be_read_denies() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    for (status, body, message) in [
        (200, "{\"Statement\":", "policy `bucket` cannot be understood: "),
        (500, "<Error/>", "the policy of `bucket` cannot be read, and it might deny: "),
        (403, "<Error/>", "bucket `bucket` belongs to an account that the gate does not serve"),
    ] {
        lab.emulator.refuses(BUCKET_POLICY, status, body);
        lab.forgets().await;
        let answer = send(&lab, &someone, "GET /bucket/a", &[]).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"), "{body}");
        assert!(answer.text("Message").starts_with(message), "{}", answer.text("Message"));
        assert!(lab.emulator.seen("GET /bucket/a").is_empty());
    }
}

#[tokio::test]
async fn a_malformed_bucket_policy_is_refused() {
    let lab = Lab::start().await;
    for (body, message) in [
        ("{", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        (ALLOW_ALL, "Missing required field Principal"),
    ] {
        let put = lab.as_root().s3(lab.gate.url(), "PUT", "/bucket?policy", &[], body);
        put.send().await.refused(400, "MalformedPolicy", message);
    }
    assert!(lab.emulator.seen("PUT /bucket?policy").is_empty());
}

const NO_SUCH_UPLOAD: &str = "The specified upload does not exist. The upload ID may be invalid, \
                              or the upload may have been aborted or completed.";

#[tokio::test]
async fn an_upload_is_of_the_bucket_and_the_key_it_was_begun_for() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    let of = |key: &str, id: &str| {
        format!(
            "<ListMultipartUploadsResult><Upload><Key>{key}</Key><UploadId>{id}</UploadId>\
             </Upload></ListMultipartUploadsResult>"
        )
    };
    lab.emulator.refuses("GET /bucket?uploads&prefix=mine%2Fx", 200, &of("mine/x", "right"));
    lab.emulator.refuses("GET /bucket?uploads&prefix=mine%2F", 200, &of("mine/x", "right"));
    for nothing in ["/bucket?uploads&prefix=protected", "/other?uploads&prefix=mine%2Fx"] {
        lab.emulator.refuses(&format!("GET {nothing}"), 200, "<ListMultipartUploadsResult/>");
    }
    lab.emulator.refuses("GET /bucket?uploads&prefix=garbage", 200, "{}");
    lab.emulator.refuses("GET /gone?uploads&prefix=mine%2Fx", 404, "<Error/>");
    for (method, query) in [
        ("PUT", "partNumber=1&uploadId=ID"),
        ("POST", "uploadId=ID"),
        ("DELETE", "uploadId=ID"),
        ("GET", "uploadId=ID&max-parts=2"),
    ] {
        for (path, id) in [
            ("/bucket/mine/x", "of-another"),
            ("/bucket/mine/x", "right%20"),
            // What begins like the key that the upload is of.
            ("/bucket/mine/", "right"),
            ("/bucket/protected", "right"),
            ("/other/mine/x", "right"),
            ("/gone/mine/x", "right"),
        ] {
            let request = format!("{method} {path}?{}", query.replace("ID", id));
            send(&lab, &someone, &request, &[]).await.refused(404, "NoSuchUpload", NO_SUCH_UPLOAD);
            assert!(lab.emulator.seen(&request).is_empty(), "{request}");
        }
        let request = format!("{method} /bucket/garbage?{}", query.replace("ID", "right"));
        assert_eq!(send(&lab, &someone, &request, &[]).await.status, 403, "{request}");
        let request = format!("{method} /bucket/mine/x?{}", query.replace("ID", "right"));
        send(&lab, &someone, &request, &[]).await.allowed();
        assert_eq!(lab.emulator.seen(&request).len(), 1, "{request}");
    }
    let copy = [("x-amz-copy-source", "other/a")];
    let request = "PUT /bucket/protected?partNumber=1&uploadId=right";
    let answer = send(&lab, &someone, request, &copy).await;
    answer.refused(404, "NoSuchUpload", NO_SUCH_UPLOAD);
    // What was found once is remembered.
    let asked = lab.emulator.seen("GET /bucket?uploads&prefix=mine%2Fx").len();
    send(&lab, &someone, "GET /bucket/mine/x?uploadId=right", &[]).await.allowed();
    assert_eq!(lab.emulator.seen("GET /bucket?uploads&prefix=mine%2Fx").len(), asked);
}

#[tokio::test]
async fn a_bucket_is_where_it_is_whatever_the_client_signs_for() {
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*",
         "Condition":{"StringEquals":{"aws:RequestedRegion":["ap-northeast-2","us-east-1"]}}}]}"#;
    let (lab, someone) = with_policy(deny).await;
    let from = |region: &str| Signing { region: region.to_owned(), ..someone.clone() };
    for (region, refused) in [
        ("eu-west-1", (400, "AuthorizationHeaderMalformed")),
        ("ap-northeast-2", (403, "AccessDenied")),
    ] {
        let signing = from(region);
        let answer = send(&lab, &signing, "GET /bucket/a", &[]).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), refused);
        let answer = lab.query(&signing, "iam", "Action=ListUsers&Version=2010-05-08").send().await;
        assert_eq!(answer.status, 403, "{region}");
    }
    assert!(lab.emulator.seen("GET /bucket/a").is_empty());
    assert!(lab.emulator.seen("ListUsers").is_empty());
    let there = "<LocationConstraint>EU</LocationConstraint>";
    lab.emulator.refuses("GET /there?location", 200, there);
    send(&lab, &from("eu-west-1"), "GET /there/a", &[]).await.allowed();
    lab.emulator.refuses("GET /first?location", 200, "<LocationConstraint/>");
    assert_eq!(send(&lab, &from("us-east-1"), "GET /first/a", &[]).await.status, 403);
    lab.emulator.refuses("GET /odd?location", 200, "{}");
    assert_eq!(send(&lab, &someone, "GET /odd/a", &[]).await.status, 403);
}

#[tokio::test]
async fn a_bucket_belongs_to_whom_the_request_says_or_is_refused() {
    let (lab, someone) = with_policy(ALLOW_ALL).await;
    let owner = "x-amz-expected-bucket-owner";
    let of_source = "x-amz-source-expected-bucket-owner";
    for request in ["GET /bucket/a", "GET /bucket?list-type=2", "PUT /bucket/a", "DELETE /bucket/a"]
    {
        let answer = send(&lab, &someone, request, &[(owner, "111122223333")]).await;
        answer.refused(403, "AccessDenied", "Access Denied");
        assert!(lab.emulator.seen(request).is_empty());
        send(&lab, &someone, request, &[(owner, "278805249149")]).await.allowed();
    }
    let copy = |owner: &'static str| [("x-amz-copy-source", "other/a"), (of_source, owner)];
    let answer = send(&lab, &someone, "PUT /bucket/b", &copy("111122223333")).await;
    answer.refused(403, "AccessDenied", "Access Denied");
    send(&lab, &someone, "PUT /bucket/b", &copy("278805249149")).await.allowed();
}

#[tokio::test]
async fn the_account_of_a_bucket_is_a_condition() {
    let only = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
         "Condition":{"StringEquals":{"s3:ResourceAccount":"ACCOUNT"}}}]}"#;
    for (account, status) in [("278805249149", 200), ("111122223333", 403)] {
        let (lab, someone) = with_policy(&only.replace("ACCOUNT", account)).await;
        assert_eq!(send(&lab, &someone, "GET /bucket/a", &[]).await.status, status);
    }
}
