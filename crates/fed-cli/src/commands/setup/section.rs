//! Sections of configuration files, added without touching what is there.

use std::fmt::Write as _;
use std::path::Path;

use crate::config::{quoted, section_head};
use crate::context::Context;
use crate::settings::Settings;
use crate::{Exit, Failure};

/// The profile as a section of the configuration file.
pub(super) fn text(settings: &Settings) -> String {
    let mut text = format!("{}\n", section_head(&settings.name));
    for (name, value) in settings.profile.texts() {
        let _ = writeln!(text, "{name} = {}", quoted(&value));
    }
    for (name, values) in settings.profile.lists() {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        let _ = writeln!(text, "{name} = [{}]", values.join(", "));
    }
    text
}

/// Puts the section at the end of the file: written aside, then renamed, so that the file
/// is never there in part.
pub(super) fn append(context: Context<'_>, path: &Path, section: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Unexpected, format!("could not write `{}`", path.display()))
            .caused_by(&error)
    };
    let before = match context.host.files.read(path) {
        Ok(before) => before,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let gap = match before.as_str() {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    context.host.files.replace(path, &format!("{before}{gap}{section}")).map_err(failed)
}
