//! Any resource template with any value behind its variable: no panic, no hang; a value
//! is taken literally; and without variables Version 2008-10-17 means the same.
#![no_main]

use fuzz::{allows, fields, policy};
use iam_policy::{Context, Policy, PolicyKind};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let Some([template, value, resource]) = fields::<3>(data) else { return };
    let mut context = Context::new();
    context.set("aws:username", value);
    let Some(parsed) = policy(template, json!({})) else { return };
    let matches = allows(parsed, resource, &context);
    if !template.contains("${") {
        let text = json!({"Version": "2008-10-17", "Statement": {
            "Effect": "Allow", "Action": "s3:GetObject", "Resource": template}});
        let older = Policy::parse(&text.to_string(), PolicyKind::Identity).expect("read before");
        assert_eq!(matches, allows(older, resource, &context));
    }
    // A value stands for itself, whatever characters it has.
    let own = format!("arn:aws:s3:::{value}");
    let exact = policy("arn:aws:s3:::${aws:username}", json!({})).expect("a valid template");
    assert!(allows(exact.clone(), &own, &context));
    assert_eq!(allows(exact, resource, &context), resource == own);
});
