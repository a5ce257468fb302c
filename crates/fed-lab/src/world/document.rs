//! The JSON text of a policy: in the world file, or in a file beside it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use iam_policy::{Policy, PolicyError, PolicyKind};

use super::section::Text;
use super::source::{Place, Source, WorldError};

/// A policy's text that is one of that kind, or where it is at fault.
pub(super) fn read(given: &Text, folder: &Path, kind: PolicyKind) -> Result<String, WorldError> {
    let (text, place) = match is_document(&given.text) {
        true => (given.text.clone(), content(given)),
        false => {
            let source = read_beside(given, folder)?;
            let whole = Place::new(&source, 0..source.text.len());
            (source.text.clone(), Some(whole))
        }
    };
    match Policy::parse(&text, kind) {
        Ok(_) => Ok(text),
        Err(error) => Err(fault(&error, given, place)),
    }
}

/// A document begins with a brace, and no path does.
fn is_document(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// A file that the world file names.
pub(super) fn read_beside(given: &Text, folder: &Path) -> Result<Arc<Source>, WorldError> {
    let path = folder.join(&given.text);
    let text = fs::read_to_string(&path).map_err(|error| {
        let message = format!("tried to read `{}`: {error}", path.display());
        given.place.error(message)
    })?;
    Ok(Arc::new(Source { path, text }))
}

/// Where the text of a string begins in the file, where that is the text letter by letter:
/// not where something in it is escaped.
fn content(given: &Text) -> Option<Place> {
    let written = given.place.text();
    let opening = ["'''\r\n", "'''\n", "'''", "\"\"\"\r\n", "\"\"\"\n", "\"\"\"", "'", "\""]
        .into_iter()
        .find(|opening| written.starts_with(opening))?;
    let rest = written.get(opening.len()..)?;
    rest.starts_with(given.text.as_str())
        .then(|| given.place.part(opening.len()..opening.len() + given.text.len()))
}

fn fault(error: &PolicyError, given: &Text, content: Option<Place>) -> WorldError {
    let (line, column) = (error.line() as usize, error.column() as usize);
    let hint = error.hint().map(str::to_owned);
    match content {
        Some(content) => content.within(line, column).error_with(error.message(), hint),
        None => {
            let message = format!("{} (line {line}, column {column} of it)", error.message());
            given.place.error_with(message, hint)
        }
    }
}
