//! Any `Authorization` header and any date: no panic; what is read stands in the header and
//! reads the same when it is written in the usual form; and no signature holds that nobody
//! made.
#![no_main]

use fuzz::{fields, post};
use libfuzzer_sys::fuzz_target;

/// 2015-08-30T12:36:00Z, the moment of AWS's own examples.
const NOW: i64 = 1_440_938_160;

fuzz_target!(|data: &[u8]| {
    let Some([header, date]) = fields::<2>(data) else { return };
    let date = if date.is_empty() { "20150830T123600Z" } else { date };
    let bearing = |header: &str| {
        post(&[("host", "example"), ("x-amz-date", date), ("authorization", header)], "")
    };
    let Some(request) = bearing(header) else { return };
    let Some(read) = request.signature() else { return };
    let scope = format!("{}/{}/aws4_request", read.access_key_id, read.scope.join("/"));
    let signed_headers = read.signed_headers.join(";");
    for part in [&scope, &signed_headers, &read.signature] {
        assert!(header.contains(part.as_str()), "{part:?} is not in the header");
    }
    let usual = format!(
        "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed_headers}, Signature={}",
        read.signature
    );
    let again = bearing(&usual).and_then(|request| request.signature());
    assert_eq!(again, Some(read), "{usual:?}");
    assert!(!request.is_signed_with("a secret nobody signed with", NOW));
});
