//! What changes between the first question and the last call: the credentials, the role, who
//! trusts the provider.

use crate::account::{Account, Provider, Role};
use crate::pty::Pty;
use crate::sealed::Sealed;

use super::{APPLY, PROFILE, ROLE, SUBJECT, UNPINNED, account, with_role};

/// Credentials from a program that gives those of somebody else every next time.
fn changing(account: &Account) -> Sealed {
    from_program(Sealed::with_config(PROFILE), account, "")
}

/// The same, of sessions that are about to end.
fn expiring(account: &Account) -> Sealed {
    let more = ", \\\"SessionToken\\\": \\\"canary\\\", \\\"Expiration\\\": \\\"$(date -u -d '+5 seconds' \
                +%Y-%m-%dT%H:%M:%SZ)\\\"";
    from_program(Sealed::with_config(PROFILE), account, more)
}

fn from_program(sealed: Sealed, account: &Account, more: &str) -> Sealed {
    let path = std::env::var("PATH").unwrap();
    let sealed = sealed.env("AWS_ENDPOINT_URL", account.url()).env("PATH", path);
    let count = sealed.home().join("asked");
    let program = sealed.file(
        "program",
        &format!(
            "echo >> {count}\nlines=$(($(wc -l < {count})))\necho \"{{\\\"Version\\\": 1, \
             \\\"AccessKeyId\\\": \\\"AKIA$lines\\\", \\\"SecretAccessKey\\\": \\\"canary\\\"{more}}}\"\n",
            count = count.display(),
        ),
    );
    sealed.file(
        ".aws/config",
        &format!("[default]\ncredential_process = /bin/sh {}\n", program.display()),
    );
    sealed
}

#[test]
fn the_credentials_that_were_asked_about_sign_to_the_end() {
    let role = with_role(true);
    let user = [&APPLY[..], &["--no-policy-user"]].concat();
    let plan = ["bootstrap", "plan", "--subject", SUBJECT];
    let destroy = ["bootstrap", "destroy", "--yes"];
    for (account, words) in [(account(), &user[..]), (role.clone(), &plan), (role, &destroy)] {
        let before = account.signers().len();
        let outcome = changing(&account).run(words);
        assert_eq!(outcome.status, 0, "{words:?}: {}", outcome.stderr);
        let signers = account.signers().split_off(before);
        assert!(signers.len() > 2 && signers.iter().all(|it| it == "AKIA1"), "{signers:?}");
    }
}

