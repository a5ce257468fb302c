//! Addresses in calls of which the gate knows no more than the names of their members: what is
//! called by such a name, as a member or as a key in a document that a member holds.

use serde_json::Value;

use super::called::{is_called, starts_as_address};
use super::document;
use crate::call::Input;
use crate::input::Tree;

/// Documents within documents that are read; what lies deeper nobody wrote to be read.
const DEEPEST: usize = 8;

/// The addresses in a call whose members the gate does not know.
pub(crate) fn in_unknown(input: &Input) -> Vec<String> {
    let mut found = Vec::new();
    match input {
        Input::Query(parameters) => {
            for (name, value) in parameters.iter() {
                keep(name, value, 0, &mut found);
            }
        }
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => {
            members.iter().for_each(|(name, value)| search(name, value, 0, &mut found));
        }
        Input::S3(_) => {}
    }
    found.sort();
    found.dedup();
    found
}

fn search(name: &str, value: &Value, depth: usize, found: &mut Vec<String>) {
    match value {
        Value::String(text) => keep(name, text, depth, found),
        Value::Array(list) => list.iter().for_each(|value| search(name, value, depth, found)),
        Value::Object(map) => {
            map.iter().for_each(|(name, value)| search(name, value, depth, found));
        }
        _ => {}
    }
}

