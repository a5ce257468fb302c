//! Addresses in calls of which the gate knows no more than the names of their members: what is
//! called by such a name, as a member or as a key in a document that a member holds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::call::Input;
use crate::input::Tree;

/// What names end in, in whatever case, of what holds an address that is called.
const ENDS: [&str; 3] = ["endpoint", "uri", "url"];

/// Of those a queue's name, which is an address and is not called.
const QUEUE: &str = "queueurl";

/// The addresses in a call whose members the gate does not know.
pub(crate) fn in_unknown(input: &Input) -> Vec<String> {
    let mut found = Vec::new();
    match input {
        Input::Query(parameters) => {
            for (name, value) in parameters.iter() {
                keep(name, value, &mut found);
            }
        }
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => {
            members.iter().for_each(|(name, value)| search(name, value, &mut found));
        }
        Input::S3(_) => {}
    }
    found
}

fn search(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => keep(name, text, found),
        Value::Array(list) => list.iter().for_each(|value| search(name, value, found)),
        Value::Object(map) => map.iter().for_each(|(name, value)| search(name, value, found)),
        _ => {}
    }
}

fn keep(name: &str, value: &str, found: &mut Vec<String>) {
    // An element of a list is called as the list is.
    let name = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
    let name = name.strip_suffix(".member").unwrap_or(name);
    if is_called(name) && starts_as_address(value.trim_start()) {
        found.push(value.to_owned());
        return;
    }
    in_document(value, found);
    // Bytes are text of this form.
    if let Some(document) = STANDARD.decode(value).ok().and_then(|it| String::from_utf8(it).ok()) {
        in_document(&document, found);
    }
}

/// Addresses in JSON or YAML, also where either is a text in the other.
fn in_document(text: &str, found: &mut Vec<String>) {
    // Its length in bytes is the text's.
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices("http") {
        let (before, address) = (&lower[..at], &text[at..]);
        let before = before.trim_end_matches(is_around);
        let Some(key) = before.strip_suffix(':').map(|it| it.trim_end_matches(is_around)) else {
            continue;
        };
        if is_called(key) && starts_as_address(address) {
            let ends = |it: char| is_around(it) || matches!(it, ',' | '}' | ']' | '<' | '>');
            found.push(address[..address.find(ends).unwrap_or(address.len())].to_owned());
        }
    }
}

/// What stands between a key and its value beside the colon.
fn is_around(it: char) -> bool {
    it.is_whitespace() || matches!(it, '"' | '\'' | '\\')
}

fn starts_as_address(text: &str) -> bool {
    text.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("http"))
}

fn is_called(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end)) && !name.ends_with(QUEUE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        search("", value, &mut found);
        found
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
}
