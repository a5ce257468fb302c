//! The access key that `bootstrap` makes: where its secret goes, and what becomes of a lost one.

use super::{APPLY_USER, KEY_FILE, SUBJECT, account, sealed};

#[test]
fn the_access_key_goes_to_a_private_file_and_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;

    let account = account();
    let sealed = sealed(&account);
    let outcome = sealed.run(&[&APPLY_USER[..], &["-vvv"]].concat());
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(!outcome.stdout.contains("canary") && !outcome.stderr.contains("canary"));
    let path = sealed.home().join(KEY_FILE);
    assert!(std::fs::read_to_string(&path).unwrap().contains("canary-of-AKIAMADE1"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let user = account.state().users["no-policy-user"].clone();
    assert_eq!(user.tags["fed:access-key"], "AKIAMADE1");
    // A second run, and a plan, find nothing to do.
    let again = sealed.run(&APPLY_USER);
    assert_eq!((again.status, again.stdout.as_str()), (0, "nothing to change\n"));
}

#[test]
fn a_key_whose_secret_nobody_got_goes_and_the_empty_file_does_not_block() {
    let account = account();
    let sealed = sealed(&account);
    account.hold(Some("CreateAccessKey"));
    let mut killed = sealed.command(&APPLY_USER).spawn().unwrap();
    account.wait_for("CreateAccessKey");
    killed.kill().unwrap();
    killed.wait().unwrap();
    account.hold(None);
    let path = sealed.home().join(KEY_FILE);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    let plan = sealed.run(&["bootstrap", "plan", "--subject", SUBJECT, "--no-policy-user"]);
    assert_eq!(
        plan.stdout,
        "- delete access key `AKIAMADE1` of user `no-policy-user`\n+ create an access key for \
         user `no-policy-user`\n"
    );
    let outcome = sealed.run(&APPLY_USER);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(std::fs::read_to_string(&path).unwrap().contains("canary-of-AKIAMADE2"));
    let user = account.state().users["no-policy-user"].clone();
    assert_eq!(user.access_keys.keys().collect::<Vec<_>>(), ["AKIAMADE2"]);
    assert_eq!(user.tags["fed:access-key"], "AKIAMADE2");
}

#[test]
fn a_key_that_was_written_is_not_taken_for_lost() {
    let account = account();
    let sealed = sealed(&account);
    assert_eq!(sealed.run(&APPLY_USER).status, 0);
    {
        let mut state = account.state();
        let tags = &mut state.users.get_mut("no-policy-user").unwrap().tags;
        tags.insert("fed:access-key".to_owned(), "pending".to_owned());
    }
    let outcome = sealed.run(&APPLY_USER);
    assert_eq!(
        outcome.stdout, "~ record in the tags of user `no-policy-user`: access key `AKIAMADE1`\n",
        "{}",
        outcome.stderr
    );
    assert_eq!(account.state().users["no-policy-user"].access_keys.len(), 1);
}
