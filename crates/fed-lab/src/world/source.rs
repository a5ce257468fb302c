//! A world file's text, and what is wrong at which place of it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

/// A file that was read: its path and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Some text of a file, by its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    source: Arc<Source>,
    at: Range<usize>,
}

/// What is wrong with a world file, or was answered when it was put into the lab.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct WorldError(Box<Fault>);

#[derive(Clone, Debug)]
struct Fault {
    path: PathBuf,
    line: usize,
    column: usize,
    message: String,
    excerpt: String,
    hint: Option<String>,
    log: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, message, excerpt, .. } = self;
        write!(f, "`{}` line {line}, column {column}: {message}\n{excerpt}", path.display())
    }
}

impl WorldError {
    /// The file: the world's, or one that it names.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// The last lines that a program of the file printed, where it failed.
    pub fn log(&self) -> Option<&str> {
        self.0.log.as_deref().filter(|log| !log.is_empty())
    }

    pub(crate) fn with_log(self, log: String) -> Self {
        Self(Box::new(Fault { log: Some(log), ..*self.0 }))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl Place {
    pub(crate) fn new(source: &Arc<Source>, at: Range<usize>) -> Self {
        Self { source: Arc::clone(source), at }
    }

    /// What is written there.
    pub(crate) fn text(&self) -> &str {
        self.source.text.get(self.at.clone()).unwrap_or_default()
    }

    /// Its line, counted from 1.
    pub(crate) fn line(&self) -> usize {
        let before = self.source.text.get(..self.at.start).unwrap_or_default();
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// Some bytes of it.
    pub(crate) fn part(&self, part: Range<usize>) -> Self {
        Self::new(&self.source, self.at.start + part.start..self.at.start + part.end)
    }

    /// From `line` and `column`, both counted from 1, of the text that begins here; to the end
    /// of that line.
    pub(crate) fn within(&self, line: usize, column: usize) -> Self {
        let text = self.text();
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = text.get(start..).unwrap_or_default();
        let before: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
        let start = self.at.start + start + before;
        let end = self.source.text.get(start..).and_then(|rest| rest.find('\n'));
        Self::new(&self.source, start..end.map_or(self.source.text.len(), |end| start + end))
    }

    /// Says what is wrong here.
    pub(crate) fn error(&self, message: impl Into<String>) -> WorldError {
        let text = self.source.text.as_str();
        let start = self.at.start.min(text.len());
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let until = text.get(line_start..).unwrap_or_default();
        let shown = until.lines().next().unwrap_or_default();
        let indent = text.get(line_start..start).unwrap_or_default();
        // What goes on in further lines is marked in its first.
        let marked = text.get(start..self.at.end.max(start)).unwrap_or_default();
        let marked = marked.lines().next().unwrap_or_default().trim_end();
        let number = line.to_string();
        let (gap, blank) = (" ".repeat(number.len()), " ".repeat(indent.width()));
        let marks = "^".repeat(marked.width().max(1));
        WorldError(Box::new(Fault {
            path: self.source.path.clone(),
            line,
            column: indent.chars().count() + 1,
            message: message.into(),
            excerpt: format!(
                "  {gap} |\n  {number} | {}\n  {gap} | {blank}{marks}",
                shown.replace('\t', " ")
            ),
            hint: None,
            log: None,
        }))
    }

    /// The same, and what to do about it.
    pub(crate) fn error_with(
        &self,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> WorldError {
        WorldError(Box::new(Fault { hint, ..*self.error(message).0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, part: &str) -> Place {
        let source = Source { path: "world.toml".into(), text: text.to_owned() };
        let start = text.find(part).unwrap();
        Place::new(&Arc::new(source), start..start + part.len())
    }

    #[test]
    fn a_fault_is_shown_with_its_line() {
        let error = place("a = 1\n\tü = \"x\"\n", "\"x\"").error("expected `y`, found `x`");
        insta::assert_snapshot!(error, @r#"
        `world.toml` line 2, column 6: expected `y`, found `x`
            |
          2 |  ü = "x"
            |      ^^^
        "#);
        assert_eq!((error.line(), error.column()), (2, 6));
    }

    #[test]
    fn a_place_in_a_text_of_several_lines_is_found_and_marked_to_the_lines_end() {
        let text = "a = '''{\n  \"b\": 1,\n}'''\n";
        let error = place(text, "{\n  \"b\": 1,\n}").within(2, 3).error("no");
        insta::assert_snapshot!(error, @r#"
        `world.toml` line 2, column 3: no
            |
          2 |   "b": 1,
            |   ^^^^^^^
        "#);
        let whole = place(text, "'''{\n  \"b\": 1,\n}'''").error("no");
        assert!(whole.to_string().ends_with("| a = '''{\n    |     ^^^^"), "{whole}");
    }

    #[test]
    fn the_end_of_a_file_is_a_place() {
        let source = Arc::new(Source { path: "w".into(), text: String::new() });
        let error = Place::new(&source, 0..0).error("nothing is there");
        assert_eq!((error.line(), error.column()), (1, 1));
    }
}
