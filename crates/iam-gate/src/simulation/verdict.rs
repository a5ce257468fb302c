//! One evaluation and what the simulator says of it.

use std::fmt::Write;

use iam_policy::{
    Answer, Decision, DenialReason, Explanation, Found, NamedPolicy, PolicyKind, PolicySet,
    Request, Truth, evaluate, explain,
};

use super::source::policy_id;
use super::span::spans;
use crate::error_response::xml_text;

/// What came of one action on one resource.
pub(super) struct Verdict<'p> {
    policies: &'p PolicySet,
    pub(super) answer: Answer,
    pub(super) missing: Vec<String>,
    within_boundary: Option<bool>,
    within_organization: Option<bool>,
}

impl<'p> Verdict<'p> {
    /// Evaluates. A key that is not given is absent from the request; that it was asked for
    /// is told.
    pub(super) fn of(policies: &'p PolicySet, request: &Request<'_>) -> Self {
        let mut unknowing = request.context.clone();
        unknowing.know_only::<&str>([]);
        let explanation = explain(policies, &Request { context: &unknowing, ..*request });
        let alone = |policies: PolicySet| evaluate(&policies, request);
        let within_boundary = policies.boundary.as_ref().map(|boundary| {
            let identity = vec![boundary.clone()];
            alone(PolicySet { identity, ..PolicySet::default() }).decision.is_allowed()
        });
        let within_organization = (!policies.service_control.is_empty()).then(|| {
            let service_control = policies.service_control.clone();
            let answer = alone(PolicySet { service_control, ..PolicySet::default() });
            !matches!(
                answer.reason,
                Some(
                    DenialReason::ExplicitDeny(PolicyKind::ServiceControl)
                        | DenialReason::NoAllow(PolicyKind::ServiceControl)
                )
            )
        });
        Self {
            answer: evaluate(policies, request),
            missing: missing(&explanation),
            policies,
            within_boundary,
            within_organization,
        }
    }

    /// `MatchedStatements`, and what else stands beside the decision.
    pub(super) fn details(&self) -> String {
        let matched: String =
            self.answer.deciding.iter().map(|statement| self.statement(statement)).collect();
        let missing = keys(&self.missing);
        let mut xml = format!(
            "<MatchedStatements>{matched}</MatchedStatements>\
             <MissingContextValues>{missing}</MissingContextValues>"
        );
        if let Some(within) = self.within_boundary {
            // Writing to a `String` cannot fail.
            let _ = write!(
                xml,
                "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>{within}\
                 </AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>"
            );
        }
        xml
    }

    /// `OrganizationsDecisionDetail`, which only the action itself has.
    pub(super) fn organization(&self) -> String {
        self.within_organization.map_or_else(String::new, |within| {
            format!(
                "<OrganizationsDecisionDetail><AllowedByOrganizations>{within}\
                 </AllowedByOrganizations></OrganizationsDecisionDetail>"
            )
        })
    }

    fn statement(&self, statement: &iam_policy::DecidingStatement) -> String {
        let kind = match statement.kind {
            PolicyKind::Resource => "Resource Policy",
            _ => "IAM Policy",
        };
        let places = self.all().find(|policy| {
            policy.name == statement.policy && policy.policy.kind() == statement.kind
        });
        let span =
            places.and_then(|policy| spans(policy.policy.text()).get(statement.index).copied());
        let place = span.map_or_else(String::new, |span| {
            let (start, end) = (span.start, span.end);
            format!(
                "<StartPosition><Line>{}</Line><Column>{}</Column></StartPosition><EndPosition>\
                 <Line>{}</Line><Column>{}</Column></EndPosition>",
                start.line, start.column, end.line, end.column
            )
        });
        let id = xml_text(policy_id(&statement.policy));
        format!(
            "<member><SourcePolicyId>{id}</SourcePolicyId><SourcePolicyType>{kind}\
             </SourcePolicyType>{place}</member>"
        )
    }

    fn all(&self) -> impl Iterator<Item = &NamedPolicy> {
        let PolicySet { identity, boundary, resource, service_control, .. } = self.policies;
        identity.iter().chain(boundary).chain(resource).chain(service_control.iter().flatten())
    }
}

/// The keys that statements about this action on this resource ask for and nobody gave.
fn missing(explanation: &Explanation) -> Vec<String> {
    let bearing = explanation.statements.iter().filter(|statement| {
        statement.principal != Truth::False
            && statement.action
            && statement.resource != Truth::False
    });
    let mut keys: Vec<String> = bearing
        .flat_map(|statement| &statement.conditions)
        .filter(|condition| condition.found == Found::Unknown)
        .map(|condition| condition.key.clone())
        .collect();
    keys.sort_unstable_by_key(|key| key.to_ascii_lowercase());
    keys.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    keys
}

/// The members of a list of keys.
pub(super) fn keys(keys: &[String]) -> String {
    keys.iter().map(|key| format!("<member>{}</member>", xml_text(key))).collect()
}

/// As the simulator names it.
pub(super) fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitlyDenied => "explicitDeny",
        Decision::ImplicitlyDenied => "implicitDeny",
    }
}

/// The worst of several: what is denied somewhere is not allowed everywhere.
pub(super) fn worst(verdicts: &[Verdict<'_>]) -> Decision {
    let has = |decision| verdicts.iter().any(|verdict| verdict.answer.decision == decision);
    if has(Decision::ExplicitlyDenied) {
        Decision::ExplicitlyDenied
    } else if has(Decision::ImplicitlyDenied) {
        Decision::ImplicitlyDenied
    } else {
        Decision::Allowed
    }
}
