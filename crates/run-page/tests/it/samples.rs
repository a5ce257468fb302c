//! Parts of runs.

use std::time::Duration;

use fed_types::UnixTime;
use iam_gate::{ConditionRecord, DecisionRecord, TokenRecord, Verdict};
use run_page::{Chapter, Command, Part, Phase, Run, Scenario};

/// A run of one scenario, in which this was typed.
pub(crate) fn run(part: Part, commands: Vec<Command>) -> Run {
    let scenario = Scenario {
        name: "A scenario".to_owned(),
        failure: None,
        took: Duration::from_secs(3),
        commands,
    };
    Run {
        backend: "host".to_owned(),
        began: "2026-11-23T10:00:00Z".to_owned(),
        took: Duration::from_secs(65),
        left_out: Vec::from(["2 skipped: no Chromium here".to_owned()]),
        phases: Vec::from([Phase {
            name: "the lab starts".to_owned(),
            took: Duration::from_millis(4200),
        }]),
        chapters: Vec::from([Chapter {
            part,
            name: "5. The ID token".to_owned(),
            description: "It is a JWT.".to_owned(),
            scenarios: Vec::from([scenario]),
        }]),
    }
}

/// A command that printed nothing.
pub(crate) fn command(text: &str) -> Command {
    Command {
        who: "no-policy-user".to_owned(),
        text: text.to_owned(),
        signed_in: None,
        status: 0,
        stdout: String::new(),
        stderr: String::new(),
        took: Duration::from_millis(80) * 10,
        decisions: Vec::new(),
    }
}

/// An action that was allowed.
pub(crate) fn decision(action: &str) -> DecisionRecord {
    let subject = ("accounts.google.com:sub", "113632458324056836621");
    DecisionRecord {
        time: UnixTime::from_seconds(1_795_428_000),
        request_id: "1".to_owned(),
        principal: None,
        session: None,
        token: Some(TokenRecord {
            provider: "accounts.google.com".to_owned(),
            keys: Vec::from([(subject.0.to_owned(), subject.1.to_owned())]),
            kept_out: None,
        }),
        endpoint: None,
        region: None,
        action: Some(action.to_owned()),
        resource: Some("arn:aws:iam::278805249149:role/google-oidc-role".to_owned()),
        demands: Vec::new(),
        demands_left_out: 0,
        decision: Verdict::Allowed,
        enforced: true,
        deciding_statement: Vec::from(["trust policy#statement 1".to_owned()]),
        conditions: Vec::new(),
        reason: None,
        status: 200,
        code: None,
        upstream_milliseconds: Some(7.5),
    }
}

/// An exchange that a condition stood against.
pub(crate) fn denied() -> DecisionRecord {
    DecisionRecord {
        decision: Verdict::ImplicitlyDenied,
        deciding_statement: Vec::new(),
        conditions: Vec::from([ConditionRecord {
            statement: "trust policy#statement 1".to_owned(),
            line: 9,
            operator: "StringEquals".to_owned(),
            key: "accounts.google.com:sub".to_owned(),
            required: Vec::from(["7".to_owned()]),
            actual: Some(Vec::from(["8".to_owned()])),
        }]),
        reason: Some("no statement of the trust policy allows it".to_owned()),
        status: 403,
        code: Some("AccessDenied".to_owned()),
        upstream_milliseconds: None,
        ..decision("sts:AssumeRoleWithWebIdentity")
    }
}
