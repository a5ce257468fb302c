//! ARNs part by part.

use super::*;

#[test]
fn parts_are_found() {
    let arn = "arn:aws:logs:ap-northeast-2:278805249149:log-group:a:*";
    assert_eq!(account(arn), Some("278805249149"));
    assert_eq!(resource(arn), Some("log-group:a:*"));
    assert_eq!(account("arn:aws:s3:::b"), Some(""));
    assert_eq!(resource("arn:aws:s3:::"), Some(""));
    for text in ["", "arn", "arn:aws:s3::", "arn:aws:s3:b", "xrn:aws:s3:::b", "a:b:c:d:e:f"] {
        assert_eq!((account(text), resource(text)), (None, None), "{text}");
    }
}

#[test]
fn what_is_no_arn_matches_nothing() {
    let star = [wildcard::RUN];
    assert_eq!(matches(&star, "arn:aws:s3:::b"), Truth::True);
    for text in ["", "b", "arn:aws:s3", "a:b:c:d:e:f"] {
        assert_eq!(matches(&star, text), Truth::False, "{text}");
    }
    assert_eq!(matches(b"arn:aws:s3:::b", "arn:aws:s3:::b"), Truth::True);
    assert_eq!(matches(b"arn:aws:s3:::b", "arn:aws:s3:::c"), Truth::False);
}

#[test]
fn what_a_pattern_of_fewer_parts_matches_nobody_says() {
    for pattern in [&b""[..], b"arn:aws:s3", b"arn:aws:iam::\xff"] {
        assert_eq!(matches(pattern, "arn:aws:s3:::b"), Truth::Unknown);
        assert_eq!(matches(pattern, "b"), Truth::False);
        assert!(!is_pattern(pattern));
    }
    assert!(is_pattern(b"\xff\xff") && is_pattern(b"a:b:c:d:e:f:g"));
}
