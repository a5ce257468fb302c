//! Every secret that turned up, in every way it may be written.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use regex::bytes::Regex;

/// A part of this many characters, from either end, is as bad as the whole.
const PART: usize = 24;

/// Secrets by their value, with what each is.
#[derive(Default)]
pub(super) struct Secrets(BTreeMap<String, String>);

impl Secrets {
    pub(super) fn add(&mut self, what: &str, value: &str) {
        assert!(value.len() >= 16, "a {what} of {} characters is found anywhere", value.len());
        self.0.insert(value.to_owned(), what.to_owned());
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What to search for, ready to be used on many places.
    pub(super) fn searcher(&self) -> Searcher {
        let mut needles = BTreeMap::new();
        for (value, what) in &self.0 {
            for form in forms(value) {
                needles.insert(form, what.clone());
            }
        }
        let literals: Vec<String> = needles.keys().map(|needle| regex::escape(needle)).collect();
        let shapes = [
            ("an access token", r"ya29\.[A-Za-z0-9_-]{20}"),
            ("a refresh token", r"1(//|%2[Ff]%2[Ff])0[A-Za-z0-9_-]{20}"),
            ("a signed token", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
        ];
        Searcher {
            // Without one, an alternation of nothing would match everywhere.
            any: (!literals.is_empty()).then(|| Regex::new(&literals.join("|")).unwrap()),
            needles,
            shapes: shapes.map(|(what, shape)| (what, Regex::new(shape).unwrap())),
        }
    }
}

/// The value as it is, as URLs and JSON write it, in base64, and its two ends.
fn forms(value: &str) -> Vec<String> {
    let encoded: String = reqwest::Url::parse_with_params("x:", [("", value)])
        .unwrap()
        .query()
        .unwrap()
        .trim_start_matches('=')
        .to_owned();
    let json = serde_json::Value::from(value).to_string();
    let mut forms = vec![value.to_owned(), encoded, json.trim_matches('"').to_owned()];
    forms.extend([STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|e| e.encode(value)));
    // The first characters of a signed token are its header, which is no secret.
    let end = |text: &str| text[text.len() - PART..].to_owned();
    if value.len() >= 2 * PART && value.is_ascii() {
        forms.push(end(value));
        if !value.starts_with("eyJ") {
            forms.push(value[..PART].to_owned());
        }
    }
    forms
}

/// Finds secrets in bytes.
pub(super) struct Searcher {
    any: Option<Regex>,
    needles: BTreeMap<String, String>,
    shapes: [(&'static str, Regex); 3],
}

impl Searcher {
    /// What is in there, without the value itself.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<String> {
        let shaped = || self.shapes.iter().find(|(_, shape)| shape.is_match(bytes));
        self.planted(bytes).or_else(|| shaped().map(|(what, _)| (*what).to_owned()))
    }

    /// The same of those alone that are known.
    pub(super) fn planted(&self, bytes: &[u8]) -> Option<String> {
        let found = self.any.as_ref().and_then(|any| any.find(bytes))?;
        self.needles.get(String::from_utf8_lossy(found.as_bytes()).as_ref()).cloned()
    }
}
