//! The checks of the role.

use super::{ACTION, Found};
use crate::explain::{Verdict, explain, explain_trust, open_question};
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::request::Request;
use crate::sts::{
    ActionTrust, Check, Denial, OpenQuestion, ResourceControl, RoleFact, Step, Trust,
    duration_within,
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
    let role_arn = question.parameters.role_arn;
    for action in actions(found) {
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
        return unsettled(Check::TrustPolicy, trust);
    }
    Step::Passed
}

/// The actions of the call.
fn actions(found: &Found) -> impl Iterator<Item = &'static str> + use<> {
    [ACTION].into_iter().chain(found.session.actions())
}

/// The keys that the answers hang on.
fn unsettled(check: Check, answers: &[ActionTrust]) -> Step {
    let mut keys: Vec<&str> =
        answers.iter().flat_map(|it| it.explanation.unsettled.iter().map(String::as_str)).collect();
    keys.dedup();
    Step::Open(OpenQuestion { check, question: open_question(&keys) })
}

/// The organization's policies on resources allow every action of the call, too. What they do
/// not allow is put beside what the trust policy said.
pub(super) fn resource_control(
    question: &Question<'_>,
    found: &Found,
    trust: &mut Vec<ActionTrust>,
) -> Step {
    const CHECK: Check = Check::ResourceControl;
    let role_arn = question.parameters.role_arn;
    let levels = match question.resource_control {
        ResourceControl::Are([]) => return Step::Passed,
        ResourceControl::Are(levels) => levels,
        ResourceControl::Unknown => {
            let account = crate::arn::account(role_arn).unwrap_or_default();
            let question = format!(
                "whether a resource control policy of an organization that `{account}` is in \
                 forbids it"
            );
            return Step::Open(OpenQuestion { check: CHECK, question });
        }
    };
    let (Some(provider), Some(keys), RoleFact::Exists(role)) =
        (&found.provider, &found.keys, question.role)
    else {
        return Step::Unreached;
    };
    let Trust::Policy(policy) = role.trust else { return Step::Unreached };
    let policies = PolicySet {
        resource: Some(NamedPolicy::new("trust policy", policy.clone())),
        resource_control: levels.to_vec(),
        ..PolicySet::default()
    };
    let principal = provider.principal();
    let answers = actions(found).map(|action| {
        let request = Request {
            principal: &principal,
            action,
            resource: role_arn,
            resource_account: None,
            context: keys,
        };
        ActionTrust { action, explanation: explain(&policies, &request) }
    });
    let answers: Vec<ActionTrust> = answers.collect();
    let any = |verdict| answers.iter().any(|it| it.explanation.verdict == verdict);
    let step = match (any(Verdict::Denied), any(Verdict::CannotTell)) {
        (true, _) => not_authorized(CHECK),
        (false, true) => unsettled(CHECK, &answers),
        (false, false) => return Step::Passed,
    };
    trust.extend(answers);
    step
}

/// The role allows a session of this length.
pub(super) fn duration(question: &Question<'_>, found: &Found) -> Step {
    match &question.role {
        RoleFact::Exists(role) => duration_within(found.duration, role),
        RoleFact::Missing | RoleFact::Unknown => Step::Unreached,
    }
}
