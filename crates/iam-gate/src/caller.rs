//! Who makes a request, once the signature says so.

use std::sync::Arc;

use fed_types::{AccountId, Secret};
use iam_policy::Principal;

use crate::account::{Account, Role, Snapshot, User};
use crate::credential::{Credential, Holder, KeyStatus, Session, SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::signature::{self, PathStyle, Presented};
use crate::state::State;
use crate::wire::WireRequest;

/// A caller whose signature is right, and the account as it was when that was found.
pub(crate) struct Caller {
    pub(crate) account: Arc<Account>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) identity: Identity,
    pub(crate) session: Option<Arc<Session>>,
    pub(crate) principal: Principal,
    /// `Arn` of GetCallerIdentity, and the name in denials.
    pub(crate) arn: String,
    /// `UserId` of GetCallerIdentity, which is `aws:userid`.
    pub(crate) user_id: String,
}

/// Whose policies apply.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    Root,
    User(Arc<User>),
    Role(Arc<Role>),
    /// With the policies of the user who asked for the federation token.
    FederatedUser(Arc<User>),
}

impl Caller {
    pub(crate) fn account_id(&self) -> &AccountId {
        &self.account.id
    }

    /// Who is behind the caller, through however many sessions.
    pub(crate) fn requester(&self) -> String {
        match &self.session {
            Some(session) => session.requester.clone(),
            None => format!("{} {}", self.account.id, self.user_id),
        }
    }

    /// The user's name, for operations that mean the caller when they name nobody.
    pub(crate) fn user_name(&self) -> Option<&str> {
        match (&self.identity, &self.session) {
            (Identity::User(user), _) => Some(&user.name),
            _ => None,
        }
    }
}

/// Finds out who signed the request, whose body is then whole if it came in chunks.
///
/// # Errors
/// [`ErrorResponse::UnknownKey`], [`ErrorResponse::Signature`], [`ErrorResponse::SessionExpired`], in this
/// order; [`ErrorResponse::Upstream`] when the account cannot be read.
pub(crate) async fn authenticate(
    state: &State,
    request: &mut WireRequest,
    presented: &Presented,
) -> Result<Caller, ErrorResponse> {
    let now = state.config.clock.now();
    let credential =
        state.credentials.find(&presented.access_key_id).ok_or(ErrorResponse::UnknownKey)?;
    if credential.status == KeyStatus::Inactive
        || !token_matches(&credential, presented.session_token.as_ref())
    {
        return Err(ErrorResponse::UnknownKey);
    }
    let decoded = signature::verify(
        request,
        presented,
        &credential.secret_access_key,
        now,
        PathStyle::of(&presented.scope.service),
    )?;
    if let Holder::Session(session) = &credential.holder
        && session.credentials.expiration <= now
    {
        return Err(ErrorResponse::SessionExpired);
    }
    if let Some(decoded) = decoded {
        decoded.replace_body_of(request);
    }
    let account = state.accounts.find(&credential.account).ok_or(ErrorResponse::UnknownKey)?;
    let snapshot = account.snapshot(&state.reader).await?;
    identify(account, snapshot, &credential).ok_or(ErrorResponse::UnknownKey)
}

/// A session token is required of temporary credentials and forbidden with others.
fn token_matches(credential: &Credential, presented: Option<&Secret>) -> bool {
    match (&credential.holder, presented) {
        (Holder::Session(session), Some(token)) => session.credentials.session_token == *token,
        (Holder::Root | Holder::User { .. }, None) => true,
        _ => false,
    }
}

/// Puts a face to the credential; `None` when its user or role is no more.
fn identify(
    account: Arc<Account>,
    snapshot: Arc<Snapshot>,
    credential: &Credential,
) -> Option<Caller> {
    let id = &credential.account;
    let root = || {
        let arn = format!("arn:aws:iam::{id}:root");
        (Identity::Root, Principal::Root { account: id.to_string() }, arn, id.to_string())
    };
    let user = |user_id: &str| {
        let user = Arc::clone(snapshot.user_by_id(user_id)?);
        let (arn, unique) = (user.arn.clone(), unique_id("AIDA", &user.id));
        Some((Identity::User(user), Principal::User { arn: arn.clone() }, arn, unique))
    };
    let session = match &credential.holder {
        Holder::Session(session) => Some(Arc::clone(session)),
        Holder::Root | Holder::User { .. } => None,
    };
    let (identity, principal, arn, user_id) = match (&credential.holder, session.as_deref()) {
        (Holder::User { user_id }, _) => user(user_id)?,
        (_, None) => root(),
        (_, Some(session)) => match &session.kind {
            SessionKind::Root => root(),
            SessionKind::User { user_id } => user(user_id)?,
            SessionKind::AssumedRole { role_arn, role_name, role_id, session_name } => {
                let role = snapshot.role(role_name).filter(|role| role.id == *role_id)?;
                let arn = format!("arn:aws:sts::{id}:assumed-role/{role_name}/{session_name}");
                let unique = format!("{}:{session_name}", unique_id("AROA", role_id));
                let principal = Principal::assumed_role(arn.clone(), role_arn.clone());
                (Identity::Role(Arc::clone(role)), principal, arn, unique)
            }
            SessionKind::FederatedUser { name, user_id } => {
                let user = Arc::clone(snapshot.user_by_id(user_id)?);
                let arn = format!("arn:aws:sts::{id}:federated-user/{name}");
                let principal = Principal::FederatedUser { arn: arn.clone() };
                (Identity::FederatedUser(user), principal, arn, format!("{id}:{name}"))
            }
        },
    };
    Some(Caller { account, snapshot, identity, session, principal, arn, user_id })
}
