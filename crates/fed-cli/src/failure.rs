//! Why a command did not do what it was asked, ready to be shown.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Style};

use fed_types::Hint;

use crate::Exit;
use crate::advice::{NamedProfile, told};
use crate::config::ConfigError;
use fed_types::printable;

/// A failure as a person meets it: what went wrong, what caused it, what to do about
/// it, and the exit status. All errors of all libraries end here, and are rendered in
/// one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit status.
    pub exit: Exit,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    /// Nobody reads what we write: say nothing.
    quiet: bool,
}

impl Failure {
    /// With a message of its own.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), causes: Vec::new(), hint: None, quiet: false }
    }

    /// From an error and the chain of its sources.
    pub fn from_error(exit: Exit, error: &(dyn Error + 'static)) -> Self {
        let mut failure = Self::new(exit, error.to_string());
        failure.causes = chain(error.source(), &failure.message);
        failure
    }

    /// An error that happened while we tried something: `message` says what.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn Error + 'static)) -> Self {
        self.causes = chain(Some(error), &self.message);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what else is to be done, on a line of its own.
    #[must_use]
    pub(crate) fn also_hint(self, hint: &str) -> Self {
        let hint = match &self.hint {
            Some(first) => format!("{first}\n{hint}"),
            None => hint.to_owned(),
        };
        self.hint(hint)
    }

    /// Adds what to do about it, where that is known.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into).or(self.hint);
        self
    }

    /// Adds what a library says is to be done.
    #[must_use]
    pub(crate) fn advised(self, hint: impl Into<Option<Hint>>) -> Self {
        let hint = hint.into().map(|hint| told(&hint, None));
        self.maybe_hint(hint)
    }

    /// The same, with commands for this profile.
    #[must_use]
    pub(crate) fn advised_for(
        self,
        hint: impl Into<Option<Hint>>,
        profile: NamedProfile<'_>,
    ) -> Self {
        let hint = hint.into().map(|hint| told(&hint, Some(profile)));
        self.maybe_hint(hint)
    }

    /// With another command in the hint, where the one that is named there would not work.
    #[must_use]
    pub(crate) fn hint_instead(mut self, command: &str, other: &str) -> Self {
        self.hint = self.hint.map(|hint| hint.replace(command, other));
        self
    }

    /// A failure to write to stdout: quiet when nobody reads any more.
    pub fn output(error: &io::Error) -> Self {
        let quiet = error.kind() == io::ErrorKind::BrokenPipe;
        let exit = if quiet { Exit::Done } else { Exit::Unexpected };
        Self { quiet, ..Self::new(exit, "could not write to standard output").caused_by(error) }
    }

    /// `error:`, the chain of `caused by:`, an empty line, `hint:`. `None`: say nothing.
    pub fn render(&self, colors: bool) -> Option<String> {
        if self.quiet {
            return None;
        }
        let label = |word: &str, color: AnsiColor| {
            let style = if colors {
                Style::new().bold().fg_color(Some(color.into()))
            } else {
                Style::new()
            };
            format!("{style}{word}:{style:#}")
        };
        let mut text = format!("{} {}", label("error", AnsiColor::Red), printable(&self.message));
        for cause in &self.causes {
            let cause = printable(cause);
            let _ = write!(text, "\n  {} {cause}", label("caused by", AnsiColor::Red));
        }
        if let Some(hint) = &self.hint {
            let hint = printable(hint);
            let _ = write!(text, "\n\n{} {hint}", label("hint", AnsiColor::Cyan));
        }
        Some(text)
    }

    /// Message and causes in one line, for where there is no room for more.
    pub fn in_one_line(&self) -> String {
        let parts: Vec<&str> = std::iter::once(self.message.as_str())
            .chain(self.causes.iter().map(String::as_str))
            .collect();
        parts.join(": ")
    }

    /// What to do about it, where that is known; else what went wrong, in one line. `None`: say
    /// nothing.
    pub fn remedy(&self) -> Option<String> {
        (!self.quiet).then(|| self.hint.clone().unwrap_or_else(|| self.in_one_line()))
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::from_error(Exit::InvalidConfiguration, &error).maybe_hint(error.hint())
    }
}

/// What layers of the AWS SDK and of the HTTP client call themselves: no causes.
const NO_CAUSES: [&str; 9] = [
    "dispatch failure",
    "other",
    "service error",
    "io error",
    "request has timed out",
    "an error occurred while loading credentials",
    "error sending request",
    "client error (Connect)",
    "tcp connect error",
];

/// The texts of an error and its sources, leaving out what only repeats or names a layer.
fn chain(error: Option<&(dyn Error + 'static)>, above: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error;
    while let Some(error) = next {
        let text = error.to_string();
        let last = texts.last().map_or(above, String::as_str);
        let is_told = last.contains(&text) || text == above || texts.contains(&text);
        if !text.is_empty() && !is_told && !NO_CAUSES.contains(&text.as_str()) {
            texts.push(text);
        }
        next = error.source();
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    fn layers(texts: &[&'static str]) -> Layer {
        let (text, rest) = texts.split_first().unwrap();
        let source = (!rest.is_empty()).then(|| Box::new(layers(rest)));
        Layer { text, source }
    }

    #[test]
    fn where_a_remedy_is_known_it_is_all_that_is_said() {
        let failure = Failure::from_error(Exit::Unexpected, &layers(&["could not a", "b failed"]));
        assert_eq!(failure.remedy().as_deref(), Some("could not a: b failed"));
        assert_eq!(failure.hint("try d").remedy().as_deref(), Some("try d"));
    }

    #[test]
    fn the_chain_is_shown_once_and_the_hint_apart() {
        let error =
            layers(&["could not a", "b failed", "b failed", "c", "b failed", "could not a"]);
        let failure = Failure::from_error(Exit::Unexpected, &error).hint("try d");
        assert_eq!(
            failure.render(false).unwrap(),
            "error: could not a\n  caused by: b failed\n  caused by: c\n\nhint: try d"
        );
    }

    #[test]
    fn colours_are_only_around_the_labels() {
        let text = Failure::new(Exit::Usage, "m").render(true).unwrap();
        assert_eq!(text, "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m m");
    }

    #[test]
    fn what_came_from_outside_commands_no_terminal() {
        let error = layers(&["a\u{9b}31m", "b\u{202e}c"]);
        let failure = Failure::from_error(Exit::Unexpected, &error).hint("d\u{1b}]0;x\u{7}");
        assert_eq!(
            failure.render(false).unwrap(),
            "error: a\u{fffd}31m\n  caused by: b\u{fffd}c\n\nhint: d\u{fffd}]0;x\u{fffd}"
        );
    }

    #[test]
    fn a_broken_pipe_is_quiet() {
        let error = io::Error::from(io::ErrorKind::BrokenPipe);
        let failure = Failure::output(&error);
        assert_eq!((failure.render(false), failure.exit), (None, Exit::Done));
        let error = io::Error::other("disk full");
        assert_eq!(
            Failure::output(&error).render(false).unwrap(),
            "error: could not write to standard output\n  caused by: disk full"
        );
    }
}
