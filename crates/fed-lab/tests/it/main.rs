//! `fed-lab` as a person runs it, in an environment with neither Docker nor Python
//! nor network.
#![expect(clippy::unwrap_used, reason = "what a test prepares either works or fails the test")]

#[cfg(unix)]
mod accounts;
#[cfg(unix)]
mod background;
#[cfg(unix)]
mod control_api;
#[cfg(unix)]
mod door;
#[cfg(unix)]
mod half_made;
#[cfg(unix)]
mod issuers;
mod machine;
#[cfg(unix)]
mod names;
mod refusals;
#[cfg(unix)]
mod reuse;
#[cfg(target_os = "linux")]
mod sealed;
mod sealing;
mod usage;
#[cfg(unix)]
mod worlds;
