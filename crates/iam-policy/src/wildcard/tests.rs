//! Wildcards.

use std::cell::Cell;

use super::*;

thread_local! {
    pub(super) static COMPARED: Cell<usize> = const { Cell::new(0) };
}

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

/// How much is compared to find out, and whether it matches.
fn compared(matching: impl FnOnce() -> bool) -> (usize, bool) {
    COMPARED.set(0);
    let matched = matching();
    (COMPARED.get(), matched)
}

/// The worst texts for each kind of pattern: all but the last byte of it is everywhere.
#[test]
fn what_is_compared_grows_with_the_text_and_not_with_the_pattern() {
    for length in [1_000, 10_000, 100_000] {
        let text = "a".repeat(length);
        for bytes in [16, 60] {
            let run = "a".repeat(bytes);
            for (kind, shape) in [
                ("a `?` at the end", format!("*{run}?b*")),
                ("many `?`", format!("*{}b*", "a?".repeat(bytes / 2))),
                ("no case", format!("*{run}b*c")),
                ("two chunks", format!("*{run}?*{run}?b*")),
            ] {
                let most = 3 * length + 2_000;
                let pattern = pattern(&shape);
                for (steps, matched) in [
                    compared(|| matches(&pattern, &text)),
                    compared(|| matches_ignoring_case(&pattern, &text)),
                    compared(|| matches_segments(&pattern, &text)),
                ] {
                    assert!(!matched, "{kind}");
                    assert!(steps <= most, "{kind}, {bytes} in {length}: {steps}");
                }
            }
        }
        // The longest pattern that a policy has room for: a word for 64 of its bytes.
        let long = pattern(&format!("*{}b*", "a?".repeat(3_000)));
        let (steps, matched) = compared(|| matches(&long, &text));
        assert!(!matched);
        assert!(steps <= (length + 257) * (6_000 / 64 + 2) + 7_000, "{length}: {steps}");
    }
}

/// Xorshift, so that what failed is found again.
fn any(seed: &mut u64, below: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed % u64::try_from(below).unwrap()).unwrap()
}

#[test]
fn all_ways_of_matching_agree() {
    const TEXTS: [&str; 7] = ["a", "b", "A", ":", "é", "€", "😀"];
    const WILD: [&str; 4] = ["*", "?", "<", ">"];
    let mut seed = 0x5eed_2026_1129;
    let mut matched = 0;
    for round in 0..6_000 {
        // Some of them longer than a word, some than what is tried everywhere.
        let longest = if round % 10 == 0 { 200 } else { 24 };
        let mut shape = String::new();
        let mut text = String::new();
        for _ in 0..any(&mut seed, longest) {
            let letter = TEXTS[any(&mut seed, TEXTS.len())];
            match any(&mut seed, 12) {
                0 => text.push_str(&letter.repeat(any(&mut seed, 4))),
                1 => shape.push_str(letter),
                _ => text.push_str(letter),
            }
            match any(&mut seed, 6) {
                0 => shape.push_str(WILD[any(&mut seed, WILD.len())]),
                _ => shape.push_str(letter),
            }
        }
        let wanted = pattern(&shape);
        let expected = place_by_place(&wanted, &text);
        matched += usize::from(expected);
        assert_eq!(matches_segments(&wanted, &text), expected, "{shape} {text}");
        if !stops_at_colons(&wanted) {
            assert_eq!(matches(&wanted, &text), expected, "{shape} {text}");
        }
        let lower = pattern(&shape.replace(['<', '>'], "*").to_ascii_lowercase());
        let expected = place_by_place(&lower, &text.to_ascii_lowercase());
        assert_eq!(matches_ignoring_case(&lower, &text), expected, "{shape} {text}");
    }
    assert!(matched > 100, "only {matched} of them match");
}

/// What it is compared with: each position that the pattern can be in, by itself. Its time is the
/// product of the lengths.
fn place_by_place(pattern: &[u8], text: &str) -> bool {
    let mut current: Vec<bool> = vec![false; pattern.len() + 1];
    let mut next = current.clone();
    let close = |positions: &mut [bool]| {
        for (index, byte) in pattern.iter().enumerate() {
            if matches!(*byte, RUN | SEGMENT_RUN) && positions.get(index) == Some(&true) {
                set(positions, index + 1);
            }
        }
    };
    set(&mut current, 0);
    close(&mut current);
    for byte in text.bytes() {
        next.fill(false);
        let continues = (0x80..0xc0).contains(&byte);
        for (index, expected) in pattern.iter().enumerate() {
            if current.get(index) != Some(&true) {
                continue;
            }
            match *expected {
                RUN => set(&mut next, index),
                SEGMENT_RUN if byte != b':' => set(&mut next, index),
                ONE if !continues => set(&mut next, index + 1),
                SEGMENT_ONE if byte != b':' && !continues => set(&mut next, index + 1),
                literal if literal == byte => set(&mut next, index + 1),
                _ => {}
            }
        }
        if continues {
            // The rest of a character that a `?` has taken.
            for index in 1..current.len() {
                let taken = pattern.get(index - 1);
                if matches!(taken, Some(&(ONE | SEGMENT_ONE))) && current.get(index) == Some(&true)
                {
                    set(&mut next, index);
                }
            }
        }
        close(&mut next);
        std::mem::swap(&mut current, &mut next);
    }
    current.last() == Some(&true)
}

fn set(positions: &mut [bool], index: usize) {
    if let Some(position) = positions.get_mut(index) {
        *position = true;
    }
}
