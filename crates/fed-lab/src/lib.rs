//! A lab to sign in, assume roles and be refused in, without an account and
//! without internet: LocalStack, an issuer that signs as Google does, and the
//! gate that enforces signatures, tokens and policies in front of LocalStack.
//! [`Lab::start`] brings all three up on 127.0.0.1; stopping or dropping the
//! [`Lab`] takes them down again, containers and processes included.
//!
//! ```no_run
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use fed_lab::{Backend, Lab, LabConfig, Silent, Surroundings, tutorial};
//!
//! let surroundings = Surroundings::of_this_process()?;
//! let config = LabConfig::new(Backend::Host, tutorial::ACCOUNT.parse()?, surroundings);
//! let lab = Lab::start(config, &Silent).await?;
//! for (name, value) in lab.environment() {
//!     println!("{name}={value}");
//! }
//! lab.stop().await;
//! # Ok(()) }
//! ```

mod backend;
mod config;
mod container;
mod health;
mod host;
mod inherited;
mod lab;
mod lab_error;
mod localstack;
mod names;
mod placed_issuer;
mod process;
mod progress;
mod python;
mod query;
mod rejected_python;
mod run_directory;
mod seed;
mod service_account;
mod surroundings;
mod venv;

pub mod tutorial;

pub use config::{Backend, DEFAULT_IMAGE, LabConfig, Seed};
pub use inherited::{reader_of, unset_variables};
pub use lab::Lab;
pub use lab_error::LabError;
pub use names::{AllowedHost, PersonsTrust, Refused};
pub use placed_issuer::PlacedIssuer;
pub use progress::{Progress, Silent};
pub use run_directory::running_labs;
pub use service_account::ServiceAccount;
pub use surroundings::Surroundings;
pub use venv::installed_aws_cli;

pub use fake_issuer::{Client, CountedMistake, InvalidClient};
