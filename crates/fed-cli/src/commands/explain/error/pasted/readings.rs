//! The ways in which a piece of text may be meant, and the one that tells the most: where a log
//! escapes it, and where a terminal breaks lines in the middle of a word.

use fed_types::Arn;
use iam_policy::aws_error::{AwsError, Reason, Refused};
use serde_json::Value;

use super::lines::bare;

/// Texts in texts in texts, as JSON in a log in JSON.
const DEPTH: usize = 3;
/// Breaks of lines that are looked at.
const BREAKS: usize = 64;

/// What tells the most.
pub(super) fn best(piece: &str) -> Option<AwsError> {
    let mut found: Option<(AwsError, usize)> = None;
    for text in readings(piece) {
        for error in [AwsError::read(&text), joined(&text)].into_iter().flatten() {
            let worth = worth(&error);
            if found.as_ref().is_none_or(|(_, most)| worth > *most) {
                found = Some((error, worth));
            }
        }
    }
    found.map(|(error, _)| error)
}

/// As it is, without what a log puts around it, and what stands in it as JSON or escaped.
fn readings(piece: &str) -> Vec<String> {
    let lines: Vec<&str> = piece.lines().map(bare).collect();
    let mut texts = vec![piece.to_owned(), lines.join("\n")];
    let (mut from, mut depth) = (0, 0);
    while depth < DEPTH {
        let until = texts.len();
        for index in from..until {
            let text = texts.get(index).cloned().unwrap_or_default();
            texts.extend(inner(&text));
        }
        (from, depth) = (until, depth + 1);
    }
    texts
}

/// The texts in a JSON object that stands in the text; else the text without its escapes.
fn inner(text: &str) -> Vec<String> {
    let object = text.find('{').zip(text.rfind('}'));
    let object = object.and_then(|(from, to)| text.get(from..=to));
    if let Some(value) = object.and_then(|object| serde_json::from_str::<Value>(object).ok()) {
        let mut texts = Vec::from_iter(object.filter(|object| *object != text).map(str::to_owned));
        texts_in(&value, &mut texts);
        return texts;
    }
    if !text.contains("\\\"") && !text.contains("\\n") {
        return Vec::new();
    }
    let escapes = [("\\n", "\n"), ("\\t", "\t"), ("\\\"", "\""), ("\\/", "/"), ("\\\\", "\\")];
    vec![escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))]
}

fn texts_in(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_in(item, texts)),
        Value::Object(members) => members.values().for_each(|item| texts_in(item, texts)),
        _ => {}
    }
}

/// A terminal breaks lines where they are full, in the middle of a word or not: each break is
/// closed where that tells more.
fn joined(text: &str) -> Option<AwsError> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    // What a box's border took is missing from its lines, and not from those that were broken.
    let is_full = |line: &&str| line.chars().count() + 2 >= width;
    let full: Vec<usize> = (0..lines.len().saturating_sub(1))
        .filter(|index| lines.get(*index).is_some_and(is_full))
        .take(BREAKS)
        .collect();
    let mut closed = vec![false; lines.len()];
    let mut best: Option<(AwsError, usize)> = None;
    // A second time, where closing one break made another worth it.
    for index in full.iter().chain(&full) {
        flip(&mut closed, *index);
        let error = AwsError::read(&text_of(&lines, &closed));
        let worth_now = error.as_ref().map_or(0, worth);
        if worth_now > best.as_ref().map_or(0, |(_, most)| *most) {
            best = error.map(|error| (error, worth_now));
        } else {
            flip(&mut closed, *index);
        }
    }
    best.map(|(error, _)| error)
}

fn flip(closed: &mut [bool], index: usize) {
    if let Some(is_closed) = closed.get_mut(index) {
        *is_closed = !*is_closed;
    }
}

fn text_of(lines: &[&str], closed: &[bool]) -> String {
    let mut text = String::new();
    for (line, is_closed) in lines.iter().zip(closed) {
        text.push_str(line);
        if !is_closed {
            text.push('\n');
        }
    }
    text
}

/// How much an error tells: first its parts, then how little is broken in them.
fn worth(error: &AwsError) -> usize {
    let told = [
        error.code.is_some(),
        error.operation.is_some(),
        error.role_arn.is_some(),
        error.refused.is_some() || error.decoded.is_some(),
    ];
    let told = told.into_iter().filter(|told| *told).count();
    let refused = error.refused.as_ref().map_or(0, of_refused);
    let encoded = error.encoded.as_ref().map_or(0, String::len);
    let whole = error.refused.as_ref().map_or(0, |refused| {
        let names = [refused.principal.as_deref(), refused.resource.as_deref()];
        names.into_iter().flatten().map(unbroken).sum()
    });
    1 + (told + refused) * 100_000 + whole * 1000 + encoded
}

/// Less for each blank in a name.
fn unbroken(name: &str) -> usize {
    10_usize.saturating_sub(name.chars().filter(|c| c.is_whitespace()).count())
}

/// Each part that is what it should be.
fn of_refused(refused: &Refused) -> usize {
    let is_arn = |text: &str| {
        Arn::parse(text).is_ok()
            && !text.contains(|c: char| c.is_whitespace() || "\"\\".contains(c))
    };
    let is_name = |text: &str| text == "*" || (!text.contains('\\') && !text.starts_with("arn:"));
    let parts = [
        refused.principal.as_deref().is_some_and(is_arn),
        aws_model::action(&refused.action).is_some(),
        refused.resource.as_deref().is_some_and(|text| is_arn(text) || is_name(text)),
        refused.reason != Reason::Untold,
    ];
    4 + parts.into_iter().filter(|part| *part).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_broken_is_worth_less() {
        let refused = |resource: &str| {
            of_refused(&Refused {
                principal: None,
                action: "s3:GetObject".to_owned(),
                resource: Some(resource.to_owned()),
                reason: Reason::Untold,
            })
        };
        for whole in ["arn:aws:s3:::b/k", "*", "role r"] {
            assert_eq!(refused(whole), 6, "{whole}");
        }
        for broken in ["arn:aws:s3:::b /k", "arn:aws", "role r\\", "arn:aws:s3:::b\"", "arn:\\"] {
            assert_eq!(refused(broken), 5, "{broken}");
        }
    }
}
