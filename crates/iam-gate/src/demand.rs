//! A permission that a call needs: one action on one resource.

use iam_policy::{Context, NamedPolicy};

use crate::precondition::Precondition;
use crate::request_tags::Tag;
use crate::resource::Reference;

/// One permission that a call needs.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// Such as `iam:CreateUser`, spelt as AWS spells it.
    pub(crate) action: String,
    /// Another action that is as good, where AWS takes either.
    pub(crate) alternative: Option<&'static str>,
    /// An ARN, or `*` where the action knows no resources.
    pub(crate) resource: String,
    /// Whether AWS's denial says `on resource: …`.
    pub(crate) names_resource: bool,
    /// Whether the caller does not say which resource it is: the key of a ciphertext. Then AWS
    /// does not say so either.
    pub(crate) is_hidden: bool,
    /// Keys beside the global ones.
    pub(crate) context: Context,
    /// The tags that the call puts on the resource, where it says on which it puts them; `None`
    /// where all that it brings are meant.
    pub(crate) tags: Option<Vec<Tag>>,
    /// What carries the policy that bears on it, or is called by another name here.
    pub(crate) reference: Option<Reference>,
    /// That policy, once it is read.
    pub(crate) policy: Option<NamedPolicy>,
    /// What must be so beside the permission.
    pub(crate) preconditions: Vec<Precondition>,
    /// The account that must own the resource, where the call says.
    pub(crate) expected_owner: Option<String>,
    /// The account that owns the resource, where its ARN does not tell.
    pub(crate) owner: Option<String>,
}

impl Demand {
    /// An action on one resource.
    pub(crate) fn on(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            alternative: None,
            resource: resource.into(),
            names_resource: true,
            is_hidden: false,
            context: Context::new(),
            tags: None,
            reference: None,
            policy: None,
            preconditions: Vec::new(),
            expected_owner: None,
            owner: None,
        }
    }

    /// The same, with the policy of what `reference` finds.
    pub(crate) fn held_by(self, reference: Reference) -> Self {
        Self { reference: Some(reference), ..self }
    }

    /// The same, if this is so as well.
    pub(crate) fn only_if(mut self, precondition: Precondition) -> Self {
        self.preconditions.push(precondition);
        self
    }

    /// An action that knows no resources, in a service that then does not name any.
    pub(crate) fn without_resource(action: impl Into<String>) -> Self {
        Self { names_resource: false, ..Self::on(action, "*") }
    }
}
