//! Requests that come by AWS's own names: the name says which service answers, and in which
//! region, as it does at AWS.

use crate::client::{Answer, Signed, Signing};
use crate::lab::Lab;

const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const REGION: &str = "Credential should be scoped to a valid region. ";

/// A call signed for a host, sent to the gate under its name.
fn named(lab: &Lab, signing: &Signing, host: &str, service: &str, body: &str) -> Signed {
    at(lab, host, signing.query(&format!("http://{host}"), service, body))
}

fn at(lab: &Lab, host: &str, mut signed: Signed) -> Signed {
    signed.url = signed.url.replace(&format!("http://{host}"), lab.gate.url());
    signed.headers.push(("host".to_owned(), host.to_owned()));
    signed
}

fn signing(lab: &Lab, region: &str) -> Signing {
    let mut signing = lab.as_root();
    signing.region = region.to_owned();
    signing
}

#[tokio::test]
async fn what_is_signed_for_the_name_is_answered() {
    let lab = Lab::start().await;
    for (host, region) in [
        ("sts.amazonaws.com", "us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "eu-west-1"),
        ("sts.eu-west-1.api.aws", "eu-west-1"),
        ("sts-fips.us-east-1.amazonaws.com", "us-east-1"),
    ] {
        let signing = signing(&lab, region);
        named(&lab, &signing, host, "sts", IDENTITY).send().await.allowed();
    }
}

#[tokio::test]
async fn what_is_signed_for_another_region_is_refused() {
    let lab = Lab::start().await;
    for (host, region) in [
        ("sts.amazonaws.com", "eu-west-1"),
        ("sts.eu-west-1.amazonaws.com", "us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "eu-west-2"),
    ] {
        let signing = signing(&lab, region);
        let answer = named(&lab, &signing, host, "sts", IDENTITY).send().await;
        answer.refused(403, "SignatureDoesNotMatch", REGION);
    }
    let users = "Action=ListUsers&Version=2010-05-08";
    let of_europe = signing(&lab, "eu-west-1");
    let answer = named(&lab, &of_europe, "iam.amazonaws.com", "iam", users).send().await;
    answer.refused(403, "SignatureDoesNotMatch", REGION);

    let host = "kept.s3.eu-west-2.amazonaws.com";
    let signed = of_europe.s3(&format!("http://{host}"), "GET", "/object", &[], "");
    let answer: Answer = at(&lab, host, signed).send().await;
    answer.refused(
        400,
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting \
         'eu-west-2'",
    );
    assert!(lab.emulator.seen("").is_empty());
}

#[tokio::test]
async fn what_is_signed_for_another_service_is_refused() {
    let lab = Lab::start().await;
    let of_europe = signing(&lab, "eu-west-1");
    for (host, service, right) in [
        ("sts.eu-west-1.amazonaws.com", "iam", "sts"),
        ("email.eu-west-1.amazonaws.com", "sts", "ses"),
    ] {
        let answer = named(&lab, &of_europe, host, service, IDENTITY).send().await;
        let told = format!("Credential should be scoped to correct service: '{right}'. ");
        answer.refused(403, "SignatureDoesNotMatch", &told);
    }
}

/// A token is no signature, and yet no other service than STS takes it.
#[tokio::test]
async fn a_token_is_taken_at_the_name_of_sts_alone() {
    let lab = Lab::start().await;
    let call = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=s\
        &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&WebIdentityToken=none";
    let sent = |host: &str| {
        let mut signed = named(&lab, &lab.as_root(), host, "sts", call);
        signed.headers.retain(|(name, _)| name == "host" || name == "content-type");
        signed.send()
    };
    for host in ["iam.amazonaws.com", "ec2.eu-west-1.amazonaws.com"] {
        sent(host).await.refused(
            400,
            "InvalidAction",
            "Could not find operation AssumeRoleWithWebIdentity for version 2011-06-15",
        );
    }
    for host in ["sts.amazonaws.com", "sts.eu-west-1.amazonaws.com"] {
        let answer = sent(host).await;
        assert!(
            answer.body.contains("<Code>ValidationError</Code>")
                || answer.body.contains("<Code>InvalidIdentityToken</Code>"),
            "{}",
            answer.body
        );
    }
}

/// What reads a name is not the more patient the longer it is: nobody has signed it yet.
#[tokio::test]
async fn a_name_that_is_too_long_to_be_one_is_refused() {
    let lab = Lab::start().await;
    for (length, status) in [(255, 403), (256, 400), (60_000, 400)] {
        let end = ".amazonaws.com";
        let host = format!("{}{end}", "a.".repeat(length)[..length - end.len()].to_owned());
        let mut signed = named(&lab, &lab.as_root(), "sts.amazonaws.com", "sts", IDENTITY);
        signed.headers.retain(|(name, _)| name != "host");
        signed.headers.push(("host".to_owned(), host));
        let answer = signed.send().await;
        assert_eq!(answer.status, status, "{length}: {}", answer.body);
        if status == 400 {
            let told = format!("expected a host of at most 255 bytes, found {length}");
            answer.refused(400, "MalformedQueryString", &told);
        }
    }
}

/// S3's endpoint without a region is in `us-east-1` for what is no bucket's, and leads to a bucket
/// wherever it is.
#[tokio::test]
async fn s3s_global_endpoint_admits_its_own_region_and_the_buckets() {
    let lab = Lab::start().await;
    let europe = "<LocationConstraint>eu-west-1</LocationConstraint>";
    lab.emulator.refuses("GET /kept?location", 200, europe);
    let wrong = |given: &str, right: &str| {
        format!(
            "The authorization header is malformed; the region '{given}' is wrong; expecting \
             '{right}'"
        )
    };
    let send = async |host: &str, method: &'static str, target: &str, region: &str| {
        let of = signing(&lab, region);
        let signed = of.s3(&format!("http://{host}"), method, target, &[], "");
        at(&lab, host, signed).send().await
    };
    let global = "s3.amazonaws.com";
    for (host, method, target, right) in [
        (global, "GET", "/", "us-east-1"),
        (global, "PUT", "/new-bucket", "us-east-1"),
        ("new-bucket.s3.amazonaws.com", "PUT", "/", "us-east-1"),
        (global, "GET", "/kept?location", "us-east-1"),
        (global, "GET", "/kept", "eu-west-1"),
        ("KEPT.s3.amazonaws.com.", "GET", "/object", "eu-west-1"),
    ] {
        let answer = send(host, method, target, "eu-west-2").await;
        let told = wrong("eu-west-2", right);
        answer.refused(400, "AuthorizationHeaderMalformed", &told);
        assert_eq!(answer.text("Region"), right, "{host}{target}");
        send(host, method, target, right).await.allowed();
    }
    send(global, "GET", "/kept?location", "eu-west-1").await.allowed();
    // A region's own endpoint is in that region, in the header and in the query.
    let named = "s3.eu-west-2.amazonaws.com";
    let answer = send(named, "GET", "/", "eu-west-1").await;
    answer.refused(400, "AuthorizationHeaderMalformed", &wrong("eu-west-1", "eu-west-2"));
    assert_eq!(answer.headers["x-amz-bucket-region"], "eu-west-2");
    let of_europe = signing(&lab, "eu-west-1");
    let presigned = of_europe.presigned(&format!("http://{named}"), "s3", "x-id=ListBuckets");
    at(&lab, named, presigned).send().await.refused(
        400,
        "AuthorizationQueryParametersError",
        "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; \
         expecting 'eu-west-2'",
    );
}
