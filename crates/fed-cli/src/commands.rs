//! One file a command: its options, and what it does.

pub(crate) mod assume;
pub(crate) mod bootstrap;
pub(crate) mod completions;
pub(crate) mod console;
pub(crate) mod credential_process;
pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod policy;
pub(crate) mod probe;
pub(crate) mod profiles;
pub(crate) mod setup;
pub(crate) mod status;
pub(crate) mod token;
