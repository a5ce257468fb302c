//! One sign-in for many profiles, and never one person's for another's.

use unicode_width::UnicodeWidthStr as _;

use crate::aws::{ASSUMED, Aws};
use crate::issuer::{Provider, ROLE};
use crate::sealed::Outcome;

fn of(provider: &Provider, profile: &str) -> Outcome {
    provider.sealed.run(&["credential-process", "--profile", profile])
}

fn login(provider: &Provider, profile: &str, account: &str) {
    let seen = provider.ada(&["login", "--profile", profile, "--account", account]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
}

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.org";

/// Fifty profiles of one company, a role each.
fn fifty(provider: &Provider, aws: &Aws) {
    let role = |i: usize| format!("role_arn = 'arn:aws:iam::{:012}:role/developer'", 1 + i);
    let profiles: Vec<(String, String)> =
        (0..50).map(|i| (format!("company-{i:02}"), role(i))).collect();
    let profiles: Vec<(&str, &str)> =
        profiles.iter().map(|(name, role)| (name.as_str(), role.as_str())).collect();
    provider.with_profiles(aws, &profiles);
}

fn no_wider_than_a_terminal(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}

#[test]
fn fifty_profiles_of_one_company_need_one_sign_in() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    fifty(&provider, &aws);
    let before = provider.sealed.run(&["status"]);
    no_wider_than_a_terminal(&before.stdout);
    assert!(before.stdout.contains("sign in with `fed-cli login --profile company-00`"));
    login(&provider, "company-07", ADA);
    for i in 0..50 {
        let given = of(&provider, &format!("company-{i:02}"));
        assert_eq!(given.status, 0, "{i}: {}", given.stderr);
    }
    assert_eq!(aws.requests().len(), 50, "a role each");
    assert_eq!(provider.kept("sign-in").len(), 1);
    let status = provider.sealed.run(&["status"]).stdout;
    no_wider_than_a_terminal(&status);
    insta::assert_snapshot!("fifty-profiles", status);
    let one = provider.sealed.run(&["status", "--profile", "company-49"]).stdout;
    no_wider_than_a_terminal(&one);
    assert!(one.contains("company-49  000000000050  developer  "), "{one}");
    assert!(!one.contains("company-48"), "{one}");
    let credentials = provider.sealed.run(&["status", "--credentials"]).stdout;
    no_wider_than_a_terminal(&credentials);
    assert_eq!(credentials.matches("developer").count(), 50);
    let logout = provider.sealed.run(&["logout", "--profile", "company-00"]);
    assert_eq!(
        logout.stderr,
        "the sign-in and the credentials of profile `company-00` and of 49 others are forgotten\n"
    );
    assert_eq!(provider.kept("sign-in").len() + provider.kept("credentials").len(), 0);
    assert_eq!(of(&provider, "company-49").status, 4);
    provider.stop();
}

#[test]
fn the_account_that_login_was_given_is_the_profiles() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    provider.with_profiles(&aws, &[("google", ROLE)]);
    login(&provider, "google", ADA);
    assert_eq!(of(&provider, "google").status, 0, "as `status` says");
    let status = provider.sealed.run(&["status"]).stdout;
    assert_eq!(status.matches(ADA).count(), 1, "{status}");
    login(&provider, "google", GRACE);
    assert_eq!(token_of(&provider, "google"), GRACE, "whoever signed in last");
    provider.stop();
}

/// Whose token the profile has, without asking anybody.
fn token_of(provider: &Provider, profile: &str) -> String {
    let outcome = provider.sealed.run(&["token", "--raw", "--profile", profile]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let payload = outcome.stdout.split('.').nth(1).unwrap();
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    claims["email"].as_str().unwrap().to_owned()
}

/// Profiles that say whose they are, how, and one that does not.
fn several(provider: &Provider, aws: &Aws) {
    let with = |line: &str| format!("{ROLE}\n{line}");
    provider.with_profiles(
        aws,
        &[
            ("anybody", ROLE),
            ("ada", &with("account = 'ADA@example.com'")),
            ("ada-by-subject", &with("account = '113632458324056836621'")),
            ("grace", &with("account = 'grace@example.org'")),
            ("domain", &with("hosted_domain = 'example.org'")),
            ("other-domain", &with("hosted_domain = 'example.net'")),
            ("other-rules", &with("signing_algorithms = ['RS256', 'ES256']")),
        ],
    );
}

#[test]
fn nobody_is_taken_for_somebody_else() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    several(&provider, &aws);
    login(&provider, "ada", ADA);
    let given = |profile: &str| of(&provider, profile).status;
    assert_eq!(token_of(&provider, "anybody"), ADA, "there is nobody else");
    assert_eq!((given("ada"), given("ada-by-subject"), given("anybody")), (0, 0, 0));
    for other in ["grace", "domain", "other-domain", "other-rules"] {
        let outcome = of(&provider, other);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""), "{other}");
    }
    login(&provider, "grace", GRACE);
    assert_eq!(token_of(&provider, "grace"), GRACE);
    assert_eq!(token_of(&provider, "ada"), ADA);
    assert_eq!(token_of(&provider, "domain"), GRACE);
    assert_eq!((given("other-domain"), given("other-rules")), (4, 4));
    provider.stop();
}