fn keep(name: &str, value: &str, depth: usize, found: &mut Vec<String>) {
    // An element of a list is called as the list is.
    let name = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
    let name = name.strip_suffix(".member").unwrap_or(name);
    if is_called(name) && starts_as_address(value) {
        found.push(value.to_owned());
        return;
    }
    document::addresses(value, found);
    let readings = document::readings(value);
    if depth == DEEPEST && !readings.is_empty() {
        // No address, so it is refused.
        found.push("a document in too many others".to_owned());
        return;
    }
    readings.iter().for_each(|reading| search(name, reading, depth + 1, found));
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    fn found(value: &Value) -> Vec<String> {
        let members = value.as_object().unwrap().clone();
        in_unknown(&Input::Json { target: "t".to_owned(), members })
    }

    #[test]
    fn what_is_named_as_an_address_is_found_wherever_it_stands() {
        let near = "http://127.0.0.1:4566/moto-api/reset";
        let integration = json!({ "uri": near }).to_string();
        for value in [
            json!({ "Endpoint": near }),
            json!({ "WEBHOOKURL": near }),
            json!({ "targetUri": [near] }),
            json!({ "Endpoint.member.1": near }),
            json!({ "a": [{ "b": { "apiEndpoint": near } }] }),
            json!({ "body": integration }),
            json!({ "body": format!("x-integration:\n  uri: '{near}'\n  type: http") }),
            json!({ "body": json!({ "definition": integration }).to_string() }),
            json!({ "body": STANDARD.encode(&integration) }),
        ] {
            assert_eq!(found(&value), [near], "{value}");
        }
    }

    #[test]
    fn what_is_not_called_is_not_found() {
        for value in [
            json!({ "Name": "http://127.0.0.1/" }),
            json!({ "QueueUrl": "http://127.0.0.1:4566/000000000000/q" }),
            json!({ "body": "see http://127.0.0.1/ for the url: it is there" }),
            json!({ "CallbackURLs": ["http://localhost:3000/"] }),
            json!({ "Endpoint": "arn:aws:sqs:eu-west-1:000000000000:q" }),
        ] {
            assert_eq!(found(&value), Vec::<String>::new(), "{value}");
        }
    }

    #[test]
    fn documents_are_decoded_as_their_formats_say() {
        let near = "http://127.0.0.1:4566/moto-api/reset";
        let escaped = r#"{"uri":"\u0068ttp:\/\/127.0.0.1:4566\/moto-api\/reset"}"#;
        let key = r#"{"\u0075ri":"http://127.0.0.1:4566/moto-api/reset"}"#;
        let lines = STANDARD.encode(escaped);
        let lines = format!("{}\n{}", &lines[..20], &lines[20..]);
        for body in [
            escaped.to_owned(),
            key.to_owned(),
            json!({ "definition": escaped }).to_string(),
            json!([[{ "uri": [near] }]]).to_string(),
            r#"uri: "\x68ttp://127.0.0.1:4566/moto-api/reset""#.to_owned(),
            r#""\x75ri": "\U00000068ttp://127.0.0.1:4566/moto-api/reset""#.to_owned(),
            format!("a:\n  uri: >-\n    {near}\n"),
            format!("a:\n  uri: |-\n    {near}"),
            "uri: \"ht\\\n  tp://127.0.0.1:4566/moto-api/reset\"".to_owned(),
            format!("x: &there {near}\na: {{uri: *there}}"),
            format!("? uri\n: {near}"),
            format!("uri: !!str {near}"),
            format!("url:\n  - {near}"),
            format!("Endpoint: !Sub '{near}'"),
            STANDARD.encode(escaped),
            URL_SAFE_NO_PAD.encode(format!("uri: '{near}' # >>>???~~~")),
            STANDARD.encode(STANDARD.encode(key)),
            lines,
            json!({ "UserData": STANDARD.encode(format!("uri: {near}")) }).to_string(),
        ] {
            let found = found(&json!({ "body": body }));
            assert!(found.iter().any(|it| it == near), "{body}: {found:?}");
        }
        assert_eq!(found(&json!({ "apiUrl": STANDARD.encode(near) })), [near]);
    }

    #[test]
    fn what_is_broken_is_searched_as_text() {
        let near = "http://127.0.0.1:4566/moto-api/reset";
        for body in [
            format!("{{ not json, uri: '{near}'"),
            format!("a: [\nuri: >-\n  {near}\n"),
            format!("a: [\nuri: !!str &x {near}\n"),
            format!("a: [\nx: &x {near}\nuri: *x"),
            r#"a: [ "uri": "\x68ttp://127.0.0.1:4566/moto-api/reset" "#.to_owned(),
            "a: [ uri: \"ht\\\n  tp://127.0.0.1:4566/moto-api/reset\"".to_owned(),
        ] {
            let found = found(&json!({ "body": body }));
            assert!(found.iter().any(|it| it == near), "{body}: {found:?}");
        }
        for text in ["ht\ttp://127.0.0.1/", "\u{0}http://127.0.0.1/", " HTTP://127.0.0.1/"] {
            assert_eq!(found(&json!({ "url": text })), [text]);
        }
    }

    #[test]
    fn an_address_with_escapes_is_found_whole() {
        let body = r#"{"url":"https:\/\/example.com\/hook","list":"see https:\/\/example.com"}"#;
        assert_eq!(found(&json!({ "body": body })), ["https://example.com/hook"]);
    }

    /// It ends, and what stands there as text is found all the same.
    #[test]
    fn documents_that_cost_more_than_they_say_are_not_read() {
        let near = "http://127.0.0.1:4566/moto-api/reset";
        let mut laughs = format!("uri: {near}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            laughs.push_str(&format!("a{level}: &a{level} [{before}*a{}]\n", level - 1));
        }
        let deep = |open: &str, close: &str| {
            format!("uri: {near}\na: {}{}", open.repeat(50_000), close.repeat(50_000))
        };
        let indented: String = (0..2_000).map(|level| " ".repeat(level) + "a:\n").collect();
        let indented = format!("uri: {near}\n{indented}");
        for body in [laughs, deep("[", "]"), deep("{a: ", "}"), deep("- ", ""), indented] {
            assert!(found(&json!({ "body": body })).iter().any(|it| it == near), "{}", &body[..99]);
        }
    }

    #[test]
    fn what_lies_too_deep_is_no_address() {
        let mut body = json!({ "uri": "http://127.0.0.1/" }).to_string();
        for _ in 0..DEEPEST {
            body = json!({ "a": body }).to_string();
        }
        let refused = found(&json!({ "body": body }));
        assert!(refused.iter().any(|it| it == "a document in too many others"), "{refused:?}");
    }
}
