//! JSON as the aws CLI prints it: four spaces, a line break at the end.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// The value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    // Writing to memory fails for no value that this program makes.
    let _ = value.serialize(&mut serializer);
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    text.push('\n');
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
}
