//! A profile in `~/.aws/config` that asks us for credentials.

use std::io;
use std::path::{Path, PathBuf};

use fed_types::{shell_line, shell_word};

use super::section;
use crate::aws_files::{self, header, keys, style};
use crate::context::Context;
use crate::settings::Settings;
use crate::{Exit, Failure};

/// A profile of `~/.aws/config` that is not there, or gets no credentials yet.
#[derive(Debug)]
pub(super) struct AwsProfile {
    name: String,
    path: PathBuf,
    /// The head of its section and the keys it has, where it is there.
    section: Option<(String, Vec<String>)>,
}

/// Sees that writing the profile would neither clobber another one nor be in vain.
pub(super) fn check(context: Context<'_>, name: &str) -> Result<AwsProfile, Failure> {
    super::plain(name, "--aws-profile")?;
    let path = aws_files::config(context.host);
    if !aws_files::is_a_place(&path) {
        let message = format!("there is no place for `{}`", path.display());
        return Err(Failure::new(Exit::InvalidConfiguration, message)
            .hint("set `HOME` or `AWS_CONFIG_FILE`"));
    }
    let text = match context.host.files.read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            let message = format!("could not read `{}`", path.display());
            return Err(Failure::new(Exit::InvalidConfiguration, message).caused_by(&error));
        }
    };
    if let Some(style) = style(&text, name) {
        let message = format!(
            "profile `{name}` in `{}` gets its credentials by `{style}` already",
            path.display()
        );
        return Err(Failure::new(Exit::InvalidConfiguration, message)
            .hint("choose another name with `--aws-profile NAME`"));
    }
    let section = aws_files::section(&text, name);
    tell_of_keys(context, name);
    Ok(AwsProfile { name: name.to_owned(), path, section })
}

/// The file of keys outranks what is written into the other one.
fn tell_of_keys(context: Context<'_>, name: &str) {
    let path = aws_files::credentials(context.host);
    let shown = path.display();
    match context.host.files.read(&path) {
        Ok(text) if keys(&text, name).is_some() => context.say(&format!(
            "warning: `{shown}` holds keys for profile `{name}`, and they outrank what is written \
             here: remove that section"
        )),
        Err(error) if error.kind() != io::ErrorKind::NotFound => context.say(&format!(
            "warning: `{shown}` cannot be read: keys for profile `{name}` in it would outrank what \
             is written here"
        )),
        _ => {}
    }
}

/// Writes the profile.
pub(super) fn write(
    context: Context<'_>,
    aws_profile: &AwsProfile,
    settings: &Settings,
) -> Result<(), Failure> {
    let program = quoted(&context.host.program);
    // What was named for this run, the AWS tools must name for theirs.
    let config = context.global.config.as_deref().map_or_else(String::new, |config| {
        format!(" --config {}", quoted(&super::absolute(&context.host.files.expand(config))))
    });
    let name = word(&settings.name);
    let line = format!("{program} credential-process --profile {name}{config}");
    let given = [
        ("credential_process", Some(&line)),
        ("region", settings.profile.region.as_ref()),
        ("endpoint_url", settings.profile.endpoint_url.as_ref()),
    ];
    let known = aws_profile.section.as_ref().map(|(_, keys)| keys.as_slice()).unwrap_or_default();
    let has = |key: &str| known.iter().any(|known| known == key);
    let new = given.iter().filter(|(key, _)| !has(key));
    let lines: String =
        new.filter_map(|(key, value)| Some(format!("{key} = {}\n", (*value)?))).collect();
    let text = format!("[{}]\n{lines}", header(&aws_profile.name));
    let written = match &aws_profile.section {
        Some((head, _)) => insert(context, &aws_profile.path, head, &lines),
        None => section::append(context, &aws_profile.path, &text),
    };
    // The profile is there already: running it again would not get here.
    written.map_err(|failure| failure.hint(format!("put this there yourself:\n{text}")))?;
    context.say(&format!(
        "AWS profile `{}` is in `{}`;\ntry `{}`",
        aws_profile.name,
        aws_profile.path.display(),
        shell_line(["aws", "sts", "get-caller-identity", "--profile", &aws_profile.name])
    ));
    Ok(())
}

/// Puts the lines behind the head of the profile's section; all else stays as it is, and the file
/// of before is kept.
fn insert(context: Context<'_>, path: &Path, head: &str, lines: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(Exit::Unexpected, format!("could not write `{}`", path.display()))
            .caused_by(&error)
    };
    let files = &context.host.files;
    let before = files.read(path).map_err(failed)?;
    let Some(at) = aws_files::after_head(&before, head) else {
        return Err(failed(io::ErrorKind::NotFound.into()));
    };
    let copy = files.keep_beside(path).map_err(failed)?;
    let (above, rest) = before.split_at(at);
    let gap = if above.ends_with('\n') { "" } else { "\n" };
    files.replace(path, &format!("{above}{gap}{lines}{rest}")).map_err(failed)?;
    context.say(&format!("`{}` as it was is in `{}`", path.display(), copy.display()));
    Ok(())
}

/// A path as a word of a command line.
fn quoted(path: &Path) -> String {
    word(&path.display().to_string())
}

/// A word of a command line that SDKs give to `sh` or split as it does, or to `cmd` on Windows.
fn word(text: &str) -> String {
    if !cfg!(windows) {
        return shell_word(text).into_owned();
    }
    let is_plain = |c: char| c.is_alphanumeric() || r"/\-_.:@+=,~".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_one_word() {
        assert_eq!(quoted(Path::new("/usr/bin/fed-cli")), "/usr/bin/fed-cli");
        let (spaced, quote) = ("/my programs/fed-cli", if cfg!(windows) { '"' } else { '\'' });
        assert_eq!(quoted(Path::new(spaced)), format!("{quote}{spaced}{quote}"));
        #[cfg(windows)]
        assert_eq!(quoted(Path::new(r"C:\fed\fed-cli.exe")), r"C:\fed\fed-cli.exe");
        #[cfg(not(windows))]
        assert_eq!(quoted(Path::new("/a$(id)/fed-cli")), "'/a$(id)/fed-cli'");
    }
}
