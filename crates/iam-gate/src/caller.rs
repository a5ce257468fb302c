//! Who makes a request, once the signature says so.

use std::sync::Arc;

use fed_types::{AccountId, Secret};
use iam_policy::{PolicySet, Principal};

use crate::account::{self, Account, Reading, Role, User};
use crate::bearer::Bearer;
use crate::credential::{Credential, Holder, KeyStatus, Session, SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::signature::{self, Content, Passage, PathStyle, Place, Presented};
use crate::state::State;
use crate::wire::WireRequest;

/// A caller whose signature is right, and who that was when it was found.
pub(crate) struct Caller {
    pub(crate) account: Arc<Account>,
    pub(crate) identity: Identity,
    /// The identity-based policies and the permissions boundary, read together with the
    /// identity; or why they cannot be told: then nothing can be decided.
    pub(crate) policies: Result<PolicySet, ErrorResponse>,
    pub(crate) session: Option<Arc<Session>>,
    pub(crate) principal: Principal,
    /// `Arn` of GetCallerIdentity, and the name in denials.
    pub(crate) arn: String,
    /// `UserId` of GetCallerIdentity, which is `aws:userid`.
    pub(crate) user_id: String,
    pub(crate) signing: Signing,
    /// Whether the account is filled by it: no policy of an organization binds it then.
    pub(crate) is_founder: bool,
}

/// How a request was signed, as it came: what is passed on is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    InHeader {
        /// `x-amz-content-sha256`
        content: Option<String>,
    },
    /// Whatever the content is.
    InQuery,
}

impl Signing {
    fn of(request: &WireRequest, presented: &Presented) -> Self {
        match presented.place {
            Place::Header => Self::InHeader {
                content: request.header("x-amz-content-sha256").map(str::to_owned),
            },
            Place::Query { .. } => Self::InQuery,
        }
    }
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

    /// Whether it fills this account: its own alone, and only by the key made for that.
    pub(crate) fn fills(&self, account: &Account) -> bool {
        self.is_founder && self.account.id == account.id
    }

    /// Who is behind the caller, through however many sessions.
    pub(crate) fn requester(&self) -> String {
        match &self.session {
            Some(session) => session.requester.clone(),
            None => format!("{} {}", self.account.id, self.user_id),
        }
    }

