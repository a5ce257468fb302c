//! Why: every statement, every condition, the value that is there beside the one that is
//! asked for; and "cannot tell" where the answer hangs on a key that nobody knows.

use crate::answer::{Answer, Decision};
use crate::condition::{Condition, Undocumented};
use crate::context::{Context, Key, Lookup};
use crate::evaluate::{
    Assume, Labelled, TRUST_POLICY, decide, decide_trust, resource_control, service_control,
};
use crate::json::{self, Node};
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::PolicySet;
use crate::principal::Principal;
use crate::principals::PrincipalMatch;
use crate::request::Request;
use crate::resource_control::bears_resource_control;
use crate::statement::{Asked, Effect, Statement};
use crate::template;
use crate::truth::Truth;

/// Allowed, denied, or not to be told from what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Allowed, whatever the unknown keys are.
    Allowed,
    /// Denied, whatever the unknown keys are.
    Denied,
    /// It hangs on [`Explanation::unsettled`].
    CannotTell,
}

/// What an answer hangs on where a trust policy allows everybody, and a token asks.
const EVERYBODY: &str = "whether `*` under `Principal` means a token";

/// What an answer hangs on where a policy allows everybody but some.
pub const EVERYBODY_ELSE: &str = "whether `NotPrincipal` in an Allow lets anybody in";

/// What an answer hangs on where a condition asks for what AWS does not document.
fn undocumented(condition: &Condition, what: Undocumented) -> String {
    let key = condition.key.lower();
    match what {
        Undocumented::EmptyValue => format!("{EMPTY_VALUE}`{key}` is one"),
        Undocumented::UnreadableValue => format!("{UNREADABLE_VALUE}`{key}` matches"),
    }
}

/// What an answer begins with that hangs on what an empty value of the request counts as.
pub const EMPTY_VALUE: &str = "whether the empty value of ";
/// What an answer begins with that hangs on a policy's value which its operator cannot read.
pub const UNREADABLE_VALUE: &str = "whether what cannot be read under ";

/// What an answer hangs on where a resource control policy denies an action of a service that
/// AWS does not list for them: the list grows.
fn unlisted(action: &str) -> String {
    let service = action.split(':').next().unwrap_or_default();
    format!("whether resource control policies bear on {service}")
}

/// What an answer hangs on, as a question: keys of the request that are not known, and what AWS
/// does not document.
pub(crate) fn open_question<T: AsRef<str>>(unsettled: &[T]) -> String {
    let (undocumented, keys): (Vec<&str>, Vec<&str>) =
        unsettled.iter().map(AsRef::as_ref).partition(|open| open.starts_with("whether "));
    let keys =
        (!keys.is_empty()).then(|| format!("what `{}` is in the request", keys.join("`, `")));
    let undocumented = (!undocumented.is_empty())
        .then(|| format!("{}, which AWS does not document", undocumented.join(", and ")));
    let both: Vec<String> = keys.into_iter().chain(undocumented).collect();
    both.join(", and ")
}

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// The decision if every unknown key turns out for the worst; the decision itself
    /// when nothing is unknown.
    pub answer: Answer,
    /// The condition keys (lowercase) that would settle it; empty unless the verdict is
    /// [`Verdict::CannotTell`].
    pub unsettled: Vec<String>,
    /// Every statement of every policy that bears on the principal, in the order read.
    pub statements: Vec<StatementTrace>,
}

/// How one statement fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementTrace {
    /// The type of its policy.
    pub kind: PolicyKind,
    /// The policy's name.
    pub policy: String,
    /// Its Sid.
    pub sid: Option<String>,
    /// Its place in the policy, counted from 0.
    pub index: usize,
    /// The line of its opening brace, counted from 1.
    pub line: u32,
    /// Allow or Deny.
    pub effect: Effect,
    /// Whether its Principal element names the principal; true where it has none.
    pub principal: Truth,
    /// Whether it covers the action.
    pub action: bool,
    /// Whether it covers the resource; true where it has no Resource element.
    pub resource: Truth,
    /// Its conditions.
    pub conditions: Vec<ConditionTrace>,
    /// Whether it applies.
    pub applies: Truth,
}

