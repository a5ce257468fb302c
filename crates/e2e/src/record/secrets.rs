//! What nobody should read on the page: cut out of what goes there, and looked for in what
//! came of it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What stands for a secret.
const CUT: &str = "…";
/// A part of this many characters, from either end, is as bad as the whole.
const PART: usize = 24;
/// What is shorter would be found anywhere.
const SHORTEST: usize = 16;

/// What looks like a secret, whoever made it: its name, what stands before it, itself.
static SHAPES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let shapes = [
        ("a signed token", r"()eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(\.[A-Za-z0-9_-]*)?"),
        ("an access token", r"()ya29\.[A-Za-z0-9_-]{20,}"),
        ("a refresh token", r"()1(//|%2[Ff]%2[Ff])0[A-Za-z0-9_-]{20,}"),
        (
            "a member of credentials",
            r#"((?:SecretAccessKey|SessionToken|SigninToken|secret_access_key|session_token|client_secret|refresh_token|access_token|id_token)(?:"|&#34;)?\s*[:=]\s*(?:"|&#34;|')?)[A-Za-z0-9/+_.=-]{16,}"#,
        ),
        (
            "an element of credentials",
            r"((?:<|&lt;)(?:SecretAccessKey|SessionToken)(?:>|&gt;))[^<&]{16,}",
        ),
        (
            "a secret variable",
            r#"((?:AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AWS_SECURITY_TOKEN)=["']?)[A-Za-z0-9/+_.=-]{16,}"#,
        ),
        (
            "a parameter of a sign-in or a signature",
            r"([?&;](?:code|state|nonce|code_challenge|X-Amz-Security-Token|X-Amz-Signature|SigninToken)=)[A-Za-z0-9%/+_.~-]{16,}",
        ),
    ];
    // A shape that is no expression is found by the test below.
    shapes.into_iter().filter_map(|(name, shape)| Some((name, Regex::new(shape).ok()?))).collect()
});

/// Secrets by their value, with what each is.
#[derive(Default)]
pub(super) struct Secrets(BTreeMap<String, String>);

impl Secrets {
    pub(super) fn add(&mut self, what: &str, value: &str) {
        if value.len() >= SHORTEST {
            self.0.insert(value.to_owned(), what.to_owned());
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// `text` without them, and without what looks like one.
    pub(super) fn cut(&self, text: &str) -> String {
        let known = self.0.keys().fold(text.to_owned(), |text, value| text.replace(value, CUT));
        let cut = |text: String, (_, shape): &(&str, Regex)| {
            shape.replace_all(&text, format!("${{1}}{CUT}")).into_owned()
        };
        SHAPES.iter().fold(known, cut)
    }

    /// What of them is in `page`, or looks like one: never the value.
    pub(super) fn found_in(&self, page: &str) -> Vec<String> {
        let has = |value: &&String| parts(value).iter().any(|part| page.contains(part.as_str()));
        let known = self.0.iter().filter(|(value, _)| has(value)).map(|(_, what)| what.clone());
        let alike = SHAPES.iter().filter(|(_, shape)| shape.is_match(page));
        let mut found: Vec<_> = known.chain(alike.map(|(name, _)| (*name).to_owned())).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// A secret's two ends, as they stand in HTML and in a URL.
fn parts(value: &str) -> Vec<String> {
    let characters: Vec<char> = value.chars().collect();
    let long = characters.len().min(PART);
    let ends = [&characters[..long], &characters[characters.len() - long..]];
    let plain = ends.map(|end| end.iter().collect::<String>());
    let encoded = |text: &String| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let in_urls: Vec<String> = plain.iter().map(encoded).collect();
    plain.into_iter().chain(in_urls).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "canary/secret+key/of/forty/characters=0=";

    fn known() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add("the secret access key of ada", KEY);
        secrets.add("a word", "short");
        secrets
    }

    #[test]
    fn every_shape_is_an_expression() {
        assert_eq!(SHAPES.len(), 7);
    }

    /// Each is cut where it stands, and found where it was not cut.
    #[test]
    fn a_secret_is_cut_and_would_be_found() {
        let token = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJjYW5hcnkifQ", "c2lnbmF0dXJl"].join(".");
        let value = "canary0canary0canary0canary0";
        let cases = [
            (format!("say {KEY} so"), "say … so"),
            (format!("token {token} so"), "token … so"),
            (format!("Bearer ya29.{value}"), "Bearer …"),
            (format!("1//0{value}"), "…"),
            (format!("\"SessionToken\": \"{value}\","), "\"SessionToken\": \"…\","),
            (format!("aws_secret_access_key = {value}"), "aws_secret_access_key = …"),
            (format!("<SecretAccessKey>{value}</Se"), "<SecretAccessKey>…</Se"),
            (format!("export AWS_SESSION_TOKEN={value}"), "export AWS_SESSION_TOKEN=…"),
            (format!("/callback?code={value}&hd=x"), "/callback?code=…&hd=x"),
        ];
        for (text, expected) in cases {
            assert_ne!(known().found_in(&text), Vec::<String>::new(), "{text}");
            let cut = known().cut(&text);
            assert_eq!(cut, expected);
            assert_eq!(known().found_in(&cut), Vec::<String>::new(), "{cut}");
        }
    }

    #[test]
    fn a_part_of_a_secret_is_found_in_html_and_in_urls() {
        let start: String = KEY.chars().take(PART).collect();
        let end: String = KEY.chars().skip(KEY.len() - PART).collect();
        let in_url: String = url::form_urlencoded::byte_serialize(KEY.as_bytes()).collect();
        for text in [start.as_str(), &end, &in_url] {
            assert_eq!(known().found_in(text), ["the secret access key of ada"], "{text}");
        }
        assert_eq!(known().found_in("short, and nothing"), Vec::<String>::new());
    }

    #[test]
    fn what_is_shortened_already_stays() {
        let shown = r#""IDToken": "eyJhbG… (1213 characters)", "access_token": "ya29.F… (48)""#;
        assert_eq!(known().cut(shown), shown);
        assert_eq!(known().found_in(shown), Vec::<String>::new());
    }
}