    /// The name by which policies mean who is behind the caller.
    pub(crate) fn bearer(&self) -> Option<Bearer<'_>> {
        match &self.identity {
            Identity::Root => None,
            Identity::User(user) | Identity::FederatedUser(user) => {
                Some(Bearer { arn: &user.arn, id: &user.id, prefix: "AIDA" })
            }
            Identity::Role(role) => Some(Bearer { arn: &role.arn, id: &role.id, prefix: "AROA" }),
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

/// Finds out who signed the request, and what has yet to be checked of its body, which may be
/// signed or not as `content` says.
///
/// # Errors
/// [`ErrorResponse::UnknownKey`], [`ErrorResponse::WrongToken`], [`ErrorResponse::Signature`], [`ErrorResponse::SessionExpired`], in this
/// order; [`ErrorResponse::Upstream`] when the account cannot be read.
pub(crate) async fn authenticate(
    state: &State,
    request: &WireRequest,
    presented: &Presented,
    content: Content,
) -> Result<(Caller, Option<Passage>), ErrorResponse> {
    let now = state.config.clock.now();
    let credential =
        state.credentials.find(&presented.access_key_id).ok_or(ErrorResponse::UnknownKey)?;
    if credential.status == KeyStatus::Inactive {
        return Err(ErrorResponse::UnknownKey);
    }
    check_token(&credential, presented.session_token.as_ref())?;
    let passage = signature::verify(
        request,
        presented,
        &credential.secret_access_key,
        now,
        PathStyle::of(&presented.scope.service),
        content,
    )?;
    if let Holder::Session(session) = &credential.holder
        && session.credentials.expiration <= now
    {
        return Err(ErrorResponse::SessionExpired);
    }
    let account = state.accounts.find(&credential.account).ok_or(ErrorResponse::UnknownKey)?;
    let signing = Signing::of(request, presented);
    let caller = identify(account, &credential, &signing).await?;
    let caller = caller.ok_or(ErrorResponse::UnknownKey)?;
    // What was forgotten while the account was read is forgotten.
    let is_known = state.credentials.find(&credential.access_key_id).is_some();
    if !is_known {
        return Err(ErrorResponse::UnknownKey);
    }
    caller.account.admit(caller.fills(&caller.account))?;
    if let (Holder::User { name, .. }, Identity::User(user)) =
        (&credential.holder, &caller.identity)
        && *name != user.name
    {
        state.credentials.rename_holder(&credential.access_key_id, &user.name);
    }
    Ok((caller, passage))
}

/// A session token is required of temporary credentials and forbidden with others.
fn check_token(credential: &Credential, presented: Option<&Secret>) -> Result<(), ErrorResponse> {
    match (&credential.holder, presented) {
        (Holder::Session(session), Some(token)) if session.credentials.session_token == *token => {
            Ok(())
        }
        (Holder::Session(_), None) => Err(ErrorResponse::UnknownKey),
        (Holder::Root | Holder::Founder | Holder::User { .. }, None) => Ok(()),
        (_, Some(_)) => Err(ErrorResponse::WrongToken),
    }
}

/// How often a caller is looked at who is being changed, before all changes have to wait.
const ATTEMPTS: usize = 3;

/// Puts a face to the credential; `None` when its user or role is no more. Identity and
/// policies are those of one moment.
async fn identify(
    account: Arc<Account>,
    credential: &Credential,
    signing: &Signing,
) -> Result<Option<Caller>, ErrorResponse> {
    for _ in 0..ATTEMPTS {
        let reading = account.reading();
        let found = look(&account, &reading, credential, signing).await?;
        if reading.is_current() {
            return Ok(found);
        }
    }
    let _peace = account.peace().await?;
    let reading = account.reading();
    let found = look(&account, &reading, credential, signing).await?;
    match reading.is_of_one_emulator() {
        true => Ok(found),
        false => Err(ErrorResponse::Upstream(
            "the emulator behind the gate may have been started anew meanwhile".to_owned(),
        )),
    }
}

async fn look(
    account: &Arc<Account>,
    reading: &Reading<'_>,
    credential: &Credential,
    signing: &Signing,
) -> Result<Option<Caller>, ErrorResponse> {
    let id = &credential.account;
    let root = || {
        let arn = format!("arn:aws:iam::{id}:root");
        (Identity::Root, Principal::Root { account: id.to_string() }, arn, id.to_string())
    };
    let user = |user: Arc<User>| {
        let (arn, unique) = (user.arn.clone(), unique_id("AIDA", &user.id));
        (Identity::User(user), Principal::User { arn: arn.clone() }, arn, unique)
    };
    let session = match &credential.holder {
        Holder::Session(session) => Some(Arc::clone(session)),
        Holder::Root | Holder::Founder | Holder::User { .. } => None,
    };
    let found = match (&credential.holder, session.as_deref().map(|session| &session.kind)) {
        (Holder::User { user_id, name }, _) | (_, Some(SessionKind::User { user_id, name })) => {
            reading.user_by_id(user_id, name).await?.map(user)
        }
        (_, None | Some(SessionKind::Root)) => Some(root()),
        (_, Some(SessionKind::AssumedRole { role_arn, role_name, role_id, session_name })) => {
            reading.role(role_name).await?.filter(|role| role.id == *role_id).map(|role| {
                let arn = format!("arn:aws:sts::{id}:assumed-role/{role_name}/{session_name}");
                let unique = format!("{}:{session_name}", unique_id("AROA", role_id));
                let principal = Principal::assumed_role(arn.clone(), role_arn.clone());
                (Identity::Role(role), principal, arn, unique)
            })
        }
        (_, Some(SessionKind::FederatedUser { federated_name, user_id, name })) => {
            reading.user_by_id(user_id, name).await?.map(|user| {
                let arn = format!("arn:aws:sts::{id}:federated-user/{federated_name}");
                let (own, user_arn) = (arn.clone(), Some(user.arn.clone()));
                let principal = Principal::FederatedUser { arn: own, user_arn };
                (Identity::FederatedUser(user), principal, arn, format!("{id}:{federated_name}"))
            })
        }
    };
    let Some((identity, principal, arn, user_id)) = found else { return Ok(None) };
    let policies = policies_of(reading, &identity).await;
    let (account, signing) = (Arc::clone(account), signing.clone());
    let is_founder = matches!(credential.holder, Holder::Founder);
    Ok(Some(Caller {
        account,
        identity,
        policies,
        session,
        principal,
        arn,
        user_id,
        signing,
        is_founder,
    }))
}

async fn policies_of(
    reading: &Reading<'_>,
    identity: &Identity,
) -> Result<PolicySet, ErrorResponse> {
    let (holder, name, boundary) = match identity {
        Identity::Root => return Ok(PolicySet::default()),
        Identity::User(user) | Identity::FederatedUser(user) => {
            (account::Holder::User, &user.name, &user.boundary)
        }
        Identity::Role(role) => (account::Holder::Role, &role.name, &role.boundary),
    };
    reading.policies(holder, name, boundary.as_deref()).await
}
