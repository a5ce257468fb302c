//! Gathers the policies that bear on a request and has them evaluated.

mod context;

use iam_policy::{Answer, Context, NamedPolicy, PolicyKind, PolicySet, Request};

pub(crate) use context::{of_request, of_web_identity};

use crate::account::{Held, User};
use crate::action::Demand;
use crate::caller::{Caller, Identity};
use crate::refusal::Refusal;
use crate::state::State;

/// All policies that bear on what the caller does, except those of resources.
///
/// # Errors
/// [`Refusal::Upstream`] when one cannot be read, [`Refusal::Undecidable`] when one cannot
/// be understood: it might deny.
pub(crate) async fn policies(state: &State, caller: &Caller) -> Result<PolicySet, Refusal> {
    let mut set = PolicySet::default();
    match &caller.identity {
        Identity::Root => {}
        Identity::User(user) | Identity::FederatedUser(user) => {
            add_user(state, caller, user, &mut set).await?;
        }
        Identity::Role(role) => {
            add_held(&role.inline, &mut set)?;
            add_managed(state, caller, &role.attached, &mut set).await?;
            if let Some(arn) = &role.boundary {
                set.boundary = Some(boundary(state, caller, arn).await?);
            }
        }
    }
    if let Some(session) = &caller.session {
        set.session.clone_from(&session.policies);
    }
    Ok(set)
}

async fn add_user(
    state: &State,
    caller: &Caller,
    user: &User,
    set: &mut PolicySet,
) -> Result<(), Refusal> {
    add_held(&user.inline, set)?;
    add_managed(state, caller, &user.attached, set).await?;
    for name in &user.groups {
        let group = caller.snapshot.group(name).ok_or_else(|| {
            Refusal::Undecidable(format!("group `{name}` of the user cannot be read"))
        })?;
        add_held(&group.inline, set)?;
        add_managed(state, caller, &group.attached, set).await?;
    }
    let account = caller.account_id();
    if let Some(arn) = state.reader.user_boundary(account, &caller.snapshot, user).await? {
        set.boundary = Some(boundary(state, caller, &arn).await?);
    }
    Ok(())
}

fn add_held(held: &[Held], set: &mut PolicySet) -> Result<(), Refusal> {
    for policy in held {
        set.identity.push(understood(policy.clone())?);
    }
    Ok(())
}

async fn add_managed(
    state: &State,
    caller: &Caller,
    attached: &[String],
    set: &mut PolicySet,
) -> Result<(), Refusal> {
    for arn in attached {
        let policy = state.reader.managed(caller.account_id(), &caller.snapshot, arn).await?;
        set.identity.push(understood(policy.identity.clone())?);
    }
    Ok(())
}

async fn boundary(state: &State, caller: &Caller, arn: &str) -> Result<NamedPolicy, Refusal> {
    let (account, snapshot) = (caller.account_id(), &caller.snapshot);
    let held = state.reader.limiting(account, snapshot, arn, PolicyKind::Boundary).await?;
    understood(held)
}

pub(crate) fn understood(held: Held) -> Result<NamedPolicy, Refusal> {
    held.map_err(|fault| Refusal::Undecidable(fault.to_string()))
}

/// Evaluates one demand.
pub(crate) fn evaluate(
    caller: &Caller,
    policies: &PolicySet,
    demand: &Demand,
    context: &Context,
) -> Answer {
    let mut context = context.clone();
    context.extend(&demand.context);
    let account = caller.account_id();
    context.set("aws:ResourceAccount", account.as_str());
    iam_policy::evaluate(
        policies,
        &Request {
            principal: &caller.principal,
            action: &demand.action,
            resource: &demand.resource,
            resource_account: Some(account.as_str()),
            context: &context,
        },
    )
}

/// AWS's sentence for a denial: `User: … is not authorized to perform: … because …`.
/// `None` when the answer is no denial.
pub(crate) fn sentence(caller: &Caller, demand: &Demand, answer: &Answer) -> Option<String> {
    let because = answer.because(&demand.action)?;
    let on_resource = match demand.names_resource {
        true => format!(" on resource: {}", demand.resource),
        false => String::new(),
    };
    Some(format!(
        "User: {} is not authorized to perform: {}{on_resource} {because}",
        caller.arn, demand.action
    ))
}
