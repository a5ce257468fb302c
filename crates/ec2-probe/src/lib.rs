//! One harmless question to EC2, "which instances are there?", and its two good
//! answers: a list, or AWS's refusal with its reason. Being refused is not an error
//! here; not getting an answer is.
//!
//! ```no_run
//! # async fn example(config: aws_config::SdkConfig) -> Result<(), ec2_probe::ProbeError> {
//! match ec2_probe::probe(&config).await? {
//!     ec2_probe::Answer::Allowed(instances) => println!("{} instances", instances.len()),
//!     ec2_probe::Answer::Denied { reason, .. } => println!("denied: {reason}"),
//! }
//! # Ok(())
//! # }
//! ```

mod answer;
mod instance;
mod probe;

pub use answer::{Answer, ProbeError};
pub use instance::Instance;
pub use probe::probe;
