//! Each check, told with AWS's error.

use super::*;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::NamedPolicy;
use crate::sts::{Outcome, RoleFacts, Trust};

const ROLE: &str = "arn:aws:iam::278805249149:role/deploy";
const USER: &str = "arn:aws:iam::278805249149:user/ada";

fn trust(actions: &str) -> Policy {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
            "Principal": {{"AWS": "{USER}"}}, "Action": {actions},
            "Condition": {{"StringEquals": {{"sts:ExternalId": "shared"}}}}}}]}}"#
    );
    Policy::parse(&text, PolicyKind::Trust).unwrap()
}

/// What STS answers to a call that differs from a good one.
fn told(actions: &str, change: impl FnOnce(&mut Question<'_>)) -> String {
    let trust = trust(actions);
    let principal = Principal::parse(USER).unwrap();
    let allow = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}"#;
    let policies = PolicySet {
        identity: vec![NamedPolicy::new("p", Policy::parse(allow, PolicyKind::Identity).unwrap())],
        ..PolicySet::default()
    };
    let mut surroundings = Context::new();
    principal.describe(&mut surroundings);
    let mut question = Question {
        caller: Caller { principal: &principal, arn: USER, session: None },
        parameters: Parameters { external_id: Some("shared"), ..Parameters::new(ROLE, "session") },
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&trust),
            max_session_duration: Some(7200),
        }),
        policies: Some(&policies),
        surroundings: &surroundings,
    };
    change(&mut question);
    match decide(&question).outcome() {
        Outcome::Allowed => "allowed".to_owned(),
        Outcome::Denied { denial, .. } => {
            format!("{} {}: {}", denial.status, denial.code, denial.message)
        }
        Outcome::CannotTell(open) => format!("open: {}", open[0].question),
    }
}

const ASSUME: &str = r#""sts:AssumeRole""#;
const ALL: &str = r#"["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]"#;

fn denied(action: &str) -> String {
    format!(
        "403 AccessDenied: User: {USER} is not authorized to perform: {action} on resource: {ROLE}"
    )
}

#[test]
fn both_sides_must_allow() {
    assert_eq!(told(ASSUME, |_| {}), "allowed");
    let none = PolicySet::default();
    let other_trust = |question: &mut Question<'_>| question.parameters.external_id = Some("other");
    assert_eq!(told(ASSUME, other_trust), denied("sts:AssumeRole"));
    assert_eq!(told(ASSUME, |question| question.parameters.external_id = None), denied(ACTION));
    assert_eq!(told(r#""sts:TagSession""#, |_| {}), denied(ACTION));
    // The trust policy names the user: that is enough within the account.
    let trust = trust(ASSUME);
    let principal = Principal::parse(USER).unwrap();
    let report = decide(&Question {
        caller: Caller { principal: &principal, arn: USER, session: None },
        parameters: Parameters { external_id: Some("shared"), ..Parameters::new(ROLE, "session") },
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&trust),
            max_session_duration: None,
        }),
        policies: Some(&none),
        surroundings: &Context::new(),
    });
    assert!(report.outcome().is_allowed());
}

#[test]
fn tags_and_a_source_identity_need_actions_of_their_own() {
    let tags = [("team".to_owned(), "red".to_owned())];
    let tagged = |question: &mut Question<'_>| {
        question.parameters.tags = Box::leak(Box::new(tags.clone()));
    };
    assert_eq!(told(ASSUME, tagged), denied("sts:TagSession"));
    assert_eq!(told(ALL, tagged), "allowed");
    let named = |question: &mut Question<'_>| question.parameters.source_identity = Some("ada");
    assert_eq!(told(ASSUME, named), denied("sts:SetSourceIdentity"));
    assert_eq!(told(ALL, named), "allowed");
}

#[test]
fn tags_of_awss_own_are_refused() {
    for (key, value) in [("aws:team", "red"), ("AWS:team", "red"), ("team", "aws:red")] {
        let tags = [(key.to_owned(), value.to_owned())];
        let tagged = |question: &mut Question<'_>| {
            question.parameters.tags = Box::leak(Box::new(tags.clone()));
        };
        let reserved = "400 InvalidParameterValue: Tag keys and values that begin with 'aws:' are \
                        reserved.";
        assert_eq!(told(ALL, tagged), reserved, "{key} {value}");
    }
}

#[test]
fn a_session_hands_its_tags_and_its_name_on() {
    let tags = vec![("team".to_owned(), "red".to_owned()), ("cost".to_owned(), "7".to_owned())];
    let transitive = vec!["Team".to_owned()];
    let session = Session {
        is_role: true,
        tags: Box::leak(Box::new(tags.clone())),
        transitive_tag_keys: Box::leak(Box::new(transitive)),
        source_identity: Some("ada"),
    };
    // What goes on needs the actions again.
    let chained = |question: &mut Question<'_>| question.caller.session = Some(session);
    assert_eq!(told(ASSUME, chained), denied("sts:TagSession"));
    assert_eq!(told(ALL, chained), "allowed");
    let again = |question: &mut Question<'_>| {
        question.caller.session = Some(session);
        question.parameters.tags = Box::leak(Box::new([("TEAM".to_owned(), "x".to_owned())]));
    };
    assert_eq!(
        told(ALL, again),
        "400 InvalidParameterValue: One of the specified transitive tag keys can't be set \
         because it conflicts with a transitive tag key from the calling session."
    );
    let renamed = |question: &mut Question<'_>| {
        question.caller.session = Some(session);
        question.parameters.source_identity = Some("bob");
    };
    assert_eq!(
        told(ALL, renamed),
        "403 AccessDenied: The source identity of a session cannot be changed."
    );
}

#[test]
fn how_long_a_session_may_be() {
    let long = |seconds: i64| {
        move |question: &mut Question<'_>| {
            question.parameters.duration = Some(seconds);
        }
    };
    assert_eq!(told(ASSUME, long(7200)), "allowed");
    assert_eq!(
        told(ASSUME, long(7201)),
        "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set \
         for this role."
    );
    assert_eq!(
        told(ASSUME, long(899)),
        "400 ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' \
         failed to satisfy constraint: Member must have value greater than or equal to 900"
    );
    let chained = |question: &mut Question<'_>| {
        question.parameters.duration = Some(3601);
        question.caller.session = Some(Session {
            is_role: true,
            tags: &[],
            transitive_tag_keys: &[],
            source_identity: None,
        });
    };
    assert_eq!(
        told(ASSUME, chained),
        "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for \
         roles assumed by role chaining."
    );
}

#[test]
fn what_is_not_known_is_no_yes() {
    assert_eq!(
        told(ASSUME, |question| question.policies = None),
        format!("open: what the policies of `{USER}` allow")
    );
    assert_eq!(
        told(ASSUME, |question| question.role = RoleFact::Unknown),
        format!("open: whether `{ROLE}` exists")
    );
    assert_eq!(told(ASSUME, |question| question.role = RoleFact::Missing), denied(ACTION));
}

#[test]
fn root_and_federated_users_assume_nothing() {
    let root = Principal::parse("arn:aws:iam::278805249149:root").unwrap();
    assert_eq!(
        told(ASSUME, |question| question.caller.principal = Box::leak(Box::new(root))),
        "403 AccessDenied: Roles may not be assumed by root accounts."
    );
    let federated = Principal::parse("arn:aws:sts::278805249149:federated-user/eve").unwrap();
    assert_eq!(
        told(ALL, |question| question.caller.principal = Box::leak(Box::new(federated))),
        denied(ACTION)
    );
}
