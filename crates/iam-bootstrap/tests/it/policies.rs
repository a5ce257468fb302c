//! The policies that bear on a role or a user.

use iam_bootstrap::{read_role_policies, read_user_policies};

use crate::account::{Group, User};
use crate::fixture::{ADMIN, EC2, Person, ROLE, USER, account, blueprint};

#[test]
fn a_users_groups_count() {
    let account = account();
    let group = Group {
        managed: [ADMIN.to_owned()].into(),
        inline: [("own".to_owned(), "{\"Statement\": {}}".to_owned())].into(),
    };
    account.state().groups.insert("ops".to_owned(), group);
    let user = User { groups: ["ops".to_owned()].into(), ..User::default() };
    account.state().users.insert(USER.to_owned(), user);
    let person = Person::of(&account);
    let live = person.wait(read_user_policies(&person.config, USER)).unwrap().unwrap();
    let found: Vec<_> = live
        .identity
        .iter()
        .map(|policy| (policy.name.as_str(), policy.document.as_str()))
        .collect();
    assert_eq!(live.arn, "arn:aws:iam::278805249149:user/no-policy-user");
    assert_eq!(found, [(ADMIN, "{\"Statement\": []}"), ("ops/own", "{\"Statement\": {}}")]);
}

#[test]
fn a_roles_policies_and_tags_are_read() {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    let live = person.wait(read_role_policies(&person.config, ROLE)).unwrap().unwrap();
    let names: Vec<_> = live.identity.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, [EC2, "extra"]);
    assert_eq!(live.arn, "arn:aws:iam::278805249149:role/deploy");
    assert!(live.tags.contains(&("fed:made-by".to_owned(), "fed-cli bootstrap".to_owned())));
    assert_eq!(person.wait(read_role_policies(&person.config, "other")).unwrap(), None);
}
