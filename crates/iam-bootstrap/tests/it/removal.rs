//! Only what was made here is removed, and nothing of it where something of others hangs on it.

use crate::account::{Account, Cut, Key, Role, State};
use crate::fixture::{
    ADMIN, PROVIDER, Person, ROLE, USER, account, blueprint, remarks, removal, told,
};

fn applied() -> (Account, Person) {
    let account = account();
    let person = Person::of(&account);
    person.apply(&blueprint()).unwrap();
    (account, person)
}

#[test]
fn what_apply_made_goes_and_nothing_else() {
    let (account, person) = applied();
    let others = Role { trust: "{}".to_owned(), ..Role::default() };
    account.state().roles.insert("other".to_owned(), others.clone());
    assert_eq!(
        told(&person.destroy(&removal()).unwrap()),
        [
            "- delete `arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com`",
            "- delete access key `AKIAMADE1` of user `no-policy-user`",
            "- delete user `no-policy-user`",
            "- detach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` from role `deploy`",
            "- delete inline policy `extra` of role `deploy`",
            "- delete role `deploy`",
        ]
    );
    let state = account.state();
    assert_eq!(state.roles.iter().collect::<Vec<_>>(), [(&"other".to_owned(), &others)]);
    assert_eq!((state.users.len(), state.providers.len()), (0, 0));
}

/// Each thing that others hang on it, by itself, stops everything.
// Long: a table of cases.
#[test]
fn what_others_put_there_stands_in_the_way_of_everything() {
    type Hang = fn(&mut State);
    let cases: [(Hang, &str, &str); 12] = [
        (
            |state| _ = state.roles.get_mut(ROLE).unwrap().managed.insert(ADMIN.to_owned()),
            "role `deploy` has `arn:aws:iam::aws:policy/AdministratorAccess`, which was not \
             attached here",
            "aws iam detach-role-policy --role-name deploy --policy-arn \
             arn:aws:iam::aws:policy/AdministratorAccess",
        ),
        (
            |state| {
                let inline = &mut state.roles.get_mut(ROLE).unwrap().inline;
                inline.insert("by-hand".to_owned(), "{}".to_owned());
            },
            "role `deploy` has the inline policy `by-hand`, which was not put here",
            "aws iam delete-role-policy --role-name deploy --policy-name by-hand",
        ),
        (
            |state| {
                let profiles = &mut state.roles.get_mut(ROLE).unwrap().instance_profiles;
                profiles.insert("web".to_owned());
            },
            "role `deploy` is in the instance profile `web`",
            "aws iam remove-role-from-instance-profile --role-name deploy \
             --instance-profile-name web",
        ),
        (
            |state| _ = state.users.get_mut(USER).unwrap().managed.insert(ADMIN.to_owned()),
            "user `no-policy-user` has `arn:aws:iam::aws:policy/AdministratorAccess`, which was \
             not attached here",
            "aws iam detach-user-policy --user-name no-policy-user --policy-arn \
             arn:aws:iam::aws:policy/AdministratorAccess",
        ),
        (
            |state| {
                let inline = &mut state.users.get_mut(USER).unwrap().inline;
                inline.insert("by-hand".to_owned(), "{}".to_owned());
            },
            "user `no-policy-user` has the inline policy `by-hand`, which was not put here",
            "aws iam delete-user-policy --user-name no-policy-user --policy-name by-hand",
        ),
        (
            |state| {
                let keys = &mut state.users.get_mut(USER).unwrap().access_keys;
                keys.insert("AKIABYHAND".to_owned(), Key::by_hand());
            },
            "user `no-policy-user` has the access key `AKIABYHAND`, which is not recorded as made \
             here",
            "aws iam delete-access-key --user-name no-policy-user --access-key-id AKIABYHAND",
        ),
        (
            |state| _ = state.users.get_mut(USER).unwrap().groups.insert("ops".to_owned()),
            "user `no-policy-user` is in the group `ops`",
            "aws iam remove-user-from-group --user-name no-policy-user --group-name ops",
        ),
        (
            |state| state.users.get_mut(USER).unwrap().password = true,
            "user `no-policy-user` has a password",
            "aws iam delete-login-profile --user-name no-policy-user",
        ),
        (
            |state| _ = state.users.get_mut(USER).unwrap().mfa_devices.insert("m".to_owned()),
            "user `no-policy-user` has the MFA device `m`",
            "aws iam deactivate-mfa-device --user-name no-policy-user --serial-number m",
        ),
        (
            |state| {
                _ = state.users.get_mut(USER).unwrap().ssh_public_keys.insert("APKA".to_owned())
            },
            "user `no-policy-user` has the SSH public key `APKA`",
            "aws iam delete-ssh-public-key --user-name no-policy-user --ssh-public-key-id APKA",
        ),
        (
            |state| {
                let user = state.users.get_mut(USER).unwrap();
                user.service_specific_credentials.insert("ACCA".to_owned());
            },
            "user `no-policy-user` has the credential `ACCA` for one service",
            "aws iam delete-service-specific-credential --user-name no-policy-user \
             --service-specific-credential-id ACCA",
        ),
        (
            |state| {
                _ = state.users.get_mut(USER).unwrap().signing_certificates.insert("C".to_owned())
            },
            "user `no-policy-user` has the signing certificate `C`",
            "aws iam delete-signing-certificate --user-name no-policy-user --certificate-id C",
        ),
    ];
    for (hang, obstacle, remedy) in cases {
        let (account, person) = applied();
        hang(&mut account.state());
        let before = account.state().clone();
        let plan = person.destroy(&removal()).unwrap();
        assert_eq!(remarks(&plan), [format!("in the way: {obstacle}")]);
        assert_eq!(plan.in_the_way[0].remedy(), remedy);
        assert_eq!(plan.changes, []);
        assert_eq!(account.state().clone(), before, "{obstacle}");
    }
}

