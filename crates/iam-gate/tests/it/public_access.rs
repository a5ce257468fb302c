//! S3's Block Public Access: public policies are refused, and those that are there are for the
//! bucket's own account.

use serde_json::{Value, json};

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ACCOUNT, ALLOW_ALL, Lab};

const BLOCKED: &str = "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
                       s3:PutBucketPolicy on resource: \"arn:aws:s3:::bucket\" because public \
                       policies are blocked by the BlockPublicPolicy block public access setting.";

async fn lab() -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn block(policy: &str, restrict: &str) -> String {
    format!(
        "<PublicAccessBlockConfiguration><BlockPublicPolicy>{policy}</BlockPublicPolicy>\
         <RestrictPublicBuckets>{restrict}</RestrictPublicBuckets>\
         </PublicAccessBlockConfiguration>"
    )
}

fn for_whom(principal: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::bucket/*" },
    ]})
    .to_string()
}

#[tokio::test]
async fn a_public_policy_is_refused_where_it_is_blocked() {
    let (lab, someone) = lab().await;
    let public = for_whom(&json!("*"));
    let put = |signing: &Signing, policy: &str| {
        signing.s3(lab.gate.url(), "PUT", "/bucket?policy", &[], policy).send()
    };
    let asked = "GET /bucket?publicAccessBlock";
    let garbage = ("garbage".to_owned(), "<PublicAccessBlockConfiguration><Block".to_owned());
    for (status, (name, body)) in [
        (200, ("on".to_owned(), block("true", "false"))),
        (200, ("otherwise spelt".to_owned(), block("TRUE", "false"))),
        (200, garbage),
        (200, ("another document".to_owned(), "<Error/>".to_owned())),
        (200, ("nothing".to_owned(), String::new())),
        (501, ("not served".to_owned(), String::new())),
        (404, ("another error".to_owned(), "<Error><Code>NoSuchBucket</Code></Error>".to_owned())),
    ] {
        lab.emulator.refuses(asked, status, &body);
        put(&someone, &public).await.refused(403, "AccessDenied", BLOCKED);
        let root = put(&lab.as_root(), &public).await;
        assert_eq!((root.status, root.text("Code").as_str()), (403, "AccessDenied"), "{name}");
        assert!(lab.emulator.seen("PUT /bucket?policy").is_empty(), "{name}");
    }
    put(&someone, &for_whom(&json!({ "AWS": "111122223333" }))).await.allowed();
    lab.emulator.refuses(asked, 200, &block("false", "true"));
    put(&someone, &public).await.allowed();
    let none = "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>";
    lab.emulator.refuses(asked, 404, none);
    put(&someone, &public).await.allowed();
}

#[tokio::test]
async fn a_public_policy_is_for_nobody_elsewhere_where_it_is_restricted() {
    const OTHER: &str = "111122223333";
    let (lab, someone) = lab().await;
    lab.gate.open_account(&OTHER.parse().unwrap()).unwrap();
    let named = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:user/someone") });
    let asked = format!("{OTHER} GET /bucket?policy");
    // Whose the bucket is.
    lab.emulator.refuses(&format!("{ACCOUNT} GET /bucket?policy"), 403, "");
    let mut both: Value = serde_json::from_str(&for_whom(&named)).unwrap();
    let everybody: Value = serde_json::from_str(&for_whom(&json!("*"))).unwrap();
    both["Statement"].as_array_mut().unwrap().push(everybody["Statement"][0].clone());
    for (policy, restrict, status) in [
        (for_whom(&json!("*")), "true", 403),
        // Also to who is named beside.
        (both.to_string(), "true", 403),
        (for_whom(&json!("*")), "false", 200),
        (for_whom(&named), "true", 200),
    ] {
        lab.emulator.refuses(&asked, 200, &policy);
        lab.emulator.refuses("GET /bucket?publicAccessBlock", 200, &block("false", restrict));
        lab.forgets().await;
        let read = someone.s3(lab.gate.url(), "GET", "/bucket/key", &[], "").send().await;
        assert_eq!(read.status, status, "{policy} {restrict}: {}", read.body);
    }
}

#[tokio::test]
async fn ones_own_account_is_not_restricted() {
    let (lab, _) = lab().await;
    lab.emulator.holds(details(&[user("someone", &[], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    lab.emulator.refuses("GET /bucket?policy", 200, &for_whom(&json!("*")));
    lab.emulator.refuses("GET /bucket?publicAccessBlock", 200, &block("true", "true"));
    lab.forgets().await;
    someone.s3(lab.gate.url(), "GET", "/bucket/key", &[], "").send().await.allowed();
}

#[tokio::test]
async fn a_new_bucket_blocks_all_public_access() {
    let (lab, someone) = lab().await;
    let create = || someone.s3(lab.gate.url(), "PUT", "/bucket", &[], "").send();
    let put = "PUT /bucket?publicAccessBlock";
    create().await.allowed();
    let sent = lab.emulator.seen(put);
    let names =
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    assert_eq!(sent.len(), 1);
    for name in names {
        assert!(sent[0].body.contains(&format!("<{name}>true</{name}>")), "{}", sent[0].body);
    }
    // The emulator has something already.
    lab.emulator.refuses("GET /bucket?publicAccessBlock", 200, &block("true", "true"));
    create().await.allowed();
    assert_eq!(lab.emulator.seen(put).len(), 1);
    // There is no new one.
    let none = "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>";
    lab.emulator.refuses("GET /bucket?publicAccessBlock", 404, none);
    lab.emulator.refuses("PUT /bucket", 409, "<Error><Code>BucketAlreadyExists</Code></Error>");
    assert_eq!(create().await.status, 409);
    assert_eq!(lab.emulator.seen(put).len(), 1);
    lab.emulator.refuses("PUT /bucket", 200, "");
    lab.emulator.refuses(put, 500, "");
    assert_eq!(create().await.status, 503);
}
