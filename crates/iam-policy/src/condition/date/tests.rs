//! Dates.

use super::*;

fn seconds(text: &str) -> Option<i128> {
    Moment::parse(text).map(|moment| moment.0.div_euclid(NANOS))
}

#[test]
fn the_same_moment_in_many_spellings() {
    for text in [
        "2026-11-23T10:00:00Z",
        "2026-11-23T10:00Z",
        "2026-11-23t10:00:00z",
        "2026-11-23 10:00:00Z",
        "2026-11-23T19:00:00+09:00",
        "2026-11-23T02:30:00-07:30",
        "2026-11-23T10:00:00.000Z",
        "1795428000",
        "1795428000.0",
    ] {
        assert_eq!(seconds(text), Some(1_795_428_000), "{text}");
    }
}

#[test]
fn calendars_are_counted_right() {
    for (text, expected) in [
        ("1970-01-01", 0),
        ("1970", 0),
        ("1970-02", 2_678_400),
        ("1969-12-31T23:59:59Z", -1),
        ("2000-02-29", 951_782_400),
        ("2000-03-01", 951_868_800),
        ("1900-03-01", -2_203_891_200),
        ("0000-01-01", -62_167_219_200),
        ("0001-01-01", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("-1", -1),
        ("0", 0),
    ] {
        assert_eq!(seconds(text), Some(expected), "{text}");
    }
    assert!(Moment::parse("2026-11-23T10:00:00.25Z") < Moment::parse("2026-11-23T10:00:00.5Z"));
    assert!(Moment::parse("-1.5") < Moment::parse("-1"));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "x",
        "tomorrow",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "2026-04-31",
        "2026-11-00",
        "2026-1-1",
        "26-11-23",
        "2026-11-23T",
        "2026-11-23T10",
        "2026-11-23T10:00:00",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:60Z",
        "2026-11-23T10:00:61Z",
        "2026-11-23T10:00:00.Z",
        "2026-11-23T10:00:00Zx",
        "2026-11-23T10:00:00+9",
        "2026-11-23T10:00:00+24:00",
        "2026-11-23T10:00:00+09:60",
        "2026T10:00Z",
        "2026-11T10:00Z",
        "2026-11-23-01",
        "2026-11-23T10:00:00:00Z",
        "1900-02-29",
        "10000000000000000",
        "2026-11-23T10:00:00.1234567890Z",
        "1e9",
        "+1",
    ] {
        assert_eq!(Moment::parse(text), None, "{text}");
    }
}

#[test]
fn epochs_have_up_to_fifteen_digits_and_nanoseconds() {
    assert_eq!(seconds("999999999999999"), Some(999_999_999_999_999));
    assert_eq!(seconds("1000000000000000"), None);
    assert_eq!(Moment::parse("1.123456789"), Some(Moment(1_123_456_789)));
    assert_eq!(Moment::parse("1.1234567890"), None);
}

#[test]
fn a_leap_second_is_the_next_minute() {
    assert_eq!(seconds("2016-12-31T23:59:60Z"), Some(1_483_228_800));
    assert_eq!(seconds("2016-12-31T23:59:61Z"), None);
}

#[test]
fn offsets_are_shorter_than_a_day() {
    assert_eq!(seconds("2026-11-23T10:00:00+23:59"), Some(1_795_341_660));
    assert_eq!(seconds("2026-11-23T10:00:00+24:00"), None);
    assert_eq!(seconds("2026-11-23T10:00:00+00:60"), None);
}
