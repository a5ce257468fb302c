//! What comes back, to the byte.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::text::fill;

/// What a row expects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Expected {
    /// Status, code and message.
    Refused(u16, String, String),
    /// Elements of the answer and their texts; `null` for one that is not there, an empty
    /// text for one whose text does not matter.
    Allowed(BTreeMap<String, Option<String>>),
}

/// An answer as it came.
pub(super) struct Asked {
    pub(super) shape: Shape,
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) request_id: String,
    pub(super) body: String,
}

/// The wire format of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Ec2,
    /// With the name space.
    Query(&'static str),
    RestXml,
    /// With the version.
    Json(String),
}

impl Shape {
    pub(super) fn of_query(service: &str) -> Self {
        Self::Query(match service {
            "ec2" => return Self::Ec2,
            "s3" => return Self::RestXml,
            "iam" => "https://iam.amazonaws.com/doc/2010-05-08/",
            "monitoring" => "http://monitoring.amazonaws.com/doc/2010-08-01/",
            "sns" => "http://sns.amazonaws.com/doc/2010-03-31/",
            _ => "https://sts.amazonaws.com/doc/2011-06-15/",
        })
    }

    /// Content type and body of an error. S3's has further elements, of which
    /// `s3_error_fields` asks; here they are taken as they were `found`.
    fn error(
        &self,
        status: u16,
        (code, message): (&str, &str),
        (id, found): (&str, &str),
    ) -> (String, String) {
        let message = match self {
            Self::Json(_) => message.to_owned(),
            _ => message
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;"),
        };
        match self {
            Self::Ec2 => (
                "text/xml;charset=UTF-8".to_owned(),
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>\
                     <Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                     <RequestID>{id}</RequestID></Response>"
                ),
            ),
            Self::Query(namespace) => {
                let fault = if status < 500 { "Sender" } else { "Receiver" };
                (
                    "text/xml".to_owned(),
                    format!(
                        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    \
                         <Type>{fault}</Type>\n    <Code>{code}</Code>\n    \
                         <Message>{message}</Message>\n  </Error>\n  \
                         <RequestId>{id}</RequestId>\n</ErrorResponse>\n"
                    ),
                )
            }
            Self::RestXml => (
                "application/xml".to_owned(),
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
                     <Message>{message}</Message>{}<RequestId>{id}</RequestId>{}</Error>",
                    further(found, "</Message>", "<RequestId>"),
                    further(found, "</RequestId>", "</Error>"),
                ),
            ),
            Self::Json(version) => (
                format!("application/x-amz-json-{version}"),
                json!({ "__type": code, "message": message }).to_string(),
            ),
        }
    }
}

/// What stands between the two.
fn further<'a>(body: &'a str, after: &str, before: &str) -> &'a str {
    let rest = body.split_once(after).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split_once(before)).map(|(found, _)| found).unwrap_or_default()
}

impl Expected {
    /// How the answer differs from what is expected.
    pub(super) fn differs(&self, asked: &Asked) -> Option<String> {
        match self {
            Self::Refused(status, code, message) => {
                let message = fill(message);
                let message = match message.strip_suffix("{encoded}") {
                    Some(start) => format!("{start}{}", encoded(&asked.body)),
                    None => message,
                };
                let (content_type, body) =
                    asked.shape.error(*status, (code, &message), (&asked.request_id, &asked.body));
                let same = asked.status == *status
                    && asked.content_type == content_type
                    && asked.body == body;
                (!same).then(|| format!("expected {status} {content_type} {body}\nfound {asked}"))
            }
            Self::Allowed(elements) => {
                let wrong = elements.iter().find(|(name, expected)| {
                    let found = element(&asked.body, name);
                    match expected.as_deref() {
                        None => found.is_some(),
                        Some("") => found.is_none(),
                        Some(expected) => found.as_deref() != Some(&fill(expected)),
                    }
                });
                match wrong {
                    Some((name, expected)) => {
                        Some(format!("expected {name} to be {expected:?}\nfound {asked}"))
                    }
                    None if asked.status != 200 => Some(format!("expected 200\nfound {asked}")),
                    None => None,
                }
            }
        }
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.status, self.content_type, self.body)
    }
}

/// The encoded authorization message, which is the last word of a message.
fn encoded(body: &str) -> String {
    let message = element(body, "Message").unwrap_or_default();
    let last = message.rsplit(' ').next().unwrap_or_default().to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    assert!(last.len() > 100 && last.chars().all(plain), "no encoded message: {body}");
    last
}

/// The text of the first element of this name.
pub(super) fn element(body: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(body).ok()?;
    let node = document.descendants().find(|node| node.tag_name().name() == name)?;
    Some(node.text().unwrap_or_default().to_owned())
}
