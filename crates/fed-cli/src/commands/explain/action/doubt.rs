//! What leaves an answer open although the policies that were read give one.

use fed_types::Arn;
use iam_policy::{
    Context as Keys, DenialReason, Explanation, PolicyKind, PolicySet, Request, Verdict,
    bears_resource_control, explain, explain_on_all, may_have_policy, needs_resource_policy,
};

use super::NO_RESOURCE;
use super::checked_on::{Known, stands_for_several};
use super::gather::Unread;
use super::resource::{ItsPolicy, Resource};
use super::sharing;

/// What the pseudo key for the resource is called.
pub(super) const RESOURCE: &str = "the resource";
/// What the pseudo key for a policy that was not read is called.
pub(super) const RESOURCE_POLICY: &str = "the resource's own policy";
/// What the pseudo keys for other policies that were not read are called.
pub(super) const SERVICE_CONTROL: &str = "a service control policy";
pub(super) const RESOURCE_CONTROL: &str = "a resource control policy";
pub(super) const SESSION: &str = "a policy of the session";
/// What the pseudo key for a resource that another account may share begins with.
pub(super) const SHARED: &str = "whether account ";
/// What the pseudo key for an action that nobody knows is called.
pub(super) const NO_SUCH_ACTION: &str = "whether there is such an action";

/// What the pseudo key for the account of a resource whose ARN names none is called.
pub(super) const RESOURCE_ACCOUNT: &str = "aws:ResourceAccount";

/// The types of policies that limit a principal, unless the resource's own names it.
const PRINCIPALS_OWN: [PolicyKind; 3] =
    [PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session];

