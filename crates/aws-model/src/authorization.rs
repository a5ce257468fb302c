//! What policies speak of: a prefix's actions, resource types and condition keys.

mod condition_key;
mod global_key;
mod resource_type;

use std::sync::OnceLock;

use crate::pack::Place;
use crate::text::DamagedData;

pub use condition_key::{ConditionKey, KeyType};
pub use global_key::global_condition_keys;
pub use resource_type::ResourceType;

/// What policies speak of behind one prefix.
#[derive(Debug)]
pub struct Authorization {
    /// The prefix (`s3`).
    pub prefix: &'static str,
    /// The service's name for people.
    pub title: &'static str,
    pub(crate) place: Place,
    /// Whoever reads the index says how the rest is read.
    pub(crate) decode: fn(&'static str, Place) -> Result<Decoded, DamagedData>,
    pub(crate) decoded: OnceLock<Option<Decoded>>,
}

/// What one prefix's data says. It stays, as its text does, so that actions can point at
/// types and keys.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) actions: &'static [Action],
    pub(crate) resource_types: &'static [ResourceType],
    pub(crate) condition_keys: &'static [ConditionKey],
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads what is in them.
    Read,
    /// Makes, changes or removes them.
    Write,
    /// Changes who may do what.
    PermissionsManagement,
    /// Changes tags alone.
    Tagging,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its name without the prefix, as the service spells it.
    pub name: &'static str,
    /// What it does.
    pub access_level: AccessLevel,
    /// Condition keys that it carries whatever the resource.
    pub condition_keys: Vec<&'static ConditionKey>,
    /// Other actions that it may need, with their prefix.
    pub dependent_actions: Vec<&'static str>,
    pub(crate) resources: Vec<ActionResource>,
}

/// A type of resources that an action is checked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionResource {
    /// The type.
    pub resource_type: &'static ResourceType,
    /// Whether every call is checked on one of the type.
    pub required: bool,
    /// Condition keys that it carries with this type.
    pub condition_keys: Vec<&'static ConditionKey>,
    /// Other actions that it may need with this type, with their prefix.
    pub dependent_actions: Vec<&'static str>,
}

impl Authorization {
    /// The actions, in the order of their names in lowercase.
    pub fn actions(&self) -> &'static [Action] {
        self.decoded().map_or(&[], |decoded| decoded.actions)
    }

    /// An action by its name without the prefix, without regard to case.
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        self.actions().iter().find(|action| action.name.eq_ignore_ascii_case(name))
    }

    /// The types of its resources.
    pub fn resource_types(&self) -> &'static [ResourceType] {
        self.decoded().map_or(&[], |decoded| decoded.resource_types)
    }

    /// The condition keys that its actions and resources mention, global ones included.
    pub fn condition_keys(&self) -> &'static [ConditionKey] {
        self.decoded().map_or(&[], |decoded| decoded.condition_keys)
    }

    fn decoded(&self) -> Option<&Decoded> {
        self.decoded.get_or_init(|| self.decode().ok()).as_ref()
    }

    /// Decodes it anew.
    pub(crate) fn decode(&self) -> Result<Decoded, DamagedData> {
        (self.decode)(self.prefix, self.place)
    }
}

impl Action {
    /// The types of resources that it is checked on; none where a policy cannot name any.
    pub fn resource_types(&self) -> &[ActionResource] {
        &self.resources
    }

    /// The type among its own that this ARN is one of.
    pub fn resource_type_of(&self, arn: &str) -> Option<&'static ResourceType> {
        let mut types = self.resources.iter().map(|resource| resource.resource_type);
        types.find(|resource_type| resource_type.matches(arn).is_some())
    }

    /// Whether a pattern of a policy (`*` and `?`) could cover a resource it is checked on.
    pub fn may_be_covered_by(&self, pattern: &str) -> bool {
        self.resources.iter().any(|resource| resource.resource_type.may_match(pattern))
    }

    /// Whether a request for it may carry a condition key, by itself or with any of its
    /// resources. Global keys that no action names (`aws:SourceIp`) are not looked for.
    pub fn carries(&self, key: &str) -> bool {
        let own = self.condition_keys.iter();
        let resources = self.resources.iter();
        own.chain(resources.flat_map(|resource| {
            resource.condition_keys.iter().chain(&resource.resource_type.condition_keys)
        }))
        .any(|known| known.covers(key))
    }

    /// Whether every request for it carries a condition key of its own, whatever the resource.
    pub fn carries_itself(&self, key: &str) -> bool {
        self.condition_keys.iter().any(|known| known.covers(key))
    }

    /// Whether a request for it carries a condition key where it is checked on this ARN: its own
    /// keys, and those that it carries with the ARN's type.
    pub fn carries_on(&self, key: &str, arn: &str) -> bool {
        self.carries_itself(key) || self.resources_of(arn).any(|resource| resource.carries(key))
    }

    /// Whether a key may be there on this ARN: beside those of [`Action::carries_on`] the keys
    /// that other actions carry with the ARN's type.
    pub fn may_carry_on(&self, key: &str, arn: &str) -> bool {
        self.carries_on(key, arn)
            || self.resources_of(arn).any(|resource| resource.resource_type.carries(key))
    }

    fn resources_of(&self, arn: &str) -> impl Iterator<Item = &ActionResource> {
        self.resources.iter().filter(move |one| one.resource_type.matches(arn).is_some())
    }
}

impl ActionResource {
    /// Whether the action carries a condition key with this type: where keys of the pair are
    /// written down one of those, else one of the type's.
    pub fn carries(&self, key: &str) -> bool {
        match self.condition_keys.as_slice() {
            [] => self.resource_type.carries(key),
            keys => keys.iter().any(|known| known.covers(key)),
        }
    }
}
