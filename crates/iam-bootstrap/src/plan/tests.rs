//! Every difference between blueprint and account, and what it leads to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::InlinePolicy;
use crate::blueprint::tests::tutorial;
use crate::tags::policy_tag;

const EC2: &str = "arn:aws:iam::aws:policy/AmazonEC2FullAccess";

fn as_wanted(blueprint: &Blueprint) -> LiveRole {
    LiveRole {
        trust_policy: trust_policy(blueprint),
        max_session_duration: blueprint.max_session_duration,
        managed_policies: blueprint.managed_policies.clone(),
        inline_policies: blueprint
            .inline_policies
            .iter()
            .map(|policy| (policy.name.clone(), policy.document.clone()))
            .collect(),
        ours: true,
        tags: BTreeMap::new(),
    }
}

fn told(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(|change| format!("{} {change}", change.sign())).collect()
}

#[test]
fn an_empty_account_gets_everything_in_order() {
    let mut blueprint = tutorial();
    blueprint.provider = Provider::from_issuer("https://issuer.example").unwrap();
    blueprint.inline_policies =
        vec![InlinePolicy { name: "extra".to_owned(), document: "{}".to_owned() }];
    blueprint.user = Some("no-policy-user".to_owned());
    let plan = plan(&blueprint, &LiveState::default()).unwrap();
    assert_eq!(
        told(&plan),
        [
            "+ create OIDC provider `https://issuer.example` for `client.apps.googleusercontent.com`",
            "+ create role `google-oidc-role`",
            "+ attach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` to role `google-oidc-role`",
            "+ add inline policy `extra` to role `google-oidc-role`",
            "+ create user `no-policy-user` without any policy",
            "+ create an access key for user `no-policy-user`",
        ]
    );
    assert_eq!(plan.notes, []);
}

#[test]
fn what_is_as_wanted_needs_nothing() {
    let blueprint = tutorial();
    let live = LiveState { role: Some(as_wanted(&blueprint)), ..LiveState::default() };
    assert_eq!(plan(&blueprint, &live), Ok(Plan::default()));
}

#[test]
fn spacing_and_order_of_a_document_do_not_matter() {
    let blueprint = tutorial();
    let mut role = as_wanted(&blueprint);
    let value: Value = serde_json::from_str(&role.trust_policy).unwrap();
    role.trust_policy = value.to_string();
    let live = LiveState { role: Some(role), ..LiveState::default() };
    assert_eq!(plan(&blueprint, &live), Ok(Plan::default()));
}

#[test]
fn a_widened_trust_policy_is_put_back() {
    let blueprint = tutorial();
    let mut role = as_wanted(&blueprint);
    role.trust_policy = role.trust_policy.replace("113632458324056836621", "0");
    role.max_session_duration = 43200;
    role.managed_policies.clear();
    let live = LiveState { role: Some(role), ..LiveState::default() };
    assert_eq!(
        told(&plan(&blueprint, &live).unwrap()),
        [
            "~ replace the trust policy of role `google-oidc-role`",
            "~ change the longest session of role `google-oidc-role` from 43200 s to 3600 s",
            "~ record in the tags of role `google-oidc-role`: \
             `arn:aws:iam::aws:policy/AmazonEC2FullAccess`",
            "+ attach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` to role `google-oidc-role`",
        ]
    );
}

#[test]
fn a_trust_policy_that_is_no_json_is_replaced() {
    let blueprint = tutorial();
    let role = LiveRole { trust_policy: String::new(), ..as_wanted(&blueprint) };
    let live = LiveState { role: Some(role), ..LiveState::default() };
    assert_eq!(plan(&blueprint, &live).unwrap().changes.len(), 1);
}

#[test]
fn a_foreign_role_is_not_changed_unless_adopted() {
    let mut blueprint = tutorial();
    let role = LiveRole { ours: false, managed_policies: Vec::new(), ..as_wanted(&blueprint) };
    let live = LiveState { role: Some(role), ..LiveState::default() };
    let conflict = plan(&blueprint, &live).unwrap_err();
    assert_eq!(
        conflict.to_string(),
        "role `google-oidc-role` exists already, was not made here, and would have to change"
    );
    assert_eq!(conflict.changes.len(), 1);
    blueprint.adopt = true;
    assert_eq!(plan(&blueprint, &live).unwrap().changes, conflict.changes);
}

#[test]
fn a_foreign_role_that_fits_is_fine() {
    let blueprint = tutorial();
    let role = LiveRole { ours: false, ..as_wanted(&blueprint) };
    let live = LiveState { role: Some(role), ..LiveState::default() };
    assert_eq!(plan(&blueprint, &live), Ok(Plan::default()));
}

#[test]
fn further_policies_are_left_and_told() {
    let blueprint = tutorial();
    let mut role = as_wanted(&blueprint);
    role.managed_policies.push("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
    role.inline_policies.insert("other".to_owned(), "{}".to_owned());
    let live = LiveState { role: Some(role), ..LiveState::default() };
    let plan = plan(&blueprint, &live).unwrap();
    assert_eq!(plan.changes, []);
    assert_eq!(
        plan.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "role `google-oidc-role` also has `arn:aws:iam::aws:policy/AdministratorAccess`, which \
             was not asked for: left alone",
            "role `google-oidc-role` also has `other`, which was not asked for: left alone",
        ]
    );
}