/// What they are judged by.
pub(super) struct Doubts<'a> {
    pub(super) known: &'a Known,
    /// Those of the caller.
    pub(super) policies: &'a PolicySet,
    /// All that the call is on, as far as it is given.
    pub(super) resources: &'a [Resource],
    /// The condition keys that were given.
    pub(super) given: &'a [(String, String)],
    /// Policies of which nobody knows whether there are any.
    pub(super) unread: Unread,
    /// Whether it was said that there are none beside those that are known.
    pub(super) no_others: bool,
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
        let has_resource = !self.known.knows_no_resources();
        if has_resource {
            if request.resource == NO_RESOURCE {
                self.of_given_keys(explanation);
            }
            if !self.of_sharing(explanation, request) {
                if resource.policy.is_unknown() {
                    self.of_the_resources_policy(explanation, request, resource);
                }
                if self.no_others || !resource.policy.is_unknown() {
                    self.of_the_account(explanation, request, resource);
                }
            }
        }
        self.of_unread(explanation, has_resource.then_some((request, resource)));
    }

    /// Policies that nobody read may deny what the others allow; those of a session might allow
    /// what the others of its session do not.
    fn of_unread(&self, explanation: &mut Explanation, on: Option<(&Request<'_>, &Resource)>) {
        let narrowed =
            explanation.answer.reason == Some(DenialReason::NoAllow(PolicyKind::Session));
        if explanation.verdict == Verdict::Denied && !(narrowed && self.unread.session) {
            return;
        }
        let resource_control = on.is_some_and(|(request, resource)| {
            bears_resource_control(request.action)
                && self.known.names_some()
                && match account(request, resource) == request.principal.account() {
                    true => self.unread.resource_control,
                    false => self.unread.resource_control_elsewhere,
                }
        });
        let unread = [
            (self.unread.service_control, SERVICE_CONTROL),
            (resource_control, RESOURCE_CONTROL),
            (self.unread.session, SESSION),
        ];
        for (_, name) in unread.into_iter().filter(|(is_unread, _)| *is_unread) {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.push(name.to_owned());
        }
    }

    /// A resource of another account, a KMS key and a role are used only by whom their own
    /// policy allows; and any such policy can deny. Where it was not read, no more can be told
    /// than that the rest would allow; nor where it was tried in vain, which those of another
    /// account meet.
    fn of_the_resources_policy(
        &self,
        explanation: &mut Explanation,
        request: &Request<'_>,
        resource: &Resource,
    ) {
        let tried = matches!(resource.policy, ItsPolicy::Unread);
        let lacks = |kind| explanation.answer.reason == Some(DenialReason::NoAllow(kind));
        let lacks_its_own = lacks(PolicyKind::Resource);
        // By naming the session itself it can allow what none of the principal's does.
        let may_allow = request.resource != NO_RESOURCE
            && may_have_policy(request.action, request.resource)
            && PRINCIPALS_OWN.into_iter().any(lacks);
        let must_allow = tried || needs_resource_policy(request.action);
        let may_deny = !self.no_others && may_have_policy(request.action, request.resource);
        let is_open = match explanation.verdict {
            Verdict::Allowed => must_allow || may_deny,
            Verdict::CannotTell => may_deny,
            Verdict::Denied if lacks_its_own => must_allow || !self.no_others,
            Verdict::Denied => may_allow && (tried || !self.no_others),
        };
        if is_open {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.push(RESOURCE_POLICY.to_owned());
        }
    }

    /// What another account shares is used by the policies of those with whom it is shared, and
    /// nobody here knows whether it is.
    fn of_sharing(&self, explanation: &mut Explanation, request: &Request<'_>) -> bool {
        let lacks = explanation.answer.reason == Some(DenialReason::NoAllow(PolicyKind::Resource));
        let owner = sharing::owner(request.resource)
            .filter(|owner| lacks && request.principal.account().is_some_and(|own| own != *owner));
        let Some(owner) = owner else { return false };
        let as_own = Request { resource_account: request.principal.account(), ..*request };
        if explained(self.known, self.policies, &as_own).verdict != Verdict::Allowed {
            return false;
        }
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(format!("{SHARED}{owner} shares it by AWS RAM"));
        true
    }

    /// Within an account the principal's policies suffice; a resource of another is used only by
    /// whom its own policy allows too. Which it is in, an S3 ARN does not say: a yes is one in
    /// both.
    fn of_the_account(
        &self,
        explanation: &mut Explanation,
        request: &Request<'_>,
        resource: &Resource,
    ) {
        let is_of_s3 = Arn::parse(request.resource).is_ok_and(|arn| arn.service == "s3");
        let is_told = account(request, resource).is_some();
        if explanation.verdict != Verdict::Allowed || is_told || !is_of_s3 {
            return;
        }
        let mut policies = self.policies.clone();
        policies.resource = resource.policy.known().cloned();
        let elsewhere = Request { resource_account: Some(ANOTHER_ACCOUNT), ..*request };
        if explained(self.known, &policies, &elsewhere).verdict != Verdict::Allowed {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.push(RESOURCE_ACCOUNT.to_owned());
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
        let on_all = Request { resource: NO_RESOURCE, ..*request };
        let on_all = explained(self.known, self.policies, &on_all);
        let may_deny = !self.no_others && may_have_policy(request.action, NO_RESOURCE);
        if on_all.verdict != Verdict::Allowed || may_deny {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.extend(further.iter().map(|name| format!("the {name}")));
        }
    }
}

/// Stands for whichever account is not the principal's: no account is called so.
const ANOTHER_ACCOUNT: &str = "another account";

/// The account that owns the resource; `None` where nobody says.
fn account<'a>(request: &Request<'a>, resource: &Resource) -> Option<&'a str> {
    let named = Arn::parse(request.resource).ok().map(|arn| arn.account);
    let named = request.resource_account.or(named).filter(|account| !account.is_empty());
    let is_own = request.resource == NO_RESOURCE || resource.is_read_live;
    named.or_else(|| request.principal.account().filter(|_| is_own))
}

/// What the policies say of the resource, or of all that it stands for where it is a pattern:
/// the answer may hang on which of them it is.
pub(super) fn explained(known: &Known, policies: &PolicySet, request: &Request<'_>) -> Explanation {
    if known.knows_no_resources() || !stands_for_several(request.resource) {
        return explain(policies, request);
    }
    let mut explanation = explain_on_all(policies, request);
    if explanation.hangs_on_the_resource() {
        explanation.unsettled.push(RESOURCE.to_owned());
    }
    explanation
}
