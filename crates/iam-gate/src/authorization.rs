//! Gathers the policies that bear on a request and has them evaluated.

mod context;

use fed_types::AccountId;
use iam_policy::{Answer, Context, NamedPolicy, PolicyKind, PolicySet, Request};

pub(crate) use context::{of_request, of_web_identity};

use crate::account::{CompiledPolicy, Group, Snapshot, readable};

use crate::caller::{Caller, Identity};
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::state::State;

/// All policies that bear on what the caller does, except those of resources.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when one cannot be read, [`ErrorResponse::Undecidable`] when one cannot
/// be understood: it might deny.
pub(crate) async fn policies(state: &State, caller: &Caller) -> Result<PolicySet, ErrorResponse> {
    let sources = PolicySources { state, account: caller.account_id(), snapshot: &caller.snapshot };
    let mut set = sources.policies(&caller.identity).await?;
    if let Some(session) = &caller.session {
        set.session.clone_from(&session.policies);
    }
    set.service_control = state.organization.service_control_policies();
    Ok(set)
}

/// What an account holds, and the means to read the rest of it.
pub(crate) struct PolicySources<'a> {
    pub(crate) state: &'a State,
    pub(crate) account: &'a AccountId,
    pub(crate) snapshot: &'a Snapshot,
}

impl PolicySources<'_> {
    /// The identity-based policies and the permissions boundary of somebody.
    ///
    /// # Errors
    /// As [`policies`].
    pub(crate) async fn policies(&self, identity: &Identity) -> Result<PolicySet, ErrorResponse> {
        let mut set = PolicySet::default();
        match identity {
            Identity::Root => {}
            Identity::User(user) | Identity::FederatedUser(user) => {
                self.add(&user.inline, &user.attached, &mut set).await?;
                for name in &user.groups {
                    let group = self.snapshot.group(name).ok_or_else(|| {
                        ErrorResponse::Undecidable(format!(
                            "group `{name}` of the user cannot be read"
                        ))
                    })?;
                    self.add_group(group, &mut set).await?;
                }
                if let Some(arn) = self.state.reader.user_boundary(self.account, user).await? {
                    set.boundary = Some(self.boundary(arn).await?);
                }
            }
            Identity::Role(role) => {
                self.add(&role.inline, &role.attached, &mut set).await?;
                if let Some(arn) = &role.boundary {
                    set.boundary = Some(self.boundary(arn).await?);
                }
            }
        }
        Ok(set)
    }

    /// Adds a group's policies.
    pub(crate) async fn add_group(
        &self,
        group: &Group,
        set: &mut PolicySet,
    ) -> Result<(), ErrorResponse> {
        self.add(&group.inline, &group.attached, set).await
    }

    async fn add(
        &self,
        inline: &[CompiledPolicy],
        attached: &[String],
        set: &mut PolicySet,
    ) -> Result<(), ErrorResponse> {
        for policy in inline {
            set.identity.push(readable(policy.clone())?);
        }
        for arn in attached {
            let policy = self.state.reader.managed(self.account, self.snapshot, arn).await?;
            set.identity.push(readable(policy.identity.clone())?);
        }
        Ok(())
    }

    async fn boundary(&self, arn: &str) -> Result<NamedPolicy, ErrorResponse> {
        let reader = &self.state.reader;
        let kind = PolicyKind::Boundary;
        readable(reader.limiting(self.account, self.snapshot, arn, kind).await?)
    }
}

/// Evaluates one demand, resolved.
pub(crate) fn evaluate(
    caller: &Caller,
    policies: &PolicySet,
    demand: &Demand,
    context: &Context,
) -> Answer {
    let mut context = context.clone();
    context.extend(&demand.context);
    let owner = owner(caller, demand);
    context.set("aws:ResourceAccount", owner);
    if demand.action.starts_with("s3:") {
        context.set("s3:ResourceAccount", owner);
    }
    let with_resource = demand.policy.as_ref().map(|policy| {
        let mut policies = policies.clone();
        policies.resource = Some(policy.clone());
        policies
    });
    iam_policy::evaluate(
        with_resource.as_ref().unwrap_or(policies),
        &Request {
            principal: &caller.principal,
            action: &demand.action,
            resource: &demand.resource,
            resource_account: Some(owner),
            context: &context,
        },
    )
}

/// The account that owns the resource: the caller's where nothing says otherwise.
fn owner<'a>(caller: &'a Caller, demand: &'a Demand) -> &'a str {
    let is_account = |text: &&str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let named = demand.owner.as_deref().or_else(|| demand.resource.split(':').nth(4));
    named.filter(is_account).unwrap_or(caller.account_id().as_str())
}

/// AWS's sentence for a denial: `User: … is not authorized to perform: … because …`.
/// `None` when the answer is no denial.
pub(crate) fn sentence(caller: &Caller, demand: &Demand, answer: &Answer) -> Option<String> {
    // Two services spell their actions otherwise than the Service Authorization Reference.
    let action = match demand.action.split_once(':') {
        Some(("sns", operation)) => format!("SNS:{operation}"),
        Some(("sqs", operation)) => format!("sqs:{}", operation.to_ascii_lowercase()),
        _ => demand.action.clone(),
    };
    let because = answer.because(&action)?;
    let of_s3 = demand.action.starts_with("s3:");
    // S3 gives reasons to the owner's account alone.
    if of_s3 && owner(caller, demand) != caller.account_id().as_str() {
        return Some("Access Denied".to_owned());
    }
    let on_resource = match (demand.names_resource, of_s3) {
        (true, true) => format!(" on resource: \"{}\"", demand.resource),
        (true, false) => format!(" on resource: {}", demand.resource),
        (false, _) => String::new(),
    };
    Some(format!(
        "User: {} is not authorized to perform: {action}{on_resource} {because}",
        caller.arn
    ))
}
