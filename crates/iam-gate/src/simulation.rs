//! SimulatePrincipalPolicy and SimulateCustomPolicy, which emulators do not evaluate.
//!
//! Source: IAM API reference; aws-truth.md, "The policy simulator".

mod source;
mod span;
mod verdict;

use std::collections::BTreeMap;

use fed_types::Arn;
use iam_policy::{Context, NamedPolicy, PolicyKind, Principal, Request};

use crate::call::Call;
use crate::caller::Caller;
use crate::error_response::{ErrorResponse, xml_text};
use crate::state::State;
use crate::wire::Parameters;
use source::Source;
use verdict::{Verdict, decision, keys, worst};

/// Evaluations in one answer.
const EVALUATIONS: usize = 1000;
/// Results in one answer where `MaxItems` does not say.
const RESULTS: usize = 100;

/// Whether the gate answers the operation itself.
pub(crate) fn is_simulation(operation: &str) -> bool {
    matches!(operation, "SimulatePrincipalPolicy" | "SimulateCustomPolicy")
}

/// Evaluates every action on every resource, and writes the answer.
///
/// # Errors
/// `NoSuchEntity`, `InvalidInput`, or what stands against reading the policies.
pub(crate) async fn answer(
    state: &State,
    caller: &Caller,
    call: &Call,
    parameters: &Parameters,
) -> Result<String, ErrorResponse> {
    let source = match call.operation.as_str() {
        "SimulatePrincipalPolicy" => {
            let arn = parameters.get("PolicySourceArn").unwrap_or_default();
            Source::find(caller, arn).await?
        }
        _ => Source::anybody(caller),
    };
    let simulated = simulated(state, caller, parameters, source)?;
    let page = Page::of(parameters)?;
    let actions = parameters.list("ActionNames");
    let resources = parameters.list("ResourceArns");
    if let Some(action) = actions.iter().find(|action| !is_action(action)) {
        return Err(invalid(format!("Invalid action name: {action}")));
    }
    let asked = actions.iter().skip(page.start).take(page.size);
    if asked.len() * resources.len().max(1) > EVALUATIONS {
        return Err(invalid(format!(
            "expected at most {EVALUATIONS} pairs of action and resource in one answer: set \
             `MaxItems`"
        )));
    }
    let results: String = asked.map(|action| simulated.result(action, &resources)).collect();
    let operation = &call.operation;
    Ok(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n\
         <{operation}Result>{}<EvaluationResults>{results}</EvaluationResults>\
         </{operation}Result>\n<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata>\n\
         </{operation}Response>\n",
        page.end(actions.len()),
        state.mint.request_id()?
    ))
}

fn invalid(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::answered(400, "InvalidInput", message)
}

/// `service:Operation`.
fn is_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, operation)| {
        !service.is_empty() && !operation.is_empty() && text.chars().count() <= 128
    })
}

/// Which of the results are asked for.
struct Page {
    start: usize,
    size: usize,
}

impl Page {
    fn of(parameters: &Parameters) -> Result<Self, ErrorResponse> {
        let number = |name: &str, default| match parameters.get(name).map(str::parse::<usize>) {
            None => Ok(default),
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(invalid(format!("Invalid {name}"))),
        };
        let (start, size) = (number("Marker", 0)?, number("MaxItems", RESULTS)?);
        match (1..=EVALUATIONS).contains(&size) {
            true => Ok(Self { start, size }),
            false => Err(invalid(format!("expected `MaxItems` to be 1 to {EVALUATIONS}"))),
        }
    }

    fn end(&self, results: usize) -> String {
        let next = self.start.saturating_add(self.size);
        match next < results {
            true => format!("<IsTruncated>true</IsTruncated><Marker>{next}</Marker>"),
            false => "<IsTruncated>false</IsTruncated>".to_owned(),
        }
    }
}

/// What is simulated, but for actions and resources.
struct Simulated {
    source: Source,
    owner: String,
}

