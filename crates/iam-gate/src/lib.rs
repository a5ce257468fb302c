//! A gate in front of an AWS emulator that verifies every signature and token and
//! enforces every policy.
//!
//! Emulators such as LocalStack accept any key and any token. The gate stands before one
//! and answers as AWS does: what AWS would refuse is refused in AWS's words and in the
//! service's own wire format; the rest is signed anew and forwarded.

mod account;
mod action;
mod authorization;
mod body;
mod call;
mod caller;
mod clock;
mod config;
mod control;
mod credential;
mod decision;
mod gate;
mod iam_write;
mod pipeline;
mod refusal;
mod repair;
mod sealed_message;
mod server;
mod signature;
mod state;
mod sts;
mod trace;
mod upstream;
mod web_identity;
mod wire;

pub use clock::Clock;
pub use config::{GateConfig, Limits, TrustedIssuer};
pub use credential::{AccessKey, RandomnessUnavailable};
pub use decision::{DecisionRecord, Verdict};
pub use gate::{Gate, GateError};
