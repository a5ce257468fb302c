//! What a token asks for its session, beyond what STS takes.

use super::*;

const REFUSED: &str = "400 ValidationError: Unable to validate tags";

fn tagged(tags: &Value) -> String {
    let all = json!([ACTION, "sts:TagSession"]);
    told(json!({"https://aws.amazon.com/tags": {"principal_tags": tags}}), all, |_| {})
}

#[test]
fn tags_that_iam_does_not_take_are_refused() {
    for tags in [
        json!({"team": ["a"]}),
        json!({"te am_.:/=+-@": ["\u{e9}\u{df}1_.:/=+-@"]}),
        json!({"team": [""], "cost": ["7"]}),
    ] {
        assert_eq!(tagged(&tags), "allowed", "{tags}");
    }
    for tags in [
        json!({"team#1": ["a"]}),
        json!({"team": ["a,b"]}),
        json!({"team": ["<a>"]}),
        json!({"team": ["a\n"]}),
        json!({"aws:team": ["a"]}),
        json!({"AWS:team": ["a"]}),
        json!({"team": ["aws:a"]}),
        json!({"": ["a"]}),
        json!({"team": []}),
        json!({"team": ["a", "b"]}),
        json!({"team": [7]}),
        json!({"team": 7}),
        json!({"team": null}),
    ] {
        assert_eq!(tagged(&tags), REFUSED, "{tags}");
    }
    let twice = "400 InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys \
                 are case insensitive.";
    assert_eq!(tagged(&json!({"team": ["a"], "TEAM": ["b"]})), twice);
    assert_eq!(tagged(&json!({"\u{e9}": ["a"], "\u{c9}": ["b"]})), twice);
}

/// Nested tags are lists; a text is one in a claim of its own.
#[test]
fn a_nested_tag_is_no_text() {
    let format =
        "400 InvalidIdentityToken: principal_tags passed in claim is not in correct format.";
    assert_eq!(tagged(&json!({"team": "a"})), format);
    assert_eq!(tagged(&json!({"team": ["a"], "cost": "7"})), format);
    let all = json!([ACTION, "sts:TagSession"]);
    let own = json!({"https://aws.amazon.com/tags/principal_tags/team": "a"});
    assert_eq!(told(own, all, |_| {}), "allowed");
}

#[test]
fn a_text_of_several_roles_has_semicolons() {
    let other = "arn:aws:iam::278805249149:role/other";
    let roles = |value: &str| of(json!({"https://aws.amazon.com/roles": value}));
    assert_eq!(roles(&format!("{other};{ROLE}")), "allowed");
    for separator in [",", " ", "|"] {
        assert_eq!(
            roles(&format!("{other}{separator}{ROLE}")),
            "400 InvalidIdentityToken: The roles claim contains no valid role ARNs"
        );
    }
    assert_eq!(
        roles(&format!("{other};{other}2")),
        "400 InvalidIdentityToken: The target role ARN is not present in the roles claim of the \
         identity token"
    );
}
