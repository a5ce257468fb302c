//! What is found out about a request on its way, for the decision log.

use std::fmt::Write;

use fed_types::UnixTime;
use iam_policy::sts::{Check, Denial, Report};
use iam_policy::web_identity::Difference;
use iam_policy::{Answer, Decision, PolicyKind, Truth, assume_role, web_identity};

use crate::decision::{DecisionRecord, Verdict};

/// Filled in along the way; whatever is unknown when the way ends stays empty.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    principal: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    verdict: Option<Verdict>,
    deciding: Vec<String>,
    reason: Option<String>,
    upstream_milliseconds: Option<f64>,
}

/// Statements named in one record.
const STATEMENTS: usize = 8;
/// The longest text of one field, in characters: clients choose some of them.
const FIELD: usize = 2048;

impl Trace {
    pub(crate) fn principal(&mut self, principal: impl Into<String>) {
        self.principal = Some(bounded(principal.into()));
    }

    pub(crate) fn action(&mut self, action: impl Into<String>) {
        self.action = Some(bounded(action.into()));
    }

    pub(crate) fn resource(&mut self, resource: impl Into<String>) {
        self.resource = Some(bounded(resource.into()));
    }

    pub(crate) fn upstream(&mut self, milliseconds: f64) {
        self.upstream_milliseconds = Some((milliseconds * 10.0).round() / 10.0);
    }

    /// Notes why it is refused, in the gate's own words: more than the client is told.
    pub(crate) fn refused(&mut self, reason: impl Into<String>) {
        self.reason = Some(reason.into());
    }

    /// Notes what a policy said.
    pub(crate) fn decided(&mut self, answer: &Answer, action: &str) {
        self.verdict = Some(match answer.decision {
            Decision::Allowed => Verdict::Allowed,
            Decision::ExplicitlyDenied => Verdict::ExplicitlyDenied,
            Decision::ImplicitlyDenied => Verdict::ImplicitlyDenied,
        });
        self.reason = answer.because(action);
        self.deciding.clear();
        for statement in answer.deciding.iter().take(STATEMENTS) {
            let mut name = statement.policy.to_string();
            // Writing to a `String` cannot fail.
            let _ = write!(name, "#{}", statement.label());
            self.deciding.push(name);
        }
    }

    /// Notes how the decision about a token went.
    pub(crate) fn web_identity(
        &mut self,
        report: &Report<web_identity::Found>,
        causes: &[web_identity::Cause],
    ) {
        if let (Some(provider), Some(token)) = (&report.found.provider, &report.found.token) {
            self.principal(format!("{} {}", provider.name(), token.subject));
        }
        self.sts(report);
        let of_policy = |denial: &&Denial| denial.check == Check::TrustPolicy;
        if report.outcome().denial().filter(of_policy).is_some() {
            self.because(causes.iter().map(|cause| match cause.line {
                Some(line) => format!("line {line}: {}", cause.text),
                None => cause.text.clone(),
            }));
        }
    }

    /// Notes how the decision about a caller who assumes a role went.
    pub(crate) fn assume_role(&mut self, report: &Report<assume_role::Found>) {
        self.sts(report);
        let of_policies = |denial: &&Denial| denial.check == Check::Permission;
        if report.outcome().denial().filter(of_policies).is_none() {
            return;
        }
        let Some(obstacle) = report.obstacle() else { return };
        let trust = obstacle.explanation.statements.iter().filter(|statement| {
            statement.kind == PolicyKind::Trust && statement.principal && statement.action
        });
        let failed = trust
            .flat_map(|statement| &statement.conditions)
            .filter(|condition| condition.outcome != Truth::True)
            .map(|condition| {
                let line = condition.line;
                let told = web_identity::told(condition, &Difference::OfTheRequest);
                format!("trust policy, line {line}: {told}")
            });
        self.because(failed);
    }

    /// Adds to the reason what in the policies made it so.
    fn because(&mut self, causes: impl Iterator<Item = String>) {
        let causes: Vec<String> = causes.take(STATEMENTS).collect();
        if !causes.is_empty() {
            let reason = self.reason.take().unwrap_or_default();
            self.reason = Some(bounded(format!("{reason}: {}", causes.join("; "))));
        }
    }

