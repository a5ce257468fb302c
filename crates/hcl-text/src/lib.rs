//! JSON values as expressions of HCL, for what is exported to Terraform and OpenTofu.
//!
//! ```
//! let json = serde_json::json!({"Effect": "Allow"});
//! assert_eq!(hcl_text::expression(&json, 0), "{\n  \"Effect\" = \"Allow\"\n}");
//! ```

use serde_json::Value;

/// A JSON value as an HCL expression; `depth` is how far its last line is indented, two
/// spaces each.
pub fn expression(json: &Value, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match json {
        Value::String(text) => string(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => {
            let items: String = items
                .iter()
                .map(|item| format!("{inner}{},\n", expression(item, depth + 1)))
                .collect();
            format!("[\n{items}{outer}]")
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let member = |(key, item): (&String, &Value)| {
                format!("{inner}{} = {}\n", string(key), expression(item, depth + 1))
            };
            format!("{{\n{}{outer}}}", members.iter().map(member).collect::<String>())
        }
        other => other.to_string(),
    }
}

/// A quoted template without any interpolation.
///
/// Source: HCL native syntax specification, "Quoted Literals" and "Template Expressions".
pub fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_stay_text() {
        assert_eq!(string("a${aws:username}%{b}\"\\\n"), r#""a$${aws:username}%%{b}\"\\\n""#);
        assert_eq!(string("\u{1}"), r#""\u0001""#);
    }

    #[test]
    fn what_is_nested_is_indented() {
        let json = json!({"a": [1, {"b": true}], "c": [], "d": {}});
        let expected = "{\n    \"a\" = [\n      1,\n      {\n        \"b\" = true\n      },\n    \
                        ]\n    \"c\" = []\n    \"d\" = {}\n  }";
        assert_eq!(expression(&json, 1), expected);
    }
}
