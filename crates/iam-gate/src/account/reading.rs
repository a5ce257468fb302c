//! What a request looks up in an account.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::web_identity::OidcProvider;
use iam_policy::{PolicyKind, PolicySet};

use super::cells::Used;
use super::entity::{
    Attached, Entity, Group, Held, Holder, InstanceProfile, ManagedPolicy, Role, User,
};
use super::touch::{Part, Touched};
use super::{Account, CompiledPolicy, readable};
use crate::error_response::ErrorResponse;

/// Looks facts of an account up, and notes which, so that it can be told whether all of them
/// held at the same time.
pub(crate) struct Reading<'a> {
    account: &'a Account,
    breaks: u64,
    used: Used,
}

impl<'a> Reading<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        Self { account, breaks: account.reader.breaks(), used: Used::default() }
    }

    /// Whether nothing that was looked up so far may have changed since.
    pub(crate) fn is_current(&self) -> bool {
        self.used.is_current() && self.is_of_one_emulator()
    }

    /// Whether all that was looked up was told by the same emulator.
    pub(crate) fn is_of_one_emulator(&self) -> bool {
        self.account.reader.breaks() == self.breaks
    }

    /// A user, if there is one of this name.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when the emulator cannot tell: then nothing can be decided.
    /// So it is with everything here.
    pub(crate) async fn user(&self, name: &str) -> Result<Option<Arc<User>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.user(id, name);
        let found = facts.users.get(name.to_owned(), &self.used, self.breaks, read);
        reader.patiently(found).await?
    }

    /// The user with this id of the emulator's, who was called so when it was last seen.
    pub(crate) async fn user_by_id(
        &self,
        id: &str,
        last_name: &str,
    ) -> Result<Option<Arc<User>>, ErrorResponse> {
        let is_meant = |user: &Arc<User>| user.id == id;
        if let Some(user) = self.user(last_name).await?.filter(is_meant) {
            return Ok(Some(user));
        }
        match self.user_names().await?.get(id) {
            Some(name) => Ok(self.user(name).await?.filter(is_meant)),
            None => Ok(None),
        }
    }

    async fn user_names(&self) -> Result<Arc<HashMap<String, String>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.names_by_id(id, Holder::User);
        let found = facts.user_names.get((), &self.used, self.breaks, read);
        Ok(reader.patiently(found).await??.unwrap_or_default())
    }

    /// A group, if there is one of this name.
    pub(crate) async fn group(&self, name: &str) -> Result<Option<Arc<Group>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.group(id, name);
        let found = facts.groups.get(name.to_owned(), &self.used, self.breaks, read);
        reader.patiently(found).await?
    }

    /// A role, if there is one of this name.
    pub(crate) async fn role(&self, name: &str) -> Result<Option<Arc<Role>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.role(id, name);
        let found = facts.roles.get(name.to_owned(), &self.used, self.breaks, read);
        reader.patiently(found).await?
    }

    /// The user, role or group of an ARN.
    pub(crate) async fn find(&self, arn: &str) -> Result<Option<Entity>, ErrorResponse> {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let Some((kind, path)) = resource.split_once('/') else { return Ok(None) };
        let name = path.rsplit('/').next().unwrap_or_default();
        Ok(match kind {
            "user" => self.user(name).await?.filter(|it| it.arn == arn).map(Entity::User),
            "role" => self.role(name).await?.filter(|it| it.arn == arn).map(Entity::Role),
            "group" => self.group(name).await?.filter(|it| it.arn == arn).map(Entity::Group),
            _ => None,
        })
    }

    /// An instance profile, if there is one of this name.
    pub(crate) async fn profile(
        &self,
        name: &str,
    ) -> Result<Option<Arc<InstanceProfile>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.instance_profile(id, name);
        let found = facts.profiles.get(name.to_owned(), &self.used, self.breaks, read);
        reader.patiently(found).await?
    }

    /// The role in an instance profile, which is given by name or ARN.
    pub(crate) async fn role_of_profile(
        &self,
        profile: &str,
    ) -> Result<Option<Arc<Role>>, ErrorResponse> {
        let name = profile.rsplit('/').next().unwrap_or_default();
        let found = self.profile(name).await?;
        let is_meant = |arn: &str| !profile.starts_with("arn:") || arn == profile;
        match found.filter(|found| is_meant(&found.arn)).and_then(|found| found.role.clone()) {
            Some(role) => self.role(&role).await,
            None => Ok(None),
        }
    }

    /// What somebody holds; `None` when there is nobody of this name, or another one than
    /// was known by it.
    pub(crate) async fn held(
        &self,
        holder: Holder,
        name: &str,
    ) -> Result<Option<Arc<Held>>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let held = match holder {
            Holder::User => &facts.user_policies,
            Holder::Group => &facts.group_policies,
            Holder::Role => &facts.role_policies,
        };
        let known_id = match holder {
            Holder::User => self.user(name).await?.map(|user| user.id.clone()),
            Holder::Group => Some(String::new()),
            Holder::Role => self.role(name).await?.map(|role| role.id.clone()),
        };
        let Some(known_id) = known_id else { return Ok(None) };
        let read = reader.held(id, holder, name);
        let found = held.get(name.to_owned(), &self.used, self.breaks, read);
        let found = reader.patiently(found).await??;
        if found.as_ref().is_some_and(|held| held.holder_id == known_id) {
            return Ok(found);
        }
        // Made anew, and not through the gate.
        self.account.facts.forget(&Touched::of(&Part::OF_HOLDERS, Some(name)));
        Ok(None)
    }

    /// The identity-based policies of a user or role, and the permissions boundary.
    ///
    /// # Errors
    /// Also [`ErrorResponse::Undecidable`] when one cannot be understood: it might deny.
    pub(crate) async fn policies(
        &self,
        holder: Holder,
        name: &str,
        boundary: Option<&str>,
    ) -> Result<PolicySet, ErrorResponse> {
        let mut set = PolicySet::default();
        for group in &self.add(holder, name, &mut set).await? {
            self.add(Holder::Group, group, &mut set).await?;
        }
        if let Some(arn) = boundary {
            set.boundary = Some(readable(self.limiting(arn, PolicyKind::Boundary).await?)?);
        }
        Ok(set)
    }

    /// Adds what somebody holds, and tells which groups he is in.
    async fn add(
        &self,
        holder: Holder,
        name: &str,
        set: &mut PolicySet,
    ) -> Result<Vec<String>, ErrorResponse> {
        let held = self.held(holder, name).await?.ok_or_else(|| {
            let kind = holder.word().to_ascii_lowercase();
            ErrorResponse::Undecidable(format!("the policies of {kind} `{name}` cannot be read"))
        })?;
        for policy in &held.inline {
            set.identity.push(readable(policy.clone())?);
        }
        for arn in &held.attached {
            set.identity.push(readable(self.managed(arn).await?.identity.clone())?);
        }
        Ok(held.groups.clone())
    }

    /// Somebody's inline policies as they are now, and nothing else of them.
    pub(crate) async fn inline(
        &self,
        holder: Holder,
        name: &str,
    ) -> Result<Vec<CompiledPolicy>, ErrorResponse> {
        let Account { id, reader, .. } = self.account;
        Ok(reader.patiently(reader.inline(id, holder, name)).await??.unwrap_or_default())
    }

    /// Likewise the managed policies that are attached to somebody.
    pub(crate) async fn attached(
        &self,
        holder: Holder,
        name: &str,
    ) -> Result<Vec<Attached>, ErrorResponse> {
        let Account { id, reader, .. } = self.account;
        Ok(reader.patiently(reader.attached(id, holder, name)).await??.unwrap_or_default())
    }

    /// Likewise the groups of a user.
    pub(crate) async fn groups(&self, user: &str) -> Result<Vec<String>, ErrorResponse> {
        let Account { id, reader, .. } = self.account;
        Ok(reader.patiently(reader.groups(id, user)).await??.unwrap_or_default())
    }

    /// A managed policy, the account's own or AWS's.
    ///
    /// # Errors
    /// Also when there is none: what is attached and cannot be read might deny.
    pub(crate) async fn managed(&self, arn: &str) -> Result<Arc<ManagedPolicy>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        if let Some(policy) = reader.aws_managed(id, arn).await? {
            return Ok(policy);
        }
        let read = reader.managed(id, arn);
        let found = facts.managed.get(arn.to_owned(), &self.used, self.breaks, read);
        reader.patiently(found).await??.ok_or_else(|| {
            ErrorResponse::Upstream(format!("the emulator behind the gate has no policy `{arn}`"))
        })
    }

    /// Whether there is such a managed policy, the account's own or AWS's.
    pub(crate) async fn has_policy(&self, arn: &str) -> Result<bool, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        if reader.aws_managed(id, arn).await?.is_some() {
            return Ok(true);
        }
        let read = reader.managed(id, arn);
        let found = facts.managed.get(arn.to_owned(), &self.used, self.breaks, read);
        Ok(reader.patiently(found).await??.is_some())
    }

    /// Whether a managed policy is the permissions boundary of a user or role: that is asked of
    /// each of them, since no list tells it.
    pub(crate) async fn is_boundary(&self, policy: &str) -> Result<bool, ErrorResponse> {
        let Account { id, reader, .. } = self.account;
        let is_it = |boundary: &Option<String>| boundary.as_deref() == Some(policy);
        for name in self.user_names().await?.values() {
            if self.user(name).await?.is_some_and(|user| is_it(&user.boundary)) {
                return Ok(true);
            }
        }
        let roles = reader.names_by_id(id, Holder::Role).await?.unwrap_or_default();
        for name in roles.values() {
            if self.role(name).await?.is_some_and(|role| is_it(&role.boundary)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A managed policy that limits instead of granting.
    ///
    /// # Errors
    /// As [`Reading::managed`].
    pub(crate) async fn limiting(
        &self,
        arn: &str,
        kind: PolicyKind,
    ) -> Result<CompiledPolicy, ErrorResponse> {
        let policy = self.managed(arn).await?;
        Ok(self.account.reader.compile(arn, &policy.document, kind))
    }

    /// The account's IAM OIDC providers.
    pub(crate) async fn providers(&self) -> Result<Arc<[OidcProvider]>, ErrorResponse> {
        let Account { id, reader, facts, .. } = self.account;
        let read = reader.providers(id);
        let found = facts.providers.get((), &self.used, self.breaks, read);
        Ok(reader.patiently(found).await??.unwrap_or_default())
    }
}
