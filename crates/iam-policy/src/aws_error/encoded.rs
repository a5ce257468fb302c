//! Encoded authorization messages: base64 that only AWS can read.

const INTRODUCTION: &str = "Encoded authorization failure message:";
/// Shorter ones are none.
const SHORTEST: usize = 60;
/// Source: STS API reference, DecodeAuthorizationMessage.
const LONGEST: usize = 10_240;
/// What a terminal breaks in two goes on for this long at least.
const BROKEN: usize = 20;

/// The message behind an error, or the text itself where it is one.
pub(super) fn find(text: &str) -> Option<String> {
    match text.split_once(INTRODUCTION) {
        Some((_, rest)) => gathered(rest),
        None => gathered(text).filter(|found| {
            let all: String = text.split_whitespace().collect();
            all == *found
        }),
    }
}

/// Whether the whole text is one.
pub fn is_encoded(text: &str) -> bool {
    !text.contains(INTRODUCTION) && find(text).is_some()
}

/// The sentence without it.
pub(super) fn without(message: &str) -> String {
    match message.split_once(INTRODUCTION) {
        Some((sentence, _)) => sentence.trim().to_owned(),
        None if is_encoded(message) => String::new(),
        None => message.to_owned(),
    }
}

/// The first run of its letters, with what a terminal broke off it.
fn gathered(text: &str) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
    let mut found = String::new();
    for word in text.split_whitespace() {
        let word = word.trim_end_matches(['.', ',', '"', '\'', ')']);
        let is_part = word.chars().all(is_letter) && (found.is_empty() || word.len() >= BROKEN);
        if !is_part {
            break;
        }
        found.push_str(word);
    }
    (SHORTEST..=LONGEST).contains(&found.len()).then_some(found)
}
