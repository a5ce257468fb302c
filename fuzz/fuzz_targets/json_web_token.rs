//! Any text as an ID token: no panic; what is read as one has three parts, its claims are
//! what a JSON reader finds in the middle one, and no more text belongs to it.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fuzz::fields;
use iam_gate::fuzzing::token;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    // Once as it is, once with the two JSON texts encoded, which chance hardly ever does.
    let Some([header, payload]) = fields::<2>(data) else { return };
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    check(header);
    check(&format!("{}.{}.c2lnbmF0dXJl", encode(header), encode(payload)));
});

fn check(jwt: &str) {
    let Some(read) = token(jwt) else { return };
    let parts: Vec<&str> = jwt.split('.').collect();
    assert_eq!(parts.len(), 3);
    let claims: Value = json(parts[1]).expect("claims that were read are JSON");
    assert_eq!(claims["iss"], read.issuer.as_str());
    assert_eq!(claims["sub"], read.subject.as_str());
    let expires = claims["exp"].as_f64().expect("a number");
    assert!((expires - read.expires as f64).abs() <= 1.0, "{expires} {}", read.expires);
    assert!(json(parts[0]).is_some_and(|header| header["alg"].is_string()));
    for longer in [format!("{jwt}."), format!("{jwt}.e30"), format!(".{jwt}"), format!("{jwt}=")] {
        assert_eq!(token(&longer), None, "{longer}");
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
