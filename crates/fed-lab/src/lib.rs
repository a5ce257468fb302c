//! A lab to sign in, assume roles and be refused in, without an account and
//! without internet: LocalStack, an issuer that signs as Google does, and the
//! gate that enforces signatures, tokens and policies in front of LocalStack.
//! [`Lab::builder`] brings all three up on 127.0.0.1, and [`Lab::open`] lets others in; stopping or dropping the
//! [`Lab`] takes them down again, containers and processes included.
//!
//! In tests one lab serves all, and each test takes an account of its own:
//!
//! ```no_run
//! # // As the body of a `#[tokio::test]`.
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use fed_lab::{Lab, PlacedIssuer, Token};
//!
//! let lab = Lab::builder()
//!     .services(["iam", "sts", "s3"])
//!     .issuer(PlacedIssuer::GithubActions)
//!     .start()
//!     .await?;
//! let account = lab.account().await?;
//! let token = lab.token(&Token::github("acme/app"))?;
//!
//! // Give these to an AWS SDK: the endpoint, the administrator's key, and the token.
//! println!("{} {}", lab.gate_url(), account.administrator.access_key_id);
//! println!("{} characters", token.expose().len());
//!
//! lab.stop().await;
//! # Ok(()) }
//! ```

mod account;
mod account_error;
mod accounts;
mod administrator;
mod aws_files;
mod backend;
mod builder;
mod config;
mod container;
mod control;
mod emulator_files;
mod health;
mod host;
mod inherited;
mod innermost;
mod lab;
mod lab_client;
mod lab_error;
mod lab_image;
mod lab_name;
mod lab_status;
mod lesson_error;
mod localstack;
mod names;
mod names_error;
mod outcome;
mod page;
mod pipeline_job;
mod placed_issuer;
mod process;
mod profiles;
mod progress;
mod python;
mod random_key;
mod rejected_python;
mod run_directory;
mod running_lab;
mod running_lab_error;
mod script;
#[cfg(target_os = "linux")]
pub mod sealed;
mod sealed_error;
mod seed;
mod service_account;
mod service_error;
mod services;
mod sow;
mod surroundings;
mod token;
mod trial;
mod usage;
mod venv;
mod workflow_run;
mod world;

pub mod tutorial;

pub use account::LabAccount;
pub use account_error::AccountError;
pub use builder::LabBuilder;
pub use config::{Backend, DEFAULT_IMAGE, EmulatorKind, LabConfig};
pub use control::control_routes;
pub use inherited::{reader_of, unset_variables};
pub use lab::Lab;
pub use lab_error::LabError;
pub use lab_image::LabImage;
pub use lab_name::{InvalidLabName, LabName};
pub use lab_status::LabStatus;
pub use lesson_error::LessonError;
pub use names::{
    AllowedHost, Door, DoorAddress, DoorConfig, DoorListener, DoorName, NO_PROXY, PROXY_VARIABLES,
    PersonsTrust, Refused,
};
pub use names_error::NamesError;
pub use pipeline_job::PipelineJob;
pub use placed_issuer::PlacedIssuer;
pub use progress::{Progress, Silent};
pub use run_directory::running_labs;
pub use running_lab::{
    Decisions, Entered, RunningLab, dead_labs, remove_dead_labs, request_to_lab,
};
pub use running_lab_error::RunningLabError;
pub use sealed_error::{Missing, SealedError, Step};
pub use seed::Seed;
pub use service_account::ServiceAccount;
pub use service_error::ServiceError;
pub use services::{services_everywhere, services_of_ministack};
pub use surroundings::Surroundings;
pub use token::Token;
pub use trial::Trial;
pub use usage::{PrincipalUsage, Usage};
pub use venv::installed_aws_cli;
pub use workflow_run::WorkflowRun;
pub use world::{World, WorldError, world_reference, world_schema};

pub use fake_issuer::{Client, CountedMistake, InvalidClient};

/// The guide's code, compiled as the documentation's is.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/rust.md")]
struct Guide;