impl StatementTrace {
    /// How many of its parts stand in the way of its applying.
    pub fn obstacles(&self) -> usize {
        let conditions =
            self.conditions.iter().filter(|condition| condition.outcome != Truth::True).count();
        usize::from(self.principal != Truth::True)
            + usize::from(!self.action)
            + usize::from(self.resource != Truth::True)
            + conditions
    }
}

/// How one condition fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionTrace {
    /// The operator, such as `StringEquals`.
    pub operator: String,
    /// The condition key as the policy spells it.
    pub key: String,
    /// The line of the key in the policy's text, counted from 1.
    pub line: u32,
    /// The values that the policy gives.
    pub required: Vec<String>,
    /// What the request has.
    pub found: Found,
    /// Whether the condition is met.
    pub outcome: Truth,
}

/// What a request's context says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// These values.
    Values(Vec<String>),
    /// The key is not in the request.
    Absent,
    /// Nobody knows.
    Unknown,
}

impl Explanation {
    /// Whether it may be another one on some of the resources, which statements tell apart: only
    /// of [`explain_on_all`].
    pub fn hangs_on_the_resource(&self) -> bool {
        let tells_apart = |statement: &StatementTrace| {
            statement.resource == Truth::Unknown && statement.applies == Truth::Unknown
        };
        self.verdict == Verdict::CannotTell && self.statements.iter().any(tells_apart)
    }

    /// The first Deny statement that applies.
    pub fn denying(&self) -> Option<&StatementTrace> {
        self.statements
            .iter()
            .find(|statement| statement.effect == Effect::Deny && statement.applies == Truth::True)
    }

    /// The Allow statement that comes nearest to applying: of those that name the
    /// principal and the action if there are any, the one with the fewest obstacles.
    pub fn nearest_allow(&self) -> Option<&StatementTrace> {
        self.statements.iter().filter(|statement| statement.effect == Effect::Allow).min_by_key(
            |statement| {
                (!(statement.principal != Truth::False && statement.action), statement.obstacles())
            },
        )
    }
}

/// Explains what [`evaluate`](crate::evaluate()) decides.
pub fn explain(policies: &PolicySet, request: &Request<'_>) -> Explanation {
    explain_asked(policies, request, Asked::One(request.resource))
}

/// The same on all that the resource stands for, which is a pattern of ARNs with `*` and `?`:
/// allowed where all of them are, denied where all of them are.
pub fn explain_on_all(policies: &PolicySet, request: &Request<'_>) -> Explanation {
    explain_asked(policies, request, Asked::AllOf(&template::several(request.resource)))
}

fn explain_asked(policies: &PolicySet, request: &Request<'_>, asked: Asked<'_>) -> Explanation {
    let all = policies
        .identity
        .iter()
        .chain(&policies.resource)
        .chain(&policies.boundary)
        .chain(policies.session.iter().flatten())
        .chain(service_control(policies, request.principal).iter().flatten())
        .chain(resource_control(policies, request.principal).iter().flatten());
    explanation(
        decide(policies, request, asked, Assume::Worst),
        &decide(policies, request, asked, Assume::Best),
        all.map(Labelled::from),
        Way { request, asked, bounded: policies.boundary.is_some() },
    )
}

/// How statements are asked.
#[derive(Clone, Copy)]
struct Way<'r> {
    request: &'r Request<'r>,
    asked: Asked<'r>,
    /// Whether the principal has a permissions boundary.
    bounded: bool,
}

/// Explains what [`evaluate_trust`](crate::evaluate_trust) decides.
pub fn explain_trust(
    trust: &Policy,
    provider: &Principal,
    action: &str,
    role_arn: &str,
    context: &Context,
) -> Explanation {
    let request = Request {
        principal: provider,
        action,
        resource: role_arn,
        resource_account: None,
        context,
    };
    let labelled = Labelled { name: &TRUST_POLICY, policy: trust };
    explanation(
        decide_trust(labelled, &request, Assume::Worst),
        &decide_trust(labelled, &request, Assume::Best),
        std::iter::once(labelled),
        Way { request: &request, asked: Asked::One(role_arn), bounded: false },
    )
}

