//! Calls about which no policy is asked, or not only: by rules of their own.
//!
//! Source: STS API reference, GetCallerIdentity, GetSessionToken, GetFederationToken,
//! AssumeRoleWithWebIdentity, AssumeRoleWithSAML; AWS general reference, partitions.

use fed_types::Arn;
use iam_policy::{Answer, Decision, Effect, Explanation, Truth, Verdict};

use super::{actor::Actor, protected};
use crate::{Exit, Failure};

/// What the pseudo key for a Deny of what no policy controls is called.
pub(super) const A_DENY: &str = "whether a Deny bears on it";

/// Whether it is this action of STS.
fn is(action: &str, name: &str) -> bool {
    action.split_once(':').is_some_and(|(service, found)| {
        service.eq_ignore_ascii_case("sts") && found.eq_ignore_ascii_case(name)
    })
}

/// Refuses what nobody can call so, whatever the policies say.
///
/// # Errors
/// Why.
pub(super) fn check(action: &str, actor: &Actor, resources: &[String]) -> Result<(), Failure> {
    for token in ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"] {
        if is(action, token) {
            let message = format!("`{action}` is called with a token, not by a role or a user");
            return Err(Failure::new(Exit::Usage, message)
                .hint("leave `--action` out: `fed-cli explain` says what becomes of a token"));
        }
    }
    let of_users = ["GetFederationToken", "GetSessionToken"].iter().any(|name| is(action, name));
    if of_users && actor.is_role() {
        let message = format!(
            "`{action}` cannot be called with the credentials of a session, so not by `{}`",
            actor.name()
        );
        return Err(Failure::new(Exit::Denied, message)
            .hint("it is for users: name one with `--principal`"));
    }
    let own = Arn::parse(actor.name()).map_or("aws", |arn| arn.partition);
    for resource in resources {
        protected::check(action, resource)?;
        let theirs = Arn::parse(resource).map_or(own, |arn| arn.partition);
        if theirs != own && !theirs.contains(['*', '?']) {
            let message = format!(
                "`{resource}` is in the partition `{theirs}`, and `{}` in `{own}`: no call leaves \
                 its partition",
                actor.name()
            );
            return Err(Failure::new(Exit::Denied, message));
        }
    }
    Ok(())
}

/// Who calls may always know who it is: not even a Deny keeps it from them. A user's session is
/// had without a permission, and no policy is said to control that; what one does that denies it
/// all the same, is not.
pub(super) fn apply(action: &str, explanation: &mut Explanation) {
    let is_denied = explanation.answer.decision == Decision::ExplicitlyDenied
        || explanation
            .statements
            .iter()
            .any(|it| it.effect == Effect::Deny && it.action && it.applies != Truth::False);
    if is(action, "GetSessionToken") && is_denied {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled = vec![A_DENY.to_owned()];
    } else if is(action, "GetCallerIdentity") || is(action, "GetSessionToken") {
        explanation.verdict = Verdict::Allowed;
        explanation.unsettled.clear();
        explanation.answer = Answer {
            decision: Decision::Allowed,
            deciding: iam_policy::DecidingStatements::new(),
            reason: None,
        };
    }
}
