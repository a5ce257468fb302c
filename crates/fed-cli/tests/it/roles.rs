//! Which role, where there are several: by name, by ARN, or from a list at a terminal.

use unicode_width::UnicodeWidthStr as _;

use crate::aws::{ASSUMED, Aws};
use crate::scripted::{Seen, at_a_terminal};
use crate::sealed::{Outcome, Sealed};

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

fn profile(aws: &Aws, name: &str, lines: &str) -> String {
    format!(
        "[profile.{name}]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         endpoint_url = '{}'\n{lines}\n",
        aws.url()
    )
}

const ROLES: &str = "roles = ['arn:aws:iam::000000000001:role/developer', \
    'arn:aws:iam::000000000002:role/team/admin', 'arn:aws:iam::000000000003:role/admin']";

fn sealed(text: &str) -> Sealed {
    Sealed::with_config(text).env("TOK", TOKEN)
}

/// The roles that AWS was asked for, in turn.
fn asked(aws: &Aws) -> Vec<String> {
    let role = |request: &String| {
        let arn = request.split('&').find_map(|part| part.strip_prefix("RoleArn="))?;
        Some(arn.replace("%3A", ":").replace("%2F", "/"))
    };
    aws.requests().iter().filter_map(role).collect()
}

fn one_profile() -> (Aws, Sealed) {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&profile(&aws, "company", ROLES));
    (aws, sealed)
}

/// Fifty profiles with a role each, two of them with another of the same name.
fn fifty_profiles() -> (Aws, Sealed) {
    let aws = Aws::answering(200, ASSUMED);
    let text: String = (0..50)
        .map(|i| {
            let name = if i % 25 == 7 { "auditor".to_owned() } else { format!("developer-{i:02}") };
            let role = format!("role_arn = 'arn:aws:iam::{:012}:role/{name}'", i + 1);
            profile(&aws, &format!("company-{i:02}"), &role)
        })
        .collect();
    let sealed = sealed(&text);
    (aws, sealed)
}

fn told(outcome: &Outcome) -> (i32, &str, &str) {
    (outcome.status, outcome.stdout.as_str(), outcome.stderr.as_str())
}

#[test]
fn a_role_is_named_by_arn_by_name_or_by_account_and_name() {
    for (wanted, role) in [
        ("developer", "arn:aws:iam::000000000001:role/developer"),
        ("team/admin", "arn:aws:iam::000000000002:role/team/admin"),
        ("000000000003/admin", "arn:aws:iam::000000000003:role/admin"),
        ("arn:aws:iam::000000000009:role/other", "arn:aws:iam::000000000009:role/other"),
    ] {
        let (aws, sealed) = one_profile();
        let outcome = sealed.run(&["assume", "--role", wanted]);
        assert_eq!(outcome.status, 0, "{wanted}: {}", outcome.stderr);
        assert_eq!(asked(&aws), [role], "{wanted}");
    }
}

#[test]
fn every_command_that_acts_takes_a_role() {
    for words in [
        &["exec", "--role", "developer", "--", "true"][..],
        &["env", "--role", "developer"],
        &["assume", "--role", "developer"],
    ] {
        let (aws, sealed) = one_profile();
        assert_eq!(sealed.env("PATH", "/usr/bin:/bin").run(words).status, 0, "{words:?}");
        assert_eq!(asked(&aws), ["arn:aws:iam::000000000001:role/developer"], "{words:?}");
    }
}

#[test]
fn another_role_is_other_credentials() {
    let (aws, sealed) = one_profile();
    for role in ["developer", "team/admin", "developer"] {
        assert_eq!(sealed.run(&["env", "--role", role]).status, 0);
    }
    assert_eq!(asked(&aws).len(), 2);
}

#[test]
fn without_a_terminal_nothing_is_guessed() {
    let (aws, sealed) = one_profile();
    for (words, status, stderr) in [
        (
            &["env"][..],
            2,
            "error: there are several roles, and nobody can be asked which\n\nhint: give `--role \
             NAME`: there are `000000000001/developer`, `000000000002/team/admin`, \
             `000000000003/admin`\n",
        ),
        (
            &["env", "--role", "admin"],
            2,
            "error: there are several roles, and nobody can be asked which\n\nhint: give `--role \
             ACCOUNT/NAME`: there are `000000000002/team/admin`, `000000000003/admin`\n",
        ),
        (
            &["env", "--role", "develper"],
            5,
            "error: no role is called `develper`\n\nhint: did you mean `developer`?\n",
        ),
        (
            &["env", "--role", "zzz"],
            5,
            "error: no role is called `zzz`\n\nhint: add its ARN to `roles` in the section \
             `[profile.company]`, or give the ARN: `--role arn:aws:iam::ACCOUNT:role/zzz`\n",
        ),
    ] {
        assert_eq!(told(&sealed.run(words)), (status, "", stderr), "{words:?}");
    }
    assert_eq!(sealed.run(&["env", "--role", "a", "--role-arn", "b"]).status, 2);
    assert_eq!(asked(&aws), [""; 0]);
}

#[test]
fn the_profiles_own_role_needs_no_choice() {
    let aws = Aws::answering(200, ASSUMED);
    let own = format!("role_arn = 'arn:aws:iam::000000000004:role/own'\n{ROLES}");
    let sealed = sealed(&profile(&aws, "company", &own));
    assert_eq!(sealed.run(&["env"]).status, 0);
    assert_eq!(asked(&aws), ["arn:aws:iam::000000000004:role/own"]);
    let aws = Aws::answering(200, ASSUMED);
    let only = "roles = ['arn:aws:iam::000000000005:role/only']";
    assert_eq!(self::sealed(&profile(&aws, "company", only)).run(&["env"]).status, 0);
    assert_eq!(asked(&aws), ["arn:aws:iam::000000000005:role/only"]);
}

