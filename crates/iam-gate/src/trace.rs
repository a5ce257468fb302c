//! What is found out about a request on its way, for the decision log.

use std::fmt::Write;

use fed_types::UnixTime;
use iam_policy::sts::{Check, Report};
use iam_policy::{Answer, Decision, assume_role, web_identity};

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
        self.upstream_milliseconds = Some(milliseconds);
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
    pub(crate) fn web_identity(&mut self, report: &Report<web_identity::Found>) {
        if let (Some(provider), Some(token)) = (&report.found.provider, &report.found.token) {
            self.principal(format!("{} {}", provider.name(), token.subject));
        }
        self.sts(report);
    }

    /// Notes how the decision about a caller who assumes a role went.
    pub(crate) fn assume_role(&mut self, report: &Report<assume_role::Found>) {
        self.sts(report);
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