fn simulated(
    state: &State,
    caller: &Caller,
    parameters: &Parameters,
    mut source: Source,
) -> Result<Simulated, ErrorResponse> {
    let compile = |name: &str, kind| documents(state, parameters, name, kind);
    let policies = &mut source.policies;
    policies.identity.extend(compile("PolicyInputList", PolicyKind::Identity)?);
    let boundary = compile("PermissionsBoundaryPolicyInputList", PolicyKind::Boundary)?;
    policies.boundary = boundary.into_iter().next().or(policies.boundary.take());
    policies.resource = compile("ResourcePolicy", PolicyKind::Resource)?.into_iter().next();
    policies.service_control = state.organization.service_control_policies(caller.account_id());
    if let Some(arn) = parameters.get("CallerArn") {
        source.principal =
            Principal::parse(arn).map_err(|_| invalid(format!("Invalid CallerArn {arn}")))?;
    }
    let mut context = Context::new();
    source.principal.describe(&mut context);
    context.extend(&source.context);
    context.extend(&entries(parameters));
    source.context = context;
    let owner = match parameters.get("ResourceOwner") {
        None => caller.account_id().to_string(),
        Some(owner) => match Arn::parse(owner) {
            Ok(arn) if !arn.account.is_empty() => arn.account.to_owned(),
            _ => return Err(invalid(format!("Invalid ResourceOwner {owner}"))),
        },
    };
    Ok(Simulated { source, owner })
}

impl Simulated {
    fn verdict(&self, action: &str, resource: &str) -> Verdict<'_> {
        let Source { principal, policies, context } = &self.source;
        let resource_account = Some(self.owner.as_str());
        Verdict::of(policies, &Request { principal, action, resource, resource_account, context })
    }

    /// One action: on everything, or on each of the resources.
    fn result(&self, action: &str, resources: &[&str]) -> String {
        let (resource, decided, details, specific) = match resources {
            [] => {
                let verdict = self.verdict(action, "*");
                let details = verdict.details() + &verdict.organization();
                ("*", verdict.answer.decision, details, String::new())
            }
            [one] => {
                let verdict = self.verdict(action, one);
                let specific = of_resource(one, &verdict);
                let details = verdict.details() + &verdict.organization();
                (*one, verdict.answer.decision, details, specific)
            }
            several => {
                let verdicts: Vec<Verdict<'_>> =
                    several.iter().map(|resource| self.verdict(action, resource)).collect();
                let mut missing: Vec<String> =
                    verdicts.iter().flat_map(|verdict| verdict.missing.clone()).collect();
                missing.sort_unstable();
                missing.dedup();
                let organization = verdicts.first().map(Verdict::organization).unwrap_or_default();
                let details = format!(
                    "<MatchedStatements/><MissingContextValues>{}</MissingContextValues>\
                     {organization}",
                    keys(&missing)
                );
                let specific = several.iter().zip(&verdicts).map(|(one, it)| of_resource(one, it));
                ("*", worst(&verdicts), details, specific.collect())
            }
        };
        let specific = match specific.is_empty() {
            true => specific,
            false => format!("<ResourceSpecificResults>{specific}</ResourceSpecificResults>"),
        };
        format!(
            "<member><EvalActionName>{}</EvalActionName><EvalResourceName>{}</EvalResourceName>\
             <EvalDecision>{}</EvalDecision>{details}{specific}<EvalDecisionDetails/></member>",
            xml_text(action),
            xml_text(resource),
            decision(decided)
        )
    }
}

fn of_resource(resource: &str, verdict: &Verdict<'_>) -> String {
    format!(
        "<member><EvalResourceName>{}</EvalResourceName><EvalResourceDecision>{}\
         </EvalResourceDecision>{}</member>",
        xml_text(resource),
        decision(verdict.answer.decision),
        verdict.details()
    )
}

fn documents(
    state: &State,
    parameters: &Parameters,
    name: &str,
    kind: PolicyKind,
) -> Result<Vec<NamedPolicy>, ErrorResponse> {
    let compile = |(index, text): (usize, &str)| {
        let held = state.documents.compile(&format!("{name}.{}", index + 1), text, kind);
        held.map_err(|fault| invalid(fault.to_string()))
    };
    parameters.list(name).into_iter().enumerate().map(compile).collect()
}

/// The keys of `ContextEntries`.
fn entries(parameters: &Parameters) -> Context {
    let mut context = Context::new();
    let mut entries: BTreeMap<&str, (&str, Vec<&str>, bool)> = BTreeMap::new();
    for (name, value) in parameters.iter() {
        let Some((number, member)) =
            name.strip_prefix("ContextEntries.member.").and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        let entry = entries.entry(number).or_default();
        match member {
            "ContextKeyName" => entry.0 = value,
            "ContextKeyType" => entry.2 = value.ends_with("List"),
            member if member.starts_with("ContextKeyValues.member.") => entry.1.push(value),
            _ => {}
        }
    }
    for (key, values, several) in entries.into_values() {
        match (values.as_slice(), several) {
            ([one], false) => context.set(key, *one),
            (values, _) => context.set_all(key, values.iter().copied()),
        }
    }
    context
}
