//! The checks of the role.

use super::{ACTION, Found};
use crate::explain::{Verdict, explain_trust};
use crate::sts::{
    ActionTrust, Check, Denial, OpenQuestion, RoleFact, Step, Trust, duration_within,
};
use crate::web_identity::context;
use crate::web_identity::question::Question;

fn not_authorized(check: Check) -> Step {
    Step::Failed(Denial::access_denied(check, format!("Not authorized to perform {ACTION}")))
}

/// It exists. Who is not let in does not learn whether it does.
pub(super) fn exists(question: &Question<'_>) -> Step {
    match question.role {
        RoleFact::Exists(_) => Step::Passed,
        RoleFact::Missing => not_authorized(Check::Role),
        RoleFact::Unknown => Step::Open(OpenQuestion {
            check: Check::Role,
            question: format!("whether `{}` exists", question.parameters.role_arn),
        }),
    }
}

/// Its trust policy allows every action of the call: assuming the role, passing the tags,
/// setting the source identity.
pub(super) fn trust_policy(
    question: &Question<'_>,
    found: &mut Found,
    trust: &mut Vec<ActionTrust>,
) -> Step {
    let (Some(token), Some(provider)) = (&found.token, &found.provider) else {
        return Step::Unreached;
    };
    let RoleFact::Exists(role) = question.role else { return Step::Unreached };
    let Trust::Policy(policy) = role.trust else { return not_authorized(Check::TrustPolicy) };
    let name = question.parameters.role_session_name;
    let Ok(token_keys) = context(provider, &token.claims, name) else { return Step::Unreached };
    let mut keys = question.surroundings.clone();
    keys.extend(&token_keys);
    let mut actions = vec![ACTION];
    actions.extend(found.session.actions());
    let role_arn = question.parameters.role_arn;
    for action in actions {
        let principal = provider.principal();
        let explanation = explain_trust(policy, &principal, action, role_arn, &keys);
        trust.push(ActionTrust { action, explanation });
    }
    found.keys = Some(keys);
    let any = |verdict| trust.iter().any(|it| it.explanation.verdict == verdict);
    if any(Verdict::Denied) {
        return not_authorized(Check::TrustPolicy);
    }
    if any(Verdict::CannotTell) {
        let mut keys: Vec<&str> = trust
            .iter()
            .flat_map(|it| it.explanation.unsettled.iter().map(String::as_str))
            .collect();
        keys.dedup();
        return Step::Open(OpenQuestion {
            check: Check::TrustPolicy,
            question: format!("what `{}` is in the request", keys.join("`, `")),
        });
    }
    Step::Passed
}

/// The role allows a session of this length.
pub(super) fn duration(question: &Question<'_>, found: &Found) -> Step {
    match &question.role {
        RoleFact::Exists(role) => duration_within(found.duration, role),
        RoleFact::Missing | RoleFact::Unknown => Step::Unreached,
    }
}
