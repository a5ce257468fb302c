//! What tells a token from its neighbours, as conditions can ask for it.

use super::proof::Proof;
use super::{lasting, tenant};

/// A value that a condition asks for.
pub(super) struct Pin {
    pub(super) key: String,
    pub(super) value: String,
    /// The operator that asks for it.
    pub(super) operator: &'static str,
}

/// The keys that tell this token from its neighbours, with their values: of a subject that is
/// another at each run what stays the same.
pub(super) fn pins(proof: &Proof<'_>) -> Vec<Pin> {
    let lasting = lasting::subject(&proof.token.claims);
    let subject = format!("{}:sub", proof.provider.prefix());
    let of = |(key, value): (String, String)| match &lasting {
        Some(pattern) if key == subject => {
            Pin { key, value: pattern.clone(), operator: "StringLike" }
        }
        _ => Pin { key, value, operator: "StringEquals" },
    };
    let literal = |pin: &Pin| pin.operator == "StringLike" || is_literal(&pin.value);
    let pins: Vec<Pin> = values(proof).into_iter().map(of).collect();
    if pins.iter().all(literal) { pins } else { Vec::new() }
}

/// The same, of this run.
fn values(proof: &Proof<'_>) -> Vec<(String, String)> {
    let prefix = proof.provider.prefix();
    let claims = &proof.token.claims;
    let audience = proof.token.audience().to_owned();
    let mut pins = Vec::new();
    match claims.authorized_party() {
        Some(party) => {
            pins.push((format!("{prefix}:aud"), party.to_owned()));
            if proof.provider.has_original_audience() {
                pins.push((format!("{prefix}:oaud"), audience));
            }
        }
        None => pins.push((format!("{prefix}:aud"), audience)),
    }
    pins.push((format!("{prefix}:sub"), proof.token.subject.clone()));
    for group in tenant::unnamed(claims) {
        let keys = group.iter().map(|claim| format!("{prefix}:{claim}"));
        pins.extend(keys.filter_map(|key| Some((key.clone(), proof.own_value(&key)?))).take(1));
    }
    for claim in &proof.read {
        let key = format!("{prefix}:{claim}");
        let is_pinned = pins.iter().any(|(pinned, _)| pinned.eq_ignore_ascii_case(&key));
        pins.extend(proof.own_value(&key).filter(|_| !is_pinned).map(|value| (key, value)));
    }
    pins
}

/// Whether a value means itself in a policy: no policy variable, no wildcard.
pub(super) fn is_literal(value: &str) -> bool {
    !value.contains("${") && !value.contains(['*', '?'])
}
