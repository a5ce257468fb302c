//! The accounts of a running lab: the one it began with, and those that were opened since.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use fed_types::AccountId;
use iam_gate::{DecisionRecord, Founding, Gate};

use crate::account::LabAccount;
use crate::administrator::Administrator;
use crate::profiles::{self, Profile};
use crate::script::ScriptPlace;
use crate::seed::Seed;
use crate::sow::{self, UserKey};
use crate::world::{Contents, World};
use crate::{AccountError, LabError};

/// Where an emulator that the lab has started forgets an account; others know no such page.
const FORGET: &str = "/_localstack/fed/accounts/";

/// All accounts of a lab that have an administrator.
pub(crate) struct Accounts {
    gate: Arc<Gate>,
    http: reqwest::Client,
    /// The emulator, which may be able to forget an account.
    upstream: String,
    region: String,
    first: AccountId,
    /// `None` once it is closed, or where it was never ready.
    opened: Mutex<HashMap<AccountId, Option<Arc<Held>>>>,
    /// Known once the lab is up.
    around: OnceLock<Around>,
}

/// An account that there is.
struct Held {
    /// What it held at its start.
    contents: Contents,
    /// Whoever resets or closes it does so alone.
    turn: tokio::sync::Mutex<()>,
}

impl Held {
    fn new(contents: Contents) -> Arc<Self> {
        Arc::new(Self { contents, turn: tokio::sync::Mutex::default() })
    }
}

/// Where scripts run, and where profiles are written.
pub(crate) struct Around {
    pub(crate) scripts: ScriptPlace,
    /// Held while the file is changed: accounts are filled at the same time.
    pub(crate) profiles: Mutex<PathBuf>,
}

impl Accounts {
    pub(crate) fn new(
        gate: Arc<Gate>,
        http: reqwest::Client,
        upstream: &str,
        world: &World,
        first: AccountId,
    ) -> Self {
        let each = world.accounts.iter();
        let opened = each.map(|one| (one.id.clone(), Some(Held::new(one.contents.clone()))));
        let opened = Mutex::new(opened.collect());
        let (upstream, region) = (upstream.to_owned(), world.region.clone());
        Self { gate, http, upstream, region, first, opened, around: OnceLock::new() }
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<AccountId, Option<Arc<Held>>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.opened().values().flatten().count()
    }

    /// Those that there are by number, each with its name in the world file, and whether it is
    /// the one that the lab began with.
    pub(crate) fn list(&self) -> Vec<(AccountId, Option<String>, bool)> {
        let opened = self.opened();
        let held = opened.iter().filter_map(|(id, held)| Some((id, held.as_ref()?)));
        let mut all: Vec<_> = held
            .map(|(id, held)| (id.clone(), held.contents.name.clone(), *id == self.first))
            .collect();
        drop(opened);
        all.sort();
        all
    }

    /// An account that there is.
    fn held(&self, id: &AccountId) -> Result<Arc<Held>, AccountError> {
        let held = self.opened().get(id).cloned().flatten();
        held.ok_or_else(|| AccountError::Unknown(id.clone()))
    }

    /// Puts into the accounts what the world says of them, scripts last and in its order.
    pub(crate) async fn begin(&self, world: &World, around: Around) -> Result<(), LabError> {
        let _ = self.around.set(around);
        let all = world.accounts.iter();
        let sown = all.map(|one| async {
            let founding = self.found(&one.id)?;
            self.sow(&founding, &one.id, &one.contents).await?;
            Ok::<_, LabError>(founding)
        });
        let foundings = futures::future::try_join_all(sown).await?;
        foundings.iter().for_each(Founding::done);
        for (one, founding) in world.accounts.iter().zip(&foundings) {
            self.run_scripts(founding, &one.id, &one.contents).await?;
        }
        Ok(())
    }

    /// Opens an account of a number that none of this lab has had.
    pub(crate) async fn open(&self, seed: Seed) -> Result<LabAccount, LabError> {
        let id = self.take_number()?;
        let world = World::built_in(seed, &id, &self.region)?;
        let contents = world.accounts.into_iter().next().map(|one| one.contents);
        let held = Held::new(contents.unwrap_or_default());
        let mut unfinished = Unfinished { gate: &self.gate, id: &id, is_ready: false };
        let account = match self.fill(self.found(&id)?, &id, &held.contents).await {
            Ok(account) => account,
            Err(error) => {
                drop(unfinished);
                // What stays there is nobody's: its number is not given again.
                let _ = self.forget(&id).await;
                return Err(error);
            }
        };
        unfinished.is_ready = true;
        self.opened().insert(account.id.clone(), Some(held));
        Ok(account)
    }

    fn take_number(&self) -> Result<AccountId, LabError> {
        let mut opened = self.opened();
        loop {
            let id = random_number()?;
            if !opened.contains_key(&id) {
                opened.insert(id.clone(), None);
                return Ok(id);
            }
        }
    }

