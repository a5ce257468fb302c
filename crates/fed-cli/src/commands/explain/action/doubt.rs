//! What leaves an answer open although the policies that were read give one.

use iam_policy::{
    Context as Keys, Decision, DenialReason, Effect, Explanation, PolicyKind, PolicySet, Request,
    Truth, Verdict, explain, needs_resource_policy,
};

use super::NO_RESOURCE;
use super::checked_on::{Known, stands_for_several};
use super::resource::{ItsPolicy, Resource};

/// What the pseudo key for the resource is called.
pub(super) const RESOURCE: &str = "the resource";
/// What the pseudo key for a policy that was not read is called.
pub(super) const RESOURCE_POLICY: &str = "the resource's own policy";
/// What the pseudo key for an action that nobody knows is called.
pub(super) const NO_SUCH_ACTION: &str = "whether there is such an action";

/// What they are judged by.
pub(super) struct Doubts<'a> {
    pub(super) known: &'a Known,
    /// Those of the caller.
    pub(super) policies: &'a PolicySet,
    /// All that the call is on, as far as it is given.
    pub(super) resources: &'a [Resource],
    /// The condition keys that were given.
    pub(super) given: &'a [(String, String)],
}

impl Doubts<'_> {
    /// Leaves the answer on one resource open where it is. `further` are the keys of the call
    /// where it is checked on resources that nobody named.
    pub(super) fn apply(
        &self,
        explanation: &mut Explanation,
        request: &Request<'_>,
        resource: &Resource,
        further: &Keys,
    ) {
        self.of_the_action(explanation, &Request { context: further, ..*request });
        if self.known.knows_no_resources() {
            return;
        }
        if request.resource == NO_RESOURCE {
            self.of_given_keys(explanation);
        }
        if stands_for_several(request.resource) {
            without_resource(explanation);
        }
        if resource.policy.is_unknown() {
            let tried = matches!(resource.policy, ItsPolicy::Unread);
            without_resource_policy(explanation, request.action, tried);
        }
    }

    /// A key that was given and is open all the same is open because nobody knows of which
    /// resource it tells.
    fn of_given_keys(&self, explanation: &mut Explanation) {
        let open = explanation.unsettled.len();
        let given = |key: &String| self.given.iter().any(|(it, _)| it.eq_ignore_ascii_case(key));
        explanation.unsettled.retain(|key| !given(key));
        if explanation.unsettled.len() < open {
            explanation.unsettled.push(RESOURCE.to_owned());
        }
    }

    /// A call is allowed only when it is on everything that it is checked on: a yes for one of
    /// them alone is none, unless no policy tells resources apart.
    fn of_the_action(&self, explanation: &mut Explanation, request: &Request<'_>) {
        if explanation.verdict != Verdict::Allowed {
            return;
        }
        if matches!(self.known, Known::Nothing) {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.push(NO_SUCH_ACTION.to_owned());
        }
        let further = self.known.further(self.resources.iter().map(|one| one.arn.as_str()));
        if further.is_empty() {
            return;
        }
        let mut on_all = explain(self.policies, &Request { resource: NO_RESOURCE, ..*request });
        without_resource(&mut on_all);
        if on_all.verdict != Verdict::Allowed {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.extend(further.iter().map(|name| format!("the {name}")));
        }
    }
}

/// Where statements about the action name resources and none is given, the answer may hang on
/// which one it is.
fn without_resource(explanation: &mut Explanation) {
    let named = |effect: Effect| {
        explanation.statements.iter().any(|statement| {
            statement.effect == effect && statement.action && statement.resource != Truth::True
        })
    };
    let in_doubt = match (explanation.verdict, explanation.answer.decision) {
        (Verdict::Allowed, _) => named(Effect::Deny),
        (Verdict::Denied, Decision::ImplicitlyDenied) => named(Effect::Allow),
        _ => false,
    };
    if in_doubt {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.retain(|key| key != RESOURCE);
        explanation.unsettled.push(RESOURCE.to_owned());
    }
}

/// A resource of another account, a KMS key and a role are used only by whom their own policy
/// allows. Where it was not read, no more can be told than that the rest would allow; nor where
/// it was tried in vain, which those of another account meet.
fn without_resource_policy(explanation: &mut Explanation, action: &str, tried: bool) {
    let lacks = explanation.answer.reason == Some(DenialReason::NoAllow(PolicyKind::Resource));
    let must_allow = tried || needs_resource_policy(action);
    if lacks || (must_allow && explanation.verdict == Verdict::Allowed) {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(RESOURCE_POLICY.to_owned());
    }
}
