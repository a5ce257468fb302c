//! The policies that bear on the question: from files, or live.

use iam_bootstrap::{
    LivePolicies, LivePolicy, read_managed_policies, read_role_policies, read_user_policies,
};
use iam_policy::{PolicyKind, PolicySet};

use super::actor::{Actor, Entity, Narrowed};
use crate::arguments::ActionArguments;
use crate::commands::bootstrap::failed;
use crate::commands::explain::organization::MayBear;
use crate::commands::explain::policy_file::{from_file, levels, named};
use crate::commands::explain::{ExplainArguments, organization};
use crate::context::{Context, block_on};
use crate::settings::{Service, Settings};
use crate::{Exit, Failure};

/// Policies, tags of the role or user, and what could not be looked at.
pub(super) struct Gathered {
    pub(super) policies: PolicySet,
    pub(super) tags: Vec<(String, String)>,
    /// Whether those are all its tags, and none came with the session.
    pub(super) tags_are_all: bool,
    /// Policies of which nobody knows whether there are any.
    pub(super) unread: Unread,
    /// The role's own ARN, or the user's, as IAM tells it: with its path.
    pub(super) arn: Option<String>,
    /// Whether the account is known to be a member of an organization, which has policies.
    pub(super) is_member: bool,
    pub(super) notes: Vec<String>,
}

/// Types of policies that were neither read nor given: each can still deny.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unread {
    pub(super) service_control: bool,
    pub(super) resource_control: bool,
    /// The same, of resources in other accounts than the principal's.
    pub(super) resource_control_elsewhere: bool,
    pub(super) session: bool,
}

/// Gathers them.
pub(super) fn gather(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ExplainArguments,
    actor: &Actor,
) -> Result<Gathered, Failure> {
    let about = &arguments.about;
    let narrowing = Narrowing::of(context, settings, arguments, actor)?;
    let mut session = Vec::new();
    if let Some(document) = &narrowing.document {
        session.push(named("session policy", document, PolicyKind::Session)?);
    }
    let (mut gathered, organization) = if about.policy_files.is_empty() {
        let live = read_live(context, settings, arguments, actor, &narrowing.arns)?;
        for policy in &live.managed {
            session.push(named(&policy.name, &policy.document, PolicyKind::Session)?);
        }
        (from_live(live.policies)?, live.organization)
    } else {
        // AWS is not asked.
        let nobody_says = || MayBear { why: String::new(), is_member: false };
        let unread = (!arguments.no_other_policies).then(nobody_says);
        (from_files(context, about)?, unread)
    };
    let narrowed = narrowing.document.is_some() || !narrowing.arns.is_empty();
    gathered.policies.session = narrowed.then_some(session);
    let policies = &mut gathered.policies;
    policies.service_control =
        levels(context, &about.service_control_policy_files, PolicyKind::ServiceControl)?;
    policies.resource_control =
        levels(context, &arguments.resource_control_policy_files, PolicyKind::ResourceControl)?;
    let others = !arguments.no_other_policies;
    gathered.unread = Unread {
        service_control: organization.is_some() && policies.service_control.is_empty(),
        resource_control: organization.is_some() && policies.resource_control.is_empty(),
        resource_control_elsewhere: others && policies.resource_control.is_empty(),
        session: others
            && (narrowing.is_unknown
                || (!narrowing.arns.is_empty() && !about.policy_files.is_empty())),
    };
    if let Some(MayBear { why, is_member }) = organization {
        gathered.is_member = is_member;
        let is_note = gathered.unread.service_control && !why.is_empty();
        gathered.notes.extend(is_note.then_some(why));
    }
    // A user has no others; a session may have been made with more.
    gathered.tags_are_all = about.policy_files.is_empty() && !actor.is_role();
    Ok(gathered)
}

/// The policies of the session.
struct Narrowing {
    document: Option<String>,
    /// Those that are managed.
    arns: Vec<String>,
    /// Whether it may have been made with others.
    is_unknown: bool,
}

impl Narrowing {
    fn of(
        context: Context<'_>,
        settings: &Settings,
        arguments: &ExplainArguments,
        actor: &Actor,
    ) -> Result<Self, Failure> {
        let role = &arguments.role;
        let typed = role.session_policy_file.is_some() || !role.session_policy_arns.is_empty();
        if typed && actor.narrowed == Narrowed::Never {
            let message = format!("no session policy narrows the user `{}`", actor.name());
            return Err(Failure::new(Exit::Usage, message)
                .hint("leave the session policies out, or name a role with `--principal`"));
        }
        if typed || actor.narrowed == Narrowed::ByProfile {
            let (document, arns) = settings.session_policies(&context.host.files)?;
            return Ok(Self { document, arns, is_unknown: false });
        }
        let is_unknown = actor.narrowed == Narrowed::Already;
        Ok(Self { document: None, arns: Vec::new(), is_unknown })
    }
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
    Ok(Gathered {
        policies,
        tags: Vec::new(),
        arn: None,
        tags_are_all: false,
        unread: Unread::default(),
        is_member: false,
        notes: Vec::new(),
    })
}

/// What an account tells.
struct Live {
    policies: LivePolicies,
    /// The managed session policies.
    managed: Vec<LivePolicy>,
    /// Why an organization's policies may bear on it; `None` where none does.
    organization: Option<MayBear>,
}

fn read_live(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ExplainArguments,
    actor: &Actor,
    session_arns: &[String],
) -> Result<Live, Failure> {
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    block_on(async {
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        let (live, managed, organization) = tokio::join!(
            async {
                match &actor.entity {
                    Entity::Role(name) => read_role_policies(&config, name).await,
                    Entity::User(name) => read_user_policies(&config, name).await,
                }
            },
            read_managed_policies(&config, session_arns),
            async {
                match asks_organization(arguments) {
                    false => None,
                    true => {
                        let account = actor.account();
                        organization::bears_on_nothing(context, settings, account).await.err()
                    }
                }
            },
        );
        let policies = found(live.map_err(failed)?, actor)?;
        Ok(Live { policies, managed: managed.map_err(failed)?, organization })
    })
}

/// Whether it matters which policies an organization has that nobody gave.
fn asks_organization(arguments: &ExplainArguments) -> bool {
    let about = &arguments.about;
    let given = !about.service_control_policy_files.is_empty()
        && !arguments.resource_control_policy_files.is_empty();
    !arguments.no_other_policies && !given
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
    Ok(Gathered {
        policies,
        tags: live.tags,
        arn: Some(live.arn),
        tags_are_all: false,
        unread: Unread::default(),
        is_member: false,
        notes: Vec::new(),
    })
}
