//! Route 53 has a code of its own for what its XML, paths and parameters may not be.

use crate::client::Answer;
use crate::lab::Lab;

const ZONE: &str = "/2013-04-01/hostedzone/Z1";

async fn send(lab: &Lab, method: &'static str, target: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/xml")];
    let root = lab.as_root();
    let signed =
        root.rest_with(lab.gate.url(), "route53", method, target, &headers, body.as_bytes());
    signed.send().await
}

#[tokio::test]
async fn a_character_that_no_name_has_is_told() {
    let lab = Lab::start().await;
    for (name, told) in [("i%09d.e.com.", "\t"), ("%0Aa", "\n"), ("a%00", "\\u{0}")] {
        let answer = send(&lab, "GET", &format!("{ZONE}/rrset?name={name}"), "").await;
        let message = format!(
            "FATAL problem: UnsupportedCharacter (Value contains unsupported characters) \
             encountered with '{told}'"
        );
        answer.refused(400, "InvalidInput", &message);
    }
    assert_eq!(lab.emulator.count(), 0);
    // A blank is the emulator's to refuse.
    send(&lab, "GET", &format!("{ZONE}/rrset?name=i%20d.e.com."), "").await.allowed();
    assert_eq!(lab.emulator.last().unwrap().target, format!("{ZONE}/rrset?name=i%20d.e.com."));
}

#[tokio::test]
async fn an_id_with_its_path_before_it_is_none_to_tag_by() {
    let lab = Lab::start().await;
    let id = "/hostedzone/Z0123456789ABCDEFGHIJ";
    let path = id.replace('/', "%2F");
    let tags =
        "<ChangeTagsForResourceRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"/>";
    for (method, body) in [("POST", tags), ("GET", "")] {
        let target = format!("/2013-04-01/tags/hostedzone/{path}");
        let answer = send(&lab, method, &target, body).await;
        let message = format!("No hosted zone found with ID: {id}");
        answer.refused(404, "NoSuchHostedZone", &message);
    }
    for target in ["/2013-04-01/tags/healthcheck/%2Fa", "/2013-04-01/hostedzone/%2Fhostedzone%2FZ1"]
    {
        send(&lab, "GET", target, "").await.refused(400, "InvalidInput", "The input is not valid.");
    }
    assert_eq!(lab.emulator.count(), 0);
    send(&lab, "POST", "/2013-04-01/tags/hostedzone/Z1", tags).await.allowed();
    assert_eq!(lab.emulator.count(), 1);
}
