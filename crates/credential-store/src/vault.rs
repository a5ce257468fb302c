//! Where refresh tokens are kept: in the keyring, or with the rest of the sign-in.
//!
//! A refresh token gets credentials for months; all else in the store is over within
//! hours. So it alone goes to the keyring, and whoever only wants credentials that are
//! still fresh never asks one.

use std::sync::Arc;

use fed_types::Secret;

use crate::{Keyring, KeyringError, LockedEntry, RefreshToken, SignInEntry, StoreError};

/// What was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshTokenPlace {
    /// The keyring where one can be used, else the file.
    #[default]
    Auto,
    /// The keyring or nowhere.
    Keyring,
    /// The file.
    File,
}

/// Where a refresh token went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// There is none.
    NoToken,
    /// To the keyring of this name.
    InKeyring(&'static str),
    /// To the file: as chosen, or because this machine has no keyring.
    InFile,
    /// To the file, because the keyring that is there cannot be used now.
    InFileInstead(KeyringError),
    /// Nowhere: the keyring alone was chosen and cannot be used.
    Nowhere(KeyringError),
}

/// Keeps and finds refresh tokens.
#[derive(Clone, Debug)]
pub struct Vault {
    keyring: Option<Arc<dyn Keyring>>,
    place: RefreshTokenPlace,
}

impl Vault {
    /// `keyring`: `None` where this machine or session has none.
    pub fn new(keyring: Option<Arc<dyn Keyring>>, place: RefreshTokenPlace) -> Self {
        Self { keyring, place }
    }

    /// The same keyring, for a sign-in that is renewed: its refresh token stays where it is, in
    /// the file or in the keyring, whatever was chosen for others.
    #[must_use]
    pub fn beside(&self, entry: &SignInEntry) -> Self {
        let place = match &entry.refresh_token {
            Some(RefreshToken::Known(_)) => RefreshTokenPlace::File,
            Some(RefreshToken::InKeyring) => RefreshTokenPlace::Keyring,
            None => self.place,
        };
        Self { keyring: self.keyring.clone(), place }
    }

    /// Where a refresh token would go now.
    pub fn prospect(&self) -> Stored {
        if self.place == RefreshTokenPlace::File {
            return Stored::InFile;
        }
        self.kept(self.keyring().and_then(|keyring| keyring.check().map(|()| keyring.name())))
    }

    /// The entry's refresh token, wherever it is.
    ///
    /// # Errors
    /// [`KeyringError`] when it is in a keyring that does not give it.
    pub fn refresh_token(
        &self,
        locked: &LockedEntry,
        entry: &SignInEntry,
    ) -> Result<Option<Secret>, KeyringError> {
        match &entry.refresh_token {
            None => Ok(None),
            Some(RefreshToken::Known(token)) => Ok(Some(token.clone())),
            Some(RefreshToken::InKeyring) => {
                let token = self.keyring()?.read(&locked.item())?;
                token.map(Some).ok_or(KeyringError::Missing)
            }
        }
    }

    /// Replaces the entry; its refresh token goes where it belongs. At no moment is a
    /// refresh token, once kept, in neither place: a process killed in between loses none.
    /// Where the new one can go nowhere, the one that is kept of the same person stays.
    ///
    /// # Errors
    /// [`StoreError::Write`], as [`LockedEntry::save`].
    pub fn save(&self, locked: &LockedEntry, entry: &SignInEntry) -> Result<Stored, StoreError> {
        let before = locked.read::<SignInEntry>();
        let is_theirs = before
            .as_ref()
            .is_some_and(|before| before.issuer == entry.issuer && before.subject == entry.subject);
        let before = before.and_then(|before| before.refresh_token);
        let was_in_keyring = before == Some(RefreshToken::InKeyring);
        let kept = match &entry.refresh_token {
            None => Stored::NoToken,
            Some(RefreshToken::InKeyring) => {
                Stored::InKeyring(self.keyring.as_ref().map_or("keyring", |keyring| keyring.name()))
            }
            Some(RefreshToken::Known(_)) if self.place == RefreshTokenPlace::File => Stored::InFile,
            Some(RefreshToken::Known(token)) => {
                // What is in the file now is replaced there first: until the keyring has
                // it, the file must.
                if matches!(before, Some(RefreshToken::Known(_))) {
                    locked.save(entry)?;
                }
                self.kept(self.keyring().and_then(|keyring| {
                    keyring.write(&locked.item(), token).map(|()| keyring.name())
                }))
            }
        };
        let refresh_token = match &kept {
            Stored::NoToken => None,
            Stored::Nowhere(_) => before.filter(|_| is_theirs),
            Stored::InKeyring(_) => Some(RefreshToken::InKeyring),
            Stored::InFile | Stored::InFileInstead(_) => entry.refresh_token.clone(),
        };
        let in_keyring = refresh_token == Some(RefreshToken::InKeyring);
        let saved = locked.save(&SignInEntry { refresh_token, ..entry.clone() });
        let points_nowhere = match saved {
            Ok(()) => was_in_keyring && !in_keyring,
            Err(_) => in_keyring && !was_in_keyring,
        };
        if points_nowhere
            && let Err(error) = self.keyring().and_then(|keyring| keyring.remove(&locked.item()))
        {
            tracing::warn!(%error, "an old refresh token may be left in the keyring");
        }
        saved.map(|()| kept)
    }

    /// Deletes the entry and its refresh token. `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError::Remove`]; [`StoreError::KeyringItem`] when the entry is deleted and
    /// the keyring may still hold the refresh token.
    pub fn remove(&self, locked: &LockedEntry) -> Result<bool, StoreError> {
        let entry = locked.read::<SignInEntry>();
        let removed = locked.remove();
        let is_there = entry.and_then(|entry| entry.refresh_token) == Some(RefreshToken::InKeyring);
        // One may be left from a time when the keyring could not be reached.
        if is_there || self.place != RefreshTokenPlace::File {
            let item = locked.item();
            let gone = self.keyring().and_then(|keyring| keyring.remove(&item));
            if let (true, Err(source)) = (is_there, gone) {
                let command = self.keyring.as_ref().map(|keyring| keyring.removal_command(&item));
                removed?;
                return Err(StoreError::KeyringItem { command, source });
            }
        }
        removed
    }

    fn keyring(&self) -> Result<&dyn Keyring, KeyringError> {
        self.keyring.as_deref().ok_or_else(|| {
            KeyringError::Absent("this session has no way to one, such as a D-Bus address".into())
        })
    }

    fn kept(&self, written: Result<&'static str, KeyringError>) -> Stored {
        match (written, self.place) {
            (Ok(name), _) => Stored::InKeyring(name),
            (Err(error), RefreshTokenPlace::Keyring) => Stored::Nowhere(error),
            (Err(KeyringError::Absent(_)), _) => Stored::InFile,
            (Err(error), _) => Stored::InFileInstead(error),
        }
    }
}
