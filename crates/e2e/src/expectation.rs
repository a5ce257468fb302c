//! Compares what was printed with what a feature expects: literally, save for
//! `{placeholders}` whose shape is checked and whose value must stay the same
//! wherever a scenario names it again.
//!
//! | placeholder | shape |
//! | --- | --- |
//! | `{role id}`, `{user id}` | `AROA…`, `AIDA…`, 21 characters |
//! | `{access key id}`, `{session key id}` | `AKIA…`, `ASIA…`, 20 characters |
//! | `{secret access key}`, `{session secret access key}` | 40 characters |
//! | `{session token}` | base64, at least 16 characters |
//! | `{instance id}` | `i-` and 17 hexadecimal digits |
//! | `{home}` | the scenario's home folder |
//! | `{id token}` | a JWT signed by RS256 with a key of 2048 bits |
//! | `{shortened … token}` | its first six characters and its length |
//! | `{at_hash}`, `{nonce}` | base64url, 22 characters, at least 22 |
//! | `{now}`, `{an hour ago}`, `{in one hour}` | seconds since 1970 while the command ran, or an hour before or after |
//! | `{date}`, `{date an hour ago}`, `{date in one hour}` | RFC 3339, likewise |

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use regex::Regex;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What the placeholders stand for, as far as the scenario has come.
#[derive(Default)]
pub(crate) struct Bindings(BTreeMap<String, String>);

#[derive(Clone, Copy)]
enum Shape {
    /// Bound at its first appearance.
    Text(&'static str),
    /// An integer, so many seconds after the command ran.
    Seconds(i64),
    /// A date, so many seconds after the command ran.
    Date(i64),
}

/// The clocks of the parties agree to this many seconds.
const TOLERANCE: i64 = 2;

fn shape(name: &str) -> Option<Shape> {
    Some(match name {
        "role id" => Shape::Text("AROA[A-Z0-9]{17}"),
        "user id" => Shape::Text("AIDA[A-Z0-9]{17}"),
        "access key id" => Shape::Text("AKIA[A-Z0-9]{16}"),
        "session secret access key" => Shape::Text("[A-Za-z0-9/+]{40}"),
        "session key id" => Shape::Text("ASIA[A-Z0-9]{16}"),
        "secret access key" => Shape::Text("[A-Za-z0-9/+]{40}"),
        "session token" => Shape::Text("[A-Za-z0-9/+_=-]{16,}"),
        "instance id" => Shape::Text("i-[0-9a-f]{17}"),
        "id token" => Shape::Text("eyJ[A-Za-z0-9_-]+\\.eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{342}"),
        "shortened access token" => Shape::Text("ya29\\.[A-Za-z0-9_-]… \\([0-9]{2} characters\\)"),
        "shortened id token" => Shape::Text("eyJhbG… \\([0-9]{4} characters\\)"),
        "at_hash" => Shape::Text("[A-Za-z0-9_-]{22}"),
        "nonce" => Shape::Text("[A-Za-z0-9_-]{22,}"),
        "now" => Shape::Seconds(0),
        "in one hour" => Shape::Seconds(3600),
        "an hour ago" => Shape::Seconds(-3600),
        "date" => Shape::Date(0),
        "date an hour ago" => Shape::Date(-3600),
        "date in one hour" => Shape::Date(3600),
        _ => return None,
    })
}

impl Bindings {
    /// Fixes what `name` stands for before it appears.
    pub(crate) fn bind(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Those that nobody should be shown.
    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let is_one = |name: &str| {
            ["client secret", "id token"].contains(&name)
                || name.ends_with("secret access key")
                || name.ends_with("session token")
        };
        let all = self.0.iter().filter(|(name, _)| is_one(name));
        all.map(|(name, value)| (format!("the {name}"), value.clone())).collect()
    }

