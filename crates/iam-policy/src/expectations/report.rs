//! How expectations came out.

use std::fmt::Write as _;

use super::Expected;
use crate::answer::Decision;

/// How one expectation came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// The test's name.
    pub name: String,
    /// What was expected.
    pub expected: Expected,
    /// What came out, or why the test could not be run.
    pub found: Result<Found, String>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// What the policies say.
    Decision(Decision),
    /// STS refuses the call whatever the policies say: its message.
    Refused(String),
}

impl Found {
    fn text(&self) -> String {
        match self {
            Self::Decision(Decision::Allowed) => Expected::Allowed.name().to_owned(),
            Self::Decision(Decision::ExplicitlyDenied) => {
                Expected::ExplicitlyDenied.name().to_owned()
            }
            Self::Decision(Decision::ImplicitlyDenied) => {
                Expected::ImplicitlyDenied.name().to_owned()
            }
            Self::Refused(message) => format!("{}: {message}", Expected::Refused.name()),
        }
    }
}

impl TestOutcome {
    /// Whether it is as expected.
    pub fn passed(&self) -> bool {
        match (&self.found, self.expected) {
            (Ok(Found::Decision(Decision::Allowed)), expected) => expected == Expected::Allowed,
            (Ok(Found::Decision(Decision::ExplicitlyDenied)), expected) => {
                matches!(expected, Expected::Denied | Expected::ExplicitlyDenied)
            }
            (Ok(Found::Decision(Decision::ImplicitlyDenied)), expected) => {
                matches!(expected, Expected::Denied | Expected::ImplicitlyDenied)
            }
            (Ok(Found::Refused(_)), expected) => expected == Expected::Refused,
            (Err(_), _) => false,
        }
    }

    /// Why it did not pass; `None` when it did.
    pub fn failure(&self) -> Option<String> {
        if self.passed() {
            return None;
        }
        Some(match &self.found {
            Ok(found) => format!("expected {}, found {}", self.expected.name(), found.text()),
            Err(reason) => reason.clone(),
        })
    }
}

impl Expected {
    /// As it stands in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::ExplicitlyDenied => "explicitly-denied",
            Self::ImplicitlyDenied => "implicitly-denied",
            Self::Refused => "refused",
        }
    }
}

/// All outcomes, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The outcomes.
    pub outcomes: Vec<TestOutcome>,
}

impl Report {
    /// How many passed.
    pub fn passed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.passed()).count()
    }

    /// How many did not.
    pub fn failed(&self) -> usize {
        self.outcomes.len() - self.passed()
    }

    /// As a test runner prints it: one line a test, then the sum.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            let _ = match outcome.failure() {
                None => writeln!(text, "ok      {}", outcome.name),
                Some(reason) => writeln!(text, "FAILED  {}: {reason}", outcome.name),
            };
        }
        let _ = writeln!(text, "{} passed, {} failed", self.passed(), self.failed());
        text
    }

    /// As JUnit XML, one suite named `suite`.
    pub fn junit(&self, suite: &str) -> String {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(
            text,
            "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
            escape(suite),
            self.outcomes.len(),
            self.failed()
        );
        for outcome in &self.outcomes {
            let _ = write!(
                text,
                "  <testcase classname=\"{}\" name=\"{}\"",
                escape(suite),
                escape(&outcome.name)
            );
            let _ = match outcome.failure() {
                None => writeln!(text, "/>"),
                Some(reason) => {
                    writeln!(text, "><failure message=\"{}\"/></testcase>", escape(&reason))
                }
            };
        }
        text.push_str("</testsuite></testsuites>\n");
        text
    }
}

/// Escapes for an XML attribute; characters that XML forbids become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
