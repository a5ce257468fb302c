//! AWS's signing test suite, as the crate `aws-sigv4` carries it: every case in both forms
//! is accepted, and refused once anything that is signed has been changed.

mod suite;

use std::collections::BTreeMap;
use std::fs;

use suite::{CANONICAL_ONLY, Case, cases, name, request, signed_cases};

use super::canonical::{TokenInQuery, canonical_request, normalize};
use super::*;
use crate::wire::WireRequest;

#[test]
fn every_case_is_accepted_in_both_forms() {
    let cases = signed_cases();
    for case in &cases {
        assert_eq!(case.verify(&case.request), Ok(()), "{}", case.name);
    }
    println!("signing suite: {} requests accepted, 38 cases in both forms", cases.len());
}

#[test]
fn cases_without_a_context_have_the_same_canonical_request() {
    for case in cases().iter().filter(|case| CANONICAL_ONLY.contains(&name(case))) {
        let text = fs::read_to_string(case.join("header-signed-request.txt")).unwrap();
        let expected = fs::read_to_string(case.join("header-canonical-request.txt")).unwrap();
        let mut request = request(&text);
        // The date in one of the two requests is not the one it was signed at.
        for (name, value) in &mut request.headers {
            if name == "x-amz-date" {
                *value = "20210511T154045Z".to_owned();
            }
        }
        let presented = read(&request).unwrap().unwrap();
        let canonical = canonical_request(
            &request,
            &presented,
            &sha256_hex(b""),
            PathStyle::of("service"),
            TokenInQuery::Signed,
        );
        assert_eq!(canonical.unwrap(), expected.trim_end(), "{}", name(case));
    }
}

/// Another character in the place of the one at `at`.
fn with_another(text: &str, at: usize) -> String {
    let changed = |character| if character == '0' { '1' } else { '0' };
    text.chars().enumerate().map(|(i, c)| if i == at { changed(c) } else { c }).collect()
}

/// What of a request is changed, by one byte or by what it says.
const PARTS: [&str; 9] =
    ["method", "path", "query", "header", "body", "date", "scope", "signature", "whole"];

/// Every way in which one thing about the request is changed: the part, what was done to
/// it, and the request that came of it.
// Long: one closure for all, because each change is added the same way.
fn mutations(case: &Case) -> Vec<(&'static str, String, WireRequest)> {
    let original = &case.request;
    let mut mutations = Vec::new();
    let mut add = |part, what: String, change: &dyn Fn(&mut WireRequest)| {
        let mut request = original.clone();
        change(&mut request);
        mutations.push((part, what, request));
    };
    let other_method = if original.method == "GET" { "PUT" } else { "GET" };
    add("whole", "another method".to_owned(), &|request| request.method = other_method.to_owned());
    add("whole", "a longer path".to_owned(), &|request| request.path.push_str("/x"));
    add("whole", "a longer body".to_owned(), &|request| request.body = b"x".as_slice().into());
    add("whole", "a further parameter".to_owned(), &|request| request.query.push_str("&x=y"));
    for at in 0..original.method.len() {
        add("method", format!("byte {at}"), &|request| {
            request.method = with_another(&original.method, at);
        });
    }
    for at in 0..original.path.chars().count() {
        add("path", format!("character {at}"), &|request| {
            request.path = with_another(&original.path, at);
        });
    }
    for at in 0..original.body.len() {
        add("body", format!("byte {at}"), &|request| {
            let mut body = original.body.to_vec();
            body[at] = body[at].wrapping_add(1);
            request.body = body.into();
        });
    }
    let presented = read(original).unwrap().unwrap();
    for name in &presented.signed_headers {
        add("whole", format!("no {name}"), &|request| {
            request.headers.retain(|(known, _)| known != name);
        });
        add("whole", format!("{name} twice"), &|request| {
            request.headers.push((name.clone(), "x".to_owned()));
        });
        let length = original.header_values(name).next().unwrap().chars().count();
        for at in 0..length {
            let part = if name == "x-amz-date" { "date" } else { "header" };
            add(part, format!("{name}, character {at}"), &|request| {
                let header = request.headers.iter_mut().find(|(known, _)| known == name).unwrap();
                header.1 = with_another(&header.1, at);
            });
        }
    }
    let authorization = original.header("authorization").unwrap_or_default();
    for at in 0..authorization.chars().count() {
        add(part_of(authorization, at), format!("Authorization, character {at}"), &|request| {
            let changed = with_another(authorization, at);
            request.headers.retain(|(name, _)| name != "authorization");
            request.headers.push(("authorization".to_owned(), changed));
        });
    }
    for at in 0..original.query.chars().count() {
        add(part_of(&original.query, at), format!("query, character {at}"), &|request| {
            request.query = with_another(&original.query, at);
        });
    }
    mutations
}

