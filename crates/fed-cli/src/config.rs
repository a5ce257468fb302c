//! The configuration file, read and checked: profiles by name.

mod config_error;
mod document;
mod profile;
mod section;
mod select;
mod written;

pub(crate) use config_error::ConfigError;
pub(crate) use profile::Profile;
pub(crate) use select::{has_profile, profiles, select};
pub(crate) use written::{quoted, section_head};
