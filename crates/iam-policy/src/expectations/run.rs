//! Runs expectations and reports them.

use std::fmt::Write as _;

use fed_types::Claims;

use super::{ContextValue, Expectations, Expected, InvalidExpectations, Test};
use crate::answer::Decision;
use crate::context::Context;
use crate::evaluate::evaluate;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::principal::Principal;
use crate::request::Request;
use crate::sts::{Outcome, RoleFact, RoleFacts, Trust};
use crate::web_identity::{self, Clock, Parameters, Presented, Providers, Question, Signature};

/// How one expectation came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// The test's name.
    pub name: String,
    /// What was expected.
    pub expected: Expected,
    /// What came out, or why the test could not be run.
    pub found: Result<Decision, String>,
}

impl TestOutcome {
    /// Whether it is as expected.
    pub fn passed(&self) -> bool {
        match (&self.found, self.expected) {
            (Ok(Decision::Allowed), expected) => expected == Expected::Allowed,
            (Ok(Decision::ExplicitlyDenied), expected) => {
                matches!(expected, Expected::Denied | Expected::ExplicitlyDenied)
            }
            (Ok(Decision::ImplicitlyDenied), expected) => {
                matches!(expected, Expected::Denied | Expected::ImplicitlyDenied)
            }
            (Err(_), _) => false,
        }
    }

    /// Why it did not pass; `None` when it did.
    pub fn failure(&self) -> Option<String> {
        if self.passed() {
            return None;
        }
        Some(match &self.found {
            Ok(decision) => {
                format!("expected {}, found {}", self.expected.name(), decision.name())
            }
            Err(reason) => reason.clone(),
        })
    }
}

impl Expected {
    /// As it stands in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::ExplicitlyDenied => "explicitly-denied",
            Self::ImplicitlyDenied => "implicitly-denied",
        }
    }
}

/// All outcomes, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The outcomes.
    pub outcomes: Vec<TestOutcome>,
}

impl Report {
    /// How many passed.
    pub fn passed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.passed()).count()
    }

    /// How many did not.
    pub fn failed(&self) -> usize {
        self.outcomes.len() - self.passed()
    }

    /// As a test runner prints it: one line a test, then the sum.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            let _ = match outcome.failure() {
                None => writeln!(text, "ok      {}", outcome.name),
                Some(reason) => writeln!(text, "FAILED  {}: {reason}", outcome.name),
            };
        }
        let _ = writeln!(text, "{} passed, {} failed", self.passed(), self.failed());
        text
    }

    /// As JUnit XML, one suite named `suite`.
    pub fn junit(&self, suite: &str) -> String {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(
            text,
            "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
            escape(suite),
            self.outcomes.len(),
            self.failed()
        );
        for outcome in &self.outcomes {
            let _ = write!(
                text,
                "  <testcase classname=\"{}\" name=\"{}\"",
                escape(suite),
                escape(&outcome.name)
            );
            let _ = match outcome.failure() {
                None => writeln!(text, "/>"),
                Some(reason) => {
                    writeln!(text, "><failure message=\"{}\"/></testcase>", escape(&reason))
                }
            };
        }
        text.push_str("</testsuite></testsuites>\n");
        text
    }
}

/// Escapes for an XML attribute; characters that XML forbids become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

struct Subject {
    trust: Option<Policy>,
    identity: Vec<NamedPolicy>,
    role_arn: String,
}

