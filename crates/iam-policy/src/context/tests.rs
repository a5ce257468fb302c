//! The request context.

use super::*;

#[test]
fn keys_have_no_case_and_values_are_replaced() {
    let mut context = Context::new();
    context.set("aws:SourceIp", "1");
    context.set("AWS:sourceip", "2");
    assert_eq!(context.get("aws:sourceIP"), Some(&["2".to_owned()][..]));
    context.set_all("aws:TagKeys", Vec::<String>::new());
    assert_eq!(context.get("aws:TagKeys"), Some(&[][..]));
    assert_eq!(
        context.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        ["aws:sourceip", "aws:tagkeys"]
    );
    context.remove("AWS:TAGKEYS");
    assert_eq!(context.get("aws:TagKeys"), None);
}

#[test]
fn absent_and_unknown_differ() {
    let mut context = Context::new();
    context.set("a:set", "x");
    let look = |context: &Context, key: &str| match context.lookup(&Key::new(key)) {
        Lookup::Single(_) => "single",
        Lookup::Multiple(_) => "multiple",
        Lookup::Absent => "absent",
        Lookup::Unknown => "unknown",
    };
    assert_eq!(look(&context, "a:other"), "absent");
    context.assume_unknown(["A:Other", "a:set"]);
    assert_eq!(look(&context, "a:other"), "unknown");
    assert_eq!(look(&context, "a:set"), "single");
    assert_eq!(look(&context, "b:third"), "absent");
    context.know_only(["A:"]);
    assert_eq!(look(&context, "a:other"), "absent");
    assert_eq!(look(&context, "b:third"), "unknown");
}

#[test]
fn extending_overrides() {
    let mut context = Context::new();
    context.set("a:x", "1");
    let mut other = Context::new();
    other.set("A:X", "2");
    other.set_all("a:y", ["3", "4"]);
    context.extend(&other);
    assert_eq!(context.get("a:x"), Some(&["2".to_owned()][..]));
    assert_eq!(context.get("a:y").map(<[String]>::len), Some(2));
}

#[test]
fn a_key_is_absent_by_itself() {
    let mut context = Context::new();
    context.know_only::<&str>([]);
    context.set("aws:RequestTag/team", "blue");
    context.set_absent("aws:requesttag/TEAM");
    assert_eq!(context.lookup(&Key::new("aws:RequestTag/team")), Lookup::Absent);
    for other in ["aws:RequestTag/team2", "aws:RequestTag/tea", "aws:SourceIp"] {
        assert_eq!(context.lookup(&Key::new(other)), Lookup::Unknown, "{other}");
    }
    context.set("aws:RequestTag/team", "red");
    assert_eq!(context.lookup(&Key::new("aws:RequestTag/team")), Lookup::Single("red"));
}
