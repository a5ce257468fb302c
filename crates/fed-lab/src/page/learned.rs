//! What was used, as policies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use lab_page::{HeldPolicy, Learned, LearnedPage, LearnedPolicies};
use learned_policy::{InOrder, Permission, Rules, Used, learn, resource_policies, trust_policy};
use serde::{Deserialize, Serialize};

use super::html::html;
use super::served::Served;
use crate::usage::{PrincipalUsage, Usage};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    resources: String,
}

/// `GET /learned`, and with `?resources=all` the policies of all resources that were used.
pub(super) async fn learned(
    State(served): State<Arc<Served>>,
    Query(asked): Query<Asked>,
) -> Response {
    let usage = Usage::of(&served.shown.gate.decisions());
    let learned = of(&usage, asked.resources == "all");
    html(StatusCode::OK, &LearnedPage::new(&served.lab(), &learned))
}

/// The policies for what was used; those of resources for calls from other accounts alone, or for
/// all of them.
fn of(usage: &Usage, all_resources: bool) -> Learned {
    // No policy binds an account's root, and one that names it lets in the whole account.
    let bound = || usage.principals.iter().filter(|(arn, _)| !arn.ends_with(":root"));
    let policies = bound().filter(|(_, own)| !own.used.is_empty());
    let policies = policies.map(|(principal, own)| LearnedPolicies {
        principal: principal.clone(),
        calls: own.calls,
        denied: own.denied_calls,
        documents: learn(own.used.clone(), &Rules::default())
            .documents
            .iter()
            .map(pretty)
            .collect(),
    });
    let trust = usage.trusted.iter().filter_map(|(role, trusted)| {
        let document = pretty(&InOrder(&trust_policy(trusted)?));
        Some(HeldPolicy { holder: role.clone(), document })
    });
    let asked = |own: &PrincipalUsage| -> BTreeSet<Permission> {
        if all_resources { own.used.clone() } else { own.used_elsewhere.clone() }
    };
    let used: BTreeMap<&String, BTreeSet<Permission>> =
        bound().map(|(arn, own)| (arn, asked(own))).collect();
    let used: Vec<Used<'_>> =
        used.iter().map(|(principal, permissions)| Used { principal, permissions }).collect();
    let resources = resource_policies(&used, &Rules::default()).into_iter();
    let held = |(holder, policy)| HeldPolicy { holder, document: pretty(&InOrder(&policy)) };
    Learned {
        policies: policies.collect(),
        trust: trust.collect(),
        resources: resources.map(held).collect(),
        all_resources,
        lost: usage.lost,
    }
}

/// A policy as a text to read.
pub(super) fn pretty(policy: &impl Serialize) -> String {
    serde_json::to_string_pretty(policy).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use learned_policy::Trusted;

    use super::*;

    const USER: &str = "arn:aws:iam::278805249149:user/ada";
    const ROOT: &str = "arn:aws:iam::278805249149:root";
    const OWN: &str = "arn:aws:sqs:us-east-1:278805249149:own";
    const THEIRS: &str = "arn:aws:sqs:us-east-1:111122223333:theirs";
    const ROLE: &str = "arn:aws:iam::278805249149:role/job";

    /// A user and the root sent to both queues, and a token assumed the role.
    fn usage() -> Usage {
        let sent = |queue| Permission::new("sqs:SendMessage", queue);
        let own = PrincipalUsage {
            calls: 2,
            used: BTreeSet::from([sent(OWN), sent(THEIRS)]),
            used_elsewhere: BTreeSet::from([sent(THEIRS)]),
            ..PrincipalUsage::default()
        };
        let key = ("accounts.google.com:sub".to_owned(), "42".to_owned());
        let token = Trusted::Token {
            provider: "accounts.google.com".to_owned(),
            keys: BTreeMap::from([key]),
        };
        let mut usage = Usage::default();
        usage.principals = [USER, ROOT].map(|arn| (arn.to_owned(), own.clone())).into();
        usage.trusted = BTreeMap::from([(ROLE.to_owned(), BTreeSet::from([token]))]);
        usage
    }

    fn holders(all: &[HeldPolicy]) -> Vec<&str> {
        all.iter().map(|one| one.holder.as_str()).collect()
    }

    #[test]
    fn what_other_accounts_own_has_to_allow_it_and_the_rest_where_asked() {
        let learned = of(&usage(), false);
        assert_eq!(holders(&learned.resources), [THEIRS]);
        let policy = &learned.resources[0].document;
        assert!(policy.contains(USER) && !policy.contains(ROOT), "{policy}");
        assert_eq!(holders(&of(&usage(), true).resources), [THEIRS, OWN]);
    }

    #[test]
    fn a_role_trusts_the_token_that_came_and_no_other() {
        let learned = of(&usage(), false);
        assert_eq!(holders(&learned.trust), [ROLE]);
        let policy = &learned.trust[0].document;
        let pinned = "\"StringEquals\": {\n          \"accounts.google.com:sub\": \"42\"";
        assert!(policy.contains(pinned), "{policy}");
    }

    #[test]
    fn nothing_is_learned_of_the_root() {
        let principals: Vec<String> =
            of(&usage(), true).policies.into_iter().map(|one| one.principal).collect();
        assert_eq!(principals, [USER]);
    }
}
