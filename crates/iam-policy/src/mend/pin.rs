//! What tells a token from its neighbours, as conditions can ask for it.

use super::proof::Proof;

/// The keys that tell this token from its neighbours, with their values.
pub(super) fn pins(proof: &Proof<'_>) -> Vec<(String, String)> {
    let prefix = proof.provider.prefix();
    let claims = &proof.token.claims;
    let audience = proof.token.audience().to_owned();
    let mut pins = Vec::new();
    match claims.authorized_party() {
        Some(party) => {
            pins.push((format!("{prefix}:aud"), party.to_owned()));
            pins.push((format!("{prefix}:oaud"), audience));
        }
        None => pins.push((format!("{prefix}:aud"), audience)),
    }
    pins.push((format!("{prefix}:sub"), proof.token.subject.clone()));
    pins
}

/// Whether a value means itself in a policy: no policy variable, no wildcard.
pub(super) fn is_literal(value: &str) -> bool {
    !value.contains("${") && !value.contains(['*', '?'])
}