    fn sts<F>(&mut self, report: &Report<F>) {
        if let Some(trust) = report.obstacle().or(report.trust.last()) {
            self.decided(&trust.explanation.answer, trust.action);
        }
        match report.outcome().denial() {
            None => {}
            Some(denial) if matches!(denial.check, Check::TrustPolicy | Check::Permission) => {}
            Some(denial) => self.refused(format!("{}: {}", denial.check.name(), denial.message)),
        }
    }

    /// The record, once the answer is known.
    pub(crate) fn record(
        self,
        time: UnixTime,
        request_id: &str,
        status: u16,
        error_response: Option<(&str, &str)>,
    ) -> DecisionRecord {
        let decision = match (self.verdict, error_response) {
            (Some(Verdict::Allowed), Some(("DryRunOperation", _))) => Verdict::Allowed,
            (Some(Verdict::Allowed) | None, Some(_)) => Verdict::Refused,
            (Some(verdict), _) => verdict,
            (None, None) => Verdict::Allowed,
        };
        let said = error_response.map(|(_, message)| bounded(message.to_owned()));
        DecisionRecord {
            time,
            request_id: request_id.to_owned(),
            principal: self.principal,
            action: self.action,
            resource: self.resource,
            decision,
            deciding_statement: self.deciding,
            reason: self.reason.or(said),
            status,
            code: error_response.map(|(code, _)| code.to_owned()),
            upstream_milliseconds: self.upstream_milliseconds,
        }
    }
}

fn bounded(text: String) -> String {
    match text.char_indices().nth(FIELD) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use fed_types::Claims;
    use iam_policy::sts::{RoleFact, RoleFacts, Trust};
    use iam_policy::web_identity::{
        Clock, Parameters, Presented, Providers, Question, Signature, causes, decide,
    };
    use iam_policy::{Context, Policy, PolicyKind};

    use super::*;

    /// The reason in the log for a token of Google with this `sub`, signed or not.
    fn reason(sub: &str, signature: Signature) -> String {
        let trust = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n\
             \"Principal\": {\"Federated\": \"accounts.google.com\"},\n\
             \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Condition\": {\"StringEquals\":\n\
             {\"accounts.google.com:sub\": \"42\"}}}]}";
        let trust = Policy::parse(trust, PolicyKind::Trust).unwrap();
        let claims = format!(
            "{{\"iss\": \"https://accounts.google.com\", \"aud\": \"client\", \"sub\": \"{sub}\"}}"
        );
        let claims = Claims::from_json(claims.as_bytes()).unwrap();
        let question = Question {
            parameters: Parameters::new("arn:aws:iam::278805249149:role/r", "session"),
            token: Presented::Claims(&claims),
            signature,
            clock: Clock::WhileTokenIsCurrent,
            providers: Providers::Are(&[]),
            role: RoleFact::Exists(RoleFacts {
                trust: Trust::Policy(&trust),
                max_session_duration: None,
            }),
            surroundings: &Context::new(),
        };
        let report = decide(&question);
        let mut trace = Trace::default();
        trace.web_identity(&report, &causes(&question, &report));
        let said = report.outcome().denial().map(|denial| (denial.code, denial.message.clone()));
        let said = said.as_ref().map(|(code, message)| (*code, message.as_str()));
        let record = trace.record(UnixTime::from_seconds(0), "id", 403, said);
        record.reason.unwrap_or_default()
    }

    #[test]
    fn a_denial_names_the_condition_that_failed() {
        assert_eq!(
            reason("43", Signature::Verified),
            "because no role trust policy allows the sts:AssumeRoleWithWebIdentity action: line 4: \
             `accounts.google.com:sub`: StringEquals asks for `42`, the token has `43`"
        );
    }

    #[test]
    fn a_denial_names_the_check_that_stopped_it() {
        let failed = Signature::Failed(web_identity::SignatureFailure::Invalid);
        let reason = reason("42", failed);
        assert!(reason.starts_with("signature: The web identity token"), "{reason}");
    }

    #[test]
    fn milliseconds_are_rounded() {
        let mut trace = Trace::default();
        trace.upstream(12.345_678);
        let record = trace.record(UnixTime::from_seconds(0), "id", 200, None);
        assert_eq!(record.upstream_milliseconds, Some(12.3));
    }
}