/// With the provider of issuer.example, which accepts another audience.
fn with_provider(ours: bool) -> (Blueprint, LiveState) {
    let mut blueprint = tutorial();
    blueprint.provider = Provider::from_issuer("https://issuer.example").unwrap();
    let client_ids = vec!["other".to_owned()];
    let live = LiveState {
        provider: Some(LiveProvider { client_ids, ours, ..LiveProvider::default() }),
        role: Some(as_wanted(&blueprint)),
        ..LiveState::default()
    };
    (blueprint, live)
}

const ADDED: &str = "+ add client id `client.apps.googleusercontent.com` to \
                     `arn:aws:iam::278805249149:oidc-provider/issuer.example`";

#[test]
fn a_provider_that_is_there_only_gets_the_client_id() {
    let (blueprint, live) = with_provider(true);
    assert_eq!(told(&plan(&blueprint, &live).unwrap()), [ADDED]);
}

#[test]
fn a_foreign_provider_is_not_changed_unless_adopted() {
    let (mut blueprint, live) = with_provider(false);
    let conflict = plan(&blueprint, &live).unwrap_err();
    assert_eq!(
        conflict.to_string(),
        "OIDC provider `arn:aws:iam::278805249149:oidc-provider/issuer.example` exists already, \
         was not made here, and would have to change"
    );
    assert_eq!(conflict.hint(), "name an audience that it accepts already, or let it be changed");
    blueprint.adopt = true;
    assert_eq!(told(&plan(&blueprint, &live).unwrap()), [ADDED]);
    // One that fits is as good as one of ours.
    blueprint.adopt = false;
    blueprint.audiences = vec!["other".to_owned()];
    let role = Some(as_wanted(&blueprint));
    assert_eq!(plan(&blueprint, &LiveState { role, ..live }), Ok(Plan::default()));
}

#[test]
fn what_was_put_here_and_is_no_longer_asked_for_goes() {
    let mut blueprint = tutorial();
    blueprint.inline_policies =
        vec![InlinePolicy { name: "extra".to_owned(), document: "{}".to_owned() }];
    let mut role = as_wanted(&blueprint);
    let gone = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for policy in [EC2, "extra", gone] {
        let (key, value) = policy_tag(policy);
        role.tags.insert(key, value);
    }
    role.managed_policies.push("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
    blueprint.managed_policies.clear();
    blueprint.inline_policies.clear();
    let live = LiveState { role: Some(role), ..LiveState::default() };
    let found = plan(&blueprint, &live).unwrap();
    assert_eq!(
        told(&found),
        [
            "- detach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` from role `google-oidc-role`",
            "- delete inline policy `extra` of role `google-oidc-role`",
            "~ take out of the tags of role `google-oidc-role`: \
             `arn:aws:iam::aws:policy/ReadOnlyAccess`, `extra`, \
             `arn:aws:iam::aws:policy/AmazonEC2FullAccess`",
        ]
    );
    let notes: Vec<String> = found.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["role `google-oidc-role` also has `arn:aws:iam::aws:policy/AdministratorAccess`, which \
             was not asked for: left alone"]
    );
}

#[test]
fn the_role_says_which_user_belongs_to_it() {
    let mut blueprint = tutorial();
    blueprint.user = Some("robot".to_owned());
    let create = |live: &LiveState| match &plan(&blueprint, live).unwrap().changes[0] {
        Change::CreateRole { user, .. } => user.clone(),
        other => panic!("{other}"),
    };
    assert_eq!(create(&LiveState::default()).as_deref(), Some("robot"));
    let of = |role: &str| LiveUser {
        ours: true,
        for_role: Some(role.to_owned()),
        ..LiveUser::default()
    };
    let user = |user| LiveState { user: Some(user), ..LiveState::default() };
    assert_eq!(create(&user(of("google-oidc-role"))).as_deref(), Some("robot"));
    assert_eq!(create(&user(of("other"))), None);
    assert_eq!(create(&user(LiveUser::default())), None);
    // One that is there says so before the user is made.
    let role = |ours| LiveState {
        role: Some(LiveRole { ours, ..as_wanted(&blueprint) }),
        ..LiveState::default()
    };
    let found = plan(&blueprint, &role(true)).unwrap();
    assert_eq!(
        told(&found)[..2],
        [
            "~ record in the tags of role `google-oidc-role`: user `robot`",
            "+ create user `robot` without any policy",
        ]
    );
    let found = plan(&blueprint, &role(false)).unwrap();
    assert_eq!(told(&found)[0], "+ create user `robot` without any policy");
    assert_eq!(
        found.notes[0].to_string(),
        "role `google-oidc-role` was not made here, and does not say that user `robot` belongs to \
         it: `destroy` removes the user where it is named"
    );
}

#[test]
fn a_user_with_policies_is_told_and_a_foreign_one_gets_no_key() {
    let mut blueprint = tutorial();
    blueprint.user = Some("no-policy-user".to_owned());
    let live = LiveState {
        role: Some(as_wanted(&blueprint)),
        user: Some(LiveUser { inline_policies: vec!["all".to_owned()], ..LiveUser::default() }),
        ..LiveState::default()
    };
    let plan = plan(&blueprint, &live).unwrap();
    assert_eq!(plan.changes, []);
    assert_eq!(
        plan.notes,
        [
            Note::UserHasPolicies {
                user: "no-policy-user".to_owned(),
                policies: vec!["all".to_owned()]
            },
            Note::ForeignUser { user: "no-policy-user".to_owned() },
        ]
    );
}
