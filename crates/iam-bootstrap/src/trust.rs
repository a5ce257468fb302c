//! The trust policy: who may assume the role, pinned to audience and subject.
//!
//! Exact values stand under `StringEquals`. Where a subject is a pattern, all subjects stand
//! under `StringLike`, by which what has no wildcard is compared exactly as well.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::subject::is_pattern;
use crate::{Blueprint, Provider};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TrustPolicy<P> {
    version: &'static str,
    statement: Vec<TrustStatement<P>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TrustStatement<P> {
    effect: &'static str,
    principal: Federated<P>,
    action: &'static str,
    condition: BTreeMap<&'static str, BTreeMap<String, OneOrSeveral>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Federated<P> {
    federated: P,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl From<&[String]> for OneOrSeveral {
    fn from(values: &[String]) -> Self {
        match values {
            [one] => Self::One(one.clone()),
            several => Self::Several(several.to_vec()),
        }
    }
}

/// The document with `federated` as its principal.
pub(crate) fn document<P>(blueprint: &Blueprint, federated: P) -> TrustPolicy<P> {
    let prefix = blueprint.provider.condition_prefix();
    let mut equals = BTreeMap::new();
    let mut pin = |key: &str, values: &[String]| {
        if !values.is_empty() {
            equals.insert(format!("{prefix}:{key}"), OneOrSeveral::from(values));
        }
    };
    let patterns = blueprint.subjects.iter().any(|subject| is_pattern(subject));
    pin("aud", &blueprint.audiences);
    if !patterns {
        pin("sub", &blueprint.subjects);
    }
    if blueprint.provider == Provider::Google {
        pin("oaud", &blueprint.original_audiences);
    }
    let mut condition = BTreeMap::from([("StringEquals", equals)]);
    if patterns {
        let subjects = OneOrSeveral::from(blueprint.subjects.as_slice());
        condition.insert("StringLike", BTreeMap::from([(format!("{prefix}:sub"), subjects)]));
    }
    TrustPolicy {
        version: "2012-10-17",
        statement: vec![TrustStatement {
            effect: "Allow",
            principal: Federated { federated },
            action: "sts:AssumeRoleWithWebIdentity",
            condition,
        }],
    }
}

/// The trust policy of the blueprint's role, as indented JSON.
///
/// Source: IAM user guide, "Create a role for web identity or OpenID Connect
/// federation"; the keys as in `aws-truth.md`.
pub fn trust_policy(blueprint: &Blueprint) -> String {
    let federated = blueprint
        .provider_arn()
        .unwrap_or_else(|| blueprint.provider.condition_prefix().to_owned());
    // Texts in memory: it cannot fail. If it did, IAM takes no empty document.
    serde_json::to_string_pretty(&document(blueprint, federated)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::tests::tutorial;

    #[test]
    fn google_is_pinned_to_audience_and_subject() {
        let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "accounts.google.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "accounts.google.com:aud": "client.apps.googleusercontent.com",
          "accounts.google.com:sub": "113632458324056836621"
        }
      }
    }
  ]
}"#;
        assert_eq!(trust_policy(&tutorial()), expected);
    }

    #[test]
    fn other_issuers_are_named_by_their_provider_arn() {
        let mut blueprint = tutorial();
        blueprint.provider = Provider::from_issuer("https://issuer.example/realm").unwrap();
        blueprint.original_audiences = vec!["ignored".to_owned()];
        let trust = trust_policy(&blueprint);
        assert!(trust.contains(
            r#""Federated": "arn:aws:iam::278805249149:oidc-provider/issuer.example/realm""#
        ));
        assert!(trust.contains(r#""issuer.example/realm:sub""#));
        assert!(!trust.contains("oaud"));
    }

    #[test]
    fn the_original_audience_of_google_is_pinned_too() {
        let mut blueprint = tutorial();
        blueprint.original_audiences = vec!["https://aws.example".to_owned()];
        let value: serde_json::Value = serde_json::from_str(&trust_policy(&blueprint)).unwrap();
        assert_eq!(
            value["Statement"][0]["Condition"],
            serde_json::json!({"StringEquals": {
                "accounts.google.com:aud": "client.apps.googleusercontent.com",
                "accounts.google.com:oaud": "https://aws.example",
                "accounts.google.com:sub": "113632458324056836621",
            }})
        );
    }

    #[test]
    fn patterns_stand_under_string_like_and_nothing_else_does() {
        let mut blueprint = tutorial();
        let issuer = "https://token.actions.githubusercontent.com";
        blueprint.provider = Provider::from_issuer(issuer).unwrap();
        blueprint.audiences = vec!["sts.amazonaws.com".to_owned()];
        blueprint.subjects =
            vec!["repo:acme/app:*".to_owned(), "repo:acme/web:pull_request".to_owned()];
        let value: serde_json::Value = serde_json::from_str(&trust_policy(&blueprint)).unwrap();
        assert_eq!(
            value["Statement"][0]["Condition"],
            serde_json::json!({
                "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
                "StringLike": {"token.actions.githubusercontent.com:sub":
                    ["repo:acme/app:*", "repo:acme/web:pull_request"]},
            })
        );
    }

    #[test]
    fn several_subjects_become_a_list() {
        let mut blueprint = tutorial();
        blueprint.subjects.push("2".to_owned());
        let value: serde_json::Value = serde_json::from_str(&trust_policy(&blueprint)).unwrap();
        assert_eq!(
            value["Statement"][0]["Condition"]["StringEquals"]["accounts.google.com:sub"],
            serde_json::json!(["113632458324056836621", "2"])
        );
    }
}