#[test]
fn of_several_people_none_is_guessed() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    several(&provider, &aws);
    login(&provider, "ada", ADA);
    login(&provider, "grace", GRACE);
    let outcome = of(&provider, "anybody");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""));
    assert_eq!(
        outcome.stderr,
        "error: several people are signed in whom profile `anybody` could mean: \
         `ada@example.com`, `grace@example.org`\n\nhint: name one with `account` in the profile, or \
         sign in: `fed-cli login --profile anybody --account ada@example.com`\n"
    );
    // The hint, as it stands.
    login(&provider, "anybody", ADA);
    assert_eq!(token_of(&provider, "anybody"), ADA);
    assert_eq!(token_of(&provider, "grace"), GRACE);
    provider.stop();
}

#[test]
fn after_a_logout_nobody_else_takes_the_place() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    several(&provider, &aws);
    login(&provider, "grace", GRACE);
    login(&provider, "anybody", ADA);
    assert_eq!(token_of(&provider, "anybody"), ADA);
    assert_eq!(of(&provider, "anybody").status, 0);
    assert_eq!(provider.sealed.run(&["logout", "--profile", "ada"]).status, 0);
    let outcome = of(&provider, "anybody");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""), "not Grace");
    assert_eq!(of(&provider, "grace").status, 0, "hers is left");
    assert_eq!(provider.sealed.run(&["logout", "--profile", "anybody"]).status, 0);
    assert_eq!(of(&provider, "anybody").status, 4, "not Grace now either");
    assert_eq!(of(&provider, "grace").status, 0, "she signed in for another profile");
    login(&provider, "anybody", GRACE);
    assert_eq!(token_of(&provider, "anybody"), GRACE);
    provider.stop();
}

#[test]
fn a_sign_in_is_renewed_once_for_all_its_profiles() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    several(&provider, &aws);
    login(&provider, "ada", ADA);
    assert_eq!(token_of(&provider, "anybody"), ADA);
    provider.id_token_ends_in(0);
    provider.fault(fake_issuer::Fault::TokenFailing { status: 503 }, Some(1));
    assert_eq!(of(&provider, "ada").status, 1);
    // Another's failure is not this one's; the issuer answers again.
    assert_eq!(token_of(&provider, "anybody"), ADA);
    provider.fault(fake_issuer::Fault::TokenFailing { status: 503 }, None);
    assert_eq!(token_of(&provider, "ada-by-subject"), ADA, "renewed already");
    provider.stop();
}

#[test]
fn whoever_is_hinted_at_is_not_taken_for_the_only_one_who_is_there() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let hint = |hint: &str| format!("{ROLE}\nlogin_hint = '{hint}'");
    provider.with_profiles(
        &aws,
        &[
            ("anybody", ROLE),
            ("bob", &hint("bob")),
            ("bob-by-email", &hint("bob@example.com")),
            ("part", &hint("ada")),
            ("ada", &hint("ADA@example.com")),
            ("ada-by-subject", &hint("113632458324056836621")),
            ("account", &format!("{}\naccount = 'ada@example.com'", hint("ada-login"))),
        ],
    );
    login(&provider, "anybody", ADA);
    for other in ["bob", "bob-by-email", "part"] {
        let outcome = of(&provider, other);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (4, ""), "{other}");
    }
    assert_eq!(aws.requests().len(), 0);
    for own in ["ada", "ada-by-subject", "account"] {
        assert_eq!(token_of(&provider, own), ADA, "{own}");
    }
    // Whoever signs in with the profile is whom it means, whatever its hint was.
    login(&provider, "bob", ADA);
    assert_eq!(token_of(&provider, "bob"), ADA);
    assert_eq!(provider.sealed.run(&["logout", "--profile", "bob"]).status, 0);
    assert_eq!(provider.kept("sign-in").len(), 0, "and whom it forgets");
    provider.stop();
}

#[test]
fn sign_ins_of_one_person_that_differ_are_a_row_each_and_failures_are_the_profiles_own() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::start(&aws);
    let mail = format!("{ROLE}\nscopes = ['email']");
    provider.with_profiles(&aws, &[("all", ROLE), ("mail", &mail)]);
    for profile in ["all", "mail"] {
        login(&provider, profile, ADA);
        assert_eq!(of(&provider, profile).status, 0, "{profile}");
    }
    let status = provider.sealed.run(&["status"]).stdout;
    let rows: Vec<&str> = status.lines().filter(|line| line.starts_with(ADA)).collect();
    assert_eq!(rows.len(), 2, "{status}");
    for profile in ["all", "mail"] {
        let is_row =
            |row: &&&str| row.contains(&format!("  {profile}  ")) && row.contains("1 kept");
        assert_eq!(rows.iter().filter(is_row).count(), 1, "{profile}: {status}");
        let one = provider.sealed.run(&["status", "--profile", profile]).stdout;
        assert_eq!(one.lines().filter(|line| line.starts_with(ADA)).count(), 1, "{one}");
    }
    provider.id_token_ends_in(0);
    provider.change("credentials", |entry| entry["expiration"] = 0.into());
    provider.fault(fake_issuer::Fault::TokenFailing { status: 503 }, None);
    assert_eq!(of(&provider, "all").status, 1);
    let failures =
        |words: &[&str]| provider.sealed.run(words).stdout.matches("last failure").count();
    assert_eq!(failures(&["status"]), 1);
    assert_eq!(failures(&["status", "--profile", "all"]), 1);
    assert_eq!(failures(&["status", "--profile", "mail"]), 0);
    provider.stop();
}
