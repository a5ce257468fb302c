//! The option groups that commands share: what was typed, before it means anything.

mod action;
mod aws;
mod global;
mod options;
mod output;
mod role;
mod role_session;
mod sign_in;

pub use action::ActionArguments;
pub use aws::AwsArguments;
pub use global::GlobalArguments;
pub(crate) use options::Options;
pub use output::{OutputArguments, OutputFormat};
pub use role::{RoleArguments, RoleChoiceArguments};
pub use role_session::RoleSessionArguments;
pub use sign_in::SignInArguments;
