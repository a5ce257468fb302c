//! docs/control-api.yaml says what is served, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fed_lab::{Lab, control_routes};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::accounts::{lab_on, variable};
use crate::sealing::emulator;

/// The parts of a path that say what it answers to, beside `parameters` and `servers`.
const METHODS: [&str; 3] = ["get", "post", "delete"];

fn described() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/control-api.yaml");
    serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Method, path and what is said of it.
fn operations(described: &Value) -> Vec<(String, String, &Value)> {
    let paths = described["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, of_path)| {
            let of_path = of_path.as_object().unwrap().iter();
            of_path
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
        })
        .collect()
}

/// What a reference leads to, or the thing itself.
fn resolved<'a>(described: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => described.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

#[test]
fn all_that_is_served_is_described_and_nothing_else() {
    let served: BTreeSet<(String, String)> = control_routes().into_iter().collect();
    let described = described();
    let told = operations(&described).into_iter().map(|(method, path, _)| (method, path));
    assert_eq!(told.collect::<BTreeSet<_>>(), served);
    assert_eq!(served.len(), control_routes().len(), "no route is there twice");
}

/// Sends an operation's example; the status, and the answer.
async fn sent(
    lab: &Lab,
    described: &Value,
    method: &str,
    path: &str,
    operation: &Value,
) -> (u16, String) {
    let url = match path.split('/').nth(1).unwrap() {
        "_lab" => variable(lab, "FED_LAB_CONTROL_URL"),
        "_gate" => variable(lab, "FED_LAB_GATE_URL"),
        _ => variable(lab, "FED_LAB_GITHUB_ACTIONS_ISSUER_URL"),
    };
    let account = match path.contains("{id}") {
        true => lab.account().await.unwrap().id.to_string(),
        false => String::new(),
    };
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let key = fs::read_to_string(variable(lab, "FED_LAB_CONTROL_KEY_FILE")).unwrap();
    let request = Client::new().request(method, format!("{url}{}", path.replace("{id}", &account)));
    let body = resolved(described, &operation["requestBody"]);
    let example = &body["content"]["application/json"]["example"];
    let request = match example {
        Value::Null => request,
        example => request.json(example),
    };
    let answer = request.bearer_auth(key).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn every_example_is_answered_as_it_is_described() {
    let (lab, _home) = lab_on(&emulator()).await;
    let described = described();
    let mut answered = 0;
    for (method, path, operation) in operations(&described) {
        let (status, text) = sent(&lab, &described, &method, &path, operation).await;
        let what = format!("{method} {path}: {status} {text}");
        let responses = operation["responses"].as_object().unwrap();
        let response = responses.get(&status.to_string());
        let response = resolved(&described, response.unwrap_or_else(|| panic!("{what}")));
        // A made-up emulator forgets no account; all else succeeds.
        assert!(
            (200..300).contains(&status) || status == 501 && path.ends_with("/reset"),
            "{what}"
        );
        let schema = &response["content"]["application/json"]["schema"];
        for member in resolved(&described, schema)["required"].as_array().into_iter().flatten() {
            let text: Value = serde_json::from_str(&text).unwrap();
            assert!(text.get(member.as_str().unwrap()).is_some(), "{what}: no {member}");
        }
        answered += 1;
    }
    assert_eq!(answered, control_routes().len());
    lab.stop().await;
}