fn explanation<'p>(
    worst: Answer,
    best: &Answer,
    policies: impl Iterator<Item = Labelled<'p>>,
    way: Way<'_>,
) -> Explanation {
    let request = way.request;
    let verdict = match (worst.decision, best.decision) {
        (Decision::Allowed, _) => Verdict::Allowed,
        (_, Decision::Allowed) => Verdict::CannotTell,
        _ => Verdict::Denied,
    };
    let mut statements = Vec::new();
    let mut unsettled = Vec::new();
    for policy in policies {
        for (index, statement) in policy.policy.statements.iter().enumerate() {
            let mut trace = trace(policy, index, statement, way);
            if verdict == Verdict::CannotTell && trace.applies == Truth::Unknown {
                unknown_keys(statement, way, &mut unsettled);
            }
            if trace.kind == PolicyKind::ResourceControl && !bears_resource_control(request.action)
            {
                let may_deny = trace.effect == Effect::Deny && trace.applies != Truth::False;
                trace.applies = trace.applies.and(Truth::Unknown);
                unsettled.extend(may_deny.then(|| unlisted(request.action)));
            }
            statements.push(trace);
        }
    }
    unsettled.sort();
    unsettled.dedup();
    unsettled.retain(|_| verdict == Verdict::CannotTell);
    Explanation { verdict, answer: worst, unsettled, statements }
}

fn trace(
    policy: Labelled<'_>,
    index: usize,
    statement: &Statement,
    way: Way<'_>,
) -> StatementTrace {
    let Way { request, asked, bounded } = way;
    let context = request.context;
    let resource = match &statement.resources {
        Some(resources) => resources.matches(asked, context),
        None => Truth::True,
    };
    StatementTrace {
        kind: policy.policy.kind,
        policy: policy.name.to_string(),
        sid: statement.sid.as_deref().map(str::to_owned),
        index,
        line: statement.line,
        effect: statement.effect,
        principal: match statement.names(request, bounded) {
            PrincipalMatch::Not => Truth::False,
            PrincipalMatch::Perhaps => Truth::Unknown,
            _ => Truth::True,
        },
        action: statement.actions.matches(request.action),
        resource,
        conditions: statement
            .conditions
            .iter()
            .map(|condition| trace_condition(condition, policy.policy, context))
            .collect(),
        applies: statement.applies(request, asked, bounded).0,
    }
}

fn trace_condition(condition: &Condition, policy: &Policy, context: &Context) -> ConditionTrace {
    let at = condition.at as usize;
    let (key, required) = match json::read_member(&policy.text, at) {
        Some(member) => (member.key.into_owned(), values(&member.value)),
        None => (condition.key.lower().to_owned(), Vec::new()),
    };
    let found = match context.lookup(&condition.key) {
        Lookup::Single(value) => Found::Values(vec![value.to_owned()]),
        Lookup::Multiple(values) => Found::Values(values.to_vec()),
        Lookup::Absent => Found::Absent,
        Lookup::Unknown => Found::Unknown,
    };
    ConditionTrace {
        operator: condition.operator.name(),
        key,
        line: json::position(&policy.text, at).0,
        required,
        found,
        outcome: condition.holds(context),
    }
}

fn values(node: &Node<'_>) -> Vec<String> {
    node.items().iter().filter_map(|item| item.value.scalar()).map(str::to_owned).collect()
}

/// The keys that a statement reads and nobody knows, and whether it means the principal at all.
fn unknown_keys(statement: &Statement, way: Way<'_>, keys: &mut Vec<String>) {
    let context = way.request.context;
    if statement.names(way.request, way.bounded) == PrincipalMatch::Perhaps {
        let is_negated = statement.principals.as_ref().is_some_and(|it| it.negated);
        keys.push(if is_negated { EVERYBODY_ELSE } else { EVERYBODY }.to_owned());
    }
    keys.extend(statement.conditions.iter().filter_map(|condition| {
        condition.undocumented(context).map(|what| undocumented(condition, what))
    }));
    let mut note = |key: &Key| {
        if context.lookup(key) == Lookup::Unknown {
            keys.push(key.lower().to_owned());
        }
    };
    for template in statement.resources.iter().flat_map(|resources| &resources.templates) {
        template.keys().for_each(&mut note);
    }
    for condition in &statement.conditions {
        if condition.holds(context) == Truth::Unknown {
            condition.keys().for_each(&mut note);
        }
    }
}

#[cfg(test)]
mod tests;
