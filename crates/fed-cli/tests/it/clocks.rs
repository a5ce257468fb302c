//! A machine whose clock is not AWS's: credentials end when AWS ends them.

use fed_types::UnixTime;

use crate::aws::{ASSUMED, Aws};
use crate::sealed::Sealed;

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

/// AWS answers on 28 November 2035 at noon with credentials of an hour: whenever this runs, the
/// machine's clock is years behind.
fn aws_of_2035() -> (Aws, UnixTime) {
    let aws = Aws::answering(200, &ASSUMED.replace("2099-01-01T00:00:00Z", "2035-11-28T13:00:00Z"));
    aws.tells("Wed, 28 Nov 2035 12:00:00 GMT");
    (aws, UnixTime::parse_rfc3339("2035-11-28T13:00:00Z").unwrap())
}

fn sealed(aws: &Aws) -> Sealed {
    let config = format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    );
    Sealed::with_config(&config).env("TOK", TOKEN)
}

fn expiration(printed: &str) -> UnixTime {
    let answer: serde_json::Value = serde_json::from_str(printed).unwrap();
    UnixTime::parse_rfc3339(answer["Expiration"].as_str().unwrap()).unwrap()
}

#[test]
fn a_clock_that_is_behind_gives_credentials_no_longer_life() {
    let (aws, by_aws) = aws_of_2035();
    let sealed = sealed(&aws);
    let before = UnixTime::from(std::time::SystemTime::now());
    let outcome = sealed.run(&["credential-process"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let life = expiration(&outcome.stdout).since(before).as_secs();
    assert!((3_590..=3_660).contains(&life), "{life} s: an hour by this machine's clock");
    assert_ne!(expiration(&outcome.stdout), by_aws);
    assert!(outcome.stderr.starts_with("warning: this machine's clock is "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("behind"), "{}", outcome.stderr);
    let status = sealed.run(&["status", "--credentials"]).stdout;
    assert!(status.contains(" min left"), "{status}");
}

#[test]
fn a_clock_that_is_ahead_gives_credentials_that_are_not_over() {
    let told = ASSUMED.replace("2099-01-01T00:00:00Z", "2020-01-01T01:00:00Z");
    let aws = Aws::answering(200, &told);
    aws.tells("Wed, 01 Jan 2020 00:00:00 GMT");
    let before = UnixTime::from(std::time::SystemTime::now());
    let outcome = sealed(&aws).run(&["credential-process"]);
    let life = expiration(&outcome.stdout).since(before).as_secs();
    assert!((3_590..=3_660).contains(&life), "{life} s");
    assert!(outcome.stderr.contains("ahead"), "{}", outcome.stderr);
}

#[test]
fn a_clock_that_agrees_changes_nothing() {
    // Without a `Date` there is nothing to compare with.
    let aws = Aws::answering(200, ASSUMED);
    let outcome = sealed(&aws).run(&["credential-process"]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        expiration(&outcome.stdout),
        UnixTime::parse_rfc3339("2099-01-01T00:00:00Z").unwrap()
    );
}
