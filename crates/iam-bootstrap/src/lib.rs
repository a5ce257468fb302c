//! The role that a web identity may assume, its trust policy and what belongs to
//! them: planned against what is there, applied without surprises, and removed
//! again without touching what others made.
//!
//! [`read`] looks at the account, [`plan`] and [`plan_removal`] compare (pure
//! functions), [`apply`] carries a plan out, and [`export`] writes the same role for
//! those who roll out by CloudFormation or scripts.
//!
//! ```
//! use iam_bootstrap::{Blueprint, LiveState, Provider, plan};
//!
//! let blueprint = Blueprint {
//!     role: "arn:aws:iam::278805249149:role/google-oidc-role".parse()?,
//!     provider: Provider::from_issuer("https://accounts.google.com")?,
//!     audiences: vec!["client.apps.googleusercontent.com".to_owned()],
//!     original_audiences: Vec::new(),
//!     subjects: vec!["113632458324056836621".to_owned()],
//!     max_session_duration: 3600,
//!     managed_policies: vec!["arn:aws:iam::aws:policy/AmazonEC2FullAccess".to_owned()],
//!     inline_policies: Vec::new(),
//!     user: None,
//!     adopt: false,
//! };
//! let plan = plan(&blueprint, &LiveState::default())?;
//! assert_eq!(plan.changes[0].to_string(), "create role `google-oidc-role`");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access_keys;
mod apply;
mod blueprint;
mod bootstrap_error;
mod caller;
mod change;
mod converge;
pub mod export;
mod invalid;
mod limits;
mod live;
mod note;
mod obstacle;
mod plan;
mod policies;
mod provider;
mod read;
mod removal;
mod roles;
mod subject;
mod tags;
mod trust;
mod trust_facts;
mod trusted;
mod validate;

pub use apply::{AccessKey, apply, discard_access_key, record_access_key};
pub use blueprint::{Blueprint, InlinePolicy};
pub use bootstrap_error::BootstrapError;
pub use caller::{Caller, OtherAccount, read_caller};
pub use change::Change;
pub use converge::converge;
pub use invalid::InvalidBlueprint;
pub use live::{HandedOut, LiveAccessKey, LiveProvider, LiveRole, LiveState, LiveUser};
pub use note::Note;
pub use obstacle::Obstacle;
pub use plan::{Conflict, Plan, plan};
pub use policies::{
    LivePolicies, LivePolicy, read_managed_policies, read_role_policies, read_user_policies,
};
pub use provider::Provider;
pub use read::{decoded, read, read_removal};
pub use removal::{LiveRemoval, Removal, UserTies, UserToRemove, plan_removal};
pub use roles::federated_roles;
pub use tags::{TAG_KEY, TAG_VALUE};
pub use trust::trust_policy;
pub use trust_facts::{
    RegisteredProvider, TrustFacts, put_trust_policy, read_providers, read_trust,
};
