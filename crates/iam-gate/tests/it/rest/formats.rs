//! XML and CBOR, read and written by the model.

use ciborium::Value as Cbor;
use serde_json::json;

use crate::lab::Lab;

use super::{lab_with, policy};

#[tokio::test]
async fn xml_is_read_and_written_by_the_model() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let send = |body: &str| {
        let headers = [("content-type", "text/xml")];
        let target = "/2013-04-01/hostedzone";
        root.rest_with(lab.gate.url(), "route53", "POST", target, &headers, body.as_bytes()).send()
    };
    let body = "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\n \
                <CallerReference>a&amp;Action=x</CallerReference><Name>example.com</Name>\
                </CreateHostedZoneRequest>";
    send(body).await.allowed();
    assert_eq!(
        lab.emulator.last().unwrap().body,
        "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <Name>example.com</Name><CallerReference>a&#x26;Action&#x3d;x</CallerReference>\
         </CreateHostedZoneRequest>"
    );
    let before = lab.emulator.count();
    for wrong in [
        body.replace("<Name>", "<Nam>").replace("</Name>", "</Nam>"),
        body.replace("</Name>", "</Name><Name>other.example</Name>"),
        body.replace("example.com", "<b>x</b>"),
        body.replace("CreateHostedZoneRequest", "CreateHostedZone"),
        format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{body}"),
        "{}".to_owned(),
    ] {
        let answer = send(&wrong).await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (400, "InvalidInput"), "{wrong}");
    }
    assert_eq!(lab.emulator.count(), before);
}

fn cbor(entries: &[(&str, Cbor)]) -> Vec<u8> {
    let entries =
        entries.iter().map(|(name, value)| (Cbor::Text((*name).to_owned()), value.clone()));
    let mut bytes = Vec::new();
    ciborium::into_writer(&Cbor::Map(entries.collect()), &mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn cbor_is_read_and_written_by_the_model() {
    let deny = json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "arn:aws:cloudwatch:*:*:alarm:secret" },
    ]);
    let (lab, someone) = lab_with(&policy(&deny)).await;
    let send = |operation: &str, body: &[u8]| {
        let headers = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
        let target = format!("/service/GraniteServiceVersion20100801/operation/{operation}");
        someone.rest_with(lab.gate.url(), "monitoring", "POST", &target, &headers, body).send()
    };
    let text = |text: &str| Cbor::Text(text.to_owned());
    let names = |name: &str| cbor(&[("AlarmNames", Cbor::Array(vec![text(name)]))]);
    send("DescribeAlarms", &names("public")).await.allowed();
    let seen = lab.emulator.last().unwrap();
    assert_eq!(seen.bytes, names("public"));
    let before = lab.emulator.count();
    let answer = send("DescribeAlarms", &names("secret")).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (400, "application/cbor"));
    assert!(answer.body.contains("AccessDeniedException"), "{}", answer.body);
    assert!(answer.body.contains("alarm:secret with an explicit deny"), "{}", answer.body);
    let mut twice = names("public");
    twice[0] += 1;
    twice.extend_from_slice(&names("secret")[1..]);
    let mut longer = names("public");
    longer.push(0xa0);
    for wrong in [
        twice,
        longer,
        cbor(&[("Alarms", text("a"))]),
        cbor(&[("AlarmNames", text("a"))]),
        cbor(&[("MaxRecords", text("1"))]),
        b"{}".to_vec(),
        vec![0xff],
    ] {
        let answer = send("DescribeAlarms", &wrong).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("SerializationException"), "{}", answer.body);
    }
    let answer = send("NoSuchThing", &cbor(&[])).await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("UnknownOperationException"), "{}", answer.body);
    assert_eq!(lab.emulator.count(), before);
}