/// Whose the new ones are is asked before anything is signed with them.
#[test]
fn credentials_that_end_are_replaced_by_those_of_the_same_account() {
    let account = with_role(true);
    let outcome = expiring(&account).run(&["bootstrap", "destroy", "--yes"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let asked: Vec<(String, String)> = account.calls().into_iter().zip(account.signers()).collect();
    let mut known = Vec::new();
    for (call, signer) in &asked {
        if call == "GetCallerIdentity" {
            known.push(signer);
        }
        assert!(known.contains(&signer), "{signer} was not asked about: {asked:?}");
    }
    assert!(known.len() > 2, "{asked:?}");
}

#[test]
fn credentials_of_another_account_sign_nothing_when_the_first_end() {
    let account = with_role(true);
    account.is_strangers("AKIA2");
    let before = account.state().clone();
    let outcome = expiring(&account).run(&["bootstrap", "destroy", "--yes"]);
    assert_eq!(outcome.status, 5, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(
            "caused by: the credentials are of account 999999999999 \
             (`arn:aws:iam::999999999999:user/admin`), but the role \
             `arn:aws:iam::278805249149:role/google-oidc-role` is in account 278805249149"
        ),
        "{}",
        outcome.stderr
    );
    let with_them: Vec<String> = account
        .calls()
        .into_iter()
        .zip(account.signers())
        .filter(|(_, signer)| signer != "AKIA1")
        .map(|(call, _)| call)
        .collect();
    assert!(with_them.iter().all(|call| call == "GetCallerIdentity"), "{with_them:?}");
    assert_eq!(account.state().clone(), before);
}

/// `explain --apply` for a token that the role does not admit.
const EXPLAIN: [&str; 3] = ["explain", "--apply", "--yes"];

fn explaining(account: &Account) -> Sealed {
    account.state().roles.get_mut(ROLE).unwrap().trust = crate::explain::TRUST.to_owned();
    crate::explain::sealed()
        .env("AWS_ENDPOINT_URL", account.url())
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
}

#[test]
fn explain_puts_with_the_credentials_that_were_asked_about() {
    let account = with_role(true);
    let sealed = from_program(explaining(&account), &account, "");
    let outcome = sealed.run(&EXPLAIN);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert!(account.state().roles[ROLE].trust.contains("\"42\""));
    let asked: Vec<(String, String)> = account.calls().into_iter().zip(account.signers()).collect();
    let last: Vec<&(String, String)> = asked.iter().rev().take(3).rev().collect();
    let calls: Vec<&str> = last.iter().map(|(call, _)| call.as_str()).collect();
    assert_eq!(calls, ["GetCallerIdentity", "GetRole", "UpdateAssumeRolePolicy"]);
    assert!(last.iter().all(|(_, signer)| *signer == last[0].1), "{asked:?}");
}

#[test]
fn explain_puts_nothing_on_a_role_that_changed_since_it_was_explained() {
    let account = with_role(true);
    let sealed = explaining(&account)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator");
    account.before("GetRole", 2, |state| {
        state.roles.get_mut(ROLE).unwrap().trust = UNPINNED.to_owned();
    });
    let outcome = sealed.run(&EXPLAIN);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(
            "error: nothing changed: `arn:aws:iam::278805249149:role/google-oidc-role` is not what \
             it was a moment ago\n"
        ),
        "{}",
        outcome.stderr
    );
    assert_eq!(account.changes(), [""; 0]);
    let account = with_role(true);
    account.is_strangers("AKIAEXAMPLE");
    let sealed = explaining(&account)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-administrator");
    let outcome = sealed.run(&EXPLAIN);
    assert_eq!(outcome.status, 5, "{}", outcome.stderr);
    assert_eq!(account.changes(), [""; 0]);
}

#[test]
fn a_role_that_was_replaced_while_somebody_was_asked_is_not_overwritten() {
    let account = with_role(true);
    let sealed = super::sealed(&account);
    let mut terminal = Pty::run(&sealed, &format!("bootstrap apply --subject {SUBJECT}"));
    terminal.sees("[y/N]");
    let others = Role { path: "/".to_owned(), trust: UNPINNED.to_owned(), ..Role::default() };
    account.state().roles.insert(ROLE.to_owned(), others.clone());
    stops(terminal, &account, "was not made here");
    // One of ours, with a trust policy that nobody was shown.
    let mut terminal = Pty::run(&sealed, &format!("bootstrap apply --adopt --subject {SUBJECT}"));
    terminal.sees("[y/N]");
    account.state().roles.get_mut(ROLE).unwrap().trust = UNPINNED.replace("client.", "other.");
    stops(terminal, &account, "nothing was changed: the account changed while you were asked");
}

/// A yes to what is no longer so does nothing.
#[track_caller]
fn stops(mut terminal: Pty, account: &Account, why: &str) {
    terminal.types("y");
    let (status, seen) = terminal.ends();
    assert_eq!(status, 1, "{seen}");
    assert!(seen.contains(why), "{seen}");
    assert_eq!(account.changes(), [""; 0]);
}

#[test]
fn a_provider_that_another_role_began_to_trust_meanwhile_stays() {
    const ARN: &str = "arn:aws:iam::278805249149:oidc-provider/issuer.example";
    let account = with_role(true);
    let trust = UNPINNED.replace("\"accounts.google.com\"", &format!("\"{ARN}\""));
    {
        let mut state = account.state();
        let tags = [("fed:made-by".to_owned(), "fed-cli bootstrap".to_owned())].into();
        state.providers.insert(ARN.to_owned(), Provider { tags, ..Provider::default() });
        state.roles.get_mut(ROLE).unwrap().trust.clone_from(&trust);
    }
    let sealed = super::sealed(&account);
    let mut terminal = Pty::run(&sealed, "bootstrap destroy");
    terminal.sees("oidc-provider/issuer.example").sees("[y/N]");
    account.state().roles.insert("other".to_owned(), Role { trust, ..Role::default() });
    stops(terminal, &account, "nothing was removed: the account changed while you were asked");
}

/// Nobody is asked with `--yes`: what changed between the two looks stops it all the same.
#[test]
fn what_was_planned_and_nothing_else_is_done_without_a_question() {
    for (words, undone) in
        [(&APPLY[..], "changed"), (&["bootstrap", "destroy", "--yes"], "removed")]
    {
        let account = with_role(true);
        account.before("GetRole", 2, |state| {
            state.roles.get_mut(ROLE).unwrap().trust = UNPINNED.replace("client.", "other.");
            state.roles.get_mut(ROLE).unwrap().managed.clear();
        });
        let outcome = super::sealed(&account).run(words);
        assert_eq!(outcome.status, 1, "{}", outcome.stderr);
        assert_eq!(
            outcome.stderr,
            format!(
                "error: nothing was {undone}: the account changed while it was looked at\n\nhint: \
                 run it again: it shows what is to be done now\n"
            )
        );
        assert_eq!(account.changes(), [""; 0]);
    }
}

#[test]
fn a_yes_to_what_is_still_so_is_carried_out() {
    let account = with_role(true);
    let sealed = super::sealed(&account);
    let mut terminal = Pty::run(&sealed, "bootstrap destroy");
    terminal
        .sees("in account 278805249149, for `arn:aws:iam::278805249149:role/google-oidc-role`?");
    terminal.sees("[y/N]").types("y");
    let (status, seen) = terminal.ends();
    assert_eq!((status, account.state().roles.len()), (0, 0), "{seen}");
}

#[test]
fn a_role_of_another_path_or_partition_is_another_role() {
    for command in [&["bootstrap", "destroy", "--yes"][..], &APPLY] {
        let account = with_role(true);
        let path = "arn:aws:iam::278805249149:role/team/google-oidc-role";
        let outcome = super::sealed(&account).run(&[command, &["--role-arn", path]].concat());
        assert_eq!(outcome.status, 1, "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with(
                "error: expected `arn:aws:iam::278805249149:role/team/google-oidc-role`, found \
                 `arn:aws:iam::278805249149:role/google-oidc-role` in the account of these \
                 credentials\n"
            ),
            "{}",
            outcome.stderr
        );
        assert_eq!(account.changes(), [""; 0]);
        let china = "arn:aws-cn:iam::278805249149:role/google-oidc-role";
        let outcome = super::sealed(&account).run(&[command, &["--role-arn", china]].concat());
        assert_eq!(outcome.status, 5, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("is in the partition `aws-cn`"), "{}", outcome.stderr);
        assert_eq!(account.changes(), [""; 0]);
    }
}
