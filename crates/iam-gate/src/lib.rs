//! A gate in front of an AWS emulator that verifies every signature and token and
//! enforces every policy.
//!
//! Emulators such as LocalStack accept any key and any token. The gate stands before one
//! and answers as AWS does: what AWS would refuse is refused in AWS's words and in the
//! service's own wire format; the rest is signed anew and forwarded. What it cannot decide
//! it denies.
//!
//! One value flows one way, and each step is a file:
//!
//! ```text
//!  server        a connection, within bounds of number and time
//!    │
//!  intake        its body, within bounds of size, time and memory; an object of S3's only
//!    │           passes (transfer)
//!    │
//!  wire          an HTTP request, read whole, nothing interpreted
//!    │
//!  call          service, operation, input: what is authorized is what is forwarded
//!    │ └─ api, input   by AWS's models: what they lack is refused, the rest written anew
//!  signature ──► caller        who signed it: root, user, role session, federated user
//!    │              │            (unsigned: sts::web_identity, web_identity)
//!    │           action        which actions on which resources the call needs
//!    │              │
//!    │           resource      what it is called by, its owner and its own policy
//!    │              │
//!    │           authorization the policies that bear on it, iam-policy's verdict
//!    │              │
//!    │           constraint    what is beyond the model's bounds, in the service's sentence
//!    │              │
//!    │           sts, or upstream: answered here, or signed for the account and forwarded
//!    │              │
//!  error response ◄─── iam_write, repair: keys remembered, ids and dates in AWS's form
//!    │
//!  decision      what was decided and why, for `/_gate/decisions`
//! ```
//!
//! `pipeline` is the way itself. Users, roles and policies are read from the emulator
//! (`account`) and kept until a write may have changed them; of its own the gate holds nothing but
//! the credentials it has seen issued (`credential`).
//!
//! ```no_run
//! use std::time::SystemTime;
//! use iam_gate::{Clock, Gate, GateConfig, Limits, TrustedIssuer};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let gate = Gate::start(GateConfig {
//!     upstream: "http://127.0.0.1:4566".parse()?,
//!     port: None,
//!     region: "ap-northeast-2".to_owned(),
//!     issuers: vec![TrustedIssuer {
//!         issuer: "https://accounts.google.com".to_owned(),
//!         discovery_url: "http://127.0.0.1:3001/.well-known/openid-configuration".to_owned(),
//!     }],
//!     callbacks: Vec::new(),
//!     clock: Clock::new(SystemTime::now),
//!     limits: Limits::standard(),
//! })
//! .await?;
//! let administrator = gate.open_account(&"278805249149".parse()?)?;
//! println!("{} as {}", gate.url(), administrator.access_key_id);
//! # Ok(())
//! # }
//! ```

mod account;
mod action;
mod api;
mod authorization;
mod bearer;
mod block;
mod body;
mod call;
mod callback;
mod caller;
mod clock;
mod config;
mod constraint;
mod control;
mod credential;
mod decision;
mod decision_log;
mod delivery;
mod demand;
mod documents;
mod emulator_path;
mod endpoint;
mod enforcement;
mod error_response;
mod founding;
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod gate_error;
mod iam_write;
mod input;
mod intake;
mod internet;
mod kept_out;
mod naming;
mod obstacle;
mod organization;
mod pipeline;
mod precondition;
mod protocol;
mod public_access;
mod region;
mod repair;
mod request_tags;
mod requirement;
mod resource;
mod sealed_message;
mod served;
mod server;
mod signature;
mod simulation;
mod state;
mod sts;
mod trace;
mod transfer;
mod unknown_operation;
mod upload;
mod upstream;
mod web_identity;
mod wire;
mod written;

pub use clock::Clock;
pub use config::{GateConfig, Limits, TrustedIssuer};
pub use control::control_routes;
pub use credential::{AccessKey, RandomnessUnavailable};
pub use decision::{
    ConditionRecord, DecisionRecord, DemandRecord, SessionRecord, TokenRecord, Verdict,
};
pub use decision_log::DecisionObserver;
pub use documents::{PolicyDocument, UnreadablePolicies};
pub use enforcement::Enforcement;
pub use founding::Founding;
pub use gate::Gate;
pub use gate_error::GateError;
pub use kept_out::{KeptOut, TrustRemedy};
pub use organization::{
    InvalidServiceControlPolicies, Membership, ResourceControlPolicies, ServiceControlPolicies,
};
pub use served::{EmulatedService, Served, emulated_services, served};
