//! The configuration file, read and checked: profiles by name.

mod config_error;
mod document;
mod nearest;
mod profile;
mod select;

pub(crate) use config_error::ConfigError;
pub(crate) use nearest::nearest;
pub(crate) use profile::Profile;
pub(crate) use select::{has_profile, profiles, select};
