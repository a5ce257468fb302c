//! The things kept: credentials, what a sign-in gave, and who signed in last.

use std::fmt;
use std::time::Duration;

use fed_types::{Secret, TemporaryCredentials, UnixTime, WebIdentityToken};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::EntryKind;

/// What can be kept in the store. Sealed: [`CredentialsEntry`], [`SignInEntry`] and
/// [`AccountEntry`].
pub trait Entry: sealed::Sealed + Sized {
    /// The kind of key it is kept under.
    const KIND: EntryKind;

    #[doc(hidden)]
    fn to_value(&self) -> serde_json::Result<Value>;

    #[doc(hidden)]
    fn from_value(value: Value) -> serde_json::Result<Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::CredentialsEntry {}
    impl Sealed for super::SignInEntry {}
    impl Sealed for super::AccountEntry {}
}

/// Temporary credentials and what is worth showing about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialsEntry {
    /// The credentials.
    pub credentials: TemporaryCredentials,
    /// When STS gave them.
    pub obtained: UnixTime,
    /// The role whose credentials these are.
    pub role_arn: String,
    /// `arn:aws:sts::…:assumed-role/ROLE/SESSION`.
    pub assumed_role_arn: Option<String>,
    /// `SubjectFromWebIdentityToken`.
    pub subject: Option<String>,
    /// The configuration file of the profile that they are for, where that is known: another
    /// file's profile may have the same name.
    pub configuration: Option<String>,
}

impl CredentialsEntry {
    /// botocore starts to refresh 15 minutes before the end (aws-truth.md, "What an AWS
    /// SDK expects"): credentials with less life than that make it call for every
    /// request, so they are renewed a minute before.
    pub const REFRESH_BEFORE: Duration = Duration::from_secs(16 * 60);

    /// A clock is set back by more than that, or two machines that share the store differ.
    const SET_BACK: Duration = Duration::from_secs(60);

    /// Whether they can be handed out: more life is left than [`Self::REFRESH_BEFORE`],
    /// or than half of what they had where sessions are too short for that.
    pub fn is_fresh(&self, now: UnixTime) -> bool {
        let life = self.credentials.expiration.since(self.obtained);
        let needed = Self::REFRESH_BEFORE.min(life / 2);
        self.is_valid(now) && self.credentials.expiration.since(now) > needed
    }

    /// Whether AWS still accepts them. Where the clock was set back since STS gave them, that
    /// cannot be told by it.
    pub fn is_valid(&self, now: UnixTime) -> bool {
        self.obtained <= now.plus(Self::SET_BACK) && self.credentials.expiration > now
    }
}

/// What a sign-in gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInEntry {
    /// The token's `iss`.
    pub issuer: String,
    /// The token's `sub`.
    pub subject: String,
    /// The token's `email`, where it has one.
    pub email: Option<String>,
    /// Gets the next ID token without a person.
    pub refresh_token: Option<RefreshToken>,
    /// The last ID token, verified when it came.
    pub id_token: Option<WebIdentityToken>,
    /// When the ID token ends.
    pub id_token_expiration: Option<UnixTime>,
    /// When the person signed in or the tokens were last renewed.
    pub obtained: UnixTime,
    /// The profiles that it was made for, or that used it.
    pub profiles: Vec<ConfiguredProfile>,
}

/// A profile and where it is: two files may have one of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfiguredProfile {
    /// The configuration file.
    pub file: String,
    /// The profile's name in it.
    pub name: String,
}

/// A refresh token, or where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshToken {
    /// The token itself.
    Known(Secret),
    /// The keyring has it: [`Vault::refresh_token`](crate::Vault::refresh_token).
    InKeyring,
}

/// Who signed in last, of those that some settings may mean: the sign-in to use where they name
/// nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountEntry {
    /// The `sub` of their tokens. `None` after a logout: until somebody signs in again, nobody is
    /// meant, not even the only one who is left.
    pub subject: Option<String>,
}

/// An entry of any kind, as a listing finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyEntry {
    /// Temporary credentials.
    Credentials(CredentialsEntry),
    /// A sign-in.
    SignIn(SignInEntry),
    /// Who signed in last.
    Account(AccountEntry),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialsOnDisk {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: UnixTime,
    obtained: UnixTime,
    role_arn: String,
    assumed_role_arn: Option<String>,
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration: Option<String>,
}

impl Entry for CredentialsEntry {
    const KIND: EntryKind = EntryKind::Credentials;

    fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(CredentialsOnDisk {
            access_key_id: self.credentials.access_key_id.clone(),
            secret_access_key: self.credentials.secret_access_key.expose().to_owned(),
            session_token: self.credentials.session_token.expose().to_owned(),
            expiration: self.credentials.expiration,
            obtained: self.obtained,
            role_arn: self.role_arn.clone(),
            assumed_role_arn: self.assumed_role_arn.clone(),
            subject: self.subject.clone(),
            configuration: self.configuration.clone(),
        })
    }

    fn from_value(value: Value) -> serde_json::Result<Self> {
        let disk: CredentialsOnDisk = serde_json::from_value(value)?;
        Ok(Self {
            credentials: TemporaryCredentials {
                access_key_id: disk.access_key_id,
                secret_access_key: Secret::new(disk.secret_access_key),
                session_token: Secret::new(disk.session_token),
                expiration: disk.expiration,
            },
            obtained: disk.obtained,
            role_arn: disk.role_arn,
            assumed_role_arn: disk.assumed_role_arn,
            subject: disk.subject,
            configuration: disk.configuration,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInOnDisk {
    issuer: String,
    subject: String,
    email: Option<String>,
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    refresh_token_in_keyring: bool,
    id_token: Option<String>,
    id_token_expiration: Option<UnixTime>,
    obtained: UnixTime,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    profiles: Vec<ConfiguredProfile>,
}

impl Entry for SignInEntry {
    const KIND: EntryKind = EntryKind::SignIn;

    fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(SignInOnDisk {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            email: self.email.clone(),
            refresh_token: match &self.refresh_token {
                Some(RefreshToken::Known(token)) => Some(token.expose().to_owned()),
                Some(RefreshToken::InKeyring) | None => None,
            },
            refresh_token_in_keyring: self.refresh_token == Some(RefreshToken::InKeyring),
            id_token: self.id_token.as_ref().map(|token| token.expose().to_owned()),
            id_token_expiration: self.id_token_expiration,
            obtained: self.obtained,
            profiles: self.profiles.clone(),
        })
    }

    fn from_value(value: Value) -> serde_json::Result<Self> {
        let disk: SignInOnDisk = serde_json::from_value(value)?;
        Ok(Self {
            issuer: disk.issuer,
            subject: disk.subject,
            email: disk.email,
            refresh_token: match disk.refresh_token {
                Some(token) => Some(RefreshToken::Known(Secret::new(token))),
                None => disk.refresh_token_in_keyring.then_some(RefreshToken::InKeyring),
            },
            id_token: disk.id_token.map(|token| WebIdentityToken::new(&token)),
            id_token_expiration: disk.id_token_expiration,
            obtained: disk.obtained,
            profiles: disk.profiles,
        })
    }
}

impl Entry for AccountEntry {
    const KIND: EntryKind = EntryKind::Account;

    fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self)
    }

    fn from_value(value: Value) -> serde_json::Result<Self> {
        serde_json::from_value(value)
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
