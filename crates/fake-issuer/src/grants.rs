//! What the issuer has given out: codes, access tokens, refresh tokens, device
//! codes, and the session each belongs to.

mod device;

use std::collections::{HashMap, HashSet};

use crate::{Account, Mistake, RefreshRotation, random};

pub(crate) use device::{DEVICE_SECONDS, DeviceGrants, Poll};

/// Codes live ten minutes (RFC 6749 §4.1.2: at most).
pub(crate) const CODE_SECONDS: i64 = 600;
/// Access tokens live an hour less a second, as Google counts it.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 3599;

/// What a person agreed to.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) account: Account,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    /// What is said of how and when the person showed who they are: `acr`, `auth_time`.
    pub(crate) authentication: serde_json::Map<String, serde_json::Value>,
}

/// What an authorization request bound its code to.
#[derive(Clone, Debug)]
pub(crate) struct CodeBinding {
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: Option<String>,
    /// Whether the exchange brings a refresh token.
    pub(crate) offline: bool,
}

#[derive(Debug)]
struct Code {
    session: usize,
    binding: CodeBinding,
    expires_at: i64,
    used: bool,
}

#[derive(Debug)]
struct RefreshToken {
    session: usize,
    replaced: bool,
}

#[derive(Debug)]
struct Session {
    grant: Grant,
    ended: bool,
}

/// Everything given out so far.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    sessions: Vec<Session>,
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, (usize, i64)>,
    refresh_tokens: HashMap<String, RefreshToken>,
    offline_consents: HashSet<(String, String)>,
    pub(crate) devices: DeviceGrants,
}

/// A session by its number, and the grant behind it.
pub(crate) type Found = (usize, Grant);

impl Grants {
    pub(crate) fn open(&mut self, grant: Grant) -> usize {
        self.sessions.push(Session { grant, ended: false });
        self.sessions.len() - 1
    }

    /// Whether asking for offline access brings a refresh token: the first
    /// time, and again only when the person was asked anew.
    pub(crate) fn consent_offline(&mut self, grant: &Grant, asked_anew: bool) -> bool {
        let key = (grant.client_id.clone(), grant.account.subject.clone());
        self.offline_consents.insert(key) || asked_anew
    }

    pub(crate) fn issue_code(&mut self, grant: Grant, binding: CodeBinding, now: i64) -> String {
        let session = self.open(grant);
        let code = random::token("4/0A");
        let expires_at = now.saturating_add(CODE_SECONDS);
        self.codes.insert(code.clone(), Code { session, binding, expires_at, used: false });
        code
    }

    /// Uses `code` up. A second use ends the session that the first began
    /// (RFC 6749 §4.1.2).
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        client_id: &str,
        now: i64,
    ) -> Result<(Found, CodeBinding), Mistake> {
        let found = self.codes.get_mut(code).ok_or(Mistake::UnknownCode)?;
        let session = self.sessions.get_mut(found.session).ok_or(Mistake::UnknownCode)?;
        if session.grant.client_id != client_id {
            return Err(Mistake::UnknownCode);
        }
        if found.used {
            session.ended = true;
            return Err(Mistake::CodeUsedTwice);
        }
        if now >= found.expires_at {
            return Err(Mistake::ExpiredCode);
        }
        found.used = true;
        Ok(((found.session, session.grant.clone()), found.binding.clone()))
    }

    pub(crate) fn issue_access_token(&mut self, session: usize, now: i64) -> String {
        let token = random::token("ya29.");
        self.access_tokens.insert(token.clone(), (session, now + ACCESS_TOKEN_SECONDS));
        token
    }

    pub(crate) fn issue_refresh_token(&mut self, session: usize) -> String {
        let token = random::token("1//0");
        self.refresh_tokens.insert(token.clone(), RefreshToken { session, replaced: false });
        token
    }

    /// Uses a refresh token; the answer's second part is its replacement where
    /// tokens rotate. A replaced one ends the session (RFC 9700 §4.14.2).
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        client_id: &str,
        rotation: RefreshRotation,
    ) -> Result<(Found, Option<String>), Option<Mistake>> {
        let found = self.refresh_tokens.get_mut(token).ok_or(None)?;
        let session = self.sessions.get_mut(found.session).ok_or(None)?;
        if session.grant.client_id != client_id {
            return Err(None);
        }
        if found.replaced || session.ended {
            session.ended = true;
            return Err(Some(Mistake::RefreshTokenUsedTwice));
        }
        let (number, grant) = (found.session, session.grant.clone());
        let replacement = match rotation {
            RefreshRotation::Keep => None,
            RefreshRotation::Rotate => {
                found.replaced = true;
                Some(self.issue_refresh_token(number))
            }
        };
        Ok(((number, grant), replacement))
    }

    /// Who an access token stands for.
    pub(crate) fn bearer(&self, token: &str, now: i64) -> Option<&Grant> {
        let (session, expires_at) = self.access_tokens.get(token)?;
        let session = self.sessions.get(*session)?;
        (!session.ended && now < *expires_at).then_some(&session.grant)
    }

    /// Ends the session of an access or refresh token (RFC 7009 §2.1); `false`
    /// if there is none or it has ended.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        let by_access = self.access_tokens.get(token).map(|(session, _)| *session);
        let by_refresh = self.refresh_tokens.get(token).map(|refresh| refresh.session);
        let Some(session) = by_access.or(by_refresh).and_then(|at| self.sessions.get_mut(at))
        else {
            return false;
        };
        let was_open = !std::mem::replace(&mut session.ended, true);
        let key = (session.grant.client_id.clone(), session.grant.account.subject.clone());
        self.offline_consents.remove(&key);
        was_open
    }
}
