//! A machine whose clock is not AWS's: credentials end when AWS ends them.

use fed_types::UnixTime;

use crate::aws::{ASSUMED, Aws, query_error};
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

#[test]
fn credentials_from_before_a_clock_was_set_back_are_not_taken_for_fresh() {
    // The clock was years ahead when they were got: by it they end years from now.
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    assert_eq!(sealed.run(&["credential-process"]).status, 0);
    let state = sealed.home().join(".local/state/fed");
    let kept = std::fs::read_dir(state).unwrap().map(|it| it.unwrap().path());
    let kept = kept.into_iter().find(|path| path.extension().is_some_and(|it| it == "json"));
    let kept = kept.unwrap();
    let mut document: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    document["entry"]["obtained"] = 4_070_900_000_i64.into();
    std::fs::write(&kept, document.to_string()).unwrap();
    let status = sealed.run(&["status", "--credentials"]).stdout;
    assert!(status.contains("unknown: the clock was set back"), "{status}");
    assert!(!status.contains("1 kept"), "{status}");
    // Nor do they bridge a failure.
    aws.answers_from_now_on(&[("", 400, query_error("Throttling", "Rate exceeded"))]);
    let outcome = sealed.run(&["env"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (1, ""));
    aws.answers_from_now_on(&[("", 200, ASSUMED.replace("ASIAEXAMPLE", "ASIANEW"))]);
    assert!(sealed.run(&["env"]).stdout.contains("ASIANEW"));
}

#[test]
fn a_token_that_is_over_by_aws_clock_alone_names_the_skew() {
    let message = "Token expired: current date/time 2080007200 must be before the expiration \
                   date/time2080000000";
    let aws = Aws::answering(400, &query_error("ExpiredTokenException", message));
    let outcome = sealed(&aws).run(&["credential-process"]);
    assert_eq!(outcome.status, 3);
    let (_, hint) = outcome.stderr.split_once("hint: this machine's clock is ").unwrap();
    assert!(hint.contains(" s behind AWS's, so that the token looked good: set it, "), "{hint}");
    // By both clocks: no sign-in would get another one of this source.
    let message = "Token expired: current date/time 100000000 must be before the expiration \
                   date/time99999999";
    let aws = Aws::answering(400, &query_error("ExpiredTokenException", message));
    let outcome = sealed(&aws).run(&["credential-process"]);
    assert!(
        outcome.stderr.ends_with("hint: have the source of the token give a new one\n"),
        "{}",
        outcome.stderr
    );
}
