//! Whose policies are simulated: under the names the simulator gives them.

use fed_types::Arn;
use iam_policy::{Context, NamedPolicy, PolicyKind, PolicySet, Principal};

use crate::account::{Entity, Holder, Reading, readable};
use crate::caller::Caller;
use crate::credential::unique_id;
use crate::error_response::ErrorResponse;

/// Somebody, the policies that bind them, and the keys that follow from who they are.
pub(super) struct Source {
    pub(super) principal: Principal,
    pub(super) policies: PolicySet,
    pub(super) context: Context,
}

impl Source {
    /// Anybody whom policies bind; the caller may be root, whom they do not.
    pub(super) fn anybody(caller: &Caller) -> Self {
        let arn = format!("arn:aws:iam::{}:user/anybody", caller.account_id());
        let policies = PolicySet::default();
        Self { principal: Principal::User { arn }, policies, context: Context::new() }
    }

    /// The user, role or group of an ARN.
    ///
    /// # Errors
    /// `NoSuchEntity`; or what stands against reading the policies.
    pub(super) async fn find(caller: &Caller, arn: &str) -> Result<Self, ErrorResponse> {
        let reading = caller.account.reading();
        let mut gathering = Gathering { reading: &reading, policies: PolicySet::default() };
        let mut context = Context::new();
        let principal = match reading.find(arn).await? {
            Some(Entity::User(user)) => {
                for group in gathering.add(Holder::User, &user.name).await? {
                    gathering.add(Holder::Group, &group).await?;
                }
                gathering.limit(user.boundary.as_deref()).await?;
                context.set("aws:username", user.name.as_str());
                context.set("aws:userid", unique_id("AIDA", &user.id));
                Principal::User { arn: user.arn.clone() }
            }
            Some(Entity::Role(role)) => {
                gathering.add(Holder::Role, &role.name).await?;
                gathering.limit(role.boundary.as_deref()).await?;
                Principal::Role { arn: role.arn.clone() }
            }
            Some(Entity::Group(group)) => {
                gathering.add(Holder::Group, &group.name).await?;
                Principal::User { arn: arn.to_owned() }
            }
            None => {
                let message = format!("{arn} cannot be found.");
                return Err(ErrorResponse::answered(404, "NoSuchEntity", message));
            }
        };
        Ok(Self { principal, policies: gathering.policies, context })
    }
}

struct Gathering<'a> {
    reading: &'a Reading<'a>,
    policies: PolicySet,
}

impl Gathering<'_> {
    /// Adds what somebody holds, and tells which groups he is in.
    async fn add(&mut self, holder: Holder, name: &str) -> Result<Vec<String>, ErrorResponse> {
        let kind = holder.word().to_ascii_lowercase();
        let held = self.reading.held(holder, name).await?.ok_or_else(|| {
            ErrorResponse::Undecidable(format!("the policies of {kind} `{name}` cannot be read"))
        })?;
        for inline in &held.inline {
            let policy = readable(inline.clone())?;
            let id = format!("{kind}_{name}_{}", policy.name);
            self.policies.identity.push(NamedPolicy::new(id, policy.policy));
        }
        for arn in &held.attached {
            let policy = self.reading.managed(arn).await?;
            self.policies.identity.push(readable(policy.identity.clone())?);
        }
        Ok(held.groups.clone())
    }

    async fn limit(&mut self, boundary: Option<&str>) -> Result<(), ErrorResponse> {
        let Some(arn) = boundary else { return Ok(()) };
        let limiting = self.reading.limiting(arn, PolicyKind::Boundary).await?;
        self.policies.boundary = Some(readable(limiting)?);
        Ok(())
    }
}

/// `SourcePolicyId`: a managed policy goes by its name, not by its ARN.
pub(super) fn policy_id(name: &str) -> &str {
    match Arn::parse(name) {
        Ok(arn) => arn.resource.rsplit('/').next().unwrap_or(name),
        Err(_) => name,
    }
}
