//! The IAM policy language: parse, lint, evaluate, explain; claims to condition keys.
//! Pure: no I/O, no clock, no environment; time is a condition key like any other.
//!
//! ```
//! use iam_policy::{Context, Policy, PolicyKind, Principal, evaluate_trust};
//!
//! let trust = Policy::parse(
//!     r#"{"Version": "2012-10-17", "Statement": {
//!         "Effect": "Allow",
//!         "Principal": {"Federated": "accounts.google.com"},
//!         "Action": "sts:AssumeRoleWithWebIdentity",
//!         "Condition": {"StringEquals": {"accounts.google.com:sub": "113632458324056836621"}}}}"#,
//!     PolicyKind::Trust,
//! )?;
//! let google = Principal::parse("accounts.google.com")?;
//! let mut context = Context::new();
//! context.set("accounts.google.com:sub", "42");
//! let role = "arn:aws:iam::278805249149:role/google-oidc-role";
//! let answer = evaluate_trust(&trust, &google, "sts:AssumeRoleWithWebIdentity", role, &context);
//! assert!(!answer.decision.is_allowed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod arn;
mod arn_form;
pub mod assume_role;
pub mod aws_error;
pub mod cases;
mod code;
mod condition;
mod context;
mod document;
mod evaluate;
pub mod expectations;
mod explain;
mod finding;
mod given_value;
mod json;
pub mod lint;
mod literal;
pub mod mend;
mod own_account;
mod own_rules;
mod owned_by_aws;
mod policy;
mod policy_kind;
mod policy_set;
mod principal;
mod principals;
mod request;
mod resource_control;
mod resource_policy;
mod severity;
mod statement;
pub mod sts;
mod template;
mod truth;
pub mod web_identity;
mod wildcard;

pub use answer::{Answer, DecidingStatement, DecidingStatements, Decision, DenialReason};
pub use arn_form::{checked_arn, referred_arn};
pub use context::Context;
pub use evaluate::{evaluate, evaluate_trust, needs_resource_policy};
pub use explain::{
    ConditionTrace, EMPTY_VALUE, EVERYBODY_ELSE, Explanation, Found, StatementTrace,
    UNREADABLE_VALUE, Verdict, explain, explain_on_all, explain_trust,
};
pub use finding::Finding;
pub use given_value::{MisfitValue, check_compared_values, check_given_value};
pub use json::{MAX_BYTES, MAX_DEPTH};
pub use literal::{literal_pattern, literal_value};
pub use own_rules::{A_DENY, Barred, ROOT_ACCESS, apply_own_rules, barred};
pub use owned_by_aws::{Changed, aws_role_path, changed_by, is_aws_policy, is_aws_role};
pub use policy::{Policy, PolicyError};
pub use policy_kind::{PolicyKind, Version};
pub use policy_set::{NamedPolicy, PolicySet};
pub use principal::{InvalidPrincipal, Principal};
pub use request::Request;
pub use resource_control::{RESOURCE_CONTROL_LIST, bears_resource_control};
pub use resource_policy::may_have_policy;
pub use severity::Severity;
pub use statement::Effect;
pub use truth::Truth;