impl Expectations {
    /// Runs all tests. `read` gives the text of a policy file that the expectations name,
    /// or says why it cannot.
    ///
    /// # Errors
    /// [`InvalidExpectations`] when a policy is missing or malformed. A test that cannot
    /// be run is a failed test, not an error.
    pub fn run(
        &self,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Report, InvalidExpectations> {
        let subject = self.subject(read)?;
        let outcomes = self
            .tests
            .iter()
            .map(|test| TestOutcome {
                name: test.name.clone(),
                expected: test.expect,
                found: decide(test, &subject),
            })
            .collect();
        Ok(Report { outcomes })
    }

    fn subject(
        &self,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Subject, InvalidExpectations> {
        let parse = |text: &str, kind, name: &str| {
            Policy::parse(text, kind)
                .map_err(|source| InvalidExpectations::Policy { name: name.to_owned(), source })
        };
        let mut open = |file: &str| {
            read(file).map_err(|reason| {
                InvalidExpectations::Contents(format!("cannot read `{file}`: {reason}"))
            })
        };
        let trust = match (&self.trust_policy_file, &self.trust_policy) {
            (Some(_), Some(_)) => {
                return Err(InvalidExpectations::Contents(
                    "expected `trust_policy_file` or `trust_policy`, found both".to_owned(),
                ));
            }
            (Some(file), None) => Some(parse(&open(file)?, PolicyKind::Trust, file)?),
            (None, Some(policy)) => {
                Some(parse(&policy.to_string(), PolicyKind::Trust, "trust_policy")?)
            }
            (None, None) => None,
        };
        let mut identity = Vec::new();
        for file in &self.identity_policy_files {
            let policy = parse(&open(file)?, PolicyKind::Identity, file)?;
            identity.push(NamedPolicy::new(file.as_str(), policy));
        }
        for (index, policy) in self.identity_policies.iter().enumerate() {
            let name = format!("identity_policies[{index}]");
            let policy = parse(&policy.to_string(), PolicyKind::Identity, &name)?;
            identity.push(NamedPolicy::new(name, policy));
        }
        if trust.is_none() && identity.is_empty() {
            return Err(InvalidExpectations::Contents(
                "expected a trust policy or an identity-based policy to test, found neither"
                    .to_owned(),
            ));
        }
        let role_arn = self
            .role_arn
            .clone()
            .unwrap_or_else(|| "arn:aws:iam::123456789012:role/role".to_owned());
        Ok(Subject { trust, identity, role_arn })
    }
}

fn decide(test: &Test, subject: &Subject) -> Result<Decision, String> {
    match (&test.token, &test.principal) {
        (Some(token), None) => {
            let trust =
                subject.trust.as_ref().ok_or("a test with a token needs a trust policy to test")?;
            decide_token(test, &Claims::from(token.clone()), trust, &subject.role_arn)
        }
        (None, Some(principal)) => decide_principal(test, principal, subject),
        _ => Err("expected either `token` or `principal`".to_owned()),
    }
}

/// Whether the token may assume the role. A token of a test is genuine and current, and its
/// issuer is a provider of the account with the token's audience as a client id.
fn decide_token(
    test: &Test,
    claims: &Claims,
    trust: &Policy,
    role_arn: &str,
) -> Result<Decision, String> {
    let mut surroundings = Context::new();
    extend(&mut surroundings, test);
    let role = RoleFacts { trust: Trust::Policy(trust), max_session_duration: None };
    let report = web_identity::decide(&Question {
        parameters: Parameters::new(role_arn, "session"),
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: Providers::IncludeTheIssuer,
        role: RoleFact::Exists(role),
        surroundings: &surroundings,
    });
    match report.outcome() {
        Outcome::Allowed => Ok(Decision::Allowed),
        Outcome::Denied { denial, .. } => match report.obstacle() {
            Some(trust) => Ok(trust.explanation.answer.decision),
            None => Err(denial.message),
        },
        Outcome::CannotTell(open) => {
            Err(open.into_iter().map(|open| open.question).collect::<Vec<_>>().join("; "))
        }
    }
}

fn decide_principal(test: &Test, principal: &str, subject: &Subject) -> Result<Decision, String> {
    let principal = Principal::parse(principal).map_err(|error| error.to_string())?;
    let action = test.action.as_deref().ok_or("a test with a principal needs an `action`")?;
    let mut context = Context::new();
    principal.describe(&mut context);
    extend(&mut context, test);
    let assumes = action.to_ascii_lowercase().starts_with("sts:assumerole");
    let resource = match (&test.resource, assumes) {
        (Some(resource), _) => resource.as_str(),
        (None, true) => &subject.role_arn,
        (None, false) => "*",
    };
    let resource_policy = subject
        .trust
        .as_ref()
        .filter(|_| resource == subject.role_arn)
        .map(|trust| NamedPolicy::new("trust policy", trust.clone()));
    let policies = PolicySet {
        identity: subject.identity.clone(),
        resource: resource_policy,
        ..PolicySet::default()
    };
    let request = Request {
        principal: &principal,
        action,
        resource,
        resource_account: None,
        context: &context,
    };
    Ok(evaluate(&policies, &request).decision)
}

fn extend(context: &mut Context, test: &Test) {
    for (key, value) in &test.context {
        match value {
            ContextValue::One(value) => context.set(key, value.as_str()),
            ContextValue::Several(values) => {
                context.set_all(key, values.iter().map(String::as_str));
            }
        }
    }
}
