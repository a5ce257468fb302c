//! What the model says, against truths written down by hand, and its files.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod arns;
mod authorization;
mod files;
mod routes;
mod services;
mod wire_names;