/// The part of the signature that a character of a header or query string belongs to.
fn part_of(text: &str, at: usize) -> &'static str {
    let before: String = text.chars().take(at).collect();
    let marks = [
        ("Credential=", "scope"),
        ("Signature=", "signature"),
        ("X-Amz-Date=", "date"),
        ("SignedHeaders=", "header"),
        ("&", "query"),
    ];
    let last = marks.iter().filter_map(|(mark, part)| Some((before.rfind(mark)?, *part))).max();
    last.map_or(if text.starts_with(ALGORITHM) { "signature" } else { "query" }, |(_, part)| part)
}

/// What may change without the signature's losing its truth: the access key id is looked
/// up, not signed; the token is compared, and some clients add it after signing; paths
/// that resolve to the same one are the same.
fn is_checked_elsewhere(case: &Case, mutated: &WireRequest) -> bool {
    if case.style.normalized
        && mutated.path != case.request.path
        && normalize(&mutated.path) == normalize(&case.request.path)
    {
        return true;
    }
    let (Ok(Some(before)), Ok(Some(after))) = (read(&case.request), read(mutated)) else {
        return false;
    };
    before.access_key_id != after.access_key_id || before.session_token != after.session_token
}

#[test]
fn every_case_is_refused_once_it_is_changed() {
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for case in signed_cases() {
        for (part, what, mutated) in mutations(&case) {
            if is_checked_elsewhere(&case, &mutated) {
                continue;
            }
            let name = &case.name;
            let error = case.verify(&mutated).expect_err(&format!("{name}: {part}: {what}"));
            if matches!(part, "method" | "path" | "body") {
                assert_eq!(error, SignatureError::Mismatch, "{name}: {part}: {what}");
            }
            *refused.entry(part).or_default() += 1;
        }
    }
    let total: usize = refused.values().sum();
    println!("signing suite: {total} mutations refused {refused:?}");
    assert!(PARTS.iter().all(|part| refused[part] > 0), "{refused:?}");
    assert!(total > 15_000, "{total}");
}

#[test]
fn every_case_is_refused_with_another_secret() {
    for case in signed_cases() {
        let other = Case { secret: Secret::new("another"), ..case };
        assert_eq!(other.verify(&other.request), Err(SignatureError::Mismatch), "{}", other.name);
    }
}

fn vanilla(form: &str) -> Case {
    let wanted = format!("get-vanilla ({form})");
    signed_cases().into_iter().find(|case| case.name == wanted).unwrap()
}

fn at(case: Case, seconds: i64) -> Result<(), SignatureError> {
    let case = Case { now: UnixTime::from_seconds(case.now.seconds() + seconds), ..case };
    case.verify(&case.request)
}

fn presented_for(service: &str, form: &str, seconds: i64) -> SignatureError {
    let case = vanilla(form);
    let mut presented = read(&case.request).unwrap().unwrap();
    presented.scope.service = service.to_owned();
    let now = UnixTime::from_seconds(case.now.seconds() + seconds);
    verify(&case.request, &presented, &case.secret, now, case.style, Content::Signed)
        .map(drop)
        .unwrap_err()
}

#[test]
fn a_signature_holds_for_five_minutes_either_way() {
    assert_eq!(at(vanilla("header"), 300), Ok(()));
    assert_eq!(at(vanilla("header"), -300), Ok(()));
    assert_eq!(
        at(vanilla("header"), 301).unwrap_err().to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T124101Z - 5 min.)"
    );
    assert_eq!(
        at(vanilla("header"), -301).unwrap_err().to_string(),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
         (20150830T123059Z + 5 min.)"
    );
}

#[test]
fn some_services_take_a_signature_for_a_quarter_of_an_hour() {
    let out_of_time = |error| matches!(error, SignatureError::OutOfTime { .. });
    for service in ["dynamodb", "ec2", "iam", "s3", "sns", "sqs", "sts"] {
        for seconds in [900, -900] {
            assert!(!out_of_time(presented_for(service, "header", seconds)), "{service}");
        }
        assert!(out_of_time(presented_for(service, "header", 901)), "{service}");
        assert!(out_of_time(presented_for(service, "header", -901)), "{service}");
    }
    for service in ["kms", "lambda", "logs", "monitoring", "route53", "secretsmanager", "ssm"] {
        for seconds in [301, -301, 900] {
            assert!(out_of_time(presented_for(service, "header", seconds)), "{service}");
        }
    }
}

