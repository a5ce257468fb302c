//! What acts in the scenarios' stead: a shell for typed commands, a browser for
//! the sign-in, a signed client for what a scenario takes as given.

pub(crate) mod aws;
pub(crate) mod axe;
pub(crate) mod boto3;
pub(crate) mod browser;
pub(crate) mod chromium;
pub(crate) mod cli;
mod devtools;
pub(crate) mod looks;
pub(crate) mod python_server;
mod running_chromium;
pub(crate) mod window;