    /// `text` with the placeholders that stand for something filled in.
    pub(crate) fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), fill)
    }

    /// What `name` stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether `found` is `expected`, printed between `window.0` and `window.1`
    /// (seconds since 1970).
    ///
    /// # Errors
    /// Both texts, when they differ.
    pub(crate) fn text(&mut self, expected: &str, found: &str, window: (i64, i64)) -> Result<()> {
        let (pattern, names) = self.pattern(expected)?;
        let Some(captures) = pattern.captures(found) else {
            bail!("expected:\n{expected}\nfound:\n{found}");
        };
        for (index, name) in names.iter().enumerate() {
            let value = captures.get(index + 1).map_or("", |group| group.as_str());
            self.check(name, value, window)
                .with_context(|| format!("expected:\n{expected}\nfound:\n{found}"))?;
        }
        Ok(())
    }

    /// Whether `found` is the JSON `expected`: the same members, no more, no less.
    ///
    /// # Errors
    /// The path of the first difference, and both values there.
    pub(crate) fn json(
        &mut self,
        expected: &Value,
        found: &Value,
        window: (i64, i64),
    ) -> Result<()> {
        self.json_at("", expected, found, window)
    }

    fn json_at(
        &mut self,
        path: &str,
        expected: &Value,
        found: &Value,
        window: (i64, i64),
    ) -> Result<()> {
        let here = if path.is_empty() { "the document" } else { path };
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                for (name, value) in expected {
                    let Some(found) = found.get(name) else {
                        bail!("{here} lacks `{name}`");
                    };
                    self.json_at(&format!("{path}.{name}"), value, found, window)?;
                }
                for (name, value) in found {
                    if !expected.contains_key(name) {
                        bail!("{here} holds `{name}`: {value}, which is not expected");
                    }
                }
                Ok(())
            }
            (Value::Array(expected), Value::Array(found)) => {
                if expected.len() != found.len() {
                    bail!("{here} has {} elements, expected {}", found.len(), expected.len());
                }
                for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.json_at(&format!("{path}[{index}]"), expected, found, window)?;
                }
                Ok(())
            }
            (Value::String(text), Value::String(found)) => {
                self.text(text, found, window).with_context(|| format!("{here} differs"))
            }
            // `"{now}"` may stand for a number.
            (Value::String(text), Value::Number(found)) if text.starts_with('{') => self
                .text(text, &found.to_string(), window)
                .with_context(|| format!("{here} differs")),
            (expected, found) if expected == found => Ok(()),
            (expected, found) => bail!("{here} is {found}, expected {expected}"),
        }
    }

    fn check(&mut self, name: &str, value: &str, window: (i64, i64)) -> Result<()> {
        let (seconds, offset) = match shape(name) {
            Some(Shape::Text(_)) | None => {
                let known = self.0.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                if known != value {
                    bail!("`{{{name}}}` was `{known}` before and is `{value}` now");
                }
                return Ok(());
            }
            Some(Shape::Seconds(offset)) => {
                (value.parse().with_context(|| format!("`{value}` is no integer"))?, offset)
            }
            Some(Shape::Date(offset)) => {
                let date = OffsetDateTime::parse(value, &Rfc3339)
                    .with_context(|| format!("`{value}` is no date"))?;
                (date.unix_timestamp(), offset)
            }
        };
        let (from, to) = (window.0 + offset - TOLERANCE, window.1 + offset + TOLERANCE);
        if (from..=to).contains(&seconds) {
            Ok(())
        } else {
            bail!("`{{{name}}}` is {value}, expected a moment between {from} and {to}")
        }
    }

    fn pattern(&self, expected: &str) -> Result<(Regex, Vec<String>)> {
        let mut pattern = String::from(r"\A");
        let mut names = Vec::new();
        let mut rest = expected;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            pattern.push_str(&regex::escape(before));
            let name = after[1..].split_once('}').map(|(name, _)| name);
            match name.map(|name| (name, self.0.get(name), shape(name))) {
                Some((name, Some(value), _)) => {
                    pattern.push_str(&regex::escape(value));
                    rest = &after[name.len() + 2..];
                }
                Some((name, None, Some(shape))) => {
                    pattern.push_str(&match shape {
                        Shape::Text(text) => format!("({text})"),
                        Shape::Seconds(_) => String::from("([0-9]+)"),
                        Shape::Date(_) => String::from("([0-9T:+.Z-]{20,35})"),
                    });
                    names.push(name.to_owned());
                    rest = &after[name.len() + 2..];
                }
                _ => {
                    pattern.push_str(r"\{");
                    rest = &after[1..];
                }
            }
        }
        pattern.push_str(&regex::escape(rest));
        pattern.push_str(r"\z");
        Ok((Regex::new(&pattern)?, names))
    }
}

#[cfg(test)]
mod tests;
