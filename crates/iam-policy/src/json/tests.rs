//! Reading, faults with their places, and mends.

use super::*;

fn fault(text: &str) -> (&'static str, (u32, u32), String) {
    let parts = read(text).unwrap_err().into_parts();
    (parts.code.name(), position(text, parts.at), parts.message)
}

#[test]
fn values_of_every_kind_are_read() {
    let node =
        read(r#" {"a": [1, -2.5e3, "x\n\u00e9\ud83d\ude00", true, false, null, {}]} "#).unwrap();
    let Value::Object(members) = &node.value else { panic!("an object") };
    let [member] = members.as_slice() else { panic!("one member") };
    assert_eq!(member.key, "a");
    let kinds: Vec<_> = member.value.items().iter().map(|item| item.value.kind()).collect();
    assert_eq!(
        kinds,
        ["a number", "a number", "a string", "a boolean", "a boolean", "null", "an object"]
    );
    let scalars: Vec<_> = member.value.items().iter().map(|item| item.value.scalar()).collect();
    assert_eq!(
        scalars,
        [Some("1"), Some("-2.5e3"), Some("x\né😀"), Some("true"), Some("false"), None, None]
    );
}

#[test]
fn nodes_know_their_lines() {
    let node = read("{\n\n \"a\":\n  [1,\n 2]}").unwrap();
    let Value::Object(members) = &node.value else { panic!("an object") };
    assert_eq!(node.line, 1);
    let list = &members.first().unwrap().value;
    assert_eq!(list.line, 4);
    assert_eq!(list.items().iter().map(|item| item.line).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn faults_name_their_place_and_reason() {
    for (text, code, place, message) in [
        ("", "empty", (1, 1), "expected a JSON object, found nothing"),
        (" \n ", "empty", (2, 2), "expected a JSON object, found nothing"),
        ("\u{feff}{}", "byte-order-mark", (1, 1), "the text begins with a byte order mark"),
        ("{} x", "trailing-text", (1, 4), "expected the end of the text, found `x`"),
        ("{}}", "trailing-text", (1, 3), "expected the end of the text, found `}`"),
        (
            "{\"a\": 1, \"a\": 2}",
            "duplicate-key",
            (1, 10),
            "the key `a` stands twice in one object",
        ),
        ("{\"a\": 1,}", "trailing-comma", (1, 8), "a comma stands before `}`"),
        ("[1,]", "trailing-comma", (1, 3), "a comma stands before `]`"),
        ("[1 2]", "missing-comma", (1, 4), "expected `,` or `]`, found `2`"),
        ("{\"a\" 1}", "missing-colon", (1, 6), "expected `:` behind the key `a`, found `1`"),
        ("{a: 1}", "unquoted-key", (1, 2), "the key `a` has no quotes"),
        ("{'a': 1}", "single-quotes", (1, 2), "JSON strings stand in double quotes"),
        ("['a']", "single-quotes", (1, 2), "JSON strings stand in double quotes"),
        (
            "{\"a\": {",
            "unclosed",
            (1, 8),
            "the `{` at line 1, column 7 is not closed, found the end of the text",
        ),
        (
            "[{\"a\": 1]",
            "missing-bracket",
            (1, 8),
            "a list begins here but its opening `[` is missing",
        ),
        ("[1}", "unclosed", (1, 3), "the `[` at line 1, column 1 is not closed, found `}`"),
        ("{\"a\": 1 // x\n}", "comment", (1, 9), "JSON has no comments"),
        ("# x\n{}", "comment", (1, 1), "JSON has no comments"),
        ("{\"a\": /}", "unexpected", (1, 7), "expected JSON, found `/`"),
        ("{\"a\": }", "unexpected", (1, 7), "expected a value, found `}`"),
        ("{\"a\": tru}", "unexpected", (1, 7), "expected `true`, found another word"),
        ("{\"a\": nulls}", "unexpected", (1, 7), "expected `null`, found another word"),
        ("[01]", "bad-number", (1, 2), "`01` is not a JSON number"),
        ("[1.]", "bad-number", (1, 2), "`1.` is not a JSON number"),
        ("[-]", "bad-number", (1, 2), "`-` is not a JSON number"),
        ("[1e+]", "bad-number", (1, 2), "`1e+` is not a JSON number"),
        ("[\"a\\x\"]", "bad-escape", (1, 4), "a backslash begins no valid escape here"),
        ("[\"\\ud800\"]", "bad-escape", (1, 3), "a backslash begins no valid escape here"),
        ("[\"\\udc00\"]", "bad-escape", (1, 3), "a backslash begins no valid escape here"),
        ("[\"\\u00g0\"]", "bad-escape", (1, 3), "a backslash begins no valid escape here"),
        ("[\"a", "unclosed-string", (1, 2), "the string that begins here has no closing quote"),
        ("[\"a\\\"", "unclosed-string", (1, 2), "the string that begins here has no closing quote"),
        ("[\"a\nb\"]", "line-break", (1, 4), "a string may not contain a line break"),
        ("[\"a\u{1}b\"]", "control-character", (1, 4), "a string may not contain U+0001"),
        ("[\"\\n\u{1}\"]", "control-character", (1, 5), "a string may not contain U+0001"),
    ] {
        assert_eq!(fault(text), (code, place, message.to_owned()), "{text:?}");
    }
}

#[test]
fn columns_count_characters() {
    assert_eq!(fault("{\"é😀\": x}").1, (1, 8));
    assert_eq!(position("é\nx", 1), (1, 1));
    assert_eq!(position("x", 99), (1, 2));
}

#[test]
fn sizes_are_bounded() {
    let brackets = "[".repeat(1_000_000);
    assert_eq!(fault(&brackets).0, "too-large");
    assert_eq!(fault(brackets.get(..MAX_BYTES).unwrap()).0, "too-deep");
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    read(&nested(MAX_DEPTH)).unwrap();
    assert_eq!(fault(&nested(MAX_DEPTH + 1)).1, (1, 25));
    let padded = |length: usize| format!("[{}]", " ".repeat(length - 2));
    read(&padded(MAX_BYTES)).unwrap();
    assert_eq!(fault(&padded(MAX_BYTES + 1)).0, "too-large");
    read(&format!("[{}]", "9".repeat(MAX_NUMBER))).unwrap();
    assert_eq!(fault(&format!("[{}]", "9".repeat(MAX_NUMBER + 1))).0, "huge-number");
}

#[test]
fn duplicate_keys_are_found_among_many() {
    let members: Vec<String> = (0..40).map(|number| format!("\"k{number}\": 1")).collect();
    read(&format!("{{{}}}", members.join(","))).unwrap();
    for again in ["k0", "k15", "k16", "k39"] {
        let text = format!("{{{}, \"{again}\": 2}}", members.join(","));
        assert_eq!(fault(&text).2, format!("the key `{again}` stands twice in one object"));
    }
}

#[test]
fn evident_faults_are_mended() {
    for (broken, mended) in [
        ("\u{feff}{}", "{}"),
        ("{}}", "{}"),
        ("{\"a\": [1, 2}", "{\"a\": [1, 2]}"),
        ("{\"a\": [1, 2", "{\"a\": [1, 2\n]\n}\n"),
        ("{\"a\": 1,}", "{\"a\": 1}"),
        ("[1 2]", "[1, 2]"),
        ("{\"a\" \"b\"}", "{\"a\" : \"b\"}"),
        ("{\"a\"=1}", "{\"a\":1}"),
        ("{a: 'b'}", "{\"a\": \"b\"}"),
        ("{\"s\": {\"a\": 1}]}", "{\"s\": [{\"a\": 1}]}"),
        ("{\"s\": {\"a\": 1}, {\"b\": 2}]}", "{\"s\": [{\"a\": 1}, {\"b\": 2}]}"),
        ("{ /* x */ \"a\": 1 # y\n}", "{  \"a\": 1 \n}"),
    ] {
        assert_eq!(mend(broken).as_deref(), Some(mended), "{broken:?}");
        read(mended).unwrap();
    }
}

#[test]
fn what_is_whole_or_not_evident_is_left_alone() {
    for text in ["{}", "", "{\"a\": }", "{\"a\": 1, \"a\": 2}", "[\"a", "{'a\": 1}", "[tru]", "@"] {
        assert_eq!(mend(text), None, "{text:?}");
    }
    // One mend too many.
    assert_eq!(mend(&format!("[{}]", "1 ".repeat(40))), None);
}

#[test]
fn a_member_is_read_again_for_quoting() {
    let text = r#"{"x": {"key" : ["a", 7, true]}}"#;
    let member = read_member(text, 7).unwrap();
    assert_eq!(member.key, "key");
    assert_eq!(member.value.items().len(), 3);
    assert!(read_member(text, 0).is_none());
    assert!(read_member(text, 999).is_none());
}
