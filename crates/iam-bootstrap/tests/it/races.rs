//! Others who change the account at the same time.

use iam_bootstrap::{BootstrapError, Provider};

use crate::account::{Cut, Role};
use crate::fixture::{PROVIDER, Person, ROLE, USER, account, blueprint, told};

#[test]
fn what_another_first_apply_made_is_looked_at_again() {
    let mut blueprint = blueprint();
    blueprint.user = None;
    for taken in ["CreateOpenIDConnectProvider", "CreateRole"] {
        let (account, twin) = (account(), account());
        Person::of(&twin).apply(&blueprint).unwrap();
        let made = twin.state().clone();
        let expected = made.clone();
        account.meanwhile(taken, move |state| {
            state.providers = made.providers;
            if taken == "CreateRole" {
                state.roles = made.roles;
            }
        });
        Person::of(&account).apply(&blueprint).unwrap();
        assert_eq!(account.state().clone(), expected, "{taken}");
    }
}

/// Whoever answers is of another account: that is said at the first thing made.
#[test]
fn what_is_made_in_another_account_stops_everything() {
    for (issuer, made) in [
        ("https://accounts.google.com", "role/deploy"),
        ("https://issuer.example", "oidc-provider/issuer.example"),
    ] {
        let account = account();
        let mut blueprint = blueprint();
        blueprint.role = "arn:aws:iam::999999999999:role/deploy".parse().unwrap();
        blueprint.provider = Provider::from_issuer(issuer).unwrap();
        let error = Person::of(&account).apply(&blueprint).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "expected `arn:aws:iam::999999999999:{made}`, found \
                 `arn:aws:iam::278805249149:{made}` in the account of these credentials"
            )
        );
        assert_eq!(account.changes().len(), 1);
    }
}

#[test]
fn four_first_applies_at_once_all_succeed() {
    let account = account();
    let mut blueprint = blueprint();
    blueprint.user = None;
    let persons: Vec<Person> = (0..4).map(|_| Person::of(&account)).collect();
    let plans: Vec<_> = persons.iter().map(|person| person.plan(&blueprint)).collect();
    std::thread::scope(|scope| {
        for (person, plan) in persons.into_iter().zip(&plans) {
            let blueprint = &blueprint;
            scope.spawn(move || person.carry_out(blueprint, plan).unwrap());
        }
    });
    assert_eq!(Person::of(&account).plan(&blueprint).changes, []);
}

#[test]
fn nothing_is_done_that_was_not_agreed_to() {
    let account = account();
    let mut blueprint = blueprint();
    blueprint.user = None;
    let foreign = Role { trust: "{}".to_owned(), ..Role::default() };
    let there = foreign.clone();
    account.meanwhile("CreateRole", move |state| {
        state.roles.insert(ROLE.to_owned(), there);
    });
    let error = Person::of(&account).apply(&blueprint).unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not create role `deploy`: `EntityAlreadyExists`: deploy already exists."
    );
    assert!(matches!(error, BootstrapError::Raced { .. }));
    assert_eq!(account.state().roles[ROLE], foreign);
    // One of ours for another subject is not changed either: nobody agreed to replace it.
    let account = crate::fixture::account();
    let mut other = blueprint.clone();
    other.subjects = vec!["repo:acme/other:pull_request".to_owned()];
    let twin = crate::fixture::account();
    Person::of(&twin).apply(&other).unwrap();
    let made = twin.state().clone();
    let expected = made.roles.clone();
    account.meanwhile("CreateRole", move |state| state.roles = made.roles);
    Person::of(&account).apply(&blueprint).unwrap_err();
    assert_eq!(account.state().roles, expected);
}

#[test]
fn the_access_key_is_left_to_whoever_made_the_user() {
    let account = account();
    let twin = crate::fixture::account();
    let person = Person::of(&twin);
    // After provider, role, two policies and the user.
    twin.cut(5, Cut::Before);
    person.apply(&blueprint()).unwrap_err();
    let users = twin.state().users.clone();
    assert_eq!(users[USER].access_keys.len(), 0);
    account.meanwhile("CreateUser", move |state| state.users = users);
    let error = Person::of(&account).apply(&blueprint()).unwrap_err();
    assert!(matches!(error, BootstrapError::Raced { .. }), "{error}");
    assert_eq!(account.state().users[USER].access_keys.len(), 0);
}

#[test]
fn what_is_gone_already_need_not_be_removed() {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    account.meanwhile("DetachRolePolicy", |state| {
        state.roles.clear();
        state.providers.remove(PROVIDER);
    });
    person.destroy(&crate::fixture::removal()).unwrap();
    assert_eq!(account.state().users.len(), 0);
    assert_eq!(told(&person.plan_removal(&crate::fixture::removal())), [""; 0]);
}