#[test]
fn a_presigned_request_holds_as_long_as_it_says() {
    assert_eq!(at(vanilla("query"), 3600), Ok(()));
    assert!(matches!(at(vanilla("query"), 3601), Err(SignatureError::OutOfTime { .. })));
    assert!(matches!(at(vanilla("query"), -301), Err(SignatureError::OutOfTime { .. })));
}

#[test]
fn a_presigned_request_holds_for_a_week_at_most() {
    let case = vanilla("query");
    let told = |expires: &str| {
        let mut request = case.request.clone();
        request.query =
            request.query.replace("X-Amz-Expires=3600", &format!("X-Amz-Expires={expires}"));
        case.verify(&request).unwrap_err().to_string()
    };
    let week = "X-Amz-Expires must be less than a week (in seconds); that is, the given \
                X-Amz-Expires must be less than 604800 seconds";
    let mismatch = SignatureError::Mismatch.to_string();
    for (expires, message) in [
        (
            "",
            "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
        ),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("0", "X-Amz-Expires must be non-negative"),
        ("1", mismatch.as_str()),
        ("604800", mismatch.as_str()),
        ("604801", week),
        ("99999999999", week),
        ("an%20hour", "X-Amz-Expires should be a number"),
        ("3600.5", "X-Amz-Expires should be a number"),
    ] {
        assert_eq!(told(expires), message, "{expires}");
    }
}

#[test]
fn sts_takes_a_presigned_request_for_a_quarter_of_an_hour_whatever_it_says() {
    // In time, and for another service.
    assert_eq!(presented_for("sts", "query", 900), SignatureError::Mismatch);
    let late = presented_for("sts", "query", 901);
    assert!(matches!(late, SignatureError::OutOfTime { wrong: WrongTime::Expired, .. }));
}

// Long: a table of cases.
#[test]
fn what_is_incomplete_is_told() {
    let case = vanilla("header");
    let with = |change: &dyn Fn(&str) -> String| {
        let mut request = case.request.clone();
        for (name, value) in &mut request.headers {
            if name == "authorization" {
                *value = change(value);
            }
        }
        case.verify(&request).unwrap_err()
    };
    for (error, begin) in [
        (
            with(&|_| "AWS4-HMAC-SHA256 ".to_owned()),
            "Authorization header requires 'Credential' parameter. Authorization header requires \
             'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
             (Hashed with SHA-256",
        ),
        (
            with(&|_| "Bearer abc".to_owned()),
            "Authorization header requires algorithm 'AWS4-HMAC-SHA256'.",
        ),
        (
            with(&|value| value.replace("/service/", "/")),
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/us-east-1/aws4_request'",
        ),
        (
            with(&|value| value.replace("host;x-amz-date", "x-amz-date;host")),
            "SignedHeaders must name each header once",
        ),
        (
            with(&|value| value.replace("host;x-amz-date", "host;host;x-amz-date")),
            "SignedHeaders must name each header once",
        ),
        (
            with(&|value| format!("{value}, Signature=0")),
            "Authorization header repeats a parameter.",
        ),
    ] {
        assert!(matches!(error, SignatureError::Incomplete { .. }), "{error:?}");
        assert!(error.to_string().starts_with(begin), "{error}");
    }
    for (error, message) in [
        (
            with(&|value| value.replace("aws4_request", "aws5_request")),
            "Credential should be scoped with a valid terminator: 'aws4_request', not \
             'aws5_request'.",
        ),
        (
            with(&|value| value.replace("/20150830/", "/20150831/")),
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '20150831' != '20150830', from '20150830T123600Z'.",
        ),
    ] {
        assert_eq!(error, SignatureError::OutOfScope(message.to_owned()));
    }
    let error = with(&|value| value.replace("SignedHeaders=host;", "SignedHeaders="));
    assert_eq!(
        error.to_string(),
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    );
}

#[test]
fn two_authorizations_are_refused() {
    let case = vanilla("header");
    let mut twice = case.request.clone();
    let header = twice.headers.iter().find(|(name, _)| name == "authorization").cloned();
    twice.headers.extend(header);
    assert!(matches!(case.verify(&twice), Err(SignatureError::Incomplete { .. })));
    let mut both = case.request.clone();
    both.query = vanilla("query").request.query;
    assert!(matches!(case.verify(&both), Err(SignatureError::Incomplete { .. })));
}

#[test]
fn a_header_of_amazons_that_is_not_signed_is_refused() {
    let case = vanilla("header");
    let mut request = case.request.clone();
    request.headers.push(("x-amz-target".to_owned(), "Other.Operation".to_owned()));
    assert_eq!(
        case.verify(&request),
        Err(SignatureError::NotSigned(vec!["x-amz-target".to_owned()]))
    );
}
