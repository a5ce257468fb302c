//! Tokens like the one that is asked about, of somebody else: none of them may be admitted
//! by a mend.

use fed_types::Claims;
use serde_json::{Map, Value, json};

use super::{lasting, tenant};

/// A token of somebody else.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// What differs.
    pub difference: String,
    /// Its claims.
    pub claims: Claims,
}

/// What stands between the parts of a subject.
const DELIMITERS: [char; 7] = [':', '/', '|', ',', '@', '{', '}'];

/// Contexts of a CI job that an issuer puts behind the repository.
const CONTEXTS: [&str; 4] = [
    "pull_request",
    "ref:refs/heads/neighbour",
    "ref:refs/tags/neighbour",
    "environment:neighbour",
];

/// The neighbours of a token: whatever the shape of its claims offers.
pub fn neighbours(claims: &Claims) -> Vec<Neighbour> {
    let mut all = Vec::new();
    let own: Map<String, Value> =
        claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    let mut add = |difference: String, changes: &[(&str, Value)]| {
        let mut map = own.clone();
        for (name, value) in changes {
            map.insert((*name).to_owned(), value.clone());
        }
        if map != own {
            all.push(Neighbour { difference, claims: Claims::from(map) });
        }
    };
    let subject = claims.subject().unwrap_or_default();
    // A service account of Google is its own authorized party.
    let is_own_party = claims.authorized_party() == Some(subject);
    let lasting = lasting::subject(claims);
    let is_own = |other: &String| lasting.as_ref().is_some_and(|it| lasting::is_of(it, other));
    for other in subjects(subject).into_iter().filter(|other| !is_own(other)) {
        let difference = format!("subject `{other}`");
        let subject = json!(other);
        if is_own_party {
            add(difference.clone(), &[("sub", subject.clone()), ("azp", subject.clone())]);
        }
        add(difference, &[("sub", subject)]);
    }
    for other in ["https://neighbour.example", "neighbour"] {
        add(format!("audience `{other}`"), &[("aud", json!(other))]);
    }
    if claims.authorized_party().is_some() && !is_own_party {
        add("authorized party `neighbour`".to_owned(), &[("azp", json!("neighbour"))]);
    }
    for other in issuers(claims.issuer().unwrap_or_default()) {
        add(format!("issuer `{other}`"), &[("iss", json!(other))]);
    }
    let unnamed = tenant::unnamed(claims);
    for group in &unnamed {
        let changes: Vec<_> = group.iter().map(|claim| (*claim, json!(ANOTHER))).collect();
        add(format!("another `{}` with the same subject", group[0]), &changes);
    }
    let changes: Vec<_> = unnamed.iter().flat_map(|it| it.iter()).collect();
    if unnamed.len() > 1 {
        let changes: Vec<_> = changes.into_iter().map(|claim| (*claim, json!(ANOTHER))).collect();
        add("somebody else with the same subject".to_owned(), &changes);
    }
    all
}

/// What a neighbour has for a claim.
const ANOTHER: &str = "neighbour";

/// Tokens that differ in a claim alone which a condition of the policy looks at, by a key that
/// IAM offers.
pub(super) fn looked_at(claims: &Claims, keys: &[String]) -> Vec<Neighbour> {
    let mut all = Vec::new();
    for key in keys {
        let Some(value) = claims.get(key) else { continue };
        if matches!(key.as_str(), "sub" | "aud" | "azp" | "iss") || !value.is_string() {
            continue;
        }
        let mut map: Map<String, Value> =
            claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        map.insert(key.clone(), json!(ANOTHER));
        let difference = format!("another `{key}`");
        all.push(Neighbour { difference, claims: Claims::from(map) });
    }
    all
}

/// Those whom the policy itself names for a claim, in conditions that may have been written
/// wrong: `named` are the last parts of condition keys with a value, `read` those that the token
/// gives.
pub(super) fn named(
    claims: &Claims,
    named: &[(String, String)],
    read: &[String],
) -> Vec<Neighbour> {
    let mut all = Vec::new();
    for (name, value) in named {
        let value = value.replace(['*', '?'], "neighbour");
        let name = name.to_ascii_lowercase();
        let claim = match name.as_str() {
            "sub" | "subject" => "sub",
            "aud" | "oaud" | "audience" => "aud",
            "azp" => "azp",
            // Whatever else IAM reads of it.
            other if read.iter().any(|it| it.eq_ignore_ascii_case(other)) => other,
            _ => continue,
        };
        let own = claims.get(claim).map(|own| own.as_str().map_or(own.to_string(), str::to_owned));
        if own.as_ref() == Some(&value) || claim == "aud" && claims.audience() == [&value] {
            continue;
        }
        let mut map: Map<String, Value> =
            claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        map.insert(claim.to_owned(), json!(value));
        let difference = format!("`{claim}` `{value}`, which the policy names");
        all.push(Neighbour { difference, claims: Claims::from(map) });
    }
    all
}

fn subjects(subject: &str) -> Vec<String> {
    let mut all = vec!["neighbour".to_owned(), format!("{subject}:neighbour")];
    let mut start = 0;
    let ends = subject.char_indices().filter(|(_, it)| DELIMITERS.contains(it)).map(|(at, _)| at);
    for end in ends.chain([subject.len()]) {
        let (before, part) = (&subject[..start], &subject[start..end]);
        let after = &subject[end..];
        if !part.is_empty() {
            for other in ["neighbour".to_owned(), format!("{part}-neighbour"), format!("n{part}")] {
                all.push(format!("{before}{other}{after}"));
            }
        }
        start = end + subject[end..].chars().next().map_or(0, char::len_utf8);
    }
    if let Some((repository, _)) = subject.strip_prefix("repo:").and_then(|it| it.split_once(':')) {
        all.extend(CONTEXTS.iter().map(|context| format!("repo:{repository}:{context}")));
    }
    for (from, to) in [
        (":ref_type:branch:", ":ref_type:tag:"),
        (":ref_type:tag:", ":ref_type:branch:"),
        (":run_phase:plan", ":run_phase:apply"),
        (":environment:production", ":environment:preview"),
        ("refs/heads/", "refs/tags/"),
    ] {
        all.push(subject.replace(from, to));
    }
    all.push(subject.to_ascii_uppercase());
    all.push(subject.to_ascii_lowercase());
    all.retain(|other| other != subject && !other.is_empty());
    all.sort();
    all.dedup();
    all
}

fn issuers(issuer: &str) -> Vec<String> {
    let bare = issuer.trim_end_matches('/');
    let mut all = vec![
        "https://neighbour.example".to_owned(),
        format!("{bare}/neighbour"),
        if issuer.ends_with('/') { bare.to_owned() } else { format!("{issuer}/") },
    ];
    if let Some((parent, _)) = bare.rsplit_once('/').filter(|(parent, _)| !parent.ends_with('/')) {
        all.push(parent.to_owned());
        all.push(format!("{parent}/neighbour"));
    }
    all
}