fn no_wider_than_a_terminal(seen: &Seen) {
    for line in seen.stderr.lines() {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}

#[test]
fn at_a_terminal_a_number_or_a_part_of_a_name_chooses() {
    for (answers, role) in [
        (&["2"][..], "arn:aws:iam::000000000002:role/team/admin"),
        (&["dev"], "arn:aws:iam::000000000001:role/developer"),
        (&["zzz", "admin", "000000000003"], "arn:aws:iam::000000000003:role/admin"),
        // The numbers are those of the list that was shown last.
        (&["admin", "2"], "arn:aws:iam::000000000003:role/admin"),
    ] {
        let (aws, sealed) = one_profile();
        let seen = at_a_terminal(&sealed, &["env"], answers);
        assert_eq!(seen.status, 0, "{answers:?}: {}", seen.stderr);
        assert_eq!(asked(&aws), [role], "{answers:?}");
        no_wider_than_a_terminal(&seen);
    }
    let (aws, sealed) = one_profile();
    for answers in [&[][..], &[""], &["0", ""], &["4", ""], &["-1", ""]] {
        let seen = at_a_terminal(&sealed, &["env"], answers);
        assert_eq!((seen.status, seen.stdout.as_str()), (2, ""), "{answers:?}");
        assert!(seen.stderr.contains("error: no role was chosen\n"), "{}", seen.stderr);
    }
    assert_eq!(asked(&aws), [""; 0]);
}

#[test]
fn the_list_as_it_is_shown() {
    let (_, sealed) = one_profile();
    insta::assert_snapshot!("role-list", at_a_terminal(&sealed, &["env"], &["zzz"]).stderr);
}

#[test]
fn of_fifty_profiles_the_role_says_which_it_is() {
    let (aws, sealed) = fifty_profiles();
    assert_eq!(sealed.run(&["env", "--role", "developer-31"]).status, 0);
    assert_eq!(asked(&aws), ["arn:aws:iam::000000000032:role/developer-31"]);
    let one = sealed.run(&["env", "--role", "arn:aws:iam::000000000001:role/developer-00"]);
    assert_eq!(one.status, 0, "{}", one.stderr);
    let status = sealed.run(&["status", "--output", "json"]).stdout;
    assert!(status.contains("\"profile\": \"company-31\""), "under its own profile: {status}");
    assert_eq!(
        told(&sealed.run(&["env", "--role", "auditor"])),
        (
            2,
            "",
            "error: there are several roles, and nobody can be asked which\n\nhint: give \
             `--profile NAME`: there are `company-07`, `company-32`\n"
        )
    );
    assert_eq!(sealed.run(&["env"]).status, 5, "none was chosen");
    let elsewhere = sealed.run(&["env", "--role", "arn:aws:iam::000000000099:role/other"]);
    assert_eq!(elsewhere.status, 5, "an ARN of no profile does not say whose sign-in");
    let seen = at_a_terminal(&sealed, &["env"], &["auditor", "2"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    no_wider_than_a_terminal(&seen);
    assert_eq!(asked(&aws).last().unwrap(), "arn:aws:iam::000000000033:role/auditor");
}

#[test]
fn a_role_that_is_given_is_never_asked_for_again() {
    let given = "arn:aws:iam::000000000099:role/given";
    let ambiguous = "error: there are several profiles in `[HOME]/.config/fed/config.toml`, and \
                     none was chosen\n";
    let (aws, sealed) = fifty_profiles();
    let seen = at_a_terminal(&sealed, &["env", "--role-arn", given], &["1"]);
    assert_eq!((seen.status, seen.stdout.as_str()), (5, ""));
    assert!(seen.stderr.starts_with(ambiguous), "{}", seen.stderr);
    let sealed = sealed.env("FED_ROLE_ARN", given);
    for words in [&["env"][..], &["env", "--role-arn", given]] {
        let seen = at_a_terminal(&sealed, words, &["1"]);
        assert_eq!((seen.status, seen.stdout.as_str()), (5, ""), "{words:?}");
        assert!(seen.stderr.starts_with(ambiguous), "{}", seen.stderr);
    }
    assert_eq!(asked(&aws), [""; 0]);
    assert_eq!(sealed.run(&["env", "--profile", "company-03"]).status, 0);
    assert_eq!(asked(&aws), [given], "where the profile is known, it is the one that is given");
}

#[test]
fn the_environments_role_hides_no_profiles_own() {
    let (aws, sealed) = fifty_profiles();
    let sealed = sealed.env("FED_ROLE_ARN", "arn:aws:iam::000000000099:role/given");
    let outcome = sealed.run(&["env", "--role", "developer-31"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert_eq!(asked(&aws), ["arn:aws:iam::000000000032:role/developer-31"]);
    let given = sealed.run(&["env", "--role", "given"]);
    assert_eq!((given.status, given.stdout.as_str()), (5, ""), "it is no profile's");
    let aws = Aws::answering(200, ASSUMED);
    let own = format!("role_arn = 'arn:aws:iam::000000000004:role/own'\n{ROLES}");
    let sealed = self::sealed(&profile(&aws, "company", &own))
        .env("FED_ROLE_ARN", "arn:aws:iam::000000000099:role/given");
    for (words, role) in [
        (&["env"][..], "arn:aws:iam::000000000099:role/given"),
        (&["env", "--role", "own"], "arn:aws:iam::000000000004:role/own"),
        (&["env", "--role", "developer"], "arn:aws:iam::000000000001:role/developer"),
    ] {
        assert_eq!(sealed.run(words).status, 0, "{words:?}");
        assert_eq!(asked(&aws).last().unwrap(), role, "{words:?}");
    }
}
