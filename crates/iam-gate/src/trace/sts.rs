//! What is found out about a role that is to be assumed.

use iam_policy::mend::tenant_keys;
use iam_policy::sts::{Check, Denial, Report};
use iam_policy::web_identity::Difference;
use iam_policy::{Context, PolicyKind, Truth, assume_role, web_identity};

use super::bounds::bounded;
use super::{STATEMENTS, Trace, verdict};
use crate::decision::{DemandRecord, TokenRecord};
use crate::kept_out::KeptOut;

impl Trace {
    /// Notes how the decision about a token went.
    pub(crate) fn web_identity(
        &mut self,
        report: &Report<web_identity::Found>,
        causes: &[web_identity::Cause],
    ) {
        if let (Some(provider), Some(token)) = (&report.found.provider, &report.found.token) {
            self.principal(format!("{} {}", provider.name(), token.subject));
            let keys = report.found.keys.as_ref();
            self.token = Some(TokenRecord {
                provider: provider.name().to_owned(),
                keys: keys
                    .map(|keys| identifying(keys, provider.prefix(), &token.subject))
                    .unwrap_or_default(),
                kept_out: None,
            });
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

    /// Keeps what a mend is looked for with, of a token that a trust policy keeps out.
    pub(crate) fn kept_out(&mut self, kept_out: KeptOut) {
        if let Some(token) = &mut self.token {
            token.kept_out = Some(kept_out);
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
            statement.kind == PolicyKind::Trust
                && statement.principal != Truth::False
                && statement.action
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
        let resource = self.resource.clone().unwrap_or_default();
        for trust in &report.trust {
            self.tell(DemandRecord {
                action: trust.action.to_owned(),
                resource: resource.clone(),
                resource_account: None,
                decision: verdict(trust.explanation.answer.decision),
                keys: Vec::new(),
            });
        }
        if let Some(obstacle) = report.obstacle() {
            self.explained(&obstacle.explanation);
        }
        if let Some(trust) = report.obstacle().or(report.trust.last()) {
            self.decided(&trust.explanation.answer, trust.action);
        }
        match report.outcome().denial() {
            None => {}
            Some(denial) if matches!(denial.check, Check::TrustPolicy | Check::Permission) => {}
            Some(denial) => self.refused(format!("{}: {}", denial.check.name(), denial.message)),
        }
    }
}

/// The keys that say whom a token is of.
fn identifying(keys: &Context, prefix: &str, subject: &str) -> Vec<(String, String)> {
    let of_tenant = tenant_keys(prefix, subject);
    ["aud", "oaud", "sub"]
        .iter()
        .chain(of_tenant)
        .filter_map(|name| {
            let key = format!("{prefix}:{name}");
            let value = keys.get(&key)?.first()?.clone();
            Some((key, bounded(value)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use fed_types::{Claims, UnixTime};
    use iam_policy::sts::{ResourceControl, RoleFact, RoleFacts, Trust};
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
            resource_control: ResourceControl::Are(&[]),
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
    fn whose_a_token_is_is_told_where_its_subject_does_not() {
        const GITHUB: &str = "token.actions.githubusercontent.com";
        let mut keys = Context::new();
        for name in ["aud", "sub", "actor", "repository", "repository_id"] {
            keys.set(format!("{GITHUB}:{name}"), name);
        }
        let told = |subject: &str| -> Vec<String> {
            identifying(&keys, GITHUB, subject).into_iter().map(|(_, value)| value).collect()
        };
        assert_eq!(told("environment:production"), ["aud", "sub", "repository_id", "repository"]);
        assert_eq!(told("repo:acme/app:pull_request"), ["aud", "sub"]);
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
}
