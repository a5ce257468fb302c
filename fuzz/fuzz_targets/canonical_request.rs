//! Any request, signed by AWS's own signer: the gate accepts the signature, and no longer
//! once a byte of method, header or body is another, or the secret is.
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use fuzz::{fields, request};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;

const NOW: u64 = 1_440_938_160;
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fuzz_target!(|data: &[u8]| {
    let Some([method, target, value, body]) = fields::<4>(data) else { return };
    let target = format!("/{target}");
    let headers = [("host", "example.amazonaws.com"), ("my-header", value)];
    // What hyper would not take in comes to no signature. A query that is not text the gate
    // refuses. A plus sign in a query, and a tab in a header, AWS's signers take for different
    // things.
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let is_text = percent_decode_str(query).decode_utf8().is_ok();
    let is_plain = !query.contains('+') && !value.contains('\t');
    if request(method, &target, &headers, body).is_none() || !is_text || !is_plain {
        return;
    }
    let Some(added) = signed(method, &target, &headers, body) else { return };
    let with = |method: &str, value: &str, body: &str| {
        let mut all = vec![("host", "example.amazonaws.com"), ("my-header", value)];
        all.extend(added.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        request(method, &target, &all, body)
    };
    let holds = |method: &str, value: &str, body: &str, secret: &str| {
        with(method, value, body)
            .is_some_and(|request| request.is_signed_with(secret, NOW.cast_signed()))
    };
    assert!(holds(method, value, body, SECRET), "{method:?} {target:?} {value:?} {body:?}");
    assert!(!holds(method, value, body, "another secret"));
    assert!(!holds(&format!("{method}X"), value, body, SECRET));
    assert!(!holds(method, &format!("{value}x"), body, SECRET));
    assert!(!holds(method, value, &format!("{body}x"), SECRET));
});

/// The headers that the signer adds; `None` where it will not sign.
fn signed(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Vec<(String, String)>> {
    let identity = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "fuzz").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("service")
        .time(UNIX_EPOCH + Duration::from_secs(NOW))
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let url = format!("http://example.amazonaws.com{target}");
    let body = SignableBody::Bytes(body.as_bytes());
    let request = SignableRequest::new(method, url, headers.iter().copied(), body).ok()?;
    let (instructions, _) = sign(request, &parameters).ok()?.into_parts();
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Some(instructions.headers().map(own).collect())
}
