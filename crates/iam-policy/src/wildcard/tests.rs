//! Wildcards.

use super::*;

fn pattern(text: &str) -> Vec<u8> {
    text.bytes()
        .map(|byte| match byte {
            b'*' => RUN,
            b'?' => ONE,
            b'<' => SEGMENT_RUN,
            b'>' => SEGMENT_ONE,
            other => other,
        })
        .collect()
}

#[test]
fn patterns_match() {
    for (shape, text) in [
        ("", ""),
        ("*", ""),
        ("*", "anything"),
        ("**", "x"),
        ("a*", "a"),
        ("*a", "ba"),
        ("a*b*c", "abbc"),
        ("a*b*c", "a--b--b--c"),
        ("?", "é"),
        ("??", "é😀"),
        ("?", "€"),
        ("*?x*", "€x"),
        ("*?", "é"),
        ("?*?", "éx"),
        ("a?c", "abc"),
        ("*a?c*", "xxabcabc"),
        ("*needle-in-the-hay*", "a needle-in-the-hay stack"),
        ("*needle?in-the-hay*", "a needle-in-the-hay stack"),
        ("*?b*", "ab"),
        ("*?b*c", "xxab-c"),
        ("*a*needle-in-the-hay", "a a needle-in-the-hay"),
    ] {
        assert!(matches(&pattern(shape), text), "{shape} {text}");
        assert!(matches_segments(&pattern(shape), text), "{shape} {text}");
        let upper = text.to_ascii_uppercase();
        assert!(matches_ignoring_case(&pattern(shape), &upper), "{shape} {upper}");
    }
}

#[test]
fn patterns_do_not_match() {
    for (shape, text) in [
        ("", "a"),
        ("a", ""),
        ("a", "ab"),
        ("a", "A"),
        ("ab", "a"),
        ("?", ""),
        ("?", "ab"),
        ("??", "é"),
        ("*?", ""),
        ("a*", "ba"),
        ("*a", "ab"),
        ("a*a", "a"),
        ("ab*ba", "aba"),
        ("*ab?", "ab"),
        ("a*b*c", "acb"),
        ("a??*", "ab"),
        ("*needle-in-the-hay*", "a needle-in-the-ha stack"),
        ("*x?*?y", "xy"),
    ] {
        assert!(!matches(&pattern(shape), text), "{shape} {text}");
        assert!(!matches_segments(&pattern(shape), text), "{shape} {text}");
    }
    assert!(!matches_ignoring_case(&pattern("é"), "É"));
}

#[test]
fn confined_wildcards_stop_at_colons() {
    for (shape, text, expected) in [
        ("a<b", "axxb", true),
        ("a<b", "ax:xb", false),
        ("a<:*", "axx:y:z", true),
        ("<", "", true),
        ("a>b", "axb", true),
        ("a>b", "a:b", false),
        ("a>b", "aéb", true),
        ("a>b", "ab", false),
        ("<:x*b<c", ":x:bq:x-bc", true),
        ("<:x*b<c", "q:x:b:c", false),
    ] {
        assert_eq!(matches_segments(&pattern(shape), text), expected, "{shape} {text}");
    }
    assert!(stops_at_colons(&pattern("a<")) && stops_at_colons(&pattern("a>")));
    assert!(!stops_at_colons(&pattern("a*?")));
}

#[test]
fn many_stars_take_no_longer() {
    let text = "a".repeat(20_000);
    let stars = pattern(&format!("{}b", "a*".repeat(2_000)));
    assert!(!matches(&stars, &text));
    let long_chunks = pattern(&format!("{}b", format!("*{}", "a".repeat(500)).repeat(20)));
    assert!(!matches(&long_chunks, &text));
}
