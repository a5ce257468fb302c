//! AWS's rules beside policies: calls that nobody can make so, and calls about which no policy
//! is asked, or not only.
//!
//! Source: STS API reference, GetCallerIdentity, GetSessionToken, GetFederationToken,
//! AssumeRoleWithWebIdentity, AssumeRoleWithSAML, AssumeRoot; IAM user guide, "Compare AWS STS credentials";
//! AWS general reference, partitions.

use std::fmt;

use crate::answer::{Answer, DecidingStatements, Decision, DenialReason};
use crate::explain::{Explanation, Verdict};
use crate::owned_by_aws::{Changed, changed_by, is_aws_policy, is_aws_role};
use crate::policy_kind::PolicyKind;
use crate::principal::Principal;
use crate::statement::Effect;
use crate::truth::Truth;

/// What an answer hangs on where a Deny is about what no policy is said to control.
pub const A_DENY: &str = "whether a Deny bears on it";

/// What an answer on `sts:AssumeRoot` hangs on.
pub const ROOT_ACCESS: &str = "whether the account manages the root access of that member";

/// Why a call can be made by nobody like this, whatever the policies say. Displayed as the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barred {
    /// It is called with a token, by nobody whom policies are about.
    WithToken {
        /// The action.
        action: String,
    },
    /// It is for users, and who asks is a session.
    ToSessions {
        /// The action.
        action: String,
    },
    /// A federated user's session asks it of IAM or STS.
    ToFederatedUsers {
        /// The action.
        action: String,
    },
    /// It would change a managed policy of AWS's own.
    PolicyOfAws {
        /// Its ARN.
        policy: String,
    },
    /// It would make or change a role of AWS's own.
    RoleOfAws {
        /// Its ARN.
        role: String,
    },
    /// The resource is in another partition.
    OtherPartition {
        /// Its ARN.
        resource: String,
        /// Its partition.
        theirs: String,
        /// The partition of who asks.
        own: String,
    },
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WithToken { action } => {
                write!(f, "`{action}` is called with a token, not by a role or a user")
            }
            Self::ToSessions { action } => {
                write!(f, "`{action}` cannot be called with the credentials of a session")
            }
            Self::ToFederatedUsers { action } => {
                write!(f, "`{action}` cannot be called with the credentials of a federated user")
            }
            Self::PolicyOfAws { policy } => {
                write!(f, "`{policy}` is a policy of AWS's own, which nobody else changes")
            }
            Self::RoleOfAws { role } => write!(
                f,
                "`{role}` is a role that only AWS makes and changes: `UnmodifiableEntity`"
            ),
            Self::OtherPartition { resource, theirs, own } => write!(
                f,
                "`{resource}` is in the partition `{theirs}`, and who asks in `{own}`: no call \
                 leaves its partition"
            ),
        }
    }
}

/// Whether nobody like `principal` can call the action on the resource (an ARN, or `*`).
pub fn barred(principal: &Principal, action: &str, resource: &str) -> Option<Barred> {
    let (service, operation) = action.split_once(':')?;
    by_operation(principal, action)
        .or_else(|| match service.eq_ignore_ascii_case("iam") {
            true => by_owner(operation, resource),
            false => None,
        })
        .or_else(|| by_partition(principal, resource))
}

fn by_operation(principal: &Principal, action: &str) -> Option<Barred> {
    let named = || action.to_owned();
    if ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"].iter().any(|name| is(action, name)) {
        let with_token = matches!(principal, Principal::Federated { .. });
        return (!with_token).then(|| Barred::WithToken { action: named() });
    }
    let is_session = matches!(
        principal,
        Principal::Role { .. } | Principal::AssumedRole { .. } | Principal::FederatedUser { .. }
    );
    if is_session && (is(action, "GetFederationToken") || is(action, "GetSessionToken")) {
        return Some(Barred::ToSessions { action: named() });
    }
    let is_federated = matches!(principal, Principal::FederatedUser { .. });
    let service = action.split(':').next().unwrap_or_default();
    let is_of = |name: &str| service.eq_ignore_ascii_case(name);
    let closed = is_of("iam") || is_of("sts") && !is(action, "GetCallerIdentity");
    (is_federated && closed).then(|| Barred::ToFederatedUsers { action: named() })
}

fn by_owner(operation: &str, resource: &str) -> Option<Barred> {
    match changed_by(operation)? {
        Changed::Policy => {
            is_aws_policy(resource).then(|| Barred::PolicyOfAws { policy: resource.to_owned() })
        }
        Changed::NewRole | Changed::Role => {
            is_aws_role(resource).then(|| Barred::RoleOfAws { role: resource.to_owned() })
        }
        // Asked about on the instance profile, which does not name the role.
        Changed::RoleOfInstanceProfile => None,
    }
}

fn by_partition(principal: &Principal, resource: &str) -> Option<Barred> {
    let own = partition(principal.name())?;
    let theirs = partition(resource)?;
    (theirs != own && !theirs.contains(['*', '?'])).then(|| Barred::OtherPartition {
        resource: resource.to_owned(),
        theirs: theirs.to_owned(),
        own: own.to_owned(),
    })
}

fn partition(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').next()
}

/// Whether it is this action of STS.
fn is(action: &str, name: &str) -> bool {
    action.split_once(':').is_some_and(|(service, found)| {
        service.eq_ignore_ascii_case("sts") && found.eq_ignore_ascii_case(name)
    })
}

/// Corrects what policies say of a call that is not theirs to control. Who calls may always know
/// who it is: not even a Deny keeps it from them. A user's session is had without a permission,
/// and no policy is said to control that; what one does that denies it all the same, is not.
pub fn apply_own_rules(action: &str, explanation: &mut Explanation) {
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
            deciding: DecidingStatements::new(),
            reason: None,
        };
    } else if is(action, "AssumeRoot") && !lacks_own_permission(explanation) {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(ROOT_ACCESS.to_owned());
    }
}

/// Whether it is denied by what bears on who asks: the account of a root that is another's is
/// asked first.
fn lacks_own_permission(explanation: &Explanation) -> bool {
    let of_the_resource = Some(DenialReason::NoAllow(PolicyKind::Resource));
    let may_be_allowed = explanation.statements.iter().any(|it| {
        (it.kind, it.effect) == (PolicyKind::Identity, Effect::Allow) && it.applies != Truth::False
    });
    explanation.verdict == Verdict::Denied
        && (explanation.answer.reason != of_the_resource || !may_be_allowed)
}

#[cfg(test)]
mod tests;
