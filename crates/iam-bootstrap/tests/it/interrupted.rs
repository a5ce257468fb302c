//! Whatever call is the last one before the end, the next run comes to the same end.

use crate::account::{Account, Cut, Key, State};
use crate::fixture::{Person, USER, account, blueprint, removal};

/// The state but for what differs from run to run: which access key it is.
fn comparable(account: &Account) -> State {
    let mut state = account.state().clone();
    for user in state.users.values_mut() {
        user.access_keys =
            (0..user.access_keys.len()).map(|n| (n.to_string(), Key::by_hand())).collect();
        let recorded = user.tags.get_mut("fed:access-key").unwrap();
        assert!(recorded.starts_with("AKIAMADE"), "{recorded}");
        "a key".clone_into(recorded);
    }
    State { roles: state.roles, users: state.users, providers: state.providers, ..State::default() }
}

fn applied() -> (Account, State, usize) {
    let account = account();
    Person::of(&account).apply(&blueprint()).unwrap();
    let (state, calls) = (comparable(&account), account.changes().len());
    (account, state, calls)
}

#[test]
fn of_apply() {
    let (_, expected, calls) = applied();
    assert_eq!(calls, 8);
    for cut in [Cut::Before, Cut::After] {
        for after in 0..calls {
            let account = account();
            let person = Person::of(&account);
            account.cut(after, cut);
            person.apply(&blueprint()).unwrap_err();
            assert!(account.mend());
            person.apply(&blueprint()).unwrap();
            assert_eq!(comparable(&account), expected, "{cut:?} call {after}");
            let user = account.state().users[USER].clone();
            let keys: Vec<_> = user.access_keys.keys().collect();
            assert_eq!(keys, [&user.tags["fed:access-key"]], "{cut:?} call {after}");
            assert_eq!(person.plan(&blueprint()).changes, [], "{cut:?} call {after}");
        }
    }
}

#[test]
fn of_destroy() {
    let (_, _, before) = applied();
    let calls = {
        let (account, ..) = applied();
        Person::of(&account).destroy(&removal()).unwrap();
        let state = account.state().clone();
        assert_eq!((state.roles.len(), state.users.len(), state.providers.len()), (0, 0, 0));
        account.changes().len() - before
    };
    assert_eq!(calls, 6);
    for cut in [Cut::Before, Cut::After] {
        for after in 0..calls {
            let (account, ..) = applied();
            let person = Person::of(&account);
            account.cut(after, cut);
            person.destroy(&removal()).unwrap_err();
            assert!(account.mend());
            person.destroy(&removal()).unwrap();
            let state = account.state();
            let left = (state.roles.len(), state.users.len(), state.providers.len());
            assert_eq!(left, (0, 0, 0), "{cut:?} call {after}");
        }
    }
}

#[test]
fn of_apply_then_destroyed_instead() {
    let (_, _, calls) = applied();
    for cut in [Cut::Before, Cut::After] {
        for after in 0..calls {
            let account = account();
            let person = Person::of(&account);
            account.cut(after, cut);
            person.apply(&blueprint()).unwrap_err();
            account.mend();
            let mut named = removal();
            named.provider = Some(blueprint().provider);
            let plan = person.destroy(&named).unwrap();
            assert_eq!(plan.in_the_way, [], "{cut:?} call {after}");
            let state = account.state();
            let left = (state.roles.len(), state.users.len(), state.providers.len());
            assert_eq!(left, (0, 0, 0), "{cut:?} call {after}");
        }
    }
}

#[test]
fn a_key_that_is_in_use_is_not_taken_for_lost() {
    let account = account();
    let person = Person::of(&account);
    // The secret was kept, the record of it is what was cut.
    account.cut(7, Cut::Before);
    person.apply(&blueprint()).unwrap_err();
    account.mend();
    let key = Key { used: true, ..Key::new() };
    account.state().users.get_mut(USER).unwrap().access_keys.insert("AKIAMADE1".to_owned(), key);
    let plan = person.plan(&blueprint());
    assert_eq!(
        crate::fixture::told(&plan),
        ["~ record in the tags of user `no-policy-user`: access key `AKIAMADE1`"]
    );
    person.apply(&blueprint()).unwrap();
    assert_eq!(account.state().users[USER].tags["fed:access-key"], "AKIAMADE1");
    assert_eq!(account.state().users[USER].access_keys.len(), 1);
}
