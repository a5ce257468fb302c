//! What principals used, gathered from the gate's decisions as they are made.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fed_types::AccountId;
use iam_gate::{DecisionRecord, DemandRecord, Verdict};
use learned_policy::{Permission, Trusted};

use crate::outcome::{Outcome, outcome};

/// Different permissions kept of one account; more are counted.
const MOST: usize = 100_000;

/// By account, until it is taken.
#[derive(Clone, Default)]
pub(crate) struct Usages {
    accounts: Arc<Mutex<HashMap<String, Usage>>>,
}

/// What happened in one account.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// By the ARN of a user or role, whatever sessions it had; the account's administrator is
    /// `arn:aws:iam::ACCOUNT:root`.
    pub principals: BTreeMap<String, PrincipalUsage>,
    /// By the ARN of a role, who assumed it.
    pub trusted: BTreeMap<String, BTreeSet<Trusted>>,
    /// What was not kept, for there was too much: nothing can be learned then.
    pub lost: u64,
    kept: usize,
}

/// What one principal did.
#[derive(Clone, Debug, Default)]
pub struct PrincipalUsage {
    /// Calls, whatever became of them.
    pub calls: u64,
    /// Calls that policies denied.
    pub denied_calls: u64,
    /// What was given and made use of.
    pub used: BTreeSet<Permission>,
    /// Of that, what is on what another account owns: its own policy must allow it, too.
    pub used_elsewhere: BTreeSet<Permission>,
    /// What was given to calls that failed for other reasons alone, and the error's code.
    pub failed: BTreeMap<Permission, String>,
    /// What was not given, and why not.
    pub denied: BTreeMap<Permission, String>,
    /// By action, why a call was refused that never came to a policy.
    pub refused: BTreeMap<String, String>,
}

impl Usages {
    /// Takes note of a decision.
    pub(crate) fn note(&self, record: &DecisionRecord) {
        let account = |arn: &Option<String>| {
            let account = arn.as_deref()?.strip_prefix("arn:")?.split(':').nth(3)?;
            Some(account.to_owned()).filter(|account| account.len() == 12)
        };
        let of = match record.token {
            Some(_) => account(&record.resource),
            None => account(&record.principal),
        };
        if let Some(account) = of {
            self.lock().entry(account).or_default().note(record);
        }
    }

    /// What happened in the account since it was last taken.
    pub(crate) fn take(&self, account: &AccountId) -> Usage {
        self.lock().remove(account.as_str()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Usage>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Usage {
    /// What these decisions tell.
    pub(crate) fn of(records: &[Arc<DecisionRecord>]) -> Self {
        let mut usage = Self::default();
        records.iter().for_each(|record| usage.note(record));
        usage
    }

    /// The same, as it would have been in another account.
    #[must_use]
    pub fn moved(self, from: &AccountId, to: &AccountId) -> Self {
        let text = |text: String| text.replace(from.as_str(), to.as_str());
        let trusted = |one: Trusted| match one {
            Trusted::Token { provider, keys } => Trusted::Token { provider: text(provider), keys },
            Trusted::Principal(arn) => Trusted::Principal(text(arn)),
        };
        let principals = self.principals.into_iter();
        let roles = self.trusted.into_iter();
        Self {
            principals: principals.map(|(arn, usage)| (text(arn), usage.moved(&text))).collect(),
            trusted: roles
                .map(|(role, all)| (text(role), all.into_iter().map(trusted).collect()))
                .collect(),
            ..self
        }
    }

    fn note(&mut self, record: &DecisionRecord) {
        let allowed = record.decision == Verdict::Allowed && record.status < 400;
        let action = record.action.as_deref().unwrap_or_default();
        if let Some(token) = &record.token {
            let keys = token.keys.iter().cloned().collect();
            let trusted = Trusted::Token { provider: token.provider.clone(), keys };
            if let (true, Some(role)) = (allowed, &record.resource) {
                self.trusted.entry(role.clone()).or_default().insert(trusted);
            }
            return;
        }
        let role = record.session.as_ref().and_then(|session| session.role_arn.as_ref());
        let Some(holder) = role.or(record.principal.as_ref()) else { return };
        if let ("sts:AssumeRole", true, Some(role)) = (action, allowed, &record.resource) {
            let principal = Trusted::Principal(holder.clone());
            self.trusted.entry(role.clone()).or_default().insert(principal);
        }
        // Demands that the gate did not tell were asked for all the same.
        self.lost += record.demands_left_out as u64;
        if self.kept >= MOST {
            self.lost += 1;
            return;
        }
        self.kept += self.principals.entry(holder.clone()).or_default().note(record);
    }
}

impl PrincipalUsage {
    fn moved(self, text: &impl Fn(String) -> String) -> Self {
        let permission = |one: Permission| Permission { resource: text(one.resource), ..one };
        let reasons = |all: BTreeMap<Permission, String>| {
            all.into_iter().map(|(one, why)| (permission(one), text(why))).collect()
        };
        Self {
            used: self.used.into_iter().map(permission).collect(),
            used_elsewhere: self.used_elsewhere.into_iter().map(permission).collect(),
            failed: reasons(self.failed),
            denied: reasons(self.denied),
            ..self
        }
    }

    /// How many permissions are new.
    fn note(&mut self, record: &DecisionRecord) -> usize {
        let before = self.count();
        self.calls += 1;
        if record.decision == Verdict::Refused {
            let action = record.action.clone().unwrap_or_else(|| "a request".to_owned());
            self.refused.insert(action, record.reason.clone().unwrap_or_default());
            return 0;
        }
        let denied = record.decision != Verdict::Allowed;
        self.denied_calls += u64::from(denied);
        let outcome = outcome(record.status, record.code.as_deref());
        for demand in &record.demands {
            let permission = permission(demand);
            if demand.decision != Verdict::Allowed {
                self.denied.insert(permission, record.reason.clone().unwrap_or_default());
            } else if denied || outcome == Outcome::Used {
                self.failed.remove(&permission);
                if demand.resource_account.is_some() {
                    self.used_elsewhere.insert(permission.clone());
                }
                self.used.insert(permission);
            } else if !self.used.contains(&permission) {
                self.failed.insert(permission, record.code.clone().unwrap_or_default());
            }
        }
        self.count().saturating_sub(before)
    }

    fn count(&self) -> usize {
        self.used.len() + self.failed.len() + self.denied.len()
    }
}

fn permission(demand: &DemandRecord) -> Permission {
    Permission {
        action: demand.action.clone(),
        resource: demand.resource.clone(),
        keys: demand.keys.iter().cloned().collect(),
    }
}

#[cfg(test)]
mod tests;
