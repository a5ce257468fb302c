//! A comparison that cannot fail would make every feature worthless.

use serde_json::json;

use super::*;

const WINDOW: (i64, i64) = (1_795_428_000, 1_795_428_003);

/// Whether the one is the other; where not, both are told.
fn text(expected: &str, found: &str) -> bool {
    let Err(error) = Bindings::default().text(expected, found, WINDOW) else { return true };
    assert_eq!(error.to_string(), format!("expected:\n{expected}\nfound:\n{found}"));
    false
}

fn json(expected: Value, found: Value) -> Result<(), String> {
    Bindings::default().json(&expected, &found, WINDOW).map_err(|error| format!("{error:#}"))
}

#[test]
fn plain_text_is_compared_to_the_letter() {
    assert!(text("a.b", "a.b"));
    for found in ["a.b ", " a.b", "axb", "a.b\n", "", "a.bc"] {
        assert!(!text("a.b", found), "{found:?}");
    }
}

#[test]
fn a_placeholder_has_its_shape() {
    assert!(text("{role id}:x", "AROAAAAAAAAAAAAAAAAAA:x"));
    assert!(!text("{role id}:x", "AIDAAAAAAAAAAAAAAAAAA:x"));
    assert!(!text("{role id}:x", "AROAAAAAAAAAAAAAAAAA:x"));
    assert!(!text("{role id}:x", "AROAAAAAAAAAAAAAAAAAA:y"));
}

#[test]
fn braces_that_name_nothing_are_braces() {
    assert!(text(r#"{"a": {}}"#, r#"{"a": {}}"#));
    assert!(!text("{nothing}", "anything"));
}

#[test]
fn a_placeholder_keeps_its_value() {
    let mut bindings = Bindings::default();
    bindings.text("{instance id}", "i-00000000000000001", WINDOW).unwrap();
    bindings.text("<{instance id}>", "<i-00000000000000001>", WINDOW).unwrap();
    bindings.text("<{instance id}>", "<i-00000000000000002>", WINDOW).unwrap_err();
    let mut bindings = Bindings::default();
    let twice = "{instance id} {instance id}";
    bindings.text(twice, "i-00000000000000001 i-00000000000000002", WINDOW).unwrap_err();
}

#[test]
fn moments_lie_where_the_command_ran() {
    assert!(text("{now}", "1795428001"));
    assert!(!text("{now}", "1795427000"));
    assert!(!text("{now}", "1795429000"));
    assert!(text("{date}", "2026-11-23T10:00:00Z"));
    assert!(text("{date}", "2026-11-23T10:00:00+00:00"));
    assert!(!text("{date}", "2026-11-23T11:00:00Z"));
    assert!(text("{date in one hour}", "2026-11-23T11:00:02Z"));
    assert!(!text("{date in one hour}", "2026-11-23T10:00:02Z"));
    assert!(!text("{date}", "soon"));
}

#[test]
fn documents_have_the_same_members() {
    json(json!({"a": [1, "b"]}), json!({"a": [1, "b"]})).unwrap();
    for (expected, found, reason) in [
        (json!({"a": 1}), json!({}), "the document lacks `a`"),
        (json!({}), json!({"a": 1}), "the document holds `a`: 1, which is not expected"),
        (json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), ".a.b is 2, expected 1"),
        (json!([1]), json!([1, 2]), "the document has 2 elements, expected 1"),
        (json!({"a": 1}), json!({"a": "1"}), r#".a is "1", expected 1"#),
        (json!({"a": null}), json!({"a": false}), ".a is false, expected null"),
    ] {
        assert_eq!(json(expected, found).unwrap_err(), reason);
    }
}

#[test]
fn a_number_may_be_a_moment() {
    json(json!({"exp": "{now}"}), json!({"exp": 1_795_428_000})).unwrap();
    json(json!({"exp": "{now}"}), json!({"exp": 7})).unwrap_err();
}
