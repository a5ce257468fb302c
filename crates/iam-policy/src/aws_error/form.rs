//! The forms in which tools and services write an error: its code, operation and sentence.

use serde_json::Value;

use super::topic;

/// What a form holds.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) code: Option<String>,
    pub(super) operation: Option<String>,
    /// The sentence, or the whole text, in one line.
    pub(super) message: String,
}

/// Takes the text apart.
pub(super) fn parts(text: &str) -> Parts {
    json(text).or_else(|| xml(text)).unwrap_or_else(|| prose(&one_line(text)))
}

/// White space, line breaks of a terminal included, as one blank.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer of a JSON service, of boto3's `error.response`, or an event of CloudTrail.
fn json(text: &str) -> Option<Parts> {
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    let first = |names: &[&str]| -> Option<String> {
        names.iter().find_map(|name| value.pointer(name)?.as_str().map(str::to_owned))
    };
    let code = first(&["/Error/Code", "/__type", "/errorCode", "/Code", "/code"])?;
    let message = first(&["/Error/Message", "/message", "/Message", "/errorMessage"]);
    let code = code.rsplit(['#', '.']).next().unwrap_or_default().to_owned();
    Some(Parts {
        code: Some(code).filter(|code| is_code(code)),
        operation: first(&["/eventName"]),
        message: one_line(&message.unwrap_or_default()),
    })
}

fn xml(text: &str) -> Option<Parts> {
    let inside = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (inner, _) = rest.split_once(&format!("</{name}>"))?;
        Some(inner.trim())
    };
    let code = inside("Code")?;
    let message = inside("Message").unwrap_or_default();
    Some(Parts {
        code: Some(code.to_owned()).filter(|code| is_code(code)),
        operation: None,
        message: one_line(&unescape(message)),
    })
}

fn unescape(text: &str) -> String {
    let entities =
        [("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&lt;", "<")];
    let text = entities.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&gt;", ">").replace("&amp;", "&")
}

/// What a tool prints.
fn prose(text: &str) -> Parts {
    cli(text).or_else(|| go(text)).or_else(|| java(text)).unwrap_or_else(|| bare(text))
}

/// `An error occurred (CODE) when calling the NAME operation (reached max retries: 4): …`, of
/// the AWS CLI and boto3.
fn cli(text: &str) -> Option<Parts> {
    let (_, rest) = text.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(')')?;
    let (operation, message) = match rest.split_once("when calling the ") {
        Some((_, rest)) => {
            let (operation, rest) = rest.split_once(" operation")?;
            (Some(operation), rest.split_once(": ").map_or("", |(_, message)| message))
        }
        None => (None, rest.trim_start_matches([':', ' '])),
    };
    Some(Parts {
        code: Some(code.to_owned()).filter(|code| is_code(code)),
        operation: operation.map(str::to_owned).filter(|name| is_code(name)),
        message: message.to_owned(),
    })
}

/// `operation error STS: NAME, https response error …, api error CODE: …`, of the Go SDK and
/// so of Terraform.
fn go(text: &str) -> Option<Parts> {
    let (before, rest) = text.split_once("api error ")?;
    let (code, message) = rest.split_once(": ").unwrap_or((rest, ""));
    let operation = before.split_once("operation error ").and_then(|(_, rest)| {
        let (_, rest) = rest.split_once(": ")?;
        rest.split(',').next()
    });
    Some(Parts {
        code: Some(code.trim_end_matches(',').to_owned()).filter(|code| is_code(code)),
        operation: operation.map(str::to_owned).filter(|name| is_code(name)),
        message: message.to_owned(),
    })
}

/// `… (Service: AmazonEC2; Status Code: 403; Error Code: CODE; Request ID: …)`, of the Java SDK.
fn java(text: &str) -> Option<Parts> {
    let (message, rest) = text.split_once(" (Service: ")?;
    let code = rest
        .split_once("Error Code: ")
        .map(|(_, rest)| rest.split([';', ',', ')', ' ']).next().unwrap_or_default().to_owned());
    Some(Parts {
        code: code.filter(|code| is_code(code)),
        operation: None,
        message: message.to_owned(),
    })
}

/// `CODE: …`, of the JavaScript SDK and of many others; or the sentence alone.
fn bare(text: &str) -> Parts {
    let whole = || Parts { message: text.to_owned(), ..Parts::default() };
    let mut at = 0;
    for word in text.split(' ') {
        let end = at + word.len();
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        // A word of prose is no code.
        let is_marked = bare != word || bare == text;
        if is_marked && topic::is_known_code(bare) {
            let message = text.get(end..).unwrap_or_default().trim();
            return Parts {
                code: Some(bare.to_owned()),
                operation: None,
                message: message.to_owned(),
            };
        }
        at = end + 1;
    }
    whole()
}

fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '.';
    (2..=80).contains(&text.len()) && text.chars().all(fits)
}

/// The first ARN of a role in the text.
pub(super) fn role_arn(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}".contains(c));
    let mut roles = words.filter_map(|word| {
        let word = word.trim_end_matches(['.', ':']);
        word.parse::<fed_types::RoleArn>().ok().map(|role| role.to_string())
    });
    roles.next()
}
