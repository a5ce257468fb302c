//! Operator names.

use super::*;

#[test]
fn every_operator_is_read_and_named() {
    for (base, family, negated) in NAMES {
        for qualifier in ["", "ForAllValues:", "ForAnyValue:"] {
            for suffix in ["", "IfExists"] {
                let name = format!("{qualifier}{base}{suffix}");
                let plain = qualifier.is_empty() && suffix.is_empty();
                match Operator::parse(&name) {
                    Some(operator) => {
                        assert_eq!(operator.name(), name);
                        assert_eq!((operator.family, operator.negated), (family, negated));
                        assert_eq!(operator.if_exists, !suffix.is_empty());
                        assert!(family != Family::Null || plain, "{name}");
                    }
                    None => assert!(family == Family::Null && !plain, "{name}"),
                }
            }
        }
    }
}

#[test]
fn a_missing_key_meets_what_the_guide_says() {
    for (name, holds) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringEqualsIfExists", true),
        ("StringNotEqualsIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAllValues:StringNotEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        ("ForAnyValue:StringEqualsIfExists", true),
        ("NotIpAddress", true),
        ("Bool", false),
    ] {
        assert_eq!(Operator::parse(name).unwrap().holds_without_key(), holds, "{name}");
    }
}

#[test]
fn other_names_are_none_but_have_a_nearest() {
    for (name, near) in [
        ("stringequals", Some("StringEquals")),
        ("StringEqual", Some("StringEquals")),
        ("ForAnyValue:StringLikes", Some("StringLike")),
        ("ForAny:StringLike", Some("StringLike")),
        ("NumericEqualIfExists", Some("NumericEquals")),
        ("Matches", None),
        ("", None),
    ] {
        assert_eq!(Operator::parse(name), None, "{name}");
        assert_eq!(nearest(name), near, "{name}");
    }
}
