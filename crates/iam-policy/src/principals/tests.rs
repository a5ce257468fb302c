//! How Principal and NotPrincipal name somebody.

use super::*;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;

const ROOT: &str = "arn:aws:iam::278805249149:root";
const USER: &str = "arn:aws:iam::278805249149:user/alice";
const ROLE: &str = "arn:aws:iam::278805249149:role/ci/deploy";
const SESSION: &str = "arn:aws:sts::278805249149:assumed-role/deploy/s";
const FEDERATED: &str = "arn:aws:sts::278805249149:federated-user/f";
const GITLAB: &str = "arn:aws:iam::278805249149:oidc-provider/gitlab.com";

/// How `element` (with its value) of an Allow names `principal`; and of a Deny.
fn named(element: &str, principal: &Principal) -> (PrincipalMatch, PrincipalMatch) {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", {element}, "Action": "*", "Resource": "*"}}}}"#
    );
    let policy = Policy::parse(&text, PolicyKind::Resource).unwrap();
    let principals = policy.statements.first().unwrap().principals.as_ref().unwrap();
    (principals.name(principal, false, false), principals.name(principal, true, false))
}

fn principal(text: &str) -> Principal {
    Principal::parse(text).unwrap()
}

#[test]
fn principals_are_named() {
    use PrincipalMatch::{ByAccount, ByRole, Directly, Not};
    for (value, who, expected) in [
        (r#""*""#, USER, Directly),
        (r#""*""#, "*", Directly),
        (r#"{"AWS": "*"}"#, "accounts.google.com", Directly),
        (r#"{"AWS": "278805249149"}"#, ROOT, Directly),
        (r#"{"AWS": "278805249149"}"#, USER, ByAccount),
        (r#"{"AWS": "278805249149"}"#, ROLE, ByAccount),
        (r#"{"AWS": "278805249149"}"#, SESSION, ByAccount),
        (r#"{"AWS": "278805249149"}"#, FEDERATED, ByAccount),
        (r#"{"AWS": "111122223333"}"#, ROOT, Not),
        (r#"{"AWS": "111122223333"}"#, USER, Not),
        (r#"{"AWS": "278805249149"}"#, GITLAB, Not),
        (r#"{"AWS": "278805249149"}"#, "ec2.amazonaws.com", Not),
        (r#"{"AWS": "278805249149"}"#, "*", Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:user/alice"}"#, USER, Directly),
        (r#"{"AWS": "arn:aws:iam::278805249149:user/Alice"}"#, USER, Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:user/alice"}"#, ROOT, Not),
        (r#"{"AWS": "arn:aws:sts::278805249149:federated-user/f"}"#, FEDERATED, Directly),
        (r#"{"AWS": "arn:aws:iam::278805249149:role/ci/deploy"}"#, ROLE, ByRole),
        (r#"{"AWS": "arn:aws:iam::278805249149:role/deploy"}"#, ROLE, Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:role/ci/deploy"}"#, SESSION, ByRole),
        (r#"{"AWS": "arn:aws:iam::111122223333:role/deploy"}"#, SESSION, Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:user/deploy"}"#, SESSION, Not),
        (r#"{"AWS": "arn:aws:sts::278805249149:assumed-role/deploy/s"}"#, SESSION, Directly),
        (r#"{"AWS": "arn:aws:sts::278805249149:assumed-role/deploy/t"}"#, SESSION, Not),
        (r#"{"Federated": "*"}"#, GITLAB, Directly),
        (r#"{"Federated": "*"}"#, USER, Not),
        (r#"{"Federated": "accounts.google.com"}"#, "accounts.google.com", Directly),
        (r#"{"Federated": "accounts.google.com"}"#, "www.amazon.com", Not),
        (r#"{"Service": "*"}"#, "ec2.amazonaws.com", Directly),
        (r#"{"Service": "*"}"#, USER, Not),
        (r#"{"Service": "ec2.amazonaws.com"}"#, "ec2.amazonaws.com", Directly),
        (r#"{"Service": "ec2.amazonaws.com"}"#, "sns.amazonaws.com", Not),
        (r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}"#, USER, Not),
        // The strongest of several counts.
        (r#"{"AWS": ["278805249149", "arn:aws:iam::278805249149:user/alice"]}"#, USER, Directly),
        (r#"{"AWS": []}"#, USER, Not),
    ] {
        let element = format!(r#""Principal": {value}"#);
        assert_eq!(named(&element, &principal(who)), (expected, expected), "{value} {who}");
    }
}

#[test]
fn a_session_whose_role_is_known_is_named_by_that_role_only() {
    let session = Principal::assumed_role(SESSION, ROLE);
    let by = |arn: &str| named(&format!(r#""Principal": {{"AWS": "{arn}"}}"#), &session).0;
    assert_eq!(by(ROLE), PrincipalMatch::ByRole);
    assert_eq!(by("arn:aws:iam::278805249149:role/deploy"), PrincipalMatch::Not);
    assert_eq!(by("arn:aws:iam::278805249149:role/other/deploy"), PrincipalMatch::Not);
}

#[test]
fn not_principal_in_an_allow_leaves_out_whoever_is_listed_somehow() {
    for (value, who, expected) in [
        (r#"{"AWS": "278805249149"}"#, USER, PrincipalMatch::Not),
        (r#"{"AWS": "278805249149"}"#, ROOT, PrincipalMatch::Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:role/ci/deploy"}"#, SESSION, PrincipalMatch::Not),
        (r#"{"AWS": "arn:aws:iam::278805249149:user/bob"}"#, USER, PrincipalMatch::Perhaps),
        (r#"{"AWS": "278805249149"}"#, "accounts.google.com", PrincipalMatch::Perhaps),
        (r#""*""#, USER, PrincipalMatch::Not),
    ] {
        let element = format!(r#""NotPrincipal": {value}"#);
        assert_eq!(named(&element, &principal(who)).0, expected, "{value} {who}");
    }
}

#[test]
fn not_principal_in_a_deny_spares_whom_it_lists_whole() {
    let user = r#""arn:aws:iam::278805249149:user/alice""#;
    let root = r#""arn:aws:iam::278805249149:root""#;
    let role = r#""arn:aws:iam::278805249149:role/deploy""#;
    let session = r#""arn:aws:sts::278805249149:assumed-role/deploy/s""#;
    let federated = r#""arn:aws:sts::278805249149:federated-user/f""#;
    for (listed, who, spared) in [
        (vec![user, root], USER, true),
        (vec![user], USER, false),
        (vec![root], USER, false),
        (vec![root], ROOT, true),
        (vec![user], ROOT, false),
        (vec![session, role, root], SESSION, true),
        (vec![role, root], SESSION, false),
        (vec![session, root], SESSION, false),
        (vec![session, role], SESSION, false),
        (vec![federated, root], FEDERATED, true),
        (vec![federated], FEDERATED, false),
        (vec![root], "*", false),
    ] {
        let element = format!(r#""NotPrincipal": {{"AWS": [{}]}}"#, listed.join(","));
        let found = named(&element, &principal(who)).1;
        assert_eq!(found == PrincipalMatch::Not, spared, "{listed:?} {who}");
    }
    for (value, who, spared) in [
        (r#""*""#, USER, true),
        (r#""*""#, "ec2.amazonaws.com", true),
        (r#"{"Service": "ec2.amazonaws.com"}"#, "ec2.amazonaws.com", true),
        (r#"{"Service": "ec2.amazonaws.com"}"#, "sns.amazonaws.com", false),
        (r#"{"Federated": "accounts.google.com"}"#, "accounts.google.com", true),
        (r#"{"Federated": "arn:aws:iam::278805249149:oidc-provider/gitlab.com"}"#, GITLAB, true),
        (r#"{"Federated": "accounts.google.com"}"#, GITLAB, false),
    ] {
        let found = named(&format!(r#""NotPrincipal": {value}"#), &principal(who)).1;
        assert_eq!(found == PrincipalMatch::Not, spared, "{value} {who}");
    }
}

/// Source: IAM user guide, "Permissions boundaries for IAM entities".
#[test]
fn not_principal_in_a_deny_spares_nobody_who_has_a_boundary() {
    let listed =
        format!(r#""{USER}", "{SESSION}", "arn:aws:iam::278805249149:role/deploy", "{ROOT}""#);
    for value in [format!(r#"{{"AWS": [{listed}]}}"#), r#""*""#.to_owned()] {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Deny", "NotPrincipal": {value}, "Action": "*",
            "Resource": "*"}}}}"#
        );
        let policy = Policy::parse(&text, PolicyKind::Resource).unwrap();
        let principals = policy.statements.first().unwrap().principals.as_ref().unwrap();
        for who in [USER, SESSION] {
            let named = |bounded| principals.name(&principal(who), true, bounded);
            assert_eq!(named(false), PrincipalMatch::Not, "{value} {who}");
            assert_eq!(named(true), PrincipalMatch::Directly, "{value} {who}");
        }
        let listed = |denies| principals.name(&principal(USER), denies, true);
        assert_eq!(listed(false), PrincipalMatch::Not, "{value}");
    }
}

#[test]
fn what_denies_a_user_denies_the_sessions_of_his_federation_tokens() {
    use PrincipalMatch::{Directly, Not, Perhaps};
    let known =
        Principal::FederatedUser { arn: FEDERATED.to_owned(), user_arn: Some(USER.to_owned()) };
    let unknown = principal(FEDERATED);
    let other = "arn:aws:iam::278805249149:user/bob";
    let foreign = "arn:aws:iam::111122223333:user/alice";
    // Of an Allow, and of a Deny.
    for (arn, who, expected) in [
        (USER, &known, (Not, Directly)),
        (other, &known, (Not, Not)),
        (foreign, &known, (Not, Not)),
        (USER, &unknown, (Not, Perhaps)),
        (other, &unknown, (Not, Perhaps)),
        (foreign, &unknown, (Not, Not)),
        (ROLE, &unknown, (Not, Not)),
        (SESSION, &known, (Not, Not)),
    ] {
        let element = format!(r#""Principal": {{"AWS": "{arn}"}}"#);
        assert_eq!(named(&element, who), expected, "{arn}");
    }
    // Who is left out by his name is left out of an Allow, and not spared by a Deny.
    for (arn, who, allow) in [
        (USER, &known, Not),
        (other, &known, Perhaps),
        (USER, &unknown, Not),
        (ROLE, &known, Perhaps),
    ] {
        let element = format!(r#""NotPrincipal": {{"AWS": ["{arn}"]}}"#);
        assert_eq!(named(&element, who), (allow, Directly), "{arn}");
        let element = format!(r#""NotPrincipal": {{"AWS": ["{arn}", "{ROOT}"]}}"#);
        assert_eq!(named(&element, who).1, Directly, "{arn}");
    }
    let element = format!(r#""NotPrincipal": {{"AWS": ["{FEDERATED}", "{ROOT}"]}}"#);
    assert_eq!(named(&element, &known).1, Not);
}
