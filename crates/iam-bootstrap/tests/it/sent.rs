//! What is sent to IAM: tags, durations, documents.

use std::collections::BTreeMap;

use iam_bootstrap::{
    Blueprint, BootstrapError, TAG_KEY, TAG_VALUE, discard_access_key, read_caller,
};

use crate::account::{Cut, Key};
use crate::fixture::{
    ADMIN, EC2, PROVIDER, Person, ROLE, USER, account, blueprint, clock, remarks, told,
};

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn everything_that_is_made_carries_the_tag() {
    let account = account();
    Person::of(&account).apply(&blueprint()).unwrap();
    let state = account.state();
    let expected = tags(&[(TAG_KEY, TAG_VALUE), ("fed:for-role", "deploy")]);
    assert_eq!(state.providers[PROVIDER].tags, expected);
    assert_eq!(
        state.roles[ROLE].tags,
        tags(&[
            (TAG_KEY, TAG_VALUE),
            ("fed:policy:fdc9a125944b873f", EC2),
            ("fed:policy:c8dee78f8c7b466c", "extra"),
            ("fed:user:3aa9a3490b863230", USER),
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
    let wanted = blueprint();
    let plan = person.plan(&wanted);
    let mut keys = Vec::new();
    let done = |_: &_, key: Option<&iam_bootstrap::AccessKey>| keys.extend(key.cloned());
    let made = iam_bootstrap::converge(&person.config, &wanted, &plan, clock, done);
    person.wait(made).unwrap();
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

/// A key that somebody makes by hand, where none could be made here, is nobody's to delete.
#[test]
fn a_key_that_iam_refused_is_not_awaited() {
    let account = account();
    let person = Person::of(&account);
    account.deny(Some("CreateAccessKey"));
    person.apply(&blueprint()).unwrap_err();
    account.deny(None);
    account.state().users.get_mut(USER).unwrap().access_keys.insert("A".to_owned(), Key::new());
    let plan = person.plan(&blueprint());
    assert_eq!(plan.changes, []);
    assert_eq!(
        remarks(&plan),
        ["note: whether anybody has the secret of access key `A` of user `no-policy-user` is not \
          recorded: left alone"]
    );
}

#[test]
fn a_policy_that_is_no_longer_asked_for_goes_and_is_forgotten() {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    account.state().roles.get_mut(ROLE).unwrap().managed.insert(ADMIN.to_owned());
    let mut less = blueprint();
    less.managed_policies.clear();
    let before = account.changes().len();
    person.apply(&less).unwrap();
    assert_eq!(account.changes()[before..], ["DetachRolePolicy", "UntagRole"]);
    let role = account.state().roles[ROLE].clone();
    assert_eq!(role.managed, [ADMIN.to_owned()].into());
    assert!(!role.tags.values().any(|value| value == EC2));
    assert_eq!(person.plan(&less).changes, []);
    // Attached by hand afterwards, it is not taken for ours.
    account.state().roles.get_mut(ROLE).unwrap().managed.insert(EC2.to_owned());
    assert_eq!(person.plan(&less).changes, []);
}

#[test]
fn a_policy_that_goes_is_gone_before_it_is_forgotten() {
    let mut less = blueprint();
    less.managed_policies.clear();
    less.inline_policies.clear();
    for cut in [Cut::Before, Cut::After] {
        for after in 0..3 {
            let account = account();
            let person = Person::of(&account);
            person.apply(&blueprint()).unwrap();
            account.cut(after, cut);
            person.apply(&less).unwrap_err();
            assert!(account.mend());
            person.apply(&less).unwrap();
            let role = account.state().roles[ROLE].clone();
            assert_eq!((role.managed.len(), role.inline.len()), (0, 0), "{cut:?} call {after}");
            assert!(!role.tags.keys().any(|key| key.starts_with("fed:policy:")));
        }
    }
}

/// What goes beyond the usual quotas is asked about, and refused before anything is made.
#[test]
fn what_does_not_fit_into_the_account_is_refused_in_the_plan() {
    let account = account();
    let person = Person::of(&account);
    let refused = |wanted: &Blueprint| {
        let read = person.wait(iam_bootstrap::read(&person.config, wanted));
        read.map_or_else(|error| error.to_string(), |_| "fits".to_owned())
    };
    let mut wanted = blueprint();
    wanted.managed_policies = (0..11).map(|n| format!("arn:aws:iam::aws:policy/P{n}")).collect();
    for arn in &wanted.managed_policies {
        account.state().policies.insert(arn.clone(), "{}".to_owned());
    }
    assert_eq!(
        refused(&wanted),
        "IAM takes at most 10 managed policies of the role, and there would be 11"
    );
    account.deny(Some("GetAccountSummary"));
    assert_eq!(refused(&wanted), "fits");
    account.deny(None);
    wanted.managed_policies.truncate(10);
    assert_eq!(refused(&wanted), "fits");
    wanted.subjects = (0..60).map(|n| format!("repo:acme/app{n}:ref:refs/heads/main")).collect();
    assert!(
        refused(&wanted).starts_with(
            "IAM takes at most 2048 characters of the trust policy, and there would be 2"
        ),
        "{}",
        refused(&wanted)
    );
    person.apply(&blueprint()).unwrap();
    for n in 0..47 {
        let mut state = account.state();
        let tags = &mut state.roles.get_mut(ROLE).unwrap().tags;
        tags.insert(format!("team:{n}"), String::new());
    }
    assert_eq!(
        refused(&blueprint()),
        "IAM takes at most 50 tags of the role, and there would be 51"
    );
    account.state().providers.get_mut(PROVIDER).unwrap().client_ids =
        (0..100).map(|n| n.to_string()).collect();
    assert_eq!(
        refused(&blueprint()),
        "IAM takes at most 100 client ids of the provider, and there would be 101"
    );
    let made = account.changes();
    assert_eq!(made.len(), 8, "{made:?}");
}
