//! `policy simulate`: cases, one JSON object a line, and their outcomes.
//!
//! ```
//! let line = r#"{"name": "nobody allows", "request": {
//!     "principal": "arn:aws:iam::278805249149:user/no-policy-user",
//!     "action": "ec2:DescribeInstances", "resource": "*"}}"#;
//! let outcome = iam_policy::cases::run_line(line)?;
//! assert_eq!(outcome.to_string(),
//!     r#"{"name":"nobody allows","decision":"ImplicitlyDenied","deciding":[]}"#);
//! # Ok::<(), iam_policy::cases::InvalidCase>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answer::{Answer, Decision};
use crate::context::Context;
use crate::evaluate::{evaluate, needs_resource_policy};
use crate::policy::{Policy, PolicyError};
use crate::policy_kind::PolicyKind;
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::principal::{InvalidPrincipal, Principal};
use crate::request::Request;

/// Why a line is no case.
#[derive(Debug, thiserror::Error)]
pub enum InvalidCase {
    /// Not JSON, or not in the format of a case.
    #[error("expected a case as one JSON object: {0}")]
    Format(serde_json::Error),
    /// The request's principal.
    #[error("case `{name}`: {source}")]
    Principal {
        /// The case.
        name: String,
        /// What is wrong.
        source: InvalidPrincipal,
    },
    /// One of the policies.
    #[error("case `{name}`: the {policy} is malformed, {source}")]
    Policy {
        /// The case.
        name: String,
        /// Which policy, such as `identity_policies[0]`.
        policy: String,
        /// What is wrong, with its place in the policy.
        source: PolicyError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    name: String,
    #[serde(default)]
    #[serde(rename = "family")]
    _family: Option<String>,
    request: RequestLine,
    #[serde(default, borrow)]
    identity_policies: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    permissions_boundary: Option<&'a RawValue>,
    #[serde(default, borrow)]
    session_policy: Option<&'a RawValue>,
    #[serde(default, borrow)]
    session_policies: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    service_control_policies: Vec<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    resource_control_policies: Vec<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    resource_policy: Option<&'a RawValue>,
    #[serde(default, alias = "expect")]
    expected: Option<Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestLine {
    principal: String,
    action: String,
    resource: String,
    #[serde(default)]
    resource_account: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, ContextValue>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ContextValue {
    One(String),
    Several(Vec<String>),
}

/// A case, its policies compiled.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Who asks.
    pub principal: Principal,
    /// For what action.
    pub action: String,
    /// On which resource.
    pub resource: String,
    /// The account that owns the resource.
    pub resource_account: Option<String>,
    /// The condition keys, as given; none is added.
    pub context: Context,
    /// The policies.
    pub policies: PolicySet,
    /// The decision that the case expects.
    pub expected: Option<Decision>,
}

impl Case {
    /// Reads one line.
    ///
    /// The resource's policy is read as a trust policy when the principal is an identity
    /// provider's and the resource a role.
    ///
    /// # Errors
    /// [`InvalidCase`]: an unknown field is one too.
    // Long: one closure a kind of list, and a field for each of the line's.
    pub fn parse(line: &str) -> Result<Self, InvalidCase> {
        let line: Line<'_> = serde_json::from_str(line).map_err(InvalidCase::Format)?;
        let Line { name, request, expected, .. } = line;
        let principal = Principal::parse(&request.principal)
            .map_err(|source| InvalidCase::Principal { name: name.clone(), source })?;
        let is_role = crate::arn::resource(&request.resource)
            .is_some_and(|resource| resource.starts_with("role/"));
        let resource_kind = match &principal {
            Principal::Federated { .. } if is_role => PolicyKind::Trust,
            _ => PolicyKind::Resource,
        };
        let mut context = Context::new();
        for (key, value) in request.context {
            match value {
                ContextValue::One(value) => context.set(key, value),
                ContextValue::Several(values) => context.set_all(key, values),
            }
        }
        let read = |raw: &RawValue, kind, label: String| match Policy::parse(raw.get(), kind) {
            Ok(policy) => Ok(NamedPolicy::new(label, policy)),
            Err(source) => Err(InvalidCase::Policy { name: name.clone(), policy: label, source }),
        };
        let list = |raws: &[&RawValue], kind, label: &str| {
            let numbered = raws.iter().enumerate();
            numbered
                .map(|(index, raw)| read(raw, kind, format!("{label}[{index}]")))
                .collect::<Result<Vec<_>, _>>()
        };
        let levels = |raws: &[Vec<&RawValue>], kind, label: &str| {
            let numbered = raws.iter().enumerate();
            numbered
                .map(|(index, level)| list(level, kind, &format!("{label}[{index}]")))
                .collect::<Result<Vec<_>, _>>()
        };
        let one = |raw: Option<&RawValue>, kind, label: &str| {
            raw.map(|raw| read(raw, kind, label.to_owned())).transpose()
        };
        let mut session = list(&line.session_policies, PolicyKind::Session, "session_policies")?;
        session.extend(one(line.session_policy, PolicyKind::Session, "session_policy")?);
        let policies = PolicySet {
            identity: list(&line.identity_policies, PolicyKind::Identity, "identity_policies")?,
            boundary: one(line.permissions_boundary, PolicyKind::Boundary, "permissions_boundary")?,
            session: Some(session).filter(|session| !session.is_empty()),
            service_control: levels(
                &line.service_control_policies,
                PolicyKind::ServiceControl,
                "service_control_policies",
            )?,
            resource_control: levels(
                &line.resource_control_policies,
                PolicyKind::ResourceControl,
                "resource_control_policies",
            )?,
            resource: one(line.resource_policy, resource_kind, "resource_policy")?,
        };
        Ok(Self {
            name,
            principal,
            action: request.action,
            resource: request.resource,
            resource_account: request.resource_account,
            context,
            policies,
            expected,
        })
    }

    /// The question as [`evaluate`] takes it.
    pub fn request(&self) -> Request<'_> {
        Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.resource_account.as_deref(),
            context: &self.context,
        }
    }

