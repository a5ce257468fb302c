//! Whose a bucket is, also where the emulator tells everybody of it.

use iam_gate::AccessKey;

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ACCOUNT, ALLOW_ALL, Lab};

const OTHER: &str = "111122223333";
const LISTED: &str = "<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket</Name></Bucket>\
                      <Bucket><Name>bucket-b</Name></Bucket></Buckets></ListAllMyBucketsResult>";
const NOT_LISTED: &str = "<ListAllMyBucketsResult><Owner><Name>bucket</Name></Owner><Buckets>\
                          <Bucket><Name>bucket-b</Name></Bucket></Buckets>\
                          </ListAllMyBucketsResult>";

/// Two accounts, and an emulator that answers both about the bucket of the other one.
async fn lab() -> (Lab, Signing, AccessKey) {
    let lab = Lab::start().await;
    let other = lab.gate.open_account(&OTHER.parse().unwrap()).unwrap();
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let list = |account: &str| format!("{account} GET /?prefix=bucket");
    lab.emulator.refuses(&list(ACCOUNT), 200, NOT_LISTED);
    lab.emulator.refuses(&list(OTHER), 200, LISTED);
    let someone = lab.key_of("someone").await;
    (lab, someone, other)
}

async fn read(lab: &Lab, signing: &Signing) -> u16 {
    signing.s3(lab.gate.url(), "GET", "/bucket/key", &[], "").send().await.status
}

#[tokio::test]
async fn a_bucket_of_another_account_is_not_ones_own() {
    let (lab, someone, other) = lab().await;
    for signing in [&someone, &lab.as_root()] {
        assert_eq!(read(&lab, signing).await, 403);
    }
    for (method, target) in [
        ("PUT", "/bucket/key"),
        ("DELETE", "/bucket/key"),
        ("GET", "/bucket"),
        ("DELETE", "/bucket"),
    ] {
        let answer = someone.s3(lab.gate.url(), method, target, &[], "").send().await;
        answer.refused(403, "AccessDenied", "Access Denied");
        assert!(lab.emulator.seen(&format!("{method} {target}")).is_empty(), "{method} {target}");
    }
    assert_eq!(read(&lab, &lab.signing(&other)).await, 200);
    // Its owner's policy lets him in.
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:GetObject",
        "Principal":{{"AWS":"{ACCOUNT}"}},"Resource":"arn:aws:s3:::bucket/*"}}]}}"#
    );
    lab.emulator.refuses("GET /bucket?policy", 200, &policy);
    lab.forgets().await;
    assert_eq!(read(&lab, &someone).await, 200);
}

/// S3 sends on who asks in another region: the gate's own question goes where the bucket is, and
/// what its policy denies stays denied.
#[tokio::test]
async fn a_bucket_is_asked_where_it_is() {
    let (lab, _, other) = lab().await;
    for region in ["eu-west-1", "us-gov-east-1"] {
        lab.emulator.moves("bucket", region);
        lab.forgets().await;
        assert_eq!(read(&lab, &lab.signing(&other)).await, 200, "{region}");
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*",
            "Principal":"*","Resource":"arn:aws:s3:::bucket/*"}]}"#;
        lab.emulator.refuses("GET /bucket?policy", 200, policy);
        lab.forgets().await;
        assert_eq!(read(&lab, &lab.signing(&other)).await, 403, "{region}");
        lab.emulator.refuses(
            "GET /bucket?policy",
            404,
            "<Error><Code>NoSuchBucketPolicy</Code></Error>",
        );
    }
    // What is no region is asked nowhere.
    lab.emulator.moves("bucket", "nowhere/s3");
    lab.forgets().await;
    assert_eq!(read(&lab, &lab.signing(&other)).await, 403);
}

#[tokio::test]
async fn a_bucket_that_nobody_has_is_nobodys() {
    let (lab, someone, _) = lab().await;
    for (status, list) in [
        (200, NOT_LISTED),
        (200, "<ListAllMyBucketsResult/>"),
        (200, "x"),
        (200, ""),
        (501, LISTED),
    ] {
        for account in [ACCOUNT, OTHER] {
            lab.emulator.refuses(&format!("{account} GET /?prefix=bucket"), status, list);
        }
        lab.forgets().await;
        for signing in [&someone, &lab.as_root()] {
            assert_eq!(read(&lab, signing).await, 403, "{status} {list}");
        }
    }
    assert!(lab.emulator.seen("GET /bucket/key").is_empty());
}
