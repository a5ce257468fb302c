//! Bodies that a client leaves out of the signature: AWS's models say of which operations they
//! may be, S3's apart. What else binds a body is still compared.

use aws_model::Auth;
use aws_sigv4::http_request::SignableBody;

use crate::client::{Signed, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const BLOCK: &str = "/snapshots/snap-0123456789abcdef0/blocks/0";
const DATA: &[u8] = b"hello";
/// The SHA256 checksum of `hello`, and that of `hallo`.
const CHECKSUM: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
const OTHER: &str = "03UdM/nNUEnErytGJzVFfk07rxMLy7h/OJ40n7rrILk=";
const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult \
                        the service documentation for details.";
const OTHER_BLOCK: &str = "The checksum of the block is not the SHA256 checksum of its data.";

/// A block of EBS's, as SDKs write it over TLS.
fn block(lab: &Lab, signing: &Signing, headers: &[(&str, &str)]) -> Signed {
    let mut all = vec![("x-amz-data-length", "5")];
    all.extend(headers);
    let call = ("ebs", "PUT", BLOCK);
    signing.rest_signing(lab.gate.url(), call, &all, SignableBody::UnsignedPayload, DATA)
}

const RIGHT: [(&str, &str); 2] =
    [("x-amz-checksum", CHECKSUM), ("x-amz-checksum-algorithm", "SHA256")];

fn arrived(lab: &Lab) -> usize {
    lab.emulator.seen(&format!("PUT {BLOCK}")).len()
}

fn stating(mut signed: Signed, stated: &str) -> Signed {
    for (name, value) in &mut signed.headers {
        if name == "x-amz-content-sha256" {
            *value = stated.to_owned();
        }
    }
    signed
}

#[tokio::test]
async fn a_block_goes_unsigned_with_its_checksum() {
    let lab = Lab::start().await;
    block(&lab, &lab.as_root(), &RIGHT).send().await.allowed();
    let seen = lab.emulator.last().unwrap();
    assert_eq!((seen.target.as_str(), seen.bytes.as_slice()), (BLOCK, DATA));
    let header = |name: &str| seen.headers.iter().find(|(known, _)| known == name).cloned();
    assert_eq!(header("x-amz-checksum").unwrap().1, CHECKSUM);
    // Signed it goes as well.
    let headers = [("x-amz-data-length", "5"), RIGHT[0], RIGHT[1]];
    let signed = lab.as_root().rest_with(lab.gate.url(), "ebs", "PUT", BLOCK, &headers, DATA);
    signed.send().await.allowed();
    assert_eq!(arrived(&lab), 2);
}

#[tokio::test]
async fn a_block_without_its_own_checksum_is_refused() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let mut another = block(&lab, &root, &RIGHT);
    another.bytes = Some(b"hallo".to_vec());
    another.send().await.refused(400, "ValidationException", OTHER_BLOCK);
    let [checksum, algorithm] = RIGHT;
    for headers in [
        vec![],
        vec![checksum],
        vec![algorithm],
        vec![("x-amz-checksum", OTHER), algorithm],
        vec![("x-amz-checksum", ""), algorithm],
        vec![checksum, ("x-amz-checksum-algorithm", "SHA1")],
    ] {
        let answer = block(&lab, &root, &headers).send().await;
        answer.refused(400, "ValidationException", OTHER_BLOCK);
    }
    // The checksum is under the signature.
    let mut signed = block(&lab, &root, &RIGHT);
    signed.bytes = Some(b"hallo".to_vec());
    for (name, value) in &mut signed.headers {
        if name == "x-amz-checksum" {
            *value = OTHER.to_owned();
        }
    }
    signed.send().await.refused(403, "InvalidSignatureException", MISMATCH);
    assert_eq!(arrived(&lab), 0);
}

#[tokio::test]
async fn what_else_sums_up_a_body_is_compared() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    for (header, good, bad, message) in [
        (
            "content-md5",
            "XUFAKrxLKna5cZ2REBfFkg==",
            "1B2M2Y8AsgTpgAmY7PhCfg==",
            "The Content-MD5 you specified did not match what we received.",
        ),
        (
            "x-amz-checksum-crc32",
            "NhCmhg==",
            "AAAAAA==",
            "The CRC32 you specified did not match the calculated checksum.",
        ),
    ] {
        let with = |value| block(&lab, &root, &[RIGHT[0], RIGHT[1], (header, value)]).send();
        with(good).await.allowed();
        with(bad).await.refused(400, "BadDigest", message);
    }
    assert_eq!(arrived(&lab), 2);
}

