//! The accounts of a running lab: the one it began with, and those that were opened since.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fed_types::AccountId;
use iam_gate::{AccessKey, DecisionRecord, Gate};

use crate::config::Seed;
use crate::query::QueryClient;
use crate::{AccountError, LabError, seed};

/// Where an emulator that the lab has started forgets an account; others know no such page.
const FORGET: &str = "/_localstack/fed/accounts/";

/// An account and the key of its administrator.
#[derive(Clone, Debug)]
pub struct LabAccount {
    /// 12 digits.
    pub id: AccountId,
    /// May do everything in this account, and nothing in others.
    pub administrator: AccessKey,
}

impl LabAccount {
    /// The variables of [`Lab::environment`](crate::Lab::environment) that name the account.
    pub fn environment(&self) -> Vec<(String, String)> {
        let key = &self.administrator;
        [
            ("FED_LAB_ACCOUNT_ID", self.id.as_str()),
            ("FED_LAB_ADMIN_ACCESS_KEY_ID", &key.access_key_id),
            ("FED_LAB_ADMIN_SECRET_ACCESS_KEY", key.secret_access_key.expose()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// All accounts of a lab that have an administrator.
pub(crate) struct Accounts {
    gate: Arc<Gate>,
    caller: QueryClient,
    first: AccountId,
    /// What each held at its start; `None` once it is closed.
    opened: Mutex<HashMap<AccountId, Option<Seed>>>,
}

impl Accounts {
    pub(crate) fn new(gate: Arc<Gate>, caller: QueryClient, first: AccountId, seed: Seed) -> Self {
        let opened = Mutex::new(HashMap::from([(first.clone(), Some(seed))]));
        Self { gate, caller, first, opened }
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<AccountId, Option<Seed>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.opened().values().flatten().count()
    }

    /// Opens an account of a number that none of this lab has had.
    pub(crate) async fn open(&self, seed: Seed) -> Result<LabAccount, LabError> {
        let id = self.take_number(seed)?;
        self.sow(&id, seed).await?;
        self.administrator(id)
    }

    fn take_number(&self, seed: Seed) -> Result<AccountId, LabError> {
        let mut opened = self.opened();
        loop {
            let id = random_number()?;
            if !opened.contains_key(&id) {
                opened.insert(id.clone(), Some(seed));
                return Ok(id);
            }
        }
    }

    /// Takes everything out of an account, credentials included, and puts in what it began
    /// with. Its administrator's key stays.
    pub(crate) async fn reset(&self, id: &AccountId) -> Result<LabAccount, LabError> {
        let seed = self.opened().get(id).copied().flatten();
        let seed = seed.ok_or_else(|| AccountError::Unknown(id.clone()))?;
        self.gate.while_emptied(id, self.forget(id)).await?;
        self.sow(id, seed).await?;
        self.administrator(id.clone())
    }

    /// Forgets an account: none of its keys is known any more, and its number is not given
    /// again. What an emulator cannot forget stays where nobody can ask for it.
    pub(crate) async fn close(&self, id: &AccountId) -> Result<(), LabError> {
        if *id == self.first {
            return Err(AccountError::First(id.clone()).into());
        }
        let taken = self.opened().get_mut(id).and_then(Option::take);
        taken.ok_or_else(|| AccountError::Unknown(id.clone()))?;
        self.gate.close_account(id);
        match self.gate.while_emptied(id, self.forget(id)).await {
            Ok(()) | Err(AccountError::CannotForget(_)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// What was decided about an account so far, oldest first, as far as the gate keeps it:
    /// of its principals, and on its resources.
    pub(crate) fn decisions(&self, id: &AccountId) -> Vec<Arc<DecisionRecord>> {
        let names_it = |arn: &Option<String>| {
            arn.as_deref().and_then(|arn| arn.split(':').nth(4)) == Some(id.as_str())
        };
        let all = self.gate.decisions().into_iter();
        all.filter(|one| names_it(&one.principal) || names_it(&one.resource)).collect()
    }

    fn administrator(&self, id: AccountId) -> Result<LabAccount, LabError> {
        let administrator = self.gate.open_account(&id).map_err(LabError::Gate)?;
        Ok(LabAccount { id, administrator })
    }

    async fn sow(&self, id: &AccountId, seed: Seed) -> Result<(), LabError> {
        match seed {
            Seed::Tutorial => seed::seed_tutorial(&self.caller, id).await,
            Seed::Nothing => Ok(()),
        }
    }

    async fn forget(&self, id: &AccountId) -> Result<(), AccountError> {
        let page = format!("{}{FORGET}{id}", self.caller.endpoint);
        let cannot = |found: String| AccountError::CannotForget(found);
        let answer = self.caller.http.delete(page).send().await;
        let answer = answer.map_err(|error| cannot(crate::lab_error::innermost(&error)))?;
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        match status.is_success() && text.trim() == format!("forgotten {id}") {
            true => Ok(()),
            false => Err(cannot(format!("it answered with {}", status.as_u16()))),
        }
    }
}

/// Twelve digits, the first none that a program could take for padding.
pub(crate) fn random_number() -> Result<AccountId, LabError> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| LabError::Randomness)?;
    let number = 100_000_000_000 + u64::from_be_bytes(bytes) % 900_000_000_000;
    number.to_string().parse().map_err(|_| LabError::Randomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_accounts() {
        let numbers: std::collections::HashSet<String> =
            (0..100).map(|_| random_number().unwrap().to_string()).collect();
        assert_eq!(numbers.len(), 100);
        assert!(numbers.iter().all(|number| number.len() == 12 && !number.starts_with('0')));
    }
}
