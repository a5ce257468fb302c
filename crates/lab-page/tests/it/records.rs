//! Decisions to show.

use std::sync::Arc;

use fed_types::UnixTime;
use iam_gate::{
    ConditionRecord, DecisionRecord, DemandRecord, SessionRecord, TokenRecord, Verdict,
};
use lab_page::LabFacts;

/// What no page may hold as it is.
pub(crate) const MARKUP: &str = "\"'><script>alert(1)</script>&";

pub(crate) fn lab() -> LabFacts {
    LabFacts {
        name: Some("mine".to_owned()),
        backend: "host (as asked)".to_owned(),
        account: "278805249149".to_owned(),
        region: "us-east-1".to_owned(),
        audit: false,
    }
}

/// Denied to a user, for want of an Allow.
pub(crate) fn denied(id: &str, action: &str, user: &str) -> DecisionRecord {
    let because = format!("because no identity-based policy allows the {action} action");
    DecisionRecord {
        time: UnixTime::from_seconds(1_795_428_000),
        request_id: id.to_owned(),
        principal: Some(format!("arn:aws:iam::278805249149:user/{user}")),
        session: None,
        token: None,
        endpoint: Some("127.0.0.1:4000".to_owned()),
        region: Some("us-east-1".to_owned()),
        action: Some(action.to_owned()),
        resource: Some("*".to_owned()),
        demands: vec![DemandRecord {
            action: action.to_owned(),
            resource: "*".to_owned(),
            resource_account: None,
            decision: Verdict::ImplicitlyDenied,
            keys: Vec::new(),
        }],
        demands_left_out: 0,
        decision: Verdict::ImplicitlyDenied,
        enforced: true,
        deciding_statement: Vec::new(),
        conditions: Vec::new(),
        reason: Some(because),
        status: 403,
        code: Some("AccessDenied".to_owned()),
        upstream_milliseconds: None,
    }
}

pub(crate) fn allowed(id: &str, action: &str, user: &str) -> DecisionRecord {
    DecisionRecord {
        decision: Verdict::Allowed,
        reason: None,
        status: 200,
        code: None,
        upstream_milliseconds: Some(1.5),
        ..denied(id, action, user)
    }
}

pub(crate) fn refused(id: &str) -> DecisionRecord {
    DecisionRecord {
        decision: Verdict::Refused,
        principal: None,
        action: None,
        resource: None,
        demands: Vec::new(),
        reason: Some("no signature".to_owned()),
        ..denied(id, "", "")
    }
}

/// Every text of it tries to be markup.
pub(crate) fn hostile() -> DecisionRecord {
    let text = || MARKUP.to_owned();
    DecisionRecord {
        request_id: text(),
        principal: Some(text()),
        session: Some(SessionRecord {
            access_key_id: text(),
            role_arn: Some(text()),
            expiration: UnixTime::from_seconds(1_795_428_000),
            federated_provider: Some(text()),
            source_identity: Some(text()),
        }),
        token: Some(TokenRecord { provider: text(), keys: vec![(text(), text())], kept_out: None }),
        endpoint: Some(text()),
        region: Some(text()),
        action: Some(text()),
        resource: Some(text()),
        demands: vec![DemandRecord {
            action: text(),
            resource: text(),
            resource_account: Some(text()),
            decision: Verdict::ExplicitlyDenied,
            keys: vec![(text(), vec![text()])],
        }],
        demands_left_out: 2,
        deciding_statement: vec![format!("{MARKUP}#{MARKUP}")],
        conditions: vec![ConditionRecord {
            statement: text(),
            line: 3,
            operator: text(),
            key: text(),
            required: vec![text()],
            actual: Some(vec![text()]),
        }],
        reason: Some(text()),
        code: Some(text()),
        ..denied("1", "s3:GetObject", "ada")
    }
}

pub(crate) fn kept(all: impl IntoIterator<Item = DecisionRecord>) -> Vec<Arc<DecisionRecord>> {
    all.into_iter().map(Arc::new).collect()
}