#[test]
fn a_provider_that_others_made_or_trust_is_kept() {
    let trust = |principal: &str| {
        format!(r#"{{"Statement": [{{"Effect": "Allow", "Principal": {principal}}}]}}"#)
    };
    let escaped = PROVIDER.replace('/', "\\/");
    for principal in [
        format!(r#"{{"Federated": "{PROVIDER}"}}"#),
        format!(r#"{{"Federated": ["accounts.google.com", "{PROVIDER}"]}}"#),
        format!(r#"{{"Federated": "{escaped}"}}"#),
        r#"{"Federated": "*"}"#.to_owned(),
        r#""*""#.to_owned(),
    ] {
        let (account, person) = applied();
        let other = Role { trust: trust(&principal), ..Role::default() };
        account.state().roles.insert("other".to_owned(), other);
        let plan = person.destroy(&removal()).unwrap();
        assert_eq!(
            remarks(&plan),
            [format!("note: `{PROVIDER}` is still trusted by `other`: kept")]
        );
        let state = account.state();
        assert!(state.providers.contains_key(PROVIDER), "{principal}");
        assert!(!state.roles.contains_key(ROLE));
    }
    let (account, person) = applied();
    account.state().providers.get_mut(PROVIDER).unwrap().tags.clear();
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(
        remarks(&plan),
        [format!("note: OIDC provider `{PROVIDER}` was not made here: left alone")]
    );
    assert!(account.state().providers.contains_key(PROVIDER));
    assert!(!account.state().roles.contains_key(ROLE));
}

#[test]
fn a_role_that_others_made_keeps_its_provider() {
    let (account, person) = applied();
    account.state().roles.get_mut(ROLE).unwrap().tags.clear();
    let mut named = removal();
    named.provider = Some(blueprint().provider);
    let plan = person.destroy(&named).unwrap();
    assert_eq!(
        remarks(&plan),
        [
            format!("note: `{PROVIDER}` is still trusted by `deploy`: kept"),
            "note: role `deploy` was not made here: left alone".to_owned(),
        ]
    );
    assert_eq!(
        told(&plan),
        [
            "- delete access key `AKIAMADE1` of user `no-policy-user`",
            "- delete user `no-policy-user`",
        ]
    );
    assert!(account.state().roles.contains_key(ROLE));
    assert!(account.state().providers.contains_key(PROVIDER));
}

#[test]
fn a_user_goes_with_its_own_role_or_when_it_is_named() {
    let (account, person) = applied();
    let mut other = removal();
    other.role = "arn:aws:iam::278805249149:role/other".parse().unwrap();
    let plan = person.destroy(&other).unwrap();
    assert_eq!(plan.changes, []);
    assert_eq!(
        remarks(&plan),
        ["note: user `no-policy-user` was made beside role `deploy`: left alone unless \
          it is named"]
    );
    other.user_is_named = true;
    person.destroy(&other).unwrap();
    assert_eq!(account.state().users.len(), 0);
    assert_eq!(account.state().roles.len(), 1);
}

#[test]
fn a_user_that_others_made_is_spoken_of_only_when_named() {
    let (account, person) = applied();
    account.state().users.get_mut(USER).unwrap().tags.remove("fed:made-by");
    assert_eq!(remarks(&person.plan_removal(&removal())), [""; 0]);
    let mut named = removal();
    named.user_is_named = true;
    assert_eq!(
        remarks(&person.plan_removal(&named)),
        ["note: user `no-policy-user` was not made here: left alone"]
    );
    person.destroy(&named).unwrap();
    assert_eq!(account.state().users.len(), 1);
}

#[test]
fn a_user_of_another_name_goes_with_its_role() {
    let account = account();
    let person = Person::of(&account);
    let mut named = blueprint();
    named.user = Some("robot,1".to_owned());
    person.apply(&named).unwrap();
    assert_eq!(account.state().users["robot,1"].access_keys.len(), 1);
    assert_eq!(person.plan(&named).changes, []);
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(
        told(&plan)[1..3],
        ["- delete access key `AKIAMADE1` of user `robot,1`", "- delete user `robot,1`"]
    );
    let state = account.state();
    assert_eq!((state.users.len(), state.roles.len()), (0, 0));
}

#[test]
fn a_user_that_the_role_names_and_that_is_anothers_stays() {
    let (account, person) = applied();
    {
        let mut state = account.state();
        let user = state.users.get_mut(USER).unwrap();
        user.tags.insert("fed:for-role".to_owned(), "other".to_owned());
    }
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(
        remarks(&plan),
        ["note: user `no-policy-user` was made beside role `other`: left alone unless it is named"]
    );
    let state = account.state();
    assert_eq!((state.users.len(), state.roles.len()), (1, 0));
}

/// `apply` ended before the role was made: nothing but its own tag says whose the provider is.
#[test]
fn a_provider_without_its_role_is_found() {
    let account = account();
    let person = Person::of(&account);
    account.cut(1, Cut::Before);
    person.apply(&blueprint()).unwrap_err();
    assert!(account.mend());
    let mut other = removal();
    other.role = "arn:aws:iam::278805249149:role/other".parse().unwrap();
    assert_eq!(told(&person.destroy(&other).unwrap()), [""; 0]);
    assert_eq!(account.state().providers.len(), 1);
    assert_eq!(told(&person.destroy(&removal()).unwrap()), [format!("- delete `{PROVIDER}`")]);
    assert_eq!(account.state().providers.len(), 0);
}

#[test]
fn a_provider_without_its_role_that_others_trust_is_kept() {
    let (account, person) = applied();
    {
        let mut state = account.state();
        let role = state.roles.remove(ROLE).unwrap();
        state.roles.insert("other".to_owned(), role);
    }
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(remarks(&plan), [format!("note: `{PROVIDER}` is still trusted by `other`: kept")]);
    assert!(account.state().providers.contains_key(PROVIDER));
}

#[test]
fn whoever_may_not_list_providers_is_told_what_cannot_be_told() {
    let (account, person) = applied();
    account.deny(Some("ListOpenIDConnectProviders"));
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(
        remarks(&plan),
        ["note: whether a provider was left over that no role names cannot be told: User: \
          arn:aws:iam::278805249149:user/admin is not authorized to perform: \
          iam:ListOpenIDConnectProviders because no identity-based policy allows the \
          iam:ListOpenIDConnectProviders action"]
    );
    let state = account.state();
    assert_eq!((state.roles.len(), state.providers.len()), (0, 0));
}

#[test]
fn a_key_that_was_made_by_hand_while_one_was_about_to_be_made_stops_everything() {
    let (account, person) = applied();
    {
        let mut state = account.state();
        let user = state.users.get_mut(USER).unwrap();
        let now = crate::fixture::clock().seconds();
        user.tags.insert("fed:access-key".to_owned(), format!("pending:{now}"));
        user.access_keys.clear();
        let inactive = Key { active: false, ..Key::by_hand() };
        user.access_keys.insert("AKIABYHAND".to_owned(), inactive);
    }
    let before = account.state().clone();
    let plan = person.destroy(&removal()).unwrap();
    assert_eq!(
        remarks(&plan),
        [
            "in the way: user `no-policy-user` has the inactive access key `AKIABYHAND`, which is not \
          recorded as made here"
        ]
    );
    assert_eq!(account.state().clone(), before);
}
