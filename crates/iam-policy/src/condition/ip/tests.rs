//! IP ranges.

use super::*;

fn holds(range: &str, address: &str) -> bool {
    Network::parse(address).unwrap().is_within(Network::parse(range).unwrap())
}

#[test]
fn ranges_hold_addresses_and_smaller_ranges() {
    for (range, address) in [
        ("0.0.0.0/0", "255.255.255.255"),
        ("10.0.0.0/8", "10.255.255.255"),
        ("10.9.9.9/8", "10.0.0.0"),
        ("10.0.0.0/31", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.0/8", "10.1.0.0/16"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("::/0", "2001:db8::1"),
        ("2001:db8::/33", "2001:db8:7fff::"),
        ("2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
    ] {
        assert!(holds(range, address), "{range} {address}");
    }
}

#[test]
fn ranges_do_not_hold_others() {
    for (range, address) in [
        ("10.0.0.0/8", "11.0.0.0"),
        ("10.0.0.0/31", "10.0.0.2"),
        ("10.0.0.1", "10.0.0.2"),
        ("10.1.0.0/16", "10.0.0.0/8"),
        ("10.0.0.0/16", "10.0.0.0/8"),
        ("2001:db8::/33", "2001:db8::/32"),
        ("2001:db8::/33", "2001:db8:8000::"),
        ("2001:db8::1", "2001:db8::2"),
        ("0.0.0.0/0", "::1"),
        ("::/0", "10.0.0.1"),
    ] {
        assert!(!holds(range, address), "{range} {address}");
    }
}

#[test]
fn other_texts_are_no_ranges() {
    for text in [
        "",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/+8",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "::/129",
        "2001:db8",
        "localhost",
        " 10.0.0.1",
        "10.0.0.1 ",
        "010.0.0.1",
    ] {
        assert_eq!(Network::parse(text), None, "{text}");
    }
}
