//! A type of resources, and which ARNs are of it.

use super::ConditionKey;
use crate::arn_template::{ArnParts, ArnTemplate};

/// A type of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name (`queue`).
    pub name: &'static str,
    /// The template of its ARNs (`arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`).
    pub arn: &'static str,
    /// Condition keys that actions on it carry.
    pub condition_keys: Vec<&'static ConditionKey>,
    pub(crate) template: ArnTemplate,
}

impl ResourceType {
    /// What of an ARN fills the template's variables, or `None` when it is not of this type.
    pub fn matches<'a>(&self, arn: &'a str) -> Option<ArnParts<'a>> {
        self.template.matches(arn)
    }

    /// Whether a pattern of a policy, with `*`, `?` and policy variables, could cover the ARN
    /// of some resource of this type.
    pub fn may_match(&self, pattern: &str) -> bool {
        self.template.may_match(pattern)
    }

    /// Whether its ARN names no resource alone, as that for all buckets of an account does.
    pub fn names_none(&self) -> bool {
        self.arn.ends_with(":*") || self.arn.ends_with(":${*}")
    }

    /// Whether some action on it carries the condition key.
    pub(crate) fn carries(&self, key: &str) -> bool {
        self.condition_keys.iter().any(|known| known.covers(key))
    }
}
