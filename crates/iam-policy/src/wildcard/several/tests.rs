//! Patterns against patterns.

use super::*;
use crate::context::Context;
use crate::template::{Template, Wildcards};

fn told(pattern: &str, several: &str) -> Truth {
    let template = Template::compile(pattern, Wildcards::Arn, true).unwrap();
    template.matches_several(&crate::template::several(several), &Context::new())
}

#[test]
fn all_of_it_none_of_it_or_some() {
    for (pattern, several, expected) in [
        ("*", "*", Truth::True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*", Truth::True),
        ("arn:aws:s3:::b*", "arn:aws:s3:::b/*", Truth::True),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/?", Truth::True),
        ("arn:aws:s3:::b/??", "arn:aws:s3:::b/??", Truth::True),
        ("arn:aws:s3:::b/*x", "arn:aws:s3:::b/*/x", Truth::True),
        ("arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:1:instance/*", Truth::True),
        // The text matches; what it stands for need not.
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/*", Truth::Unknown),
        ("arn:aws:s3:::b/?*", "arn:aws:s3:::b/*", Truth::Unknown),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", Truth::Unknown),
        ("arn:aws:s3:::b/a?", "arn:aws:s3:::b/a*", Truth::Unknown),
        ("arn:aws:s3:::b/open/*", "arn:aws:s3:::b/*", Truth::Unknown),
        ("arn:aws:s3:::b/*", "*", Truth::Unknown),
        ("arn:aws:s3:::b/secret/x", "arn:aws:s3:::b/secre?/x", Truth::Unknown),
        ("arn:aws:s3:::b/*/x", "arn:aws:s3:::b/y/*", Truth::Unknown),
        ("arn:aws:ec2:eu-*:*:instance/*", "arn:aws:ec2:*:1:instance/*", Truth::Unknown),
        ("arn:aws:s3:::b/\u{e9}", "arn:aws:s3:::b/?", Truth::Unknown),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/\u{e9}*", Truth::Unknown),
        ("arn:aws:s3:::c/*", "arn:aws:s3:::b/*", Truth::False),
        ("arn:aws:s3:::b/x", "arn:aws:s3:::b/?y", Truth::False),
        ("arn:aws:s3:::b/ab", "arn:aws:s3:::b/?", Truth::False),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/*", Truth::False),
        ("arn:aws:s3:::b/${k:none}", "arn:aws:s3:::b/*", Truth::False),
    ] {
        assert_eq!(told(pattern, several), expected, "{pattern} on {several}");
    }
}

/// Texts of a small alphabet, up to a length.
fn texts(alphabet: &[char], length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..length {
        last = last
            .iter()
            .flat_map(|text| alphabet.iter().map(move |letter| format!("{text}{letter}")))
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// What is sure holds for every text: tried on all short patterns and texts.
#[test]
fn a_yes_and_a_no_hold_for_all_that_is_meant() {
    let subjects = texts(&['a', 'b', '\u{e9}'], 5);
    let mut counts = [0; 3];
    for pattern in texts(&['a', 'b', '*', '?'], 3) {
        let template = Template::compile(&pattern, Wildcards::Any, true).unwrap();
        for several in texts(&['a', '*', '?'], 3) {
            let meant = Template::compile(&several, Wildcards::Any, true).unwrap();
            let context = Context::new();
            let does = |one: &Template, text: &str| one.matches(text, &context) == Truth::True;
            let mut meant = subjects.iter().filter(|text| does(&meant, text));
            let told = template.matches_several(&crate::template::several(&several), &context);
            match told {
                Truth::True => assert!(meant.all(|text| does(&template, text))),
                Truth::False => assert!(!meant.any(|text| does(&template, text))),
                Truth::Unknown => {}
            }
            counts[told as usize] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}
