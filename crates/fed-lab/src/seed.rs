//! What an account holds that no world file describes.

use serde::{Deserialize, Serialize};

/// What the account holds at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seed {
    /// The tutorial's role, user and instance (see [`tutorial`](crate::tutorial)).
    Tutorial,
    /// Nothing.
    #[serde(rename = "none")]
    Nothing,
}
