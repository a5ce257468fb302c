//! Numbers.

use super::*;

#[test]
fn equal_numbers_in_many_spellings() {
    for (one, other) in [
        ("10", "10.0"),
        ("10", "+10"),
        ("0.5", ".5"),
        ("5.", "5"),
        ("-0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
    ] {
        assert_eq!(Decimal::parse(one).unwrap(), Decimal::parse(other).unwrap(), "{one} {other}");
    }
}

#[test]
fn numbers_are_ordered_exactly() {
    let ascending = [
        "-99999999999999999999",
        "-1.5",
        "-1",
        "0",
        "0.00000000000000001",
        "0.1",
        "1",
        "9007199254740992",
        "9007199254740993",
        "99999999999999999999.99999999999999999",
    ];
    for pair in ascending.windows(2) {
        let [low, high] = pair else { panic!("a pair") };
        assert!(Decimal::parse(low).unwrap() < Decimal::parse(high).unwrap(), "{low} {high}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "",
        "-",
        "+",
        ".",
        "-.",
        "ten",
        "1e3",
        "1,000",
        "0x10",
        " 1",
        "1 ",
        "--1",
        "+-1",
        "1.2.3",
        "NaN",
        "inf",
        "٣",
        "100000000000000000000",
        "0.000000000000000001",
    ] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}
