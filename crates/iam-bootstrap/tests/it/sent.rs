//! What is sent to IAM: tags, durations, documents.

use std::collections::BTreeMap;

use iam_bootstrap::{BootstrapError, TAG_KEY, TAG_VALUE, discard_access_key, read_caller};

use crate::fixture::{ADMIN, EC2, PROVIDER, Person, ROLE, USER, account, blueprint, remarks, told};

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn everything_that_is_made_carries_the_tag() {
    let account = account();
    Person::of(&account).apply(&blueprint()).unwrap();
    let state = account.state();
    assert_eq!(state.providers[PROVIDER].tags, tags(&[(TAG_KEY, TAG_VALUE)]));
    assert_eq!(
        state.roles[ROLE].tags,
        tags(&[
            (TAG_KEY, TAG_VALUE),
            ("fed:policy:fdc9a125944b873f", EC2),
            ("fed:policy:c8dee78f8c7b466c", "extra"),
        ])
    );
    assert_eq!(
        state.users[USER].tags,
        tags(&[(TAG_KEY, TAG_VALUE), ("fed:for-role", "deploy"), ("fed:access-key", "AKIAMADE1"),])
    );
}

#[test]
fn a_session_length_is_corrected_either_way() {
    for (wrong, sign) in [("900", "from 900 s to 3600 s"), ("43200", "from 43200 s to 3600 s")] {
        let account = account();
        let person = Person::of(&account);
        person.apply(&blueprint()).unwrap();
        account.state().roles.get_mut(ROLE).unwrap().max_session_duration = wrong.to_owned();
        assert_eq!(
            told(&person.plan(&blueprint())),
            [format!("~ change the longest session of role `deploy` {sign}")]
        );
        person.apply(&blueprint()).unwrap();
        assert_eq!(account.state().roles[ROLE].max_session_duration, "3600");
    }
}

#[test]
fn a_policy_that_comes_later_is_recorded_before_it_is_there() {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    let mut more = blueprint();
    more.managed_policies.push(ADMIN.to_owned());
    let before = account.changes().len();
    person.apply(&more).unwrap();
    assert_eq!(account.changes()[before..], ["TagRole", "AttachRolePolicy"]);
    assert_eq!(person.destroy(&crate::fixture::removal()).unwrap().in_the_way, []);
    assert_eq!(account.state().roles.len(), 0);
}

#[test]
fn a_policy_that_is_not_there_is_found_before_anything_is_made() {
    let account = account();
    let person = Person::of(&account);
    let mut wrong = blueprint();
    wrong.managed_policies.push("arn:aws:iam::aws:policy/NoSuchPolicy".to_owned());
    let read = person.wait(iam_bootstrap::read(&person.config, &wrong));
    let error = read.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no managed policy `arn:aws:iam::aws:policy/NoSuchPolicy`"
    );
    assert!(matches!(error, BootstrapError::NoSuchPolicy { .. }));
    assert_eq!(account.changes(), [""; 0]);
}

#[test]
fn a_key_whose_secret_could_not_be_kept_can_be_given_up() {
    let account = account();
    let person = Person::of(&account);
    let plan = person.plan(&blueprint());
    let mut keys = Vec::new();
    let done = |_: &_, key: Option<&iam_bootstrap::AccessKey>| keys.extend(key.cloned());
    person.wait(iam_bootstrap::converge(&person.config, &blueprint(), &plan, done)).unwrap();
    person.wait(discard_access_key(&person.config, &keys[0])).unwrap();
    assert_eq!(account.state().users[USER].access_keys.len(), 0);
    assert_eq!(
        told(&person.plan(&blueprint())),
        ["+ create an access key for user `no-policy-user`"]
    );
}

#[test]
fn a_key_of_which_nothing_is_recorded_is_left() {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    account.state().users.get_mut(USER).unwrap().tags.remove("fed:access-key");
    let plan = person.plan(&blueprint());
    assert_eq!(plan.changes, []);
    assert_eq!(
        remarks(&plan),
        ["note: whether anybody has the secret of access key `AKIAMADE1` of user \
          `no-policy-user` is not recorded: left alone"]
    );
}

#[test]
fn the_account_is_the_callers() {
    let account = account();
    let person = Person::of(&account);
    let caller = person.wait(read_caller(&person.config)).unwrap();
    assert_eq!(caller.owns(&blueprint().role), Ok(()));
    let elsewhere = "arn:aws:iam::999999999999:role/deploy".parse().unwrap();
    let error = caller.owns(&elsewhere).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the credentials are of account 278805249149 (`arn:aws:iam::278805249149:user/admin`), \
         but the role `arn:aws:iam::999999999999:role/deploy` is in account 999999999999"
    );
}
