//! What is asked of a lab while it runs: accounts, tokens, its end.

use std::path::PathBuf;

use fed_types::{AccountId, Secret};

use super::Lab;
use crate::account::LabAccount;
use crate::seed::Seed;
use crate::{LabError, Token, run_directory};

impl Lab {
    /// A new account that holds nothing, with its administrator's key. Accounts see nothing
    /// of each other, as in AWS.
    ///
    /// # Errors
    /// [`LabError::Randomness`] and [`LabError::Gate`]: no key could be made.
    pub async fn account(&self) -> Result<LabAccount, LabError> {
        self.accounts.open(Seed::Nothing).await
    }

    /// Takes everything out of an account, credentials but the administrator's included, and
    /// puts in what it began with.
    ///
    /// # Errors
    /// [`LabError::Account`] where it is none of this lab, or the emulator cannot forget it.
    pub async fn reset(&self, account: &AccountId) -> Result<LabAccount, LabError> {
        self.accounts.reset(account).await
    }

    /// A token of the lab's issuer of that kind.
    ///
    /// # Errors
    /// [`LabError::NoSuchIssuer`] where the lab was started without it.
    pub fn token(&self, token: &Token) -> Result<Secret, LabError> {
        let name = token.issuer().issuer(self.region());
        let issuers = [&self.issuer].into_iter().chain(self.placed_issuers());
        let issuer = issuers.into_iter().find(|issuer| issuer.issuer() == name);
        let issuer = issuer.ok_or(LabError::NoSuchIssuer(token.option()))?;
        let signed = issuer.sign(&token.request(self.client_id()));
        signed.map(Secret::new).map_err(LabError::Issuer)
    }

    /// Returns when the lab was asked to end by `fed-lab down` (`Ok`), or when LocalStack has
    /// ended by itself (`Err`).
    ///
    /// # Errors
    /// As [`Lab::ended`].
    pub async fn until_ended(&mut self) -> Result<(), LabError> {
        tokio::select! {
            () = self.control.stop_requested() => Ok(()),
            error = self.emulator.ended() => Err(error),
        }
    }

    /// The file that takes the lab's own log where its standard error is nobody's.
    pub fn own_log(&self) -> PathBuf {
        self.run.path().join(run_directory::LOG)
    }
}
