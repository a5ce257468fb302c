//! What is found out about a request on its way, for the decision log.

mod bounds;
mod sts;

use std::fmt::Write;

use fed_types::UnixTime;
use iam_policy::{Answer, Decision, Explanation};

use crate::decision::{
    ConditionRecord, DecisionRecord, DemandRecord, SessionRecord, TokenRecord, Verdict,
};
use crate::enforcement::Enforcement;
use crate::obstacle::standing_against;
use bounds::{CONDITIONS, DEMANDS, VALUE, VALUES, bounded, within};

/// Filled in along the way; whatever is unknown when the way ends stays empty.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    enforcement: Enforcement,
    founding: bool,
    principal: Option<String>,
    session: Option<SessionRecord>,
    token: Option<TokenRecord>,
    endpoint: Option<String>,
    region: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    demands: Vec<DemandRecord>,
    demands_size: usize,
    demands_left_out: usize,
    verdict: Option<Verdict>,
    let_through: bool,
    deciding: Vec<String>,
    conditions: Vec<ConditionRecord>,
    reason: Option<String>,
    code: Option<String>,
    upstream_milliseconds: Option<f64>,
}

/// Statements named in one record.
const STATEMENTS: usize = 8;
impl Trace {
    /// The beginning of a request whose denials are treated so to its end.
    pub(crate) fn under(enforcement: Enforcement) -> Self {
        Self { enforcement, ..Self::default() }
    }

    /// What becomes of its denials.
    pub(crate) const fn enforcement(&self) -> Enforcement {
        self.enforcement
    }

    /// Notes whether it is part of filling an account, which is told and not kept.
    pub(crate) fn founding(&mut self, founding: bool) {
        self.founding = founding;
    }

    /// As [`Self::founding`].
    pub(crate) const fn is_founding(&self) -> bool {
        self.founding
    }

    pub(crate) fn principal(&mut self, principal: impl Into<String>) {
        self.principal = Some(bounded(principal.into()));
    }

    pub(crate) fn session(&mut self, session: Option<SessionRecord>) {
        self.session = session;
    }

    pub(crate) fn endpoint(&mut self, host: Option<&str>) {
        self.endpoint = host.map(|host| bounded(host.to_owned()));
    }

    pub(crate) fn action(&mut self, action: impl Into<String>) {
        self.action = Some(bounded(action.into()));
    }

    pub(crate) fn region(&mut self, region: &str) {
        self.region = Some(bounded(region.to_owned()));
    }

    pub(crate) fn resource(&mut self, resource: impl Into<String>) {
        self.resource = Some(bounded(resource.into()));
    }

    /// Notes the emulator's answer: how long it took, and the code where it is an error.
    pub(crate) fn upstream(&mut self, milliseconds: f64, code: Option<String>) {
        self.upstream_milliseconds = Some((milliseconds * 10.0).round() / 10.0);
        self.code = code;
    }

    /// Notes why it is refused, in the gate's own words: more than the client is told.
    pub(crate) fn refused(&mut self, reason: impl Into<String>) {
        self.reason = Some(bounded(reason.into()));
    }

    /// Notes that it could not be decided, and goes on all the same.
    pub(crate) fn undecided(&mut self, reason: impl Into<String>) {
        self.verdict = Some(Verdict::Refused);
        self.refused(reason);
        self.let_through = true;
    }

    /// Notes that it was denied, and goes on all the same.
    pub(crate) fn lets_through(&mut self) {
        self.let_through = true;
    }

    /// What was denied and goes on all the same: its action.
    pub(crate) fn denied_and_let_through(&self) -> Option<&str> {
        self.let_through.then(|| self.action.as_deref().unwrap_or("unknown"))
    }

    /// Notes what policies said to one demand, on what is of another account where that is named,
    /// with the keys of it that are to be told. Of several the first denial is the one that the
    /// request is known by.
    pub(crate) fn demanded(
        &mut self,
        (action, resource): (&str, &str),
        of_account: Option<&str>,
        answer: &Answer,
        keys: Vec<(String, Vec<String>)>,
    ) {
        let value = |text: String| within(text, VALUE);
        let values = |all: Vec<String>| all.into_iter().take(VALUES).map(value).collect();
        self.tell(DemandRecord {
            action: action.to_owned(),
            resource: bounded(resource.to_owned()),
            resource_account: of_account.map(str::to_owned),
            decision: verdict(answer.decision),
            keys: keys.into_iter().map(|(key, all)| (bounded(key), values(all))).collect(),
        });
        if !self.let_through {
            self.resource(resource);
            self.decided(answer, action);
        }
    }

    /// Tells of a demand, as long as there is room for it.
    fn tell(&mut self, demand: DemandRecord) {
        self.demands_size += demand.size();
        match self.demands_size <= DEMANDS {
            true => self.demands.push(demand),
            false => self.demands_left_out += 1,
        }
    }

    /// Notes the conditions that stand against the last demand.
    pub(crate) fn explained(&mut self, explanation: &Explanation) {
        if !self.let_through {
            let mut room = CONDITIONS;
            let fits = |condition: &ConditionRecord| {
                let left = room.checked_sub(condition.size());
                room = left.unwrap_or_default();
                left.is_some()
            };
            self.conditions = standing_against(explanation).into_iter().take_while(fits).collect();
        }
    }

    /// Notes what a policy said.
    fn decided(&mut self, answer: &Answer, action: &str) {
        self.verdict = Some(verdict(answer.decision));
        self.reason = answer.because(action).map(bounded);
        self.deciding.clear();
        for statement in answer.deciding.iter().take(STATEMENTS) {
            let mut name = statement.policy.to_string();
            // Writing to a `String` cannot fail.
            let _ = write!(name, "#{}", statement.label());
            self.deciding.push(within(name, VALUE));
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
            session: self.session,
            token: self.token,
            endpoint: self.endpoint,
            region: self.region,
            action: self.action,
            resource: self.resource,
            demands: self.demands,
            demands_left_out: self.demands_left_out,
            decision,
            enforced: !self.let_through,
            deciding_statement: self.deciding,
            conditions: self.conditions,
            reason: self.reason.or(said),
            status,
            code: error_response.map(|(code, _)| code.to_owned()).or(self.code).map(bounded),
            upstream_milliseconds: self.upstream_milliseconds,
        }
    }
}

fn verdict(decision: Decision) -> Verdict {
    match decision {
        Decision::Allowed => Verdict::Allowed,
        Decision::ExplicitlyDenied => Verdict::ExplicitlyDenied,
        Decision::ImplicitlyDenied => Verdict::ImplicitlyDenied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_rounded() {
        let mut trace = Trace::default();
        trace.upstream(12.345_678, None);
        let record = trace.record(UnixTime::from_seconds(0), "id", 200, None);
        assert_eq!(record.upstream_milliseconds, Some(12.3));
    }
}