    /// Takes everything out of an account, credentials included, and puts in what it began
    /// with. Its administrator's key stays. Nobody is let in meanwhile, and where it fails
    /// halfway not until it is done again.
    pub(crate) async fn reset(&self, id: &AccountId) -> Result<LabAccount, LabError> {
        let held = self.held(id)?;
        let _turn = held.turn.lock().await;
        // Closed while this waited.
        self.held(id)?;
        let founding = self.found(id)?;
        if let Err(error) = self.gate.while_emptied(id, self.forget(id)).await {
            // Everything is still there, but for what was issued.
            if matches!(error, AccountError::CannotForget(_)) {
                founding.done();
            }
            return Err(error.into());
        }
        self.fill(founding, id, &held.contents).await
    }

    /// Forgets an account: none of its keys is known any more, and its number is not given
    /// again. What an emulator cannot forget stays where nobody can ask for it.
    pub(crate) async fn close(&self, id: &AccountId) -> Result<(), LabError> {
        if *id == self.first {
            return Err(AccountError::First(id.clone()).into());
        }
        let held = self.held(id)?;
        let _turn = held.turn.lock().await;
        let taken = self.opened().get_mut(id).and_then(Option::take);
        taken.ok_or_else(|| AccountError::Unknown(id.clone()))?;
        self.gate.close_account(id);
        match self.gate.while_emptied(id, self.forget(id)).await {
            Ok(()) | Err(AccountError::CannotForget(_) | AccountError::HalfForgotten(_)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// What was decided about an account so far, oldest first, as far as the gate keeps it:
    /// of its principals, and on its resources.
    pub(crate) fn decisions(
        &self,
        id: &AccountId,
    ) -> Result<Vec<Arc<DecisionRecord>>, AccountError> {
        self.held(id)?;
        Ok(self.gate.decisions().into_iter().filter(|one| one.is_about(id)).collect())
    }

    /// The one that the lab began with.
    pub(crate) fn first(&self) -> &AccountId {
        &self.first
    }

    fn administrator(&self, id: AccountId) -> Result<LabAccount, LabError> {
        let administrator = self.gate.open_account(&id).map_err(LabError::Gate)?;
        Ok(LabAccount { id, administrator })
    }

    fn found(&self, id: &AccountId) -> Result<Founding, LabError> {
        self.gate.found(id).map_err(LabError::Gate)
    }

    async fn fill(
        &self,
        founding: Founding,
        id: &AccountId,
        contents: &Contents,
    ) -> Result<LabAccount, LabError> {
        self.sow(&founding, id, contents).await?;
        founding.done();
        self.run_scripts(&founding, id, contents).await?;
        self.administrator(id.clone())
    }

    /// Makes what is in an account, which no policy of an organization hinders.
    async fn sow(
        &self,
        founding: &Founding,
        id: &AccountId,
        contents: &Contents,
    ) -> Result<(), LabError> {
        self.gate.join_organization(id, contents.membership.clone());
        let administrator = Administrator {
            http: &self.http,
            url: self.gate.url(),
            region: &self.region,
            key: founding.key(),
            clock: self.gate.clock(),
        };
        let keys = sow::sow(&administrator, contents).await?;
        if let (Some(around), Some(name)) = (self.around.get(), &contents.name) {
            let own = self.administrator(id.clone())?;
            let own = Profile { name: name.clone(), key: own.administrator };
            let users = keys.into_iter().map(|UserKey { user, key }| {
                let name = format!("{name}/{user}");
                Profile { name, key }
            });
            let file = around.profiles.lock().unwrap_or_else(PoisonError::into_inner);
            profiles::put(&file, &[own].into_iter().chain(users).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    async fn run_scripts(
        &self,
        founding: &Founding,
        id: &AccountId,
        contents: &Contents,
    ) -> Result<(), LabError> {
        let Some(around) = self.around.get() else { return Ok(()) };
        for script in &contents.scripts {
            let account = LabAccount { id: id.clone(), administrator: founding.key().clone() };
            around.scripts.run(script, &contents.folder, &account).await?;
        }
        Ok(())
    }

    async fn forget(&self, id: &AccountId) -> Result<(), AccountError> {
        let page = format!("{}{FORGET}{id}", self.upstream);
        let answer = self.http.delete(page).send().await;
        let half = |error| AccountError::HalfForgotten(crate::innermost::innermost(&error));
        let answer = answer.map_err(half)?;
        let status = answer.status();
        let text = answer.text().await.map_err(half)?;
        let found = format!("it answered with {}", status.as_u16());
        match text.trim().strip_prefix("forgotten ") {
            Some(forgotten) if status.is_success() && forgotten == id.as_str() => Ok(()),
            None if !status.is_server_error() => Err(AccountError::CannotForget(found)),
            _ => Err(AccountError::HalfForgotten(found)),
        }
    }
}

/// An account that nobody has yet: dropping this closes it, unless it is ready.
struct Unfinished<'a> {
    gate: &'a Gate,
    id: &'a AccountId,
    is_ready: bool,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.is_ready {
            self.gate.close_account(self.id);
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
