//! Any pattern against any ARN: the matcher agrees with the plainest possible one, and
//! patterns of many stars take no longer for it.
#![no_main]

use fuzz::{allows, fields, policy};
use iam_policy::{Context, Principal};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// One row of the textbook table at a time.
fn plain_match(pattern: &[char], text: &[char]) -> bool {
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for expected in pattern {
        let mut next = vec![false; text.len() + 1];
        next[0] = row[0] && *expected == '*';
        for index in 0..text.len() {
            next[index + 1] = match expected {
                '*' => row[index + 1] || next[index],
                '?' => row[index],
                literal => row[index] && *literal == text[index],
            };
        }
        row = next;
    }
    row[text.len()]
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fuzz_target!(|data: &[u8]| {
    let Some([pattern, text]) = fields::<2>(data) else { return };
    let _ = Principal::parse(text);
    if pattern.contains("${") || pattern.len() > 3000 || text.len() > 3000 {
        return;
    }
    let context = Context::new();
    // Behind the fifth colon a wildcard matches anything.
    let resource = format!("arn:aws:s3:::{text}");
    if let Some(parsed) = policy(&format!("arn:aws:s3:::{pattern}"), json!({})) {
        let expected = plain_match(&chars(pattern), &chars(text));
        assert_eq!(allows(parsed, &resource, &context), expected);
    }
    // Before it, what the confined wildcards match the plain ones match too.
    if let Some(parsed) = policy(pattern, json!({}))
        && allows(parsed, text, &context)
    {
        assert!(plain_match(&chars(pattern), &chars(text)));
    }
    let mut context = Context::new();
    context.set("aws:SourceArn", text);
    let like = json!({"ArnLike": {"aws:SourceArn": pattern}});
    if let Some(parsed) = policy("*", like)
        && allows(parsed, "*", &context)
    {
        assert!(plain_match(&chars(pattern), &chars(text)));
    }
});