#[tokio::test]
async fn nothing_else_stands_for_the_hash_of_a_body_that_may_go_unsigned() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    for stated in [
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "unsigned-payload",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "",
    ] {
        let signable = SignableBody::Precomputed(stated.to_owned());
        let headers = [("x-amz-data-length", "5"), RIGHT[0], RIGHT[1]];
        let call = ("ebs", "PUT", BLOCK);
        let signed = root.rest_signing(lab.gate.url(), call, &headers, signable, DATA);
        signed.send().await.refused(403, "InvalidSignatureException", MISMATCH);
    }
    // The signature is over what is stated.
    let signed = stating(block(&lab, &root, &RIGHT), CHECKSUM);
    signed.send().await.refused(403, "InvalidSignatureException", MISMATCH);
    let headers = [("x-amz-data-length", "5"), RIGHT[0], RIGHT[1]];
    let mut signed = root.rest_with(lab.gate.url(), "ebs", "PUT", BLOCK, &headers, DATA);
    signed.headers.push(("x-amz-content-sha256".to_owned(), "UNSIGNED-PAYLOAD".to_owned()));
    let answer = signed.send().await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert_eq!(arrived(&lab), 0);
}

#[tokio::test]
async fn the_bodies_of_other_operations_are_signed() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    for (service, method, target, headers, body) in [
        ("ebs", "POST", "/snapshots", vec![], r#"{"VolumeSize":1}"#),
        ("ebs", "GET", "/snapshots/snap-0123456789abcdef0/blocks", vec![], ""),
        ("lambda", "GET", "/2015-03-31/functions", vec![], ""),
        ("mediastore", "GET", "/path", vec![], ""),
        ("kms", "POST", "/", vec![("x-amz-target", "TrentService.ListKeys")], "{}"),
        ("kms", "PUT", BLOCK, RIGHT.to_vec(), "hello"),
        (
            "monitoring",
            "POST",
            "/service/GraniteServiceVersion20100801/operation/ListMetrics",
            vec![("smithy-protocol", "rpc-v2-cbor")],
            "\u{a0}",
        ),
    ] {
        let (call, unsigned) = ((service, method, target), SignableBody::UnsignedPayload);
        let signed = root.rest_signing(lab.gate.url(), call, &headers, unsigned, body.as_bytes());
        let answer = signed.send().await;
        assert!(matches!(answer.status, 400 | 403), "{target}: {}", answer.status);
        assert!(answer.body.contains("InvalidSignatureException"), "{target}: {}", answer.body);
    }
    for (service, body) in [
        ("ec2", "Action=DescribeInstances&Version=2016-11-15"),
        ("iam", "Action=ListUsers&Version=2010-05-08"),
    ] {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (call, unsigned) = ((service, "POST", "/"), SignableBody::UnsignedPayload);
        let signed = root.rest_signing(lab.gate.url(), call, &headers, unsigned, body.as_bytes());
        let answer = signed.send().await;
        assert!(matches!(answer.status, 401 | 403), "{service}: {}", answer.body);
    }
    assert_eq!(lab.emulator.count(), 0);
}

#[tokio::test]
async fn an_object_of_a_media_store_goes_unsigned() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let put = |headers: &[(&str, &str)]| {
        let call = ("mediastore", "PUT", "/folder/key");
        root.rest_signing(lab.gate.url(), call, headers, SignableBody::UnsignedPayload, DATA)
    };
    put(&[]).send().await.allowed();
    assert_eq!(lab.emulator.last().unwrap().bytes, DATA);
    let wrong = put(&[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")]).send().await;
    let message = "The Content-MD5 you specified did not match what we received.";
    wrong.refused(400, "BadDigest", message);
    assert_eq!(lab.emulator.seen("PUT /folder/key").len(), 1);
}

#[tokio::test]
async fn who_may_not_is_not_told_of_the_checksum() {
    let lab = Lab::start().await;
    let users = [user("someone", &[("all", ALLOW_ALL)], &[]), user("nobody", &[], &[])];
    lab.emulator.holds(details(&users, &[], &[]));
    for name in ["someone", "nobody"] {
        let key = lab.key_of(name).await;
        let answer = block(&lab, &key, &[("x-amz-checksum", OTHER)]).send().await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        assert!(answer.body.contains("AccessDeniedException"), "{}", answer.body);
        assert!(!answer.body.contains("checksum"), "{}", answer.body);
    }
    assert_eq!(arrived(&lab), 0);
}

/// Whoever updates the models looks at what the new ones leave unsigned.
#[test]
fn these_are_the_operations_of_which_bodies_may_go_unsigned() {
    let mut found = Vec::new();
    for service in aws_model::services().iter().filter(|service| service.is_carried()) {
        let unsigned = service.operations().iter().filter(|it| it.auth == Auth::UnsignedPayload);
        found.extend(unsigned.map(|operation| (service.name, operation.name)));
    }
    let known = [
        ("ebs", "PutSnapshotBlock"),
        ("mediastore-data", "PutObject"),
        ("s3", "WriteGetObjectResponse"),
    ];
    assert_eq!(found, known);
}
