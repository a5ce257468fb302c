//! From the permissions that were used to the smallest policies that give them. Pure: what was
//! used is told by whoever saw it.
//!
//! ```
//! use learned_policy::{Permission, Rules, learn};
//!
//! let used = [
//!     Permission::new("s3:GetObject", "arn:aws:s3:::shop/a"),
//!     Permission::new("s3:PutObject", "arn:aws:s3:::shop/a"),
//! ];
//! let learned = learn(used, &Rules::default());
//! let text = serde_json::to_string(&learned.documents[0])?;
//! assert_eq!(
//!     text,
//!     "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\
//!      \"Action\":[\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":\"arn:aws:s3:::shop/a\"}]}"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The way is one way: a [`Permission`] is written as a pattern (`pattern`), made wider where a
//! rule says so (`rules`), gathered into statements (`grouping`), and these into documents
//! (`fitting`) that keep to IAM's sizes.

mod covering;
mod document;
mod export;
mod fitting;
mod grouping;
mod in_order;
mod learned;
mod pattern;
mod permission;
mod random_part;
mod resource_policy;
mod rules;
mod trust;
mod unused;

pub use covering::{allows, uncovered};
pub use document::{Document, Statement};
pub use export::{Named, cloudformation, json, terraform};
pub use fitting::{MANAGED_POLICIES, MANAGED_POLICY_SIZE};
pub use in_order::InOrder;
pub use learned::{Learned, learn};
pub use permission::Permission;
pub use resource_policy::{Used, resource_policies};
pub use rules::{InvalidRule, Rules};
pub use trust::{Trusted, trust_policy};
pub use unused::{check, unused};
