//! Any query string and any form: no panic; what is forwarded means to the gate what was
//! authorized; a form decoder of others' finds the same in it; and no name is there twice.
#![no_main]

use std::collections::BTreeMap;

use fuzz::{fields, request};
use libfuzzer_sys::fuzz_target;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const SIGNED: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ec2/aws4_request, \
     SignedHeaders=host, Signature=0",
);
const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");

fuzz_target!(|data: &[u8]| {
    let Some([query, body]) = fields::<2>(data) else { return };
    let sent = |query: &str, body: &str| {
        request("POST", &format!("/?{query}"), &[("host", "x"), DATE, SIGNED, FORM], body)?.call()
    };
    let Some(call) = sent(query, body) else { return };
    let again = sent("", &call.forwarded).expect("what was read reads again");
    assert_eq!(again, call);
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(call.forwarded.as_bytes()).into_owned().collect();
    let names: BTreeMap<&str, &str> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(names.len(), pairs.len(), "a name twice in {:?}", call.forwarded);
    assert_eq!(call.action, format!("ec2:{}", names["Action"]));
    // Whatever is in the body is in what is forwarded, and means the same.
    for (name, value) in form_urlencoded::parse(body.trim_end().as_bytes()) {
        assert_eq!(names.get(&*name), Some(&&*value), "{name:?} of {body:?}");
    }
});
