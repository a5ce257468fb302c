//! What can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

use fed_types::{did_you_mean, shell_line, shell_word};

use super::section_head;

/// The configuration is absent where it is needed, cannot be read, or is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("could not read the configuration file `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is no TOML.
    #[error("`{path}` line {line}: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key that nobody reads.
    #[error("`{path}` line {line}: unknown key `{key}`")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// As written.
        key: String,
        /// What was probably meant, as a question.
        meant: Option<String>,
    },
    /// A section that is no profile.
    #[error("`{path}` line {line}: unknown section `[{name}]`")]
    NotAProfile {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// As written.
        name: String,
    },
    /// A value of the wrong kind.
    #[error("`{path}` line {line}: expected {expected} for `{key}`, found {found}")]
    WrongType {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The named profile is not there.
    #[error("there is no profile `{name}` in `{path}`")]
    NoSuchProfile {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Several profiles, none called `default`, and none was named.
    #[error("there are several profiles in `{path}`, and none was chosen")]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The names there are.
        known: Vec<String>,
    },
    /// A setting that the command needs is given nowhere.
    #[error("no {what} is configured")]
    Missing {
        /// The setting in words.
        what: &'static str,
        /// The key in the profile.
        key: &'static str,
        /// The option.
        option: &'static str,
        /// The profile's name.
        profile: String,
        /// The configuration file, where it holds no profile at all.
        nowhere: Option<PathBuf>,
    },
    /// A setting's value cannot be used.
    #[error("`{key}` is not usable: {why}")]
    Invalid {
        /// The key in the profile.
        key: &'static str,
        /// What is wrong.
        why: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Settings that exclude each other.
    #[error("only one of `{}` can be given", keys.join("`, `"))]
    Conflict {
        /// The keys in the profile.
        keys: Vec<&'static str>,
    },
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let names = |known: &[String]| known.join("`, `");
        match self {
            Self::Read { source, path } => Some(match source.kind() {
                io::ErrorKind::NotFound => "write one with `fed-cli setup`".to_owned(),
                io::ErrorKind::PermissionDenied => {
                    let path = path.display().to_string();
                    let private = shell_line(["chmod", "600", &path]);
                    let path = shell_word(&path);
                    format!(
                        "make it yours: `chown \"$USER\" {path} && {private}`; or name another \
                         with `--config`"
                    )
                }
                _ => "name a file with `--config` or `FED_CONFIG`".to_owned(),
            }),
            Self::Syntax { .. } | Self::Conflict { .. } => None,
            Self::UnknownKey { meant: Some(meant), .. } => Some(meant.clone()),
            Self::UnknownKey { .. } => {
                Some(format!("known keys: `{}`", super::Profile::KEYS.join("`, `")))
            }
            Self::NotAProfile { name, .. } => {
                Some(format!("profiles are written `{}`", section_head(name)))
            }
            Self::WrongType { expected, key, .. } if expected.starts_with("a list") => {
                Some(format!("write `{key} = [\"…\", \"…\"]`"))
            }
            Self::WrongType { key, .. } => Some(format!("write `{key} = \"…\"`")),
            Self::NoSuchProfile { name, known, .. } => {
                match did_you_mean(name, known.iter().map(String::as_str)) {
                    Some(meant) => Some(meant),
                    None if known.is_empty() => {
                        Some(format!("add a section `{}` to it", section_head(name)))
                    }
                    None => Some(format!("there are `{}`", names(known))),
                }
            }
            Self::Ambiguous { known, .. } => {
                Some(format!("choose with `--profile NAME`: there are `{}`", names(known)))
            }
            Self::Missing { option, nowhere: Some(path), .. } => Some(format!(
                "there is no profile in `{}`: write one with `fed-cli setup`; or give `{option}`",
                path.display()
            )),
            Self::Missing { key, option, profile, nowhere: None, .. } => Some(format!(
                "give `{option}`, or set `{key}` in the section `{}` of the configuration file",
                section_head(profile)
            )),
            Self::Invalid { hint, .. } => hint.clone(),
        }
    }
}
