//! SimulatePrincipalPolicy and SimulateCustomPolicy, which emulators do not evaluate.
//!
//! Source: IAM API reference.

use std::collections::BTreeMap;

use iam_policy::{
    Answer, Context, Decision, NamedPolicy, PolicyKind, PolicySet, Principal, Request,
};

use crate::account::Entity;
use crate::authorization::Holdings;
use crate::call::Call;
use crate::caller::{Caller, Identity};
use crate::refusal::{Refusal, xml_text};
use crate::state::State;
use crate::wire::Parameters;

/// Evaluations in one answer; AWS pages, this refuses.
const EVALUATIONS: usize = 1000;

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
) -> Result<String, Refusal> {
    let (principal, mut policies) = match call.operation.as_str() {
        "SimulatePrincipalPolicy" => source(state, caller, parameters).await?,
        // Anybody whom policies bind; the caller may be root, whom they do not.
        _ => {
            let arn = format!("arn:aws:iam::{}:user/anybody", caller.account_id());
            (Principal::User { arn }, PolicySet::default())
        }
    };
    let compile = |name: &str, kind| documents(state, parameters, name, kind);
    policies.identity.extend(compile("PolicyInputList", PolicyKind::Identity)?);
    let boundary = compile("PermissionsBoundaryPolicyInputList", PolicyKind::Boundary)?;
    policies.boundary = boundary.into_iter().next().or(policies.boundary);
    policies.resource = compile("ResourcePolicy", PolicyKind::Resource)?.into_iter().next();
    let principal = match parameters.get("CallerArn") {
        Some(arn) => {
            Principal::parse(arn).map_err(|_| invalid(format!("Invalid CallerArn {arn}")))?
        }
        None => principal,
    };
    let context = context(parameters, &principal);
    let actions = parameters.list("ActionNames");
    let mut resources = parameters.list("ResourceArns");
    if resources.is_empty() {
        resources.push("*");
    }
    if actions.is_empty() || actions.len() * resources.len() > EVALUATIONS {
        return Err(invalid(format!("expected 1 to {EVALUATIONS} pairs of action and resource")));
    }
    let mut members = String::new();
    for action in &actions {
        for resource in &resources {
            let answer = iam_policy::evaluate(
                &policies,
                &Request {
                    principal: &principal,
                    action,
                    resource,
                    resource_account: Some(caller.account_id().as_str()),
                    context: &context,
                },
            );
            members.push_str(&member(action, resource, &answer));
        }
    }
    let operation = &call.operation;
    Ok(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n\
         <{operation}Result><IsTruncated>false</IsTruncated><EvaluationResults>{members}\
         </EvaluationResults></{operation}Result>\n<ResponseMetadata><RequestId>{}</RequestId>\
         </ResponseMetadata>\n</{operation}Response>\n",
        state.mint.request_id()?
    ))
}

fn invalid(message: String) -> Refusal {
    Refusal::answered(400, "InvalidInput", message)
}

async fn source(
    state: &State,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<(Principal, PolicySet), Refusal> {
    let arn = parameters.get("PolicySourceArn").unwrap_or_default();
    let holdings = Holdings { state, account: caller.account_id(), snapshot: &caller.snapshot };
    let (principal, identity) = match caller.snapshot.find(arn) {
        Some(Entity::User(user)) => {
            (Principal::User { arn: user.arn.clone() }, Identity::User(user))
        }
        Some(Entity::Role(role)) => {
            (Principal::Role { arn: role.arn.clone() }, Identity::Role(role))
        }
        Some(Entity::Group(group)) => {
            let mut set = PolicySet::default();
            holdings.add_group(&group, &mut set).await?;
            return Ok((Principal::User { arn: arn.to_owned() }, set));
        }
        None => {
            return Err(Refusal::answered(404, "NoSuchEntity", format!("{arn} cannot be found.")));
        }
    };
    let set = holdings.policies(&identity).await?;
    Ok((principal, set))
}

fn documents(
    state: &State,
    parameters: &Parameters,
    name: &str,
    kind: PolicyKind,
) -> Result<Vec<NamedPolicy>, Refusal> {
    let compile = |(index, text): (usize, &str)| {
        let held = state.documents.compile(&format!("{name}.{}", index + 1), text, kind);
        held.map_err(|fault| invalid(fault.to_string()))
    };
    parameters.list(name).into_iter().enumerate().map(compile).collect()
}

/// The keys of `ContextEntries`, beside those that follow from the principal.
fn context(parameters: &Parameters, principal: &Principal) -> Context {
    let mut context = Context::new();
    principal.describe(&mut context);
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

fn member(action: &str, resource: &str, answer: &Answer) -> String {
    let decision = match answer.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitlyDenied => "explicitDeny",
        Decision::ImplicitlyDenied => "implicitDeny",
    };
    let statements: String = answer
        .deciding
        .iter()
        .map(|statement| {
            format!(
                "<member><SourcePolicyId>{}</SourcePolicyId><SourcePolicyType>IAM Policy\
                 </SourcePolicyType><StartPosition><Line>{}</Line></StartPosition></member>",
                xml_text(&statement.policy),
                statement.line
            )
        })
        .collect();
    format!(
        "<member><EvalActionName>{}</EvalActionName><EvalResourceName>{}</EvalResourceName>\
         <EvalDecision>{decision}</EvalDecision><MatchedStatements>{statements}\
         </MatchedStatements><MissingContextValues/></member>",
        xml_text(action),
        xml_text(resource)
    )
}
