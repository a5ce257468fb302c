//! The program as a person meets it: the binary, run in a sealed environment. The
//! transcripts hold paths and the system's own words as Unix writes them; Windows has the
//! unit tests.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

#[path = "../../../iam-bootstrap/tests/it/account.rs"]
#[expect(dead_code, reason = "iam-bootstrap tests with it as well")]
#[expect(clippy::panic, reason = "it ends the test where it is asked what it does not know")]
mod account;
mod aws;
mod bootstrap;
mod clocks;
mod console;
mod corporate;
mod credentials;
mod environments;
mod explain;
mod explain_action;
mod explain_error;
mod explain_mistakes;
mod files_of_people;
mod forgetting;
mod help;
mod hints;
mod import;
mod ipv6;
mod issuer;
mod issuer_settings;
mod mistakes;
mod network;
mod pasting;
mod people;
mod policy;
mod precedence;
mod proxies;
mod pty;
mod roles;
mod scripted;
mod sealed;
mod secrets;
mod serve;
mod service_account;
mod setup;
mod shells;
mod sign_in;
mod store;
mod swallowed;
mod terminal;
mod whose;
mod wizard;
