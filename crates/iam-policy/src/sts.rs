//! What the decisions about AWS STS's operations have in common: the checks and their order,
//! the errors, the limits of parameters, tags.
//!
//! Source: STS API reference; docs/aws-truth.md.

mod denial;
mod limits;
mod report;
mod session_policy;
mod tags;

pub use denial::{Check, Denial};
pub(crate) use limits::{Faults, role_arn};
pub use limits::{NAME, Pattern, TextLimits, is_name_character, member_of};
pub use report::{
    ActionTrust, OpenQuestion, Outcome, Report, ResourceControl, RoleFact, RoleFacts, Step, Trust,
};
pub(crate) use report::{Progress, duration_within};
pub use session_policy::session_policy;
pub use tags::{check_tags, is_reserved_tag};
