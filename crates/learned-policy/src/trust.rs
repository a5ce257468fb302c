//! The trust policy for those who were seen to assume a role.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document::one_or_several;

use iam_policy::literal_value;
use iam_policy::mend::tenant_keys;

/// Somebody who assumed a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trusted {
    /// By a token.
    Token {
        /// As a trust policy names it: `accounts.google.com`, or an IAM OIDC provider's ARN.
        provider: String,
        /// The condition keys for `aud`, `oaud` and `sub`, as far as the token has them, and those
        /// that tell whose it is where its subject does not.
        keys: BTreeMap<String, String>,
    },
    /// By AssumeRole: a user's or role's ARN.
    Principal(String),
}

/// What tokens of one statement share: the provider, its other keys with their values, and the key
/// of the subject.
type AllButSubject<'t> = (&'t str, Vec<(&'t str, &'t str)>, &'t str);

/// The trust policy that lets in each of them and nobody else; `None` where there is none. What
/// everybody at an issuer can have lets in nobody.
/// Tokens that differ in their `sub` alone share a statement, pinned to audience and subject.
pub fn trust_policy(trusted: &BTreeSet<Trusted>) -> Option<Value> {
    let mut subjects: BTreeMap<AllButSubject<'_>, BTreeSet<String>> = BTreeMap::new();
    let mut principals = BTreeSet::new();
    for one in trusted {
        match one {
            Trusted::Token { provider, keys } => {
                // Without a subject a token is everybody's.
                let subject = keys.iter().find(|(key, _)| key.ends_with(":sub"));
                let Some((key, subject)) = subject else { continue };
                if !is_of_one_tenant(key, subject, keys) {
                    continue;
                }
                let others = keys.iter().filter(|(other, _)| *other != key);
                let others = others.map(|(key, value)| (key.as_str(), value.as_str())).collect();
                subjects.entry((provider, others, key)).or_default().insert(literal_value(subject));
            }
            Trusted::Principal(arn) => drop(principals.insert(arn.clone())),
        }
    }
    let mut statements: Vec<Value> = subjects
        .into_iter()
        .map(|((provider, others, key), subjects)| {
            let mut equals: Map<String, Value> = others
                .into_iter()
                .map(|(key, text)| (key.to_owned(), json!(literal_value(text))))
                .collect();
            equals.insert(key.to_owned(), one_or_several(&subjects));
            json!({
                "Effect": "Allow",
                "Principal": { "Federated": provider },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": { "StringEquals": equals },
            })
        })
        .collect();
    if !principals.is_empty() {
        statements.push(json!({
            "Effect": "Allow",
            "Principal": { "AWS": one_or_several(&principals) },
            "Action": "sts:AssumeRole",
        }));
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    (!statements.is_empty()).then_some(document)
}

/// Whether the subject, which stands under this key, says whose the token is, or another key does.
fn is_of_one_tenant(key: &str, subject: &str, keys: &BTreeMap<String, String>) -> bool {
    let issuer = key.strip_suffix(":sub").unwrap_or(key);
    let needed = tenant_keys(issuer, subject);
    needed.is_empty() || needed.iter().any(|name| keys.contains_key(&format!("{issuer}:{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who chooses what his subject is made of chooses one that others have.
    #[test]
    fn a_subject_that_strangers_can_have_is_pinned_to_its_repository_or_not_let_in() {
        const GITHUB: &str = "token.actions.githubusercontent.com";
        let token = |keys: &[(&str, &str)]| {
            let keys = keys.iter();
            let keys = keys.map(|(name, text)| (format!("{GITHUB}:{name}"), (*text).to_owned()));
            let provider = format!("arn:aws:iam::278805249149:oidc-provider/{GITHUB}");
            trust_policy(&BTreeSet::from([Trusted::Token { provider, keys: keys.collect() }]))
        };
        let (aud, sub) = (("aud", "sts.amazonaws.com"), ("sub", "environment:production"));
        assert_eq!(token(&[aud, sub]), None);
        let pinned = token(&[aud, sub, ("repository_id", "7")]).unwrap();
        assert_eq!(
            pinned["Statement"][0]["Condition"],
            json!({"StringEquals": {
                format!("{GITHUB}:aud"): "sts.amazonaws.com",
                format!("{GITHUB}:repository_id"): "7",
                format!("{GITHUB}:sub"): "environment:production",
            }})
        );
        assert!(token(&[aud, ("sub", "repo:acme/app:environment:production")]).is_some());
    }

    #[test]
    fn a_subject_is_no_variable() {
        let policy = trust_policy(&BTreeSet::from([google("${accounts.google.com:sub}")])).unwrap();
        let equals = &policy["Statement"][0]["Condition"]["StringEquals"];
        assert_eq!(equals["accounts.google.com:sub"], "${$}{accounts.google.com:sub}");
    }

    fn google(subject: &str) -> Trusted {
        let key =
            |name: &str, value: &str| (format!("accounts.google.com:{name}"), value.to_owned());
        let keys = [key("aud", "client"), key("sub", subject)];
        Trusted::Token { provider: "accounts.google.com".to_owned(), keys: keys.into() }
    }

    #[test]
    fn tokens_are_pinned_to_audience_and_subject() {
        assert_eq!(
            trust_policy(&BTreeSet::from([google("43"), google("42")])).unwrap(),
            json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": {"Federated": "accounts.google.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {
                    "accounts.google.com:aud": "client",
                    "accounts.google.com:sub": ["42", "43"],
                }},
            }]})
        );
    }

    #[test]
    fn a_token_without_a_subject_is_let_in_by_nothing() {
        let keys = BTreeMap::from([("accounts.google.com:aud".to_owned(), "client".to_owned())]);
        let nobody = Trusted::Token { provider: "accounts.google.com".to_owned(), keys };
        assert_eq!(trust_policy(&BTreeSet::from([nobody])), None);
        assert_eq!(trust_policy(&BTreeSet::new()), None);
    }

    #[test]
    fn principals_are_named_by_their_arn() {
        let user = "arn:aws:iam::278805249149:user/ada".to_owned();
        let policy = trust_policy(&BTreeSet::from([Trusted::Principal(user.clone())])).unwrap();
        assert_eq!(policy["Statement"][0]["Principal"], json!({"AWS": user}));
        assert_eq!(policy["Statement"][0]["Action"], "sts:AssumeRole");
    }
}
