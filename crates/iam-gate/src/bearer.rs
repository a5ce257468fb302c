//! Whom a policy means that names users and roles by their ARNs: those who bore the names when it
//! was written. AWS keeps their ids for it, an emulator the names alone, which others may bear by
//! now.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal", "IAM user principals" and "IAM
//! role principals".

mod carrier;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fed_types::AccountId;
use iam_policy::NamedPolicy;

use crate::account::Role;
use crate::credential::unique_id;
use crate::error_response::ErrorResponse;

pub(crate) use carrier::Carrier;

/// Policies that are remembered, all accounts together: some hundred bytes each.
const MOST: usize = 65_536;

/// The ARNs that a policy names, each with the emulator's id of who bore it.
pub(crate) type Bearers = Vec<(String, String)>;

/// Who bore the names in the policies that were written through the gate, by what carries them.
#[derive(Default)]
pub(crate) struct BearersOf {
    /// More than one where it is not known which of several policies was written last.
    kept: Mutex<HashMap<Carrier, Vec<Bearers>>>,
}

impl BearersOf {
    fn kept(&self) -> MutexGuard<'_, HashMap<Carrier, Vec<Bearers>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers also those of a policy that is about to be written.
    ///
    /// # Errors
    /// [`ErrorResponse::Undecidable`] where too many are remembered.
    pub(crate) fn add(&self, carrier: &Carrier, bearers: &Bearers) -> Result<(), ErrorResponse> {
        let mut kept = self.kept();
        if kept.len() >= MOST && !kept.contains_key(carrier) && !bearers.is_empty() {
            return Err(ErrorResponse::Undecidable(format!(
                "the gate remembers whom {MOST} policies name and cannot remember more, so it \
                 lets no further policy name a user or role by its ARN"
            )));
        }
        if !bearers.is_empty() || kept.contains_key(carrier) {
            kept.entry(carrier.clone()).or_default().push(bearers.clone());
        }
        Ok(())
    }

    /// The policy is written: it names nobody else any more.
    pub(crate) fn settle(&self, carrier: &Carrier, bearers: Bearers) {
        let mut kept = self.kept();
        match bearers.is_empty() {
            true => kept.remove(carrier),
            false => kept.insert(carrier.clone(), vec![bearers]),
        };
    }

    /// The policy was refused.
    pub(crate) fn withdraw(&self, carrier: &Carrier, bearers: &Bearers) {
        let mut kept = self.kept();
        let Some(several) = kept.get_mut(carrier) else { return };
        if let Some(at) = several.iter().rposition(|one| one == bearers) {
            several.remove(at);
        }
        if several.is_empty() {
            kept.remove(carrier);
        }
    }

    /// These, and those that are remembered already, each name as it was borne first.
    pub(crate) fn with_former(&self, carrier: &Carrier, bearers: Bearers) -> Bearers {
        let kept = self.kept();
        let mut all: Bearers = kept.get(carrier).into_iter().flatten().flatten().cloned().collect();
        let is_new = |(arn, _): &(String, String)| !all.iter().any(|(known, _)| known == arn);
        let new: Bearers = bearers.into_iter().filter(is_new).collect();
        all.extend(new);
        all.sort();
        all.dedup();
        all
    }

    /// The policy as it means `bearer`: by whatever name he had when it was written, and by no
    /// name that was another's then.
    ///
    /// # Errors
    /// [`ErrorResponse::Undecidable`] where it is not known whether it means him.
    pub(crate) fn meant(
        &self,
        carrier: &Carrier,
        bearer: Option<Bearer<'_>>,
        policy: NamedPolicy,
    ) -> Result<NamedPolicy, ErrorResponse> {
        let Some(own) = bearer else { return Ok(policy) };
        let kept = self.kept();
        let Some(several) = kept.get(carrier) else { return Ok(policy) };
        let mut others: Vec<HashMap<&str, String>> =
            several.iter().map(|bearers| own.others(bearers)).collect();
        let first = others.pop().unwrap_or_default();
        if others.iter().any(|other| *other != first) {
            return Err(ErrorResponse::Undecidable(format!(
                "the gate does not know whether the policy of `{}` means `{}`, since it is being \
                 written, or the emulator did not say whether it was",
                policy.name, own.arn
            )));
        }
        if first.is_empty() {
            return Ok(policy);
        }
        let meant = policy.policy.naming(|arn| first.get(arn).cloned());
        Ok(NamedPolicy::new(policy.name, meant))
    }

    /// A role whose trust policy means `bearer` so.
    ///
    /// # Errors
    /// As [`Self::meant`].
    pub(crate) fn trusting(
        &self,
        bearer: Option<Bearer<'_>>,
        account: &AccountId,
        role: Arc<Role>,
    ) -> Result<Arc<Role>, ErrorResponse> {
        let Ok(trust) = role.trust.clone() else { return Ok(role) };
        let trust = self.meant(&Carrier::role(account, &role.id), bearer, trust)?;
        Ok(Arc::new(Role { trust: Ok(trust), ..(*role).clone() }))
    }
}

/// The name by which policies mean somebody, and the emulator's id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bearer<'a> {
    pub(crate) arn: &'a str,
    pub(crate) id: &'a str,
    /// What ids of his kind begin with: `AIDA`, `AROA`.
    pub(crate) prefix: &'static str,
}

impl Bearer<'_> {
    /// What stands for ARNs that were written when others bore them, or that he has no longer.
    fn others<'b>(self, bearers: &'b Bearers) -> HashMap<&'b str, String> {
        let other = |(arn, id): &'b (String, String)| match (arn == self.arn, id == self.id) {
            (true, false) => Some((arn.as_str(), unique_id(self.prefix, id))),
            (false, true) => Some((arn.as_str(), self.arn.to_owned())),
            (true, true) | (false, false) => None,
        };
        bearers.iter().filter_map(other).collect()
    }
}
