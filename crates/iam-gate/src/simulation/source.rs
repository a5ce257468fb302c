//! Whose policies are simulated: under the names the simulator gives them.

use fed_types::Arn;
use iam_policy::{Context, NamedPolicy, PolicyKind, PolicySet, Principal};

use crate::account::readable;
use crate::account::{CompiledPolicy, Entity, Group, User};
use crate::caller::Caller;
use crate::credential::unique_id;
use crate::error_response::ErrorResponse;
use crate::state::State;

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
    pub(super) async fn find(
        state: &State,
        caller: &Caller,
        arn: &str,
    ) -> Result<Self, ErrorResponse> {
        let mut gathering = Gathering { state, caller, policies: PolicySet::default() };
        let mut context = Context::new();
        let principal = match caller.snapshot.find(arn) {
            Some(Entity::User(user)) => {
                gathering.add_user(&user).await?;
                context.set("aws:username", user.name.as_str());
                context.set("aws:userid", unique_id("AIDA", &user.id));
                Principal::User { arn: user.arn.clone() }
            }
            Some(Entity::Role(role)) => {
                gathering.add("role", &role.name, &role.inline, &role.attached).await?;
                gathering.limit(role.boundary.as_deref()).await?;
                Principal::Role { arn: role.arn.clone() }
            }
            Some(Entity::Group(group)) => {
                gathering.add_group(&group).await?;
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
    state: &'a State,
    caller: &'a Caller,
    policies: PolicySet,
}

impl Gathering<'_> {
    async fn add_user(&mut self, user: &User) -> Result<(), ErrorResponse> {
        self.add("user", &user.name, &user.inline, &user.attached).await?;
        for name in &user.groups {
            let group = self.caller.snapshot.group(name).ok_or_else(|| {
                ErrorResponse::Undecidable(format!("group `{name}` of the user cannot be read"))
            })?;
            self.add_group(group).await?;
        }
        let reader = &self.state.reader;
        let boundary = reader.user_boundary(self.caller.account_id(), user).await?;
        self.limit(boundary).await
    }

    async fn add_group(&mut self, group: &Group) -> Result<(), ErrorResponse> {
        self.add("group", &group.name, &group.inline, &group.attached).await
    }

    async fn add(
        &mut self,
        kind: &str,
        owner: &str,
        inline: &[CompiledPolicy],
        attached: &[String],
    ) -> Result<(), ErrorResponse> {
        for held in inline {
            let policy = readable(held.clone())?;
            let id = format!("{kind}_{owner}_{}", policy.name);
            self.policies.identity.push(NamedPolicy::new(id, policy.policy));
        }
        let (account, snapshot) = (self.caller.account_id(), &self.caller.snapshot);
        for arn in attached {
            let policy = self.state.reader.managed(account, snapshot, arn).await?;
            self.policies.identity.push(readable(policy.identity.clone())?);
        }
        Ok(())
    }

    async fn limit(&mut self, boundary: Option<&str>) -> Result<(), ErrorResponse> {
        let Some(arn) = boundary else { return Ok(()) };
        let (reader, snapshot) = (&self.state.reader, &self.caller.snapshot);
        let kind = PolicyKind::Boundary;
        let held = reader.limiting(self.caller.account_id(), snapshot, arn, kind).await?;
        self.policies.boundary = Some(readable(held)?);
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
