//! The policies that bear on the question: from files, or live.

use std::path::Path;

use iam_bootstrap::{
    LivePolicies, LivePolicy, read_managed_policies, read_role_policies, read_user_policies,
};
use iam_policy::{NamedPolicy, Policy, PolicyKind, PolicySet};

use super::actor::{Actor, Entity};
use crate::arguments::ActionArguments;
use crate::commands::bootstrap::failed;
use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// Policies, tags of the role or user, and what could not be looked at.
pub(super) struct Gathered {
    pub(super) policies: PolicySet,
    pub(super) tags: Vec<(String, String)>,
    /// Whether those are all its tags, and none came with the session.
    pub(super) tags_are_all: bool,
    pub(super) notes: Vec<String>,
}

const SESSION_UNREAD: &str =
    "a policy that narrowed the session when it was made was not read: it can still deny it";
const SERVICE_CONTROL_UNREAD: &str =
    "service control policies were not read (IAM does not show them): they can still deny it";

/// Gathers them.
pub(super) fn gather(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ActionArguments,
    actor: &Actor,
) -> Result<Gathered, Failure> {
    let file = |path: &Path, kind| from_file(context, path, kind);
    let mut notes = Vec::new();
    let (session_document, session_arns) = if actor.by_profile {
        let role = settings.role(&context.host.files)?;
        (role.session_policy, role.session_policy_arns)
    } else {
        (None, Vec::new())
    };
    let mut session = Vec::new();
    if let Some(document) = &session_document {
        session.push(named("session policy", document, PolicyKind::Session)?);
    }
    let mut gathered = if arguments.policy_files.is_empty() {
        let (live, managed) = read_live(context, settings, actor, &session_arns)?;
        for policy in &managed {
            session.push(named(&policy.name, &policy.document, PolicyKind::Session)?);
        }
        from_live(live)?
    } else {
        if !session_arns.is_empty() {
            notes.push(format!(
                "the session policies `{}` were not read: they can still deny it",
                session_arns.join("`, `")
            ));
        }
        from_files(context, arguments)?
    };
    gathered.policies.session =
        (session_document.is_some() || !session_arns.is_empty()).then_some(session);
    if actor.is_role() && !actor.by_profile {
        notes.push(SESSION_UNREAD.to_owned());
    }
    if arguments.service_control_policy_files.is_empty() {
        notes.push(SERVICE_CONTROL_UNREAD.to_owned());
    }
    for path in &arguments.service_control_policy_files {
        let level = vec![file(path, PolicyKind::ServiceControl)?];
        gathered.policies.service_control.push(level);
    }
    // A user has no others; a session may have been made with more.
    gathered.tags_are_all = arguments.policy_files.is_empty() && !actor.is_role();
    gathered.notes = notes;
    Ok(gathered)
}

fn from_files(context: Context<'_>, arguments: &ActionArguments) -> Result<Gathered, Failure> {
    let identity = arguments.policy_files.iter();
    let boundary = arguments.permissions_boundary_file.as_deref();
    let policies = PolicySet {
        identity: identity
            .map(|path| from_file(context, path, PolicyKind::Identity))
            .collect::<Result<_, _>>()?,
        boundary: boundary
            .map(|path| from_file(context, path, PolicyKind::Boundary))
            .transpose()?,
        ..PolicySet::default()
    };
    Ok(Gathered { policies, tags: Vec::new(), tags_are_all: false, notes: Vec::new() })
}

fn read_live(
    context: Context<'_>,
    settings: &Settings,
    actor: &Actor,
    session_arns: &[String],
) -> Result<(LivePolicies, Vec<LivePolicy>), Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        let live = match &actor.entity {
            Entity::Role(name) => read_role_policies(&config, name).await,
            Entity::User(name) => read_user_policies(&config, name).await,
        };
        let live = found(live.map_err(failed)?, actor)?;
        let managed = read_managed_policies(&config, session_arns).await.map_err(failed)?;
        Ok((live, managed))
    })
}

/// The one that acts: another account's may have one of the same name.
fn found(live: Option<LivePolicies>, actor: &Actor) -> Result<LivePolicies, Failure> {
    let kind = if actor.is_role() { "role" } else { "user" };
    match live {
        None => {
            let message = format!("there is no {kind} `{}`", actor.name());
            Err(Failure::new(Exit::Denied, message))
        }
        Some(live) if actor.is_of(&live.arn) => Ok(live),
        Some(other) => Err(Failure::new(
            Exit::Denied,
            format!(
                "expected the {kind} `{}`, found `{}` in the account of these credentials",
                actor.name(),
                other.arn
            ),
        )
        .hint(format!("use credentials of the {kind}'s account, and the {kind}'s whole ARN"))),
    }
}

fn from_live(live: LivePolicies) -> Result<Gathered, Failure> {
    let parsed = |policy: &LivePolicy, kind| named(&policy.name, &policy.document, kind);
    let policies = PolicySet {
        identity: live
            .identity
            .iter()
            .map(|policy| parsed(policy, PolicyKind::Identity))
            .collect::<Result<_, _>>()?,
        boundary: live
            .boundary
            .as_ref()
            .map(|policy| parsed(policy, PolicyKind::Boundary))
            .transpose()?,
        ..PolicySet::default()
    };
    Ok(Gathered { policies, tags: live.tags, tags_are_all: false, notes: Vec::new() })
}

/// The policy in a file.
pub(super) fn from_file(
    context: Context<'_>,
    path: &Path,
    kind: PolicyKind,
) -> Result<NamedPolicy, Failure> {
    let text = context.host.files.read(path).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, format!("could not read `{}`", path.display()))
            .caused_by(&error)
    })?;
    named(&path.display().to_string(), &text, kind)
}

fn named(name: &str, text: &str, kind: PolicyKind) -> Result<NamedPolicy, Failure> {
    let policy = Policy::parse(text, kind).map_err(|error| {
        let message = format!("the {} `{name}` is malformed", kind.name());
        Failure::new(Exit::InvalidConfiguration, message)
            .caused_by(&error)
            .hint("`fed-cli policy lint` shows where")
    })?;
    Ok(NamedPolicy::new(name, policy))
}