    /// Evaluates the case.
    pub fn run(&self) -> Outcome {
        let Answer { decision, deciding, .. } = evaluate(&self.policies, &self.request());
        let open = decision.is_allowed()
            && self.policies.resource.is_none()
            && needs_resource_policy(&self.action);
        let lacks = open.then_some("resource_policy");
        let deciding = deciding
            .into_iter()
            .map(|statement| Deciding {
                policy: statement.policy,
                sid: statement.sid,
                statement: statement.index,
            })
            .collect();
        let expected = self.expected.filter(|expected| *expected != decision);
        Outcome { name: self.name.clone(), decision, deciding, expected, lacks }
    }
}

/// The outcome of a case. Prints as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The case's name.
    pub name: String,
    /// The decision.
    pub decision: Decision,
    /// The statements that decided.
    pub deciding: Vec<Deciding>,
    /// The expected decision, when it was another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Decision>,
    /// The field without which an allow of the case's policies is no yes yet: AWS asks that
    /// policy as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<&'static str>,
}

/// A statement that decided, as `policy simulate` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deciding {
    /// The field of the case that holds the policy, such as `identity_policies[0]`.
    #[serde(serialize_with = "text")]
    pub policy: Arc<str>,
    /// The statement's Sid.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_text")]
    pub sid: Option<Arc<str>>,
    /// The statement's place in the policy, counted from 0.
    pub statement: usize,
}

fn text<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

fn optional_text<S: serde::Serializer>(
    text: &Option<Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.as_deref().unwrap_or_default())
}

impl Outcome {
    /// Whether it is what the case expects, or the case expects nothing.
    pub fn agrees(&self) -> bool {
        self.expected.is_none()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A case whose `expected` we hold to be wrong, with the page that says so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disputed {
    /// The case's name.
    pub name: String,
    /// The decision that we hold to be right.
    pub decision: Decision,
    /// The page of AWS's documentation.
    pub page: String,
    /// What it says, and what the expectation makes of it.
    pub because: String,
}

impl Disputed {
    /// Reads one line of a file of disputed cases.
    ///
    /// # Errors
    /// [`InvalidCase::Format`].
    pub fn parse(line: &str) -> Result<Self, InvalidCase> {
        serde_json::from_str(line).map_err(InvalidCase::Format)
    }
}

/// Reads and runs one line.
///
/// # Errors
/// [`InvalidCase`].
pub fn run_line(line: &str) -> Result<Outcome, InvalidCase> {
    Case::parse(line).map(|case| case.run())
}
