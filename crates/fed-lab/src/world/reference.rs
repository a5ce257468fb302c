//! What a world file may hold, for people and for editors.

use serde_json::{Map, Value, json};

use super::keys::{Key, Kind, Section, WORLD};

/// Every section and key of a world file, as Markdown.
pub fn world_reference() -> String {
    let mut text = String::new();
    describe(&WORLD, &mut text);
    text
}

fn describe(section: &Section, text: &mut String) {
    if !section.name.is_empty() {
        text.push_str(&format!("\n### `{}`\n\n{}\n", section.name, section.about));
    }
    text.push_str("\n| key | value | |\n| --- | --- | --- |\n");
    for key in section.keys {
        let needed = if key.required { ", needed" } else { "" };
        let line = format!("| `{}` | {}{needed} | {} |\n", key.name, kind(key), key.about);
        text.push_str(&line);
    }
    for key in section.keys {
        if let Kind::Section(inner) | Kind::Sections(inner) = key.kind {
            describe(inner, text);
        }
    }
}

fn kind(key: &Key) -> String {
    match key.kind {
        Kind::Text => "text".to_owned(),
        Kind::Choice(words) => format!("`{}`", words.join("`, `")),
        Kind::Texts => "list of texts".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Table => "table of texts".to_owned(),
        Kind::Document => "policy".to_owned(),
        Kind::Documents => "table of policies".to_owned(),
        Kind::Section(inner) => format!("section `[{}]`", inner.name),
        Kind::Sections(inner) => format!("sections `[[{}]]`", inner.name),
    }
}

/// The same as a JSON schema, for editors that check TOML by one.
pub fn world_schema() -> Value {
    let mut schema = of_section(&WORLD);
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("A world of fed-lab"));
    Value::Object(schema)
}

fn of_section(section: &Section) -> Map<String, Value> {
    let properties: Map<String, Value> =
        section.keys.iter().map(|key| (key.name.to_owned(), of_key(key))).collect();
    let required: Vec<&str> =
        section.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
    schema
}

fn of_key(key: &Key) -> Value {
    let texts = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let mut schema = match key.kind {
        Kind::Text | Kind::Document => json!({"type": "string"}),
        Kind::Choice(words) => json!({"enum": words}),
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Number => json!({"type": "integer", "minimum": 1}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Table | Kind::Documents => texts,
        Kind::Section(inner) => Value::Object(of_section(inner)),
        Kind::Sections(inner) => {
            json!({"type": "array", "minItems": 1, "items": of_section(inner)})
        }
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(key.about));
    }
    schema
}
