//! Any bytes as a policy of any kind: no panic, no hang, errors point into the text, what
//! is mended reads, and what is rejected is never evaluated.
#![no_main]

use iam_policy::{Context, Policy, PolicyKind, Principal, evaluate_trust, explain_trust, lint};
use libfuzzer_sys::fuzz_target;

const KINDS: [PolicyKind; 7] = [
    PolicyKind::Identity,
    PolicyKind::Trust,
    PolicyKind::Resource,
    PolicyKind::Boundary,
    PolicyKind::Session,
    PolicyKind::ServiceControl,
    PolicyKind::ResourceControl,
];

/// Documents that IAM rejects and that can be evaluated.
const BEYOND_THE_GRAMMAR: [lint::Code; 3] =
    [lint::Code::NoSuchResource, lint::Code::OldVersion, lint::Code::SharedIssuer];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let kind = KINDS[usize::from(*first) % KINDS.len()];
    let parsed = Policy::parse_bytes(bytes, kind);
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(parsed.is_err());
        return;
    };
    let findings = lint::lint(text, kind);
    for finding in &findings {
        assert!(finding.line >= 1 && finding.column >= 1);
        assert!(finding.line as usize <= text.split('\n').count());
        finding.excerpt(text);
    }
    let errors = findings.iter().any(|finding| {
        finding.severity == lint::Severity::Error && !BEYOND_THE_GRAMMAR.contains(&finding.code)
    });
    assert_eq!(parsed.is_err(), errors, "parse and lint disagree");
    if let Some(mended) = lint::mend(text) {
        assert_ne!(mended, text);
        assert_eq!(lint::mend(&mended), None, "what is mended needs no mend");
    }
    if let Ok(policy) = parsed {
        let mut context = Context::new();
        context.set("aws:username", "alice");
        let google = Principal::Federated { provider: "accounts.google.com".to_owned() };
        let role = "arn:aws:iam::278805249149:role/r";
        let action = "sts:AssumeRoleWithWebIdentity";
        let answer = evaluate_trust(&policy, &google, action, role, &context);
        let explained = explain_trust(&policy, &google, action, role, &context);
        assert_eq!(answer, explained.answer);
    }
});
