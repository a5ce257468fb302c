//! JSON as the aws CLI prints it: four spaces, a line break at the end.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use fed_types::commands_terminal;

/// The value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    // Writing to memory fails for no value that this program makes.
    let _ = value.serialize(&mut serializer);
    let mut text = escaped(&String::from_utf8(bytes).unwrap_or_default());
    text.push('\n');
    text
}

/// With escapes for what a terminal would obey, where JSON itself asks for none. Such
/// characters are in texts only, so that the value is the same.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if commands_terminal(character) {
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn four_spaces_and_a_line_break() {
        assert_eq!(
            super::json(&serde_json::json!({"a": [1]})),
            "{\n    \"a\": [\n        1\n    ]\n}\n"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let value = serde_json::json!("a\u{9b}\u{202e}\u{1b}\u{7f}");
        let text = super::json(&value);
        assert_eq!(text, "\"a\\u009b\\u202e\\u001b\\u007f\"\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
