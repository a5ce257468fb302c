//! Reads policies: what somebody holds, and managed ones.

use std::sync::{Arc, PoisonError};

use fed_types::{AccountId, Arn};
use iam_policy::PolicyKind;

use super::Reader;
use crate::account::CompiledPolicy;
use crate::account::entity::{Attached, Held, Holder, ManagedPolicy};
use crate::account::xml::Answered;
use crate::error_response::ErrorResponse;

/// How often policies are read that others keep changing.
const ATTEMPTS: usize = 4;

impl Reader {
    /// The policies of somebody, and the groups of a user.
    pub(in crate::account) async fn held(
        &self,
        account: &AccountId,
        holder: Holder,
        name: &str,
    ) -> Result<Option<Arc<Held>>, ErrorResponse> {
        let inline = self.inline(account, holder, name).await?;
        let attached = self.attached(account, holder, name).await?;
        let groups = match holder {
            Holder::User => self.groups(account, name).await?,
            Holder::Group | Holder::Role => Some(Vec::new()),
        };
        // Asked last: whoever has this id now, and had it before, had all of this.
        let id = match holder {
            Holder::User => self.user(account, name).await?.map(|user| user.id.clone()),
            Holder::Role => self.role(account, name).await?.map(|role| role.id.clone()),
            Holder::Group => Some(String::new()),
        };
        let (Some(inline), Some(attached), Some(groups), Some(holder_id)) =
            (inline, attached, groups, id)
        else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Held { holder_id, inline, attached, groups })))
    }

    /// Somebody's inline policies; `None` when there is nobody of this name.
    pub(in crate::account) async fn inline(
        &self,
        account: &AccountId,
        holder: Holder,
        name: &str,
    ) -> Result<Option<Vec<CompiledPolicy>>, ErrorResponse> {
        let word = holder.word();
        let (list, get, of) =
            (format!("List{word}Policies"), format!("Get{word}Policy"), format!("{word}Name"));
        'again: for _ in 0..ATTEMPTS {
            let Some(names) = self.list(account, &list, &of, name, "PolicyNames").await? else {
                return Ok(None);
            };
            let mut policies = Vec::with_capacity(names.len());
            for policy in names {
                let parameters = [(of.as_str(), name), ("PolicyName", policy.as_str())];
                let Some(answer) = self.ask(account, &get, parameters).await? else {
                    // Deleted since it was listed.
                    continue 'again;
                };
                let answered = Answered::read(&answer, &get)?;
                let document = answered.text("PolicyDocument").unwrap_or_default();
                policies.push(self.compile(&policy, document, PolicyKind::Identity));
            }
            return Ok(Some(policies));
        }
        Err(ErrorResponse::Upstream(format!(
            "the emulator behind the gate lists policies of `{name}` that are not there"
        )))
    }

    /// The managed policies that are attached to somebody.
    pub(in crate::account) async fn attached(
        &self,
        account: &AccountId,
        holder: Holder,
        name: &str,
    ) -> Result<Option<Vec<Attached>>, ErrorResponse> {
        let (word, of) = (holder.word(), format!("{}Name", holder.word()));
        let list = format!("ListAttached{word}Policies");
        self.list(account, &list, &of, name, "AttachedPolicies/PolicyArn").await
    }

    /// The groups of a user.
    pub(in crate::account) async fn groups(
        &self,
        account: &AccountId,
        user: &str,
    ) -> Result<Option<Vec<String>>, ErrorResponse> {
        self.list(account, "ListGroupsForUser", "UserName", user, "Groups/GroupName").await
    }

    /// A policy of AWS's own, which nobody changes; `None` for those of accounts.
    pub(in crate::account) async fn aws_managed(
        &self,
        account: &AccountId,
        arn: &str,
    ) -> Result<Option<Arc<ManagedPolicy>>, ErrorResponse> {
        if !Arn::parse(arn).is_ok_and(|arn| arn.account == "aws") {
            return Ok(None);
        }
        let kept =
            self.aws_managed.read().unwrap_or_else(PoisonError::into_inner).get(arn).cloned();
        if kept.is_some() {
            return Ok(kept);
        }
        let policy = self.managed(account, arn).await?;
        if let Some(policy) = &policy {
            let mut kept = self.aws_managed.write().unwrap_or_else(PoisonError::into_inner);
            kept.insert(arn.to_owned(), Arc::clone(policy));
        }
        Ok(policy)
    }

    /// The default version of a managed policy.
    pub(in crate::account) async fn managed(
        &self,
        account: &AccountId,
        arn: &str,
    ) -> Result<Option<Arc<ManagedPolicy>>, ErrorResponse> {
        const GET: &str = "GetPolicy";
        const GET_VERSION: &str = "GetPolicyVersion";
        for _ in 0..ATTEMPTS {
            let Some(answer) = self.ask(account, GET, [("PolicyArn", arn)]).await? else {
                return Ok(None);
            };
            let answered = Answered::read(&answer, GET)?;
            let version = answered.text("DefaultVersionId").unwrap_or_default();
            let version = [("PolicyArn", arn), ("VersionId", version)];
            let Some(answer) = self.ask(account, GET_VERSION, version).await? else {
                // No longer the default one, and deleted.
                continue;
            };
            let answered = Answered::read(&answer, GET_VERSION)?;
            let document = answered.text("Document").unwrap_or_default().to_owned();
            let identity = self.compile(arn, &document, PolicyKind::Identity);
            return Ok(Some(Arc::new(ManagedPolicy { document, identity })));
        }
        Err(ErrorResponse::Upstream(format!(
            "the emulator behind the gate names a version of `{arn}` that is not there"
        )))
    }
}
