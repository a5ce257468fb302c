//! The file that service control policies are given in, and where it is at fault.

use std::collections::BTreeMap;

use iam_policy::PolicyError;
use serde_json::value::RawValue;

/// A file that holds no service control policies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct InvalidServiceControlPolicies {
    line: usize,
    column: usize,
    message: String,
    hint: Option<String>,
}

impl InvalidServiceControlPolicies {
    /// The line of the fault, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the fault in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = place(text, offset);
        let hint = "a list of policies, or of levels that are lists of policies: \
                    [{\"name\": \"guard\", \"document\": {\"Version\": \"2012-10-17\", …}}]";
        Self { line, column, message: message.into(), hint: Some(hint.to_owned()) }
    }

    /// A fault of the document that `entry` holds.
    pub(super) fn within(text: &str, entry: &Entry<'_>, error: &PolicyError) -> Self {
        let (line, column) = place(text, offset(text, entry.document));
        let (inner_line, inner_column) = (error.line() as usize, error.column() as usize);
        Self {
            line: line + inner_line - 1,
            column: if inner_line == 1 { column + inner_column - 1 } else { inner_column },
            message: error.message().to_owned(),
            hint: error.hint().map(str::to_owned),
        }
    }
}

/// One policy of the file.
pub(super) struct Entry<'t> {
    pub(super) name: Option<String>,
    pub(super) document: &'t str,
}

/// The levels and their policies, their documents unread.
pub(super) fn read(text: &str) -> Result<Vec<Vec<Entry<'_>>>, InvalidServiceControlPolicies> {
    let outer: &RawValue =
        serde_json::from_str(text).map_err(|error| InvalidServiceControlPolicies {
            line: error.line(),
            column: error.column(),
            message: "expected JSON".to_owned(),
            hint: Some(error.to_string()),
        })?;
    let members = list(text, outer, "a list of policies or of levels")?;
    let is_level = |member: &&RawValue| member.get().starts_with('[');
    let nested = members.iter().filter(|member| is_level(member)).count();
    if nested == 0 {
        return match members.is_empty() {
            true => Ok(Vec::new()),
            false => Ok(vec![entries(text, members)?]),
        };
    }
    let mut levels = Vec::with_capacity(members.len());
    for member in members {
        let policies = list(text, member, "a list of policies, as the other levels are")?;
        levels.push(entries(text, policies)?);
    }
    Ok(levels)
}

fn entries<'t>(
    text: &'t str,
    members: Vec<&'t RawValue>,
) -> Result<Vec<Entry<'t>>, InvalidServiceControlPolicies> {
    members.into_iter().map(|member| entry(text, member)).collect()
}

fn entry<'t>(
    text: &'t str,
    member: &'t RawValue,
) -> Result<Entry<'t>, InvalidServiceControlPolicies> {
    let fault = |value: &str, message: String| {
        Err(InvalidServiceControlPolicies::at(text, offset(text, value), message))
    };
    let Ok(parts) = serde_json::from_str::<BTreeMap<String, &RawValue>>(member.get()) else {
        return fault(member.get(), format!("expected a policy, found {}", kind(member)));
    };
    let Some(document) = parts.get("document") else {
        return Ok(Entry { name: None, document: member.get() });
    };
    if let Some((other, value)) =
        parts.iter().find(|(part, _)| !matches!(part.as_str(), "name" | "document"))
    {
        let message = format!("expected `name` and `document`, found `{}`", other.escape_debug());
        return fault(value.get(), message);
    }
    let name = match parts.get("name").map(|name| (name, serde_json::from_str(name.get()))) {
        None => None,
        Some((_, Ok(name))) => Some(name),
        Some((value, Err(_))) => {
            return fault(value.get(), format!("expected a name, found {}", kind(value)));
        }
    };
    Ok(Entry { name, document: document.get() })
}

fn list<'t>(
    text: &'t str,
    value: &'t RawValue,
    expected: &str,
) -> Result<Vec<&'t RawValue>, InvalidServiceControlPolicies> {
    serde_json::from_str(value.get()).map_err(|_| {
        let message = format!("expected {expected}, found {}", kind(value));
        InvalidServiceControlPolicies::at(text, offset(text, value.get()), message)
    })
}

fn kind(value: &RawValue) -> &'static str {
    match value.get().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Where `part`, a slice of `text`, begins in it.
fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// Line and column of an offset.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use crate::ServiceControlPolicies;

    const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

    fn levels(text: &str) -> Vec<Vec<String>> {
        let policies = ServiceControlPolicies::parse(text).unwrap();
        let names = |level: &Vec<iam_policy::NamedPolicy>| {
            level.iter().map(|policy| policy.name.to_string()).collect()
        };
        policies.levels.iter().map(names).collect()
    }

    #[test]
    fn a_list_of_policies_is_one_level() {
        let named = format!("[{{\"name\":\"a\",\"document\":{ALLOW}}},{ALLOW}]");
        assert_eq!(levels(&named), [["a", "level 1 policy 2"]]);
    }

    #[test]
    fn a_list_of_lists_is_a_level_each() {
        let text = format!("[[{ALLOW}],[{{\"document\":{ALLOW}}}]]");
        assert_eq!(levels(&text), [["level 1 policy 1"], ["level 2 policy 1"]]);
        assert_eq!(levels("[]"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let denny = ALLOW.replace("\"Allow\"", "\"Denny\"");
        for (text, expected) in [
            ("", "line 1, column 0: expected JSON"),
            ("[", "line 1, column 1: expected JSON"),
            ("{}", "line 1, column 1: expected a list of policies or of levels, found an object"),
            (
                "\n \"x\"",
                "line 2, column 2: expected a list of policies or of levels, found a string",
            ),
            ("[7]", "line 1, column 2: expected a policy, found a number"),
            ("[[7]]", "line 1, column 3: expected a policy, found a number"),
            ("[[\"a\"]]", "line 1, column 3: expected a policy, found a string"),
            (
                &format!("[[],{ALLOW}]"),
                "line 1, column 5: expected a list of policies, as the other levels are, found an \
                 object",
            ),
            (
                &format!("[{{\"name\":7,\"document\":{ALLOW}}}]"),
                "line 1, column 10: expected a name, found a number",
            ),
            (
                &format!("[{{\"nam\":\"a\",\"document\":{ALLOW}}}]"),
                "line 1, column 9: expected `name` and `document`, found `nam`",
            ),
            (
                &format!("[\n{{\"document\":{denny}}}]"),
                "line 3, column 13: expected `Effect` to be `Allow` or `Deny`, in this case",
            ),
            ("[\n {}]", "line 2, column 2: the policy has no `Statement`"),
            (
                "[{\"document\":\"{}\"}]",
                "line 1, column 14: expected a policy document (an object), found a string",
            ),
        ] {
            let error = ServiceControlPolicies::parse(text).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
        }
    }
}
